// SPDX-License-Identifier: Apache-2.0
#include "lookalike/person_prior.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/local_part.h"
#include "lookalike/person_lists.h"
#include "lookalike/prior.h"

namespace lostletter::lookalike {
namespace {

// One person in so many has a certain common name; one letter in so many to a
// new mailbox goes to a certain task.
constexpr double kNameShare = 1.0 / 2000;
constexpr double kRoleShare = 1.0 / 1000;
// Another name follows, by a separator.
constexpr double kFurtherName = 0.3;

double log_plausible_name(std::string_view name) {
  const double letters = log_plausible_label(name);
  return is_given_name(name) ? std::max(letters, std::log(kNameShare))
                             : letters;
}

// Besides those known there are others, whose names nobody has seen.
constexpr double kOthers = 100;

// ln of the share of people who have this name.
double log_share(std::u32string_view name, const NamesInUse& in_use,
                 std::span<const std::u32string_view> alike) {
  constexpr double kNobody = -std::numeric_limits<double>::infinity();
  if (in_use.count(name, 0) == 0) return kNobody;  // as of most slips
  const auto has_it = [name](std::u32string_view base) {
    const auto names = names_of(base);
    return std::ranges::find(names, name) != names.end();
  };
  const auto theirs =
      static_cast<std::size_t>(std::ranges::count_if(alike, has_it));
  const std::size_t others = in_use.count(name, theirs);
  if (others == 0) return kNobody;
  return std::log(static_cast<double>(others) /
                  (kOthers + static_cast<double>(in_use.people())));
}

// Of addresses that differ from a known one in such a way, most are of somebody
// else. The odds are guesses that agree with the senders of four public lists
// (2019 to 2026): of 2,774 rare ones five were one letter from a frequent one
// of the same domain, while 16 mistyped local parts were found in some hundred
// thousand letters.
constexpr double kMostlyTwoPeople = 0.6;
constexpr double kShortName = 0.1;
constexpr double kRarelyTwoPeople = 0.03;

bool all_digits(std::u32string_view text) {
  return std::ranges::all_of(text, is_digit);
}

bool is_letter(char32_t c) { return (c >= U'a' && c <= U'z') || c >= 0x80; }

bool is_about_digits(const Slip& slip) {
  return std::ranges::all_of(slip.edits, [](const Edit& edit) {
    return all_digits(edit.intended) && all_digits(edit.typed);
  });
}

// The name that `at` lies in, when it is a single character: the j of j.smith,
// the a of team-a. A name's beginning counts too when an initial may stand
// there by itself: jsmith.
bool is_initial(std::u32string_view base, std::size_t at) {
  const bool begins = at == 0 || is_separator(base[at - 1]);
  const bool ends = at + 1 >= base.size() || is_separator(base[at + 1]);
  return begins && ends;
}

bool is_about_an_initial(const Slip& slip, std::u32string_view known) {
  return slip.edits.size() == 1 && slip.edits[0].intended.size() == 1 &&
         slip.edits[0].typed.size() == 1 && is_initial(known, slip.edits[0].at);
}

// jsmith for smith; a finger that slips hits the key beside, or one twice.
bool adds_an_initial(const Slip& slip, std::u32string_view known) {
  if (slip.edits.size() != 1 || names_of(known).size() != 1) return false;
  const Edit& edit = slip.edits[0];
  return edit.kind == EditKind::kInsertion && edit.at == 0 &&
         is_letter(edit.typed[0]);
}

// team-ops and team-dev, linux-a and linux-ab: names of things, not of people,
// have short words behind a dash, and each letter of them counts.
bool is_about_a_short_word(const Slip& slip, std::u32string_view known) {
  constexpr std::size_t kShort = 3;
  const auto is_dash = [](char32_t c) { return c == U'-' || c == U'_'; };
  if (std::ranges::none_of(known, is_dash)) return false;
  return std::ranges::all_of(slip.edits, [&](const Edit& edit) {
    std::size_t begin = std::min(edit.at, known.size());
    std::size_t end = begin;
    while (begin > 0 && !is_separator(known[begin - 1])) --begin;
    while (end < known.size() && !is_separator(known[end])) ++end;
    return end - begin <= kShort;
  });
}

bool is_plural(std::u32string_view known, std::u32string_view typed) {
  const auto& longer = known.size() > typed.size() ? known : typed;
  const auto& shorter = known.size() > typed.size() ? typed : known;
  return longer.size() == shorter.size() + 1 && longer.back() == U's' &&
         longer.starts_with(shorter);
}

// Does every name in it, by itself, belong to somebody?
bool is_of_names(std::u32string_view base) {
  const auto names = names_of(base);
  return std::ranges::all_of(names, [](std::u32string_view name) {
    return name.size() == 1 || is_given_name(encode_utf8(name));
  });
}

// Is what was typed as good a name as the known one? Below 0: it has letters
// in an order that names hardly have.
double log_likeness_to_names(std::u32string_view known,
                             std::u32string_view typed) {
  constexpr double kLetter = 2.7;  // what one costs on the average
  const double longer =
      static_cast<double>(typed.size()) - static_cast<double>(known.size());
  return log_plausible_person(typed) - log_plausible_person(known) +
         kLetter * longer;
}

// What only edits say.
double neighbour_by_edits(const Slip& slip, std::u32string_view known,
                          std::u32string_view typed, double crowd) {
  if (is_about_digits(slip) || is_about_an_initial(slip, known) ||
      adds_an_initial(slip, known) || is_about_a_short_word(slip, known) ||
      is_plural(known, typed) || is_role(encode_utf8(typed)) ||
      typed.size() <= 3 || is_of_names(typed)) {
    return kMostlyTwoPeople;
  }
  const double likeness =
      std::clamp(log_likeness_to_names(known, typed), -3.0, 2.5);
  const double odds =
      std::min(kMostlyTwoPeople, kRarelyTwoPeople * crowd * std::exp(likeness));
  return typed.size() <= 5 ? std::max(odds, kShortName) : odds;
}

}  // namespace

double log_plausible_person(std::u32string_view base) {
  return log_plausible_person(base, {}, {});
}

double log_plausible_person(std::u32string_view base, const NamesInUse& in_use,
                            std::span<const std::u32string_view> alike) {
  const auto names = names_of(base);
  double log = 0;
  for (const auto name : names) {
    log += std::max(log_plausible_name(encode_utf8(name)),
                    log_share(name, in_use, alike));
  }
  if (!names.empty()) {
    log += std::log(kFurtherName) * static_cast<double>(names.size() - 1);
  }
  return is_role(encode_utf8(base)) ? std::max(log, std::log(kRoleShare)) : log;
}

bool is_mail_provider(std::string_view domain) {
  return is_large_provider(domain);
}

bool ignores_dots(std::string_view domain) {
  return domain == "gmail.com" || domain == "googlemail.com";
}

double new_person_share(std::string_view domain, std::size_t known) {
  if (is_mail_provider(domain)) return 0.6;
  return 0.05 + 0.5 / (1 + static_cast<double>(known) / 5);
}

double crowd(std::string_view domain, std::size_t known) {
  constexpr double kOfTen = 2.77;    // ten people, times letters new to known
  constexpr double kProvider = 0.1;  // local parts there are more various
  constexpr double kMost = 30;
  const double fresh = new_person_share(domain, known);
  const double odds = static_cast<double>(known) * fresh / (1 - fresh) *
                      (is_mail_provider(domain) ? kProvider : 1) / kOfTen;
  // By half: that it is no name's likeness counts by itself.
  return std::sqrt(std::clamp(odds, 1.0, kMost));
}

double log_neighbour(const Slip& slip, std::u32string_view known,
                     std::u32string_view typed, double crowd) {
  switch (slip.kind) {
    case SlipKind::kEdits:
      return std::log(neighbour_by_edits(slip, known, typed, crowd));
    case SlipKind::kInitial:
    case SlipKind::kMiddle:
      return std::log(kMostlyTwoPeople);
    case SlipKind::kSeparator:
    case SlipKind::kSwapped:
      break;
  }
  return std::log(std::min(kMostlyTwoPeople, kRarelyTwoPeople * crowd));
}

}  // namespace lostletter::lookalike
