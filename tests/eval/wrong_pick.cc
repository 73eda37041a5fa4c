// SPDX-License-Identifier: Apache-2.0
#include "wrong_pick.h"

#include <algorithm>

#include "made.h"
#include "mail/address.h"

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

// Those most people have an address at.
constexpr std::string_view kProviders[] = {"gmail.com",   "yahoo.com",
                                           "hotmail.com", "outlook.com",
                                           "aol.com",     "icloud.com"};

std::string changed(Wrong kind, const std::string& meant, Random& random) {
  const std::size_t at = meant.rfind('@');
  const std::string local = meant.substr(0, at);
  const std::string domain = meant.substr(at + 1);
  if (kind == Wrong::kDomainSlip) return local + '@' + slip(domain, random);
  if (kind == Wrong::kLocalPartSlip)
    return mistype(local, random) + meant.substr(at);
  return local + '@' +
         std::string(kProviders[random.below(std::size(kProviders))]);
}

// Must be an address, and another one than meant.
std::optional<std::string> mistaken(Wrong kind, const Sending& sending,
                                    const std::string& meant, Random& random) {
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    std::string other = changed(kind, meant, random);
    if (other != meant && other != sending.letter.sender &&
        std::ranges::find(sending.to, other) == sending.to.end() &&
        mail::Address::parse(other)) {
      return other;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Wrong kind) {
  switch (kind) {
    case Wrong::kAutoComplete:
      return "wrong auto-complete";
    case Wrong::kNamesake:
      return "wrong Anna";
    case Wrong::kUnseen:
      return "unseen address";
    case Wrong::kDomainSlip:
      return "typed typo, domain";
    case Wrong::kLocalPartSlip:
      return "typed typo, local part";
    case Wrong::kOtherProvider:
      return "provider swap";
  }
  return "";
}

std::optional<std::string> pick_wrong(Wrong kind, const Sending& sending,
                                      const std::string& meant,
                                      const std::vector<std::string>& everybody,
                                      Random& random) {
  if (kind == Wrong::kAutoComplete) {
    return auto_completed(sending, meant, random);
  }
  if (kind != Wrong::kNamesake && kind != Wrong::kUnseen) {
    return mistaken(kind, sending, meant, random);
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
