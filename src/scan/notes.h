// SPDX-License-Identifier: Apache-2.0
//
// What letters said, put down until there is enough of it to be looked up at
// once: a ledger of years lies in memory far away, and a hundred look-ups side
// by side wait for it little longer than one does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"
#include "base/clock.h"
#include "scan/names.h"
#include "scan/passed.h"

namespace lostletter::scan {

// Texts whose numbers are wanted, each by its place from 0 on.
class Wanted {
 public:
  struct One {
    std::size_t begin = 0;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
    Id id = 0;  // once it is looked up
  };

  std::uint32_t add(std::string_view text);
  std::size_t size() const { return all_.size(); }
  std::string_view text(const One& one) const {
    return std::string_view(texts_).substr(one.begin, one.size);
  }
  One& operator[](std::size_t place) { return all_[place]; }
  std::vector<One>::iterator begin() { return all_.begin(); }
  std::vector<One>::iterator end() { return all_.end(); }
  void clear();

 private:
  std::string texts_;
  std::vector<One> all_;
};

class Notes {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  // Whom a letter went to, or where an alias of the one before it led.
  struct To {
    Passed passed = {};
    std::uint32_t address = 0;   // in addresses()
    std::uint32_t host = kNone;  // in hosts(): which took it
    bool is_alias = false;
    bool is_kept = false;  // in a mailbox of the site
    std::uint64_t pair = 0, relay = 0, month = 0, hour = 0;  // keys, in time
  };
  struct Letter {
    std::uint32_t from = 0;  // in addresses()
    std::uint32_t at = 0;
    std::uint32_t ended = 0;
    std::uint32_t size = 0;
    bool may_correct = false;
    bool has_login = false;
    std::size_t begin = 0;  // in all_to()
    std::size_t end = 0;
  };

  // `may_correct`: somebody may have noticed a mistake with it, or of it.
  void take(const archive::Letter& letter, bool may_correct);
  bool is_full() const { return letters_.size() >= kMost; }
  void clear();

  const std::vector<Letter>& letters() const { return letters_; }
  std::vector<To>& all_to() { return to_; }
  // In the order in which one would look them up letter by letter.
  Wanted& addresses() { return addresses_; }
  Wanted& hosts() { return hosts_; }

 private:
  // So much of memory is looked at that the caches hold all of it.
  static constexpr std::size_t kMost = 64;

  void recipient(const archive::Recipient& recipient, std::uint32_t at);

  std::vector<Letter> letters_;
  std::vector<To> to_;
  Wanted addresses_;
  Wanted hosts_;
};

// Since 1970, as far as 32 bits reach.
std::uint32_t seconds_of(Seconds time);

}  // namespace lostletter::scan
