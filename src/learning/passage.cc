// SPDX-License-Identifier: Apache-2.0
#include "learning/passage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "learning/teacher.h"

namespace lostletter::learning {
namespace {

using archive::Passing;

std::string_view outcome_of(const Tally& tally) {
  if (tally.sent > 0) return "sent";
  if (tally.received > 0) return "received";
  if (tally.automatic > 0) return "automatic";
  if (tally.not_authentic > 0) return "not-authentic";
  if (tally.between_others > 0) return "between-others";
  return "unusable";
}

// Those that are addresses; of others nothing is learnt anyway.
Us only(const std::vector<std::string>& addresses) {
  std::vector<std::string> usable;
  for (const std::string& one : addresses) {
    std::string address = usable_address(one);
    if (!address.empty() && Us::parse({address})) {
      usable.push_back(std::move(address));
    }
  }
  return Us::parse(usable).value_or(Us());
}

Hearing teach(Us us, const archive::Letter& letter) {
  Teacher teacher(std::move(us), Trust::kAuthentic);
  Hearing hearing;
  teacher.teach(letter, hearing.lessons);
  hearing.outcome = outcome_of(teacher.tally());
  return hearing;
}

bool is_sent_by_us(const Passing& letter, const Us* us) {
  if (!letter.leaving) return false;
  return us == nullptr ? !letter.login.empty() : us->has(letter.sender);
}

}  // namespace

Hearing learn_from(const Passing& letter, const Us* us,
                   const std::vector<std::string>& believed) {
  if (is_sent_by_us(letter, us)) {
    return teach(us == nullptr ? only({letter.sender}) : *us,
                 archive::read_leaving(letter));
  }
  const auto arriving = archive::read_arriving(
      letter,
      believed.empty() ? std::vector<std::string>{letter.server} : believed);
  if (us != nullptr) return teach(*us, arriving);
  return teach(letter.leaving ? Us() : only(letter.recipients), arriving);
}

std::vector<std::string> authors(const Passing& bounce, const Us* us) {
  std::vector<std::string> found;
  for (const std::string& one : bounce.recipients) {
    std::string address = usable_address(one);
    if (address.empty() || (us != nullptr && !us->has(address))) continue;
    found.push_back(std::move(address));
  }
  return found;
}

std::vector<std::string> missed(const archive::Bounce& bounce,
                                const std::vector<std::string>& sent) {
  std::vector<std::string> found;
  std::ranges::copy_if(sent, std::back_inserter(found),
                       [&](const std::string& address) {
                         return std::ranges::find(bounce.recipients, address) !=
                                bounce.recipients.end();
                       });
  if (found.empty() && sent.size() == 1) return sent;
  return found;
}

}  // namespace lostletter::learning
