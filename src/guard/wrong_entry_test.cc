// SPDX-License-Identifier: Apache-2.0
#include "guard/wrong_entry.h"

#include <cmath>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::guard {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

Exchange exchange(std::uint32_t sent, std::uint32_t received, int days_ago) {
  return {sent, received, 0, kNoon, kNoon - std::chrono::days(days_ago), 1.0};
}

struct Question {
  Inquiry inquiry = {"ann@example.com", "x@army.mil", "", {}, {}, {}, kNoon};
  Evidence evidence = {.anything = true};
};

std::string text(const Question& asked) {
  std::ostringstream out;
  for (const Cue& cue : cues(asked.inquiry, asked.evidence)) {
    out << cue.name << cue.step << ' ';
  }
  return std::move(out).str();
}

TEST(WrongEntry, CuesOfALetterToOne) {
  struct Case {
    std::string name;
    std::function<void(Question&)> change;
    std::string cues;
  };
  const Case cases[] = {
      {"a first letter", [](Question&) {},
       "bias0 exchange0 last11 colleagues0 domain0 thread0 rivals0 "},
      {"often, both ways, yesterday",
       [](Question& q) {
         q.evidence.typed.person_address = exchange(5, 2, 1);
         q.evidence.typed.organisation_address = exchange(8, 2, 1);
         q.evidence.typed.person_domain = exchange(25, 2, 1);
         q.evidence.typed.organisation_domain = exchange(30, 2, 1);
       },
       "bias0 exchange26 last2 colleagues2 domain4 thread4 rivals0 "},
      {"colleagues only",
       [](Question& q) {
         q.evidence.typed.organisation_address = exchange(300, 0, 1);
         q.evidence.typed.organisation_domain = exchange(300, 0, 1);
       },
       "bias0 exchange0 last11 colleagues5 domain1 thread0 rivals0 "},
      {"an answer to a letter nobody knows",
       [](Question& q) { q.inquiry.thread = {"<1>"}; },
       "bias0 exchange0 last11 colleagues0 domain0 thread5 rivals0 "},
      {"an answer to their letter",
       [](Question& q) {
         q.inquiry.thread = {"<1>"};
         q.evidence.thread = {true, true, true};
       },
       "bias0 exchange0 last11 colleagues0 domain0 thread10 rivals0 "},
      {"an answer to a letter of their colleague",
       [](Question& q) {
         q.inquiry.thread = {"<1>"};
         q.evidence.thread = {true, false, true};
       },
       "bias0 exchange0 last11 colleagues0 domain0 thread15 rivals0 "},
      {"an answer to somebody else",
       [](Question& q) {
         q.inquiry.thread = {"<1>"};
         q.evidence.thread = {true, false, false};
       },
       "bias0 exchange0 last11 colleagues0 domain0 thread20 rivals0 "},
      {"they write to another one who begins so",
       [](Question& q) {
         q.evidence.rivals = {{"xa@army.mil", "", exchange(40, 0, 1)}};
       },
       "bias0 exchange0 last11 colleagues0 domain0 thread0 rivals1 "},
      {"they write less to the other one",
       [](Question& q) {
         q.evidence.typed.person_address = exchange(40, 0, 300);
         q.evidence.rivals = {{"xa@army.mil", "", exchange(1, 0, 1)}};
       },
       "bias0 exchange42 last10 colleagues0 domain0 thread4 rivals5 "},
  };
  for (const Case& one : cases) {
    Question asked;
    one.change(asked);
    EXPECT_EQ(text(asked), one.cues) << one.name;
  }
}

TEST(WrongEntry, CuesOfCompany) {
  Question asked;
  asked.inquiry.together = {"y@army.mil", "z@army.mil"};
  asked.evidence.together.resize(2);
  EXPECT_EQ(text(asked),
            "bias1 exchange0 last11 colleagues0 domain0 thread0 rivals6 rank5 "
            "given5 gives5 given-by-all4 strangers5 company1 ");
  // With one of them always.
  asked.evidence.typed.person_address = exchange(9, 0, 1);
  asked.evidence.typed.organisation_address = exchange(9, 0, 1);
  asked.evidence.together[0] = {exchange(9, 0, 1), exchange(9, 0, 1), 9, 9};
  EXPECT_EQ(text(asked),
            "bias1 exchange30 last2 colleagues0 domain0 thread4 rivals6 rank5 "
            "given8 gives10 given-by-all8 strangers2 company1 ");
  // A rival who is in the letter too is none.
  asked.evidence.rivals = {{"Y@army.mil", "", exchange(90, 0, 1)}};
  EXPECT_THAT(text(asked), testing::HasSubstr(" rivals6 "));
}

TEST(WrongEntry, TheShippedTableKnowsWhatIsOrdinary) {
  const WrongEntry& shipped = WrongEntry::shipped();
  Question ordinary;
  ordinary.inquiry.together = {"y@army.mil"};
  ordinary.evidence.typed.person_address = exchange(30, 30, 1);
  ordinary.evidence.typed.organisation_address = exchange(30, 30, 1);
  ordinary.evidence.typed.organisation_domain = exchange(60, 60, 1);
  ordinary.evidence.together = {
      {exchange(30, 30, 1), exchange(30, 30, 1), 25, 25}};
  Question odd = ordinary;
  odd.evidence.typed.person_address = {};
  odd.evidence.together[0].letters = 0;
  odd.evidence.together[0].organisation_letters = 0;
  EXPECT_LT(shipped.log_odds(cues(ordinary.inquiry, ordinary.evidence)), -3);
  EXPECT_GT(shipped.log_odds(cues(odd.inquiry, odd.evidence)), 1);
}

TEST(WrongEntry, ReadsATable) {
  const auto table =
      WrongEntry::parse("# head\na\t0\t1.5\n\na\t1\t-2\nb\t0\t3\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->weight({"a", 1}), -2);
  EXPECT_EQ(table->weight({"a", 2}), 0);
  EXPECT_EQ(table->weight({"c", 0}), 0);
  const Cue of[] = {{"a", 0}, {"b", 0}, {"c", 7}};
  EXPECT_EQ(table->log_odds(of), 4.5);

  for (const char* line :
       {"a\t0", "a\t0\t1\t2", "a\tx\t1", "a\t0\t1x", "a\t0\tnan", "a 0 1"}) {
    const auto bad = WrongEntry::parse(std::string("b\t0\t1\n") + line);
    ASSERT_FALSE(bad) << line;
    EXPECT_EQ(bad.error().message,
              "line 2: must be a name, a step and a weight, with tabs between, "
              "not \"" +
                  printable(line, 100) + '"');
  }
}

}  // namespace
}  // namespace lostletter::guard
