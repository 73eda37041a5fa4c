// SPDX-License-Identifier: Apache-2.0
#include "gate/proof.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "mail/date.h"

namespace lostletter::gate {
namespace {

// What clocks that are kept by NTP differ at most, with room.
constexpr Duration kFastest = std::chrono::seconds(60);

// No field we look at is longer; a hostile one is not worth reading.
constexpr std::size_t kMostBody = 1000;

struct FlawRow {
  Flaw flaw;
  std::string_view name;
};
constexpr FlawRow kFlaws[] = {
    {Flaw::kAutomatic, "auto-submitted"},
    {Flaw::kBulk, "precedence"},
    {Flaw::kList, "list"},
    {Flaw::kNoDate, "no-date"},
    {Flaw::kManyDates, "many-dates"},
    {Flaw::kAddedDate, "added-date"},
    {Flaw::kFutureDate, "future-date"},
    {Flaw::kOldDate, "old-date"},
    {Flaw::kNoLaterDate, "no-later-date"},
};

// "auto-replied (vacation); x=y" -> "auto-replied", lower case.
std::string first_word(std::string_view body) {
  body = trim(body.substr(0, kMostBody));
  return ascii_lower(body.substr(0, body.find_first_of(" \t\r\n(;,")));
}

}  // namespace

std::string_view to_string(Flaw flaw) {
  const auto* row = std::ranges::find(kFlaws, flaw, &FlawRow::flaw);
  assert(row != std::end(kFlaws));
  return row->name;
}

void Headers::add(std::string_view name, std::string_view body) {
  const std::string field = ascii_lower(trim(name));
  if (field == "date") {
    ++dates_;
    only_added_after_date_ = true;
    if (body.size() > kMostBody) return;
    if (const auto date = mail::parse_date(body)) {
      date_ = date->time;
      date_has_comment_ = date->has_comment;
    }
    return;
  }
  if (field != "from" && field != "to") only_added_after_date_ = false;
  if (field == "auto-submitted") {
    automatic_ = automatic_ || first_word(body) != "no";
  } else if (field == "precedence") {
    const std::string word = first_word(body);
    bulk_ = bulk_ || word == "bulk" || word == "list" || word == "junk";
  } else if (field == "list-id" || field == "list-unsubscribe") {
    list_ = true;
  }
}

// Postfix (cleanup_message.c) adds what is missing behind the last field of the
// client, and writes the zone as "+0000 (UTC)". Some clients write such a
// comment too, but none puts its Date last.
bool Headers::date_was_added() const {
  return date_has_comment_ && only_added_after_date_;
}

std::optional<Flaw> Headers::flaw_of_kind() const {
  if (automatic_) return Flaw::kAutomatic;
  if (bulk_) return Flaw::kBulk;
  if (list_) return Flaw::kList;
  if (dates_ > 1) return Flaw::kManyDates;
  if (!date_) return Flaw::kNoDate;
  if (date_was_added()) return Flaw::kAddedDate;
  return std::nullopt;
}

std::optional<Flaw> Headers::flaw(const store::Question& question,
                                  Seconds now) const {
  if (const auto flaw = flaw_of_kind()) return flaw;
  const auto date = date_;
  if (!date) return Flaw::kNoDate;
  if (question.stale_date) {
    if (*date > *question.stale_date) return std::nullopt;
    return Flaw::kNoLaterDate;
  }
  if (*date > now + kFastest) return Flaw::kFutureDate;
  if (*date <= question.asked_at) return Flaw::kOldDate;
  return std::nullopt;
}

}  // namespace lostletter::gate
