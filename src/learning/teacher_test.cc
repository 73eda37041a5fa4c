// SPDX-License-Identifier: Apache-2.0
#include "learning/teacher.h"

#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lostletter::learning {
namespace {

using archive::Authentic;
using archive::Letter;
using archive::Outcome;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

Letter letter(std::string from, std::vector<std::string> to) {
  Letter made;
  made.id = "id@mail.test";
  made.at = kNoon;
  made.sender = std::move(from);
  for (std::string& one : to) made.recipients.push_back({std::move(one), ""});
  return made;
}

Letter with(Letter made, const std::function<void(Letter&)>& change) {
  change(made);
  return made;
}

// "ann@example.com > x@army.mil", '<' received, '!' bounced, '&'
// beside; joined by spaces.
std::string taught(const Letter& made, Trust trust, Tally* tally = nullptr) {
  Teacher teacher(*Us::parse({"example.com"}), trust);
  std::vector<guard::Lesson> lessons;
  teacher.teach(made, lessons);
  if (tally != nullptr) *tally = teacher.tally();
  std::string text;
  for (const guard::Lesson& lesson : lessons) {
    EXPECT_EQ(lesson.letter, "id@mail.test");
    EXPECT_EQ(lesson.at, kNoon);
    for (const guard::Correspondent& one : lesson.with) {
      text += fmt::format(
          "{}{}{}{} ", lesson.person,
          std::string_view("><!-&")[static_cast<std::size_t>(one.passage)],
          one.address, one.name.empty() ? "" : "=" + one.name);
    }
  }
  return text;
}

TEST(Teacher, LearnsWhatWeSendAndWhatIsAuthentic) {
  const Letter out = letter("Ann@Example.com", {"X@army.mil", "y@navy.mil"});
  const Letter in =
      with(letter("x@army.mil", {"ann@example.com", "other@x.test"}),
           [](Letter& of) { of.name = "X. Y."; });
  struct Case {
    Letter letter;
    std::string archive;    // what a trusted archive teaches
    std::string authentic;  // what only authentic mail teaches
  };
  const Case cases[] = {
      {out, "ann@example.com>x@army.mil ann@example.com>y@navy.mil ",
       "ann@example.com>x@army.mil ann@example.com>y@navy.mil "},
      {in, "ann@example.com<x@army.mil=X. Y. ann@example.com&other@x.test ",
       ""},
      {with(in, [](Letter& of) { of.authentic = Authentic::kYes; }),
       "ann@example.com<x@army.mil=X. Y. ann@example.com&other@x.test ",
       "ann@example.com<x@army.mil=X. Y. ann@example.com&other@x.test "},
      {with(in, [](Letter& of) { of.authentic = Authentic::kNo; }), "", ""},
      // A blind copy, and one whose recipient the header names too.
      {with(letter("x@army.mil", {"other@x.test"}),
            [](Letter& of) { of.mailbox = "ann@example.com"; }),
       "ann@example.com<x@army.mil ann@example.com&other@x.test ", ""},
      {with(in, [](Letter& of) { of.mailbox = "Ann@example.com"; }),
       "ann@example.com<x@army.mil=X. Y. ann@example.com&other@x.test ", ""},
      // Somebody who pretends to be us.
      {with(out, [](Letter& of) { of.authentic = Authentic::kNo; }), "", ""},
      {with(out,
            [](Letter& of) { of.recipients[0].outcome = Outcome::kBounced; }),
       "ann@example.com!x@army.mil ann@example.com>y@navy.mil ",
       "ann@example.com!x@army.mil ann@example.com>y@navy.mil "},
      {with(out,
            [](Letter& of) { of.recipients[0].outcome = Outcome::kDeferred; }),
       "ann@example.com>y@navy.mil ", "ann@example.com>y@navy.mil "},
      {with(in,
            [](Letter& of) { of.recipients[0].outcome = Outcome::kBounced; }),
       "", ""},
      {with(in, [](Letter& of) { of.automatic = true; }), "", ""},
      {with(out, [](Letter& of) { of.automatic = true; }), "", ""},
      {with(in, [](Letter& of) { of.sender.clear(); }), "", ""},
      {letter("ann@example.com", {"bob@example.com"}),
       "ann@example.com>bob@example.com bob@example.com<ann@example.com ",
       "ann@example.com>bob@example.com bob@example.com<ann@example.com "},
      {letter("ann@example.com", {"ann@example.com"}), "", ""},
      {letter("x@army.mil", {"y@navy.mil"}), "", ""},
      {letter("ann@example.com", {"no address", "a@[192.0.2.1]"}), "", ""},
      {letter("no address", {"ann@example.com"}), "", ""},
  };
  for (const auto& [made, archive, authentic] : cases) {
    EXPECT_EQ(taught(made, Trust::kArchive), archive);
    EXPECT_EQ(taught(made, Trust::kAuthentic), authentic) << archive;
  }
}

TEST(Teacher, CountsWhatBecameOfLetters) {
  struct Case {
    Letter letter;
    Tally tally;
  };
  const Case cases[] = {
      {letter("ann@example.com", {"x@army.mil"}), {.sent = 1}},
      {letter("x@army.mil", {"ann@example.com"}), {.received = 1}},
      {with(letter("x@army.mil", {"ann@example.com"}),
            [](Letter& of) { of.automatic = true; }),
       {.automatic = 1}},
      {with(letter("x@army.mil", {"ann@example.com"}),
            [](Letter& of) { of.authentic = Authentic::kNo; }),
       {.not_authentic = 1}},
      {letter("x@army.mil", {"y@navy.mil"}), {.between_others = 1}},
      {letter("ann@example.com", {}), {.unusable = 1}},
      {letter("ann", {"x@army.mil"}), {.unusable = 1}},
  };
  for (const auto& [made, expected] : cases) {
    Tally tally;
    taught(made, Trust::kArchive, &tally);
    EXPECT_EQ(tally, expected);
  }
}

TEST(Teacher, ALetterWithoutNameOrTime) {
  Teacher teacher(*Us::parse({"example.com"}), Trust::kArchive);
  teacher.set_fallback(kNoon - Duration(5));
  Letter made = letter("ann@example.com", {"x@army.mil"});
  made.id.clear();
  made.at = Seconds();
  std::vector<guard::Lesson> lessons;
  teacher.teach(made, lessons);
  teacher.teach(made, lessons);
  made.size = 7;
  teacher.teach(made, lessons);
  ASSERT_EQ(lessons.size(), 3U);
  EXPECT_EQ(lessons[0].at, kNoon - Duration(5));
  EXPECT_EQ(lessons[0].letter, lessons[1].letter);
  EXPECT_NE(lessons[0].letter, lessons[2].letter);
  EXPECT_FALSE(lessons[0].letter.empty());
}

}  // namespace
}  // namespace lostletter::learning
