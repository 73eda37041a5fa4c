// SPDX-License-Identifier: Apache-2.0
//
// vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"

namespace lostletter::archive {

// Feeds on lines and gives contacts, one for each EMAIL. Keeps one card's names
// and addresses.
class Cards {
 public:
  explicit Cards(Sink& sink) : sink_(&sink) {}

  void line(std::string_view text, std::uint64_t number);
  void end();
  // Nothing is kept that was not given.
  bool is_between() const { return !in_card_ && line_.empty(); }

 private:
  void property(std::string_view text);
  void give();

  Sink* sink_;
  std::string line_;          // unfolded so far
  bool is_soft_ = false;      // ends in a soft break of quoted-printable
  std::uint64_t number_ = 0;  // of its first
  std::uint64_t begin_ = 0;   // of the card
  bool in_card_ = false;
  std::string full_name_, name_, organisation_;
  std::vector<std::string> addresses_;
};

}  // namespace lostletter::archive
