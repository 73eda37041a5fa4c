// SPDX-License-Identifier: Apache-2.0
//
// What the sender of a held letter is told and asked: once when it is held, and
// once more before its time is over. Plain text, and simple HTML without a
// script, an image or anything from elsewhere. A notice that is passed on shows
// subject and addresses, never the letter.
#pragma once

#include <string>
#include <string_view>

#include "hold/options.h"
#include "hold/token.h"
#include "store/held.h"

namespace lostletter::hold {

// Where two addresses differ: what stands before and after is the same in both.
struct Difference {
  std::size_t before = 0;  // bytes at the front
  std::size_t after = 0;   // bytes at the end
};
Difference difference(std::string_view typed, std::string_view intended);

// Where a notice is sent: the reverse-path, or the login when it is an address.
// Empty: nobody can be told.
std::string whom_to_tell(const store::HeldLetter& letter);

enum class Notice { kFirst, kReminder };

// The whole message. REQUIRES: a recipient that is held, somebody to tell.
std::string write_notice(const store::HeldLetter& letter, Notice kind,
                         const Options& options, std::string_view secret,
                         Seconds now);

// "Send to bob@army.mil instead": what a token does, in words.
std::string words_of(Purpose purpose, const store::HeldRecipient& recipient);

}  // namespace lostletter::hold
