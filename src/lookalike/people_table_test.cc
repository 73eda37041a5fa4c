// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people_table.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "lookalike/local_part.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

using Asked = PeopleTable::Asked;

// Every text of these letters, so long.
void add_all(std::string_view letters, std::size_t length,
             std::vector<std::string>& to) {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<std::string> longer;
    for (const auto& text : texts) {
      for (const char c : letters) longer.push_back(text + c);
    }
    texts = std::move(longer);
  }
  to.insert(to.end(), texts.begin(), texts.end());
}

// Whatever the plain formulas explain is found, whether the people of a domain
// are few, so that all are looked at, or many, so that an index is asked.
TEST(PeopleTable, FindsWhatTheFormulasExplain) {
  for (const bool many : {false, true}) {
    std::vector<std::string> world = {"ann.lee", "annlee", "leeann", "a.lee",
                                      "ann.m.lee"};
    for (std::size_t n = 1; n <= 4; ++n) add_all("ab.", n, world);
    for (std::size_t n = 6; n <= (many ? 8 : 7); ++n) add_all("ab", n, world);
    PeopleTable table;
    for (const auto& text : world) {
      table.add(text, "x.example", 1);
      table.add("somebody", "y.example", 1);
    }
    table.finish();
    ASSERT_EQ(table.size(), world.size() + 1);
    const auto* place = table.find_place("x.example");
    ASSERT_NE(place, nullptr);
    for (const auto& typed : world) {
      const std::u32string base = decode_utf8(typed).value();
      const Asked asked(base);
      const auto near = table.near(*place, asked);
      EXPECT_EQ(table.standing(*place, asked), Standing::kKnown) << typed;
      for (auto i = place->first; i < place->end; ++i) {
        const std::u32string known = table.person(i).base;
        const std::string shown = encode_utf8(known) + " -> " + typed;
        if (slip_of_hand(known, base)) {
          ASSERT_TRUE(std::ranges::binary_search(near.by_hand, i)) << shown;
        }
        if (slip_of_memory(known, base)) {
          ASSERT_TRUE(std::ranges::binary_search(near.by_memory, i)) << shown;
        }
      }
    }
  }
}

// The ways to write one mailbox are one person, with the letters of all.
TEST(PeopleTable, MailboxesAreMerged) {
  PeopleTable table;
  table.add("b.clark+news", "gmail.com", 1);
  table.add("BClark", "googlemail.com", 2);
  table.add("b.clark", "yahoo.com", 4);
  table.add("bclark", "yahoo.com", 8);
  table.finish();
  ASSERT_EQ(table.size(), 3U);
  EXPECT_EQ(table.weight(), 15);
  const auto* place = table.find_place("googlemail.com");
  ASSERT_EQ(place, table.find_place("gmail.com"));
  const Person person = table.person(place->first);
  EXPECT_EQ(person.written, "BClark");
  EXPECT_EQ(person.base, U"b.clark");
  EXPECT_EQ(person.domain, "gmail.com");
  EXPECT_EQ(person.weight, 3);
  EXPECT_EQ(table.find_place("example.net"), nullptr);
}

// Of one local part, whoever has it and wherever.
TEST(PeopleTable, TheSameElsewhere) {
  PeopleTable table;
  table.add("ann.lee", "x.example", 1);
  table.add("ann_lee", "y.example", 2);
  table.add("bob", "y.example", 4);
  table.add("\xc3\xa9", "y.example", 8);
  table.finish();
  const auto same = [&](std::u32string_view base) {
    return table.same(Asked(base));
  };
  ASSERT_TRUE(same(U"annlee"));
  EXPECT_FALSE(same(U"annlee")->is_single);
  EXPECT_EQ(same(U"annlee")->weight, 3);
  ASSERT_TRUE(same(U"b.ob"));
  EXPECT_TRUE(same(U"b.ob")->is_single);
  EXPECT_EQ(table.person(same(U"b.ob")->first).written, "bob");
  ASSERT_TRUE(same(U"\u00e9"));
  EXPECT_EQ(same(U"\u00e9")->weight, 8);
  EXPECT_FALSE(same(U"bo"));
  const auto* place = table.find_place("x.example");
  EXPECT_TRUE(table.has_same(*place, Asked(U"annlee")));
  EXPECT_FALSE(table.standing(*place, Asked(U"annlee")));
  EXPECT_FALSE(table.has_same(*place, Asked(U"bob")));
}

}  // namespace
}  // namespace lostletter::lookalike
