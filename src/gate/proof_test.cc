// SPDX-License-Identifier: Apache-2.0
#include "gate/proof.h"

#include <vector>

#include <gtest/gtest.h>

namespace lostletter::gate {
namespace {

using std::chrono::seconds;
using Field = std::pair<std::string, std::string>;

// 2026-11-23 12:00:00 UTC; the question was asked then.
const Seconds kAsked{seconds(1795435200)};
const Seconds kNow = kAsked + seconds(30);

std::string flaw_of(const std::vector<Field>& fields,
                    std::optional<Seconds> stale = {}) {
  Headers headers;
  for (const auto& [name, body] : fields) headers.add(name, body);
  const store::Question question{"login:ann", "ann@army.ml", "ref", kAsked,
                                 stale};
  const auto flaw = headers.flaw(question, kNow);
  return flaw ? std::string(to_string(*flaw)) : "";
}

const Field kFresh = {"Date", " Mon, 23 Nov 2026 13:00:20 +0100"};

TEST(Proof, Dates) {
  struct Case {
    std::string_view date, flaw;
  };
  constexpr Case kCases[] = {
      {"Mon, 23 Nov 2026 12:00:20 +0000", ""},
      {"Mon, 23 Nov 2026 12:00:01 +0000", ""},
      {"Mon, 23 Nov 2026 07:00:20 EST", ""},
      {"\n Mon, 23 Nov 2026\n 12:00:20 +0000", ""},
      {"Mon, 23 Nov 2026 12:00:00 +0000", "old-date"},
      {"Mon, 23 Nov 2026 11:59:59 +0000", "old-date"},
      {"Mon, 23 Nov 2026 12:00:20 +0100", "old-date"},
      {"Thu, 1 Jan 1970 00:00:00 +0000", "old-date"},
      // A clock up to a minute ahead is taken as right; beyond, who knows.
      {"Mon, 23 Nov 2026 12:01:30 +0000", ""},
      {"Mon, 23 Nov 2026 12:01:31 +0000", "future-date"},
      {"Fri, 31 Dec 9999 23:59:59 +0000", "future-date"},
      {"", "no-date"},
      {"soon", "no-date"},
      {"Mon, 99 Nov 2026 12:00:20 +0000", "no-date"},
  };
  for (const auto& [date, flaw] : kCases) {
    EXPECT_EQ(flaw_of({{"Date", std::string(date)}, {"Subject", "x"}}), flaw)
        << date;
  }
  EXPECT_EQ(flaw_of({{"Date", std::string(100000, ' ') + kFresh.second}}),
            "no-date");
}

// Clocks are wrong: what proved nothing is remembered, a later one confirms.
TEST(Proof, LaterThanTheDateRemembered) {
  const Seconds slow = kAsked - seconds(86400);
  struct Case {
    Seconds stale;
    std::string_view date, flaw;
  };
  const Case cases[] = {
      {slow, "Sun, 22 Nov 2026 12:00:01 +0000", ""},
      {slow, "Sun, 22 Nov 2026 12:00:00 +0000", "no-later-date"},
      {slow, "Sat, 21 Nov 2026 12:00:00 +0000", "no-later-date"},
      {slow, "Mon, 23 Nov 2026 12:00:20 +0000", ""},
      {kAsked + seconds(7200), "Mon, 23 Nov 2026 14:00:01 +0000", ""},
      {kAsked + seconds(7200), "Mon, 23 Nov 2026 14:00:00 +0000",
       "no-later-date"},
      {kAsked + seconds(7200), "Mon, 23 Nov 2026 12:00:20 +0000",
       "no-later-date"},
  };
  for (const auto& [stale, date, flaw] : cases) {
    EXPECT_EQ(flaw_of({{"Date", std::string(date)}}, stale), flaw) << date;
  }
}

// What a machine sends is no answer of a person.
TEST(Proof, Kinds) {
  struct Case {
    Field field;
    std::string_view flaw;
  };
  const Case cases[] = {
      {{"Auto-Submitted", " no"}, ""},
      {{"auto-submitted", "NO (person)"}, ""},
      {{"Auto-Submitted", "no; x=y"}, ""},
      {{"Auto-Submitted", " auto-replied"}, "auto-submitted"},
      {{"Auto-Submitted", "auto-generated"}, "auto-submitted"},
      {{"AUTO-SUBMITTED", "notifier"}, "auto-submitted"},
      {{"Auto-Submitted", ""}, "auto-submitted"},
      {{"Precedence", "bulk"}, "precedence"},
      {{"precedence", " List"}, "precedence"},
      {{"Precedence", "junk (x)"}, "precedence"},
      {{"Precedence", "normal"}, ""},
      {{"Precedence", "first-class"}, ""},
      {{"List-Id", "<a.example>"}, "list"},
      {{"List-Unsubscribe", "<mailto:x@a.example>"}, "list"},
      {{"List-Nothing", "x"}, ""},
      {{"Date", kFresh.second}, "many-dates"},
      {{"X-Date", "Thu, 1 Jan 1970 00:00:00 +0000"}, ""},
      {{"Resent-Date", "Thu, 1 Jan 1970 00:00:00 +0000"}, ""},
  };
  for (const auto& [field, flaw] : cases) {
    EXPECT_EQ(flaw_of({kFresh, field, {"Subject", "x"}}), flaw)
        << field.first << ": " << field.second;
    EXPECT_EQ(flaw_of({field, kFresh, {"Subject", "x"}}), flaw)
        << field.first << ": " << field.second;
  }
  EXPECT_EQ(flaw_of({}), "no-date");
  EXPECT_EQ(flaw_of({{"Subject", "x"}}), "no-date");
}

// What Postfix 3.7 puts behind the client's fields when they lack a Date.
TEST(Proof, AddedByTheMta) {
  const Field added = {"Date", " Mon, 23 Nov 2026 12:00:20 +0000 (UTC)"};
  const Field id = {"Message-Id",
                    " <20261123120020.7A9EAA7A349@mx.lab.example>"};
  const Field from = {"From", " ann@example.com"};
  struct Case {
    std::vector<Field> fields;
    std::string_view flaw;
  };
  const Case cases[] = {
      {{{"Subject", "x"}, id, added, from}, "added-date"},
      {{{"Subject", "x"}, {"From", "x"}, {"Message-Id", "<x@y>"}, added},
       "added-date"},
      {{added}, "added-date"},
      {{added, from, {"To", "undisclosed-recipients:;"}}, "added-date"},
      {{{"Date", " Mon, 23 Nov 2026 13:00:20 +0100 (CET)"}, from},
       "added-date"},
      // A client that writes such a comment itself does not write it last.
      {{added, from, {"Message-Id", "<x@y>"}, {"Subject", "x"}}, ""},
      {{{"Subject", "x"}, id, kFresh, from}, ""},
  };
  for (const auto& [fields, flaw] : cases) {
    EXPECT_EQ(flaw_of(fields), flaw) << fields.size();
  }
}

}  // namespace
}  // namespace lostletter::gate
