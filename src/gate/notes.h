// SPDX-License-Identifier: Apache-2.0
//
// What is taken down of a letter, for those who learn who writes to whom: the
// recipients that were accepted, and the fields of the header that tell who
// they are. Handed on when the letter was let through, whole and only then.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "archive/passing.h"
#include "base/clock.h"
#include "milter/handler.h"

namespace lostletter::gate {

// Hears of every letter that was let through, if anybody does. Never blocks;
// may be called from any thread.
using HearLetter = std::function<void(archive::Passing letter)>;

class Notes {
 public:
  struct Envelope {
    bool leaving = false;
    std::string login;
    std::string sender;  // the reverse-path's address; empty: null
  };
  explicit Notes(Envelope envelope);

  // As the MTA delivers to it. The first kMost are enough.
  static constexpr std::size_t kMost = 1000;
  void add_recipient(const std::string& address);
  void add_field(std::string_view name, std::string_view body) {
    header_.add(name, body);
  }

  // Nobody is told of a letter to nobody.
  bool has_recipients() const { return !letter_.recipients.empty(); }
  // At the end of the message. REQUIRES: called once, last.
  archive::Passing finish(Seconds now, const milter::MacroView& macros);

 private:
  archive::Passing letter_;
  archive::HeaderNotes header_;
};

}  // namespace lostletter::gate
