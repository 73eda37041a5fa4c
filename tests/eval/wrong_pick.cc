// SPDX-License-Identifier: Apache-2.0
#include "wrong_pick.h"

#include <algorithm>

namespace lostletter::eval {
namespace {

std::optional<std::string> any_but(const std::vector<std::string>& pool,
                                   const Sending& sending, Random& random) {
  std::vector<const std::string*> left;
  for (const std::string& one : pool) {
    if (one != sending.letter.sender &&
        std::ranges::find(sending.to, one) == sending.to.end()) {
      left.push_back(&one);
    }
  }
  if (left.empty()) return std::nullopt;
  return *left[random.below(left.size())];
}

std::optional<std::string> auto_completed(const Sending& sending,
                                          const std::string& meant,
                                          Random& random) {
  for (std::size_t letters = 3; letters > 0; --letters) {
    const auto found = any_but(sending.book.beginning(meant.substr(0, letters)),
                               sending, random);
    if (found) return found;
  }
  return any_but(sending.book.all(), sending, random);
}

}  // namespace

std::optional<std::string> pick_wrong(Wrong kind, const Sending& sending,
                                      const std::string& meant,
                                      const std::vector<std::string>& everybody,
                                      Random& random) {
  if (kind == Wrong::kAutoComplete) {
    return auto_completed(sending, meant, random);
  }
  constexpr std::size_t kAlike = 3;
  std::vector<std::string> pool;
  for (const std::string& one : everybody) {
    const bool fits = kind == Wrong::kUnseen
                          ? !sending.book.has(one)
                          : one.starts_with(meant.substr(0, kAlike));
    if (fits) pool.push_back(one);
  }
  return any_but(pool, sending, random);
}

std::vector<std::string> added(const std::vector<std::string>& to,
                               const std::string& wrong) {
  std::vector<std::string> more = to;
  more.push_back(wrong);
  return more;
}

std::vector<std::string> replaced(const std::vector<std::string>& to,
                                  const std::string& meant,
                                  const std::string& wrong) {
  std::vector<std::string> other = to;
  std::ranges::replace(other, meant, wrong);
  return other;
}

}  // namespace lostletter::eval
