// SPDX-License-Identifier: Apache-2.0
#include "scan/corrections.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

constexpr std::uint32_t kNoon = 1'700'000'000 / 86400 * 86400 + 12 * 3600;

struct Pair {
  std::string_view a;
  std::string_view b;
  bool almost;
};

TEST(Corrections, KnowWhatIsAlmostTheSame) {
  constexpr Pair kPairs[] = {
      {"bob@army.mil", "bob@army.ml", true},
      {"bob@army.mil", "bbo@army.mil", true},
      {"robert.smith@army.mil", "rbert.smiht@army.mil", true},
      {"bob@army.mil", "eve@army.mil", false},
      {"bob@army.mil", "bob@army.mil", false},
      {"ops1@army.mil", "ops2@army.mil", false},
      {"ops@army.mil", "ops2@army.mil", false},
      // Two slips in something short make another one.
      {"anna@army.mil", "emma@army.mil", false},
      {"bob@a.test", "bob@b.test", true},
      {"rob@army.mil", "bob@army.ml", false},
  };
  for (const auto& [a, b, almost] : kPairs) {
    EXPECT_EQ(is_almost(a, b), almost) << a << ' ' << b;
    EXPECT_EQ(is_almost(b, a), almost) << b << ' ' << a;
  }
}

class CorrectionsTest : public testing::Test {
 protected:
  Id id(std::string_view address) { return names_.intern(address); }

  Event event(std::uint32_t at, std::string_view to, std::uint32_t size,
              bool bounced = false) {
    return {kNoon + at, id("ann@example.com"), id(to), size, bounced};
  }

  // How many corrections these make, all told of at once.
  std::size_t count(const std::vector<Event>& events) {
    Corrections corrections(names_);
    for (const Event& one : events) corrections.hear(one, one.at + 1);
    corrections.finish();
    return corrections.found().size();
  }

  Names names_;
};

TEST_F(CorrectionsTest, AreTheSameLetterSoonAfter) {
  const std::string wrong = "bob@army.ml";
  const std::string right = "bob@army.mil";
  EXPECT_EQ(count({event(0, wrong, 5000), event(300, right, 5050)}), 1);
  // Another letter.
  EXPECT_EQ(count({event(0, wrong, 5000), event(300, right, 9000)}), 0);
  // Too late, and to the next bucket.
  EXPECT_EQ(count({event(0, wrong, 5000), event(1801, right, 5000)}), 0);
  EXPECT_EQ(count({event(7000, wrong, 5000), event(7400, right, 5000)}), 1);
  // In one letter.
  EXPECT_EQ(count({event(0, wrong, 5000), event(0, right, 5000)}), 0);
  // What came back may be written anew, and later.
  EXPECT_EQ(count({event(0, wrong, 5000, true), event(7000, right, 900)}), 1);
  EXPECT_EQ(count({event(0, wrong, 5000, true), event(7201, right, 900)}), 0);
  EXPECT_EQ(count({event(0, wrong, 500), event(9, "eve@army.mil", 500)}), 0);
}

TEST_F(CorrectionsTest, SayWhoAndWhen) {
  Corrections corrections(names_);
  for (const std::uint32_t day : {0U, 5U}) {
    const std::uint32_t at = day * 86400;
    corrections.hear(event(at, "bob@army.ml", 5000, day == 5), kNoon + at + 1);
    corrections.hear(event(at + 60, "bob@army.mil", 5000), kNoon + at + 61);
  }
  corrections.finish();
  const std::map<Correction, Corrected> want = {
      {{id("ann@example.com"), id("bob@army.ml"), id("bob@army.mil")},
       {2, 1, kNoon, kNoon + 5 * 86400}}};
  EXPECT_EQ(corrections.found(), want);
}

TEST_F(CorrectionsTest, APersonWritesNoHundredLetters) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < 100; ++i) {
    events.push_back(
        event(60 * i, i % 2 == 0 ? "bob@army.ml" : "bob@army.mil", 5000));
  }
  EXPECT_EQ(count(events), 0);
}

TEST_F(CorrectionsTest, AnotherLogOfTheSameDaysStandsByItself) {
  Corrections corrections(names_);
  corrections.hear(event(0, "bob@army.ml", 5000), kNoon + 1);
  corrections.hear(event(9 * 86400, "x@army.mil", 1), kNoon + 9 * 86400);
  corrections.hear(event(60, "bob@army.mil", 5000), kNoon + 61);
  corrections.finish();
  EXPECT_TRUE(corrections.found().empty());
}

// However a stream is cut, its parts add up to it.
TEST_F(CorrectionsTest, PartsAddUp) {
  std::mt19937 random(3);
  const auto roll = [&random](std::uint32_t sides) {
    return static_cast<std::uint32_t>(random()) % sides;
  };
  std::vector<Id> senders;
  std::vector<Id> readers;
  for (int i = 0; i < 6; ++i) {
    senders.push_back(
        id("person" + std::string(1, char('a' + i)) + "@example.com"));
  }
  for (const auto* to : {"bob@army.ml", "bob@army.mil", "bbo@army.mil",
                         "bob@armyy.mil", "eve@army.mil"}) {
    readers.push_back(id(to));
  }
  std::vector<Event> events;
  std::uint32_t at = kNoon;
  for (int i = 0; i < 3000; ++i) {
    at += roll(1200);
    events.push_back({at - roll(600),
                      senders[roll(static_cast<std::uint32_t>(senders.size()))],
                      readers[roll(static_cast<std::uint32_t>(readers.size()))],
                      5000 + roll(99), roll(4) == 0});
  }
  Corrections whole(names_);
  for (const Event& one : events) whole.hear(one, one.at + 600);
  whole.finish();
  ASSERT_GT(whole.found().size(), 20);

  for (int round = 0; round < 30; ++round) {
    Corrections sum(names_);
    for (std::size_t begin = 0; begin < events.size();) {
      const std::size_t end = std::min(events.size(), begin + 1 + roll(2000));
      Corrections part(names_, Corrections::Scope::kPart);
      for (; begin < end; ++begin) {
        part.hear(events[begin], events[begin].at + 600);
      }
      part.finish();
      sum.add(part.part());
    }
    sum.finish();
    EXPECT_EQ(sum.found(), whole.found());
  }
}

}  // namespace
}  // namespace lostletter::scan
