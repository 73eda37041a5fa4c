// SPDX-License-Identifier: Apache-2.0
//
// What senders and operators decide about held letters, however it reaches us:
// by a button on a page, by mail, from the command line. Who comes first wins;
// the others hear what was decided.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hold/options.h"
#include "hold/token.h"
#include "store/held.h"
#include "store/store.h"

namespace lostletter::hold {

// What a token is about, as far as its bearer may know: no content.
struct Question {
  store::HeldLetter letter;
  store::HeldRecipient recipient;
  Purpose purpose{};
  bool open = false;  // still to be decided
};

enum class Decided { kNow, kBefore };

// Is what `purpose` asks for what was decided, whoever did it first?
bool stands(const Question& question, Purpose purpose);

class Answers {
 public:
  // The store must outlive it; `remember` is how long a confirmation holds.
  Answers(store::Store& store, const Clock& clock,
          std::chrono::seconds remember);

  // Nothing when the token is not ours or its letter is forgotten. Changes
  // nothing, however often.
  std::optional<Question> look(std::string_view token);

  // Does what the token is for, or `instead` when it is good for any answer
  // (Purpose::kReply). REQUIRES: look() gave the question.
  Decided decide(const Question& question, Purpose purpose,
                 const store::Actor& actor);

  // The same for operators, who may name any target.
  Decided release(const store::HeldLetter& letter,
                  const store::HeldRecipient& recipient,
                  const std::string& target, const store::Actor& actor);
  Decided discard(const store::HeldLetter& letter,
                  const store::HeldRecipient& recipient,
                  const store::Actor& actor);

 private:
  store::Store& store_;
  const Clock& clock_;
  const std::chrono::seconds remember_;
  const std::string secret_;
};

}  // namespace lostletter::hold
