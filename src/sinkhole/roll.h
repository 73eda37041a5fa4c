// SPDX-License-Identifier: Apache-2.0
//
// Addresses in the clear, one day's: only for who has a ground in law to keep
// them, and says so. Nothing else of a sinkhole knows an address.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace lostletter::sinkhole {

struct Entry {
  Seconds at{};
  std::string wrong;      // the name written to
  std::string recipient;  // whole
  std::string sender;     // whole; empty: a bounce
  std::string network;    // /24 or /48 of the client
};

class Roll {
 public:
  // Beyond so many of a day only their number is kept.
  explicit Roll(std::size_t most = 20'000) : most_(most) {}

  void add(const Entry& entry);
  std::size_t size() const { return size_; }

  // The day's file, with the note in front; and back: lines it had stay.
  std::string write(std::string_view legal_note) const;
  void read(std::string_view text);

 private:
  std::size_t most_;
  std::size_t size_ = 0;
  std::size_t left_out_ = 0;
  std::string lines_;
};

}  // namespace lostletter::sinkhole
