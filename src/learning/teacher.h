// SPDX-License-Identifier: Apache-2.0
//
// Which letters teach what. What one of us sent teaches, and what one of us
// received if it is authentic: whoever owns a mistyped name must not earn trust
// by answering in somebody's name. What machines send teaches nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "archive/letter.h"
#include "base/clock.h"
#include "guard/correspondence.h"
#include "learning/us.h"

namespace lostletter::learning {

// Whose word on an inbound letter is good enough.
enum class Trust {
  kArchive,    // the operator's, who trusts these files: unless proven false
  kAuthentic,  // our own Authentication-Results only
};

// What became of letters, for people.
struct Tally {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t automatic = 0;      // bulk, lists, machines
  std::uint64_t not_authentic = 0;  // inbound, or pretending to be ours
  std::uint64_t between_others = 0;
  std::uint64_t unusable = 0;  // no address to learn

  bool operator==(const Tally&) const = default;
};

class Teacher {
 public:
  Teacher(Us us, Trust trust) : us_(std::move(us)), trust_(trust) {}

  // When a letter tells no time, it is of `at`: when its file was last changed.
  void set_fallback(Seconds at) { fallback_ = at; }

  // The lessons of one letter, none or several, added to `lessons`.
  void teach(const archive::Letter& letter,
             std::vector<guard::Lesson>& lessons);

  const Tally& tally() const { return tally_; }

 private:
  bool is_authentic(const archive::Letter& letter, bool from_us) const;
  void teach_sent(const archive::Letter& letter, const guard::Lesson& model,
                  std::vector<guard::Lesson>& lessons);
  std::size_t teach_received(const archive::Letter& letter,
                             const guard::Lesson& model,
                             std::vector<guard::Lesson>& lessons) const;

  Us us_;
  Trust trust_;
  Seconds fallback_{};
  Tally tally_;
};

// The address as it is stored, when it is one; else empty.
std::string usable_address(std::string_view text);

}  // namespace lostletter::learning
