// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "store/held.h"

namespace lostletter::store {
namespace {

using Lines = std::vector<ActionLine>;

Lines chain(std::size_t many) {
  Lines lines;
  std::string before;
  for (std::size_t i = 1; i <= many; ++i) {
    ActionLine line = {.number = i,
                       .at = Seconds(Duration(1795435200 + i)),
                       .who = i % 2 == 0 ? "sender" : "guard:mx1.example",
                       .event = i % 2 == 0 ? "release" : "hand",
                       .code = "code" + std::to_string(i / 4),
                       .recipient = i % 3,
                       .detail = "as typed",
                       .hash = {}};
    line.hash = chain_hash(line, before);
    before = line.hash;
    lines.push_back(line);
  }
  return lines;
}

// The number of the line at which it breaks; 0 for a whole chain.
std::uint64_t broken_at(const Lines& lines, std::string_view before = {}) {
  const auto line = first_broken(lines, before);
  return line ? line->number : 0;
}

// Hashed by hand: printf '0:,1:1,10:...' | sha256sum.
TEST(ActionLog, AHashThatWillNeverChange) {
  const ActionLine line = {.number = 1,
                           .at = Seconds(Duration(1795435200)),
                           .who = "operator:root",
                           .event = "discard",
                           .code = "abc",
                           .recipient = 2,
                           .detail = "asked by telephone",
                           .hash = {}};
  EXPECT_EQ(chain_hash(line, ""),
            "0e46621ddef4883e95f6e695e396e868b3c7bf3af92b1e070d77abc5dd380f71");
}

TEST(ActionLog, AWholeChain) {
  EXPECT_EQ(broken_at({}), 0U);
  const Lines lines = chain(9);
  EXPECT_EQ(broken_at(lines), 0U);
  // In parts, as it is read.
  const Lines head(lines.begin(), lines.begin() + 4);
  const Lines tail(lines.begin() + 4, lines.end());
  EXPECT_EQ(broken_at(head), 0U);
  EXPECT_EQ(broken_at(tail, head.back().hash), 0U);
}

struct Tampering {
  std::string what;
  std::function<void(Lines&)> with;
  std::uint64_t found_at;
};

TEST(ActionLog, EachTamperingIsFound) {
  const Tampering cases[] = {
      {"at", [](Lines& l) { l[4].at += Duration(1); }, 5},
      {"who", [](Lines& l) { l[4].who = "sender"; }, 5},
      {"event", [](Lines& l) { l[4].event = "discard"; }, 5},
      {"code", [](Lines& l) { l[4].code = "code9"; }, 5},
      {"recipient", [](Lines& l) { ++l[4].recipient; }, 5},
      {"detail", [](Lines& l) { l[4].detail = "as typeD"; }, 5},
      {"hash", [](Lines& l) { l[4].hash[0] ^= 1; }, 5},
      {"number", [](Lines& l) { l[4].number = 50; }, 50},
      {"a character moved to the next field",
       [](Lines& l) {
         l[4].detail = l[4].code.back() + l[4].detail;
         l[4].code.pop_back();
       },
       5},
      {"changed and hashed anew, not those after it",
       [](Lines& l) {
         l[4].event = "discard";
         l[4].hash = chain_hash(l[4], l[3].hash);
       },
       6},
      {"the last changed", [](Lines& l) { l[8].who = "mta"; }, 9},
      {"removed", [](Lines& l) { l.erase(l.begin() + 4); }, 6},
      {"removed and numbered anew",
       [](Lines& l) {
         l.erase(l.begin() + 4);
         for (std::size_t i = 4; i < l.size(); ++i) l[i].number = i + 1;
       },
       5},
      {"inserted", [](Lines& l) { l.insert(l.begin() + 4, l[4]); }, 5},
      {"inserted with a hash that follows",
       [](Lines& l) {
         ActionLine more = l[4];
         more.detail = "more";
         more.hash = chain_hash(more, l[3].hash);
         l.insert(l.begin() + 4, more);
       },
       5},
      {"reordered", [](Lines& l) { std::swap(l[4], l[5]); }, 6},
      {"reordered, each with its number",
       [](Lines& l) {
         std::swap(l[4], l[5]);
         std::swap(l[4].number, l[5].number);
       },
       5},
      {"cut off at the front", [](Lines& l) { l.erase(l.begin()); }, 2},
      {"cut off at the front and numbered anew",
       [](Lines& l) {
         l.erase(l.begin());
         for (std::size_t i = 0; i < l.size(); ++i) l[i].number = i + 1;
       },
       1},
      {"another chain's end",
       [](Lines& l) {
         Lines other = chain(9);
         other[0].who = "mta";
         std::string before;
         for (auto& line : other) before = line.hash = chain_hash(line, before);
         std::copy(other.begin() + 4, other.end(), l.begin() + 4);
       },
       5},
  };
  for (const Tampering& one : cases) {
    Lines lines = chain(9);
    one.with(lines);
    EXPECT_EQ(broken_at(lines), one.found_at) << one.what;
  }
}

// What the chain cannot know by itself: the hash of the last line, noted down
// somewhere else, tells it.
TEST(ActionLog, CutOffAtTheEndOnlyTheLastHashTells) {
  Lines lines = chain(9);
  const std::string noted = lines.back().hash;
  lines.resize(7);
  EXPECT_EQ(broken_at(lines), 0U);
  EXPECT_EQ(std::ranges::count(lines, noted, &ActionLine::hash), 0);
}

TEST(HeldCode, NobodyCanGuessIt) {
  std::set<std::string> all;
  std::set<char> letters;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = new_code();
    EXPECT_EQ(code.size(), 32U);
    letters.insert(code.begin(), code.end());
    all.insert(code);
  }
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(std::string(letters.begin(), letters.end()),
            "234567abcdefghijklmnopqrstuvwxyz");
}

}  // namespace
}  // namespace lostletter::store
