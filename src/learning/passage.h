// SPDX-License-Identifier: Apache-2.0
//
// What one letter that passes teaches: who of its two sides we are, and whose
// word that is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/passing.h"
#include "guard/correspondence.h"
#include "learning/us.h"

namespace lostletter::learning {

// For Metric::kLettersHeard: "sent", "received", "automatic", "not-authentic",
// "between-others", "unusable".
struct Hearing {
  std::string_view outcome;
  std::vector<guard::Lesson> lessons = {};
};

// `us`: null when the operator has not said who we are. Then the sender is one
// of us when they have logged in, and the recipients are when the letter comes
// from outside, because our MTA took it for them.
Hearing learn_from(const archive::Passing& letter, const Us* us,
                   const std::vector<std::string>& believed);

// Of the recipients of a bounce, those of us, whose letter it may be.
std::vector<std::string> authors(const archive::Passing& bounce, const Us* us);

// `sent`: to whom the letter went, as far as that was learnt. Which of them it
// did not reach: those named, or the only one. A name need not be among them:
// an address may lead to another. Empty: who knows?
std::vector<std::string> missed(const archive::Bounce& bounce,
                                const std::vector<std::string>& sent);

}  // namespace lostletter::learning
