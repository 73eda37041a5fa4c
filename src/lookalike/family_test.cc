// SPDX-License-Identifier: Apache-2.0
#include "lookalike/family.h"

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

double relatives(std::u32string_view intended, std::u32string_view typed) {
  const Shape shape{intended, intended.find(U'.') + 1};
  const auto found = explain(Channel::built_in(), shape, typed, 2);
  EXPECT_TRUE(found);
  return Family::built_in().log_relatives(shape, found->edits, typed);
}

TEST(Family, ReadsWhatItWrites) {
  const std::string table = Family::built_in().to_table();
  const auto again = Family::parse(table);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_table(), table);
}

TEST(Family, WrongTablesAreRefused) {
  const std::string good = Family::built_in().to_table();
  const auto error = [](const std::string& table) {
    const auto parsed = Family::parse(table);
    return parsed ? "fine" : parsed.error().message;
  };
  EXPECT_EQ(error(""), "there is no row 'deletion'");
  EXPECT_EQ(error(good + "mood\t1\n"),
            "line 39: 'mood' is no kind, place or length");
  EXPECT_EQ(error(good + "number\t1\t2\n"),
            "line 39: 'number' needs one logarithm");
}

// What real lists of names show: acronyms have many relatives, long names few;
// hardly any name is another one with two letters swapped.
TEST(Family, ShortLabelsHaveMoreRelatives) {
  EXPECT_GT(relatives(U"uwa.edu", U"uwm.edu"),
            relatives(U"wollongong.edu", U"wollongomg.edu") + 2);
  EXPECT_GT(relatives(U"uwa.edu", U"uwm.edu"),
            relatives(U"stanford.edu", U"stanfrod.edu"));
}

TEST(Family, RegionsAndNumbers) {
  EXPECT_TRUE(differ_by_region(U"albanyga.gov", U"albanyca.gov"));
  EXPECT_TRUE(differ_by_region(U"vtcourts.gov", U"uscourts.gov"));
  EXPECT_FALSE(differ_by_region(U"albanyga.gov", U"albanyzz.gov"));
  EXPECT_FALSE(differ_by_region(U"albanyga.gov", U"albanyga.gov"));
  EXPECT_FALSE(differ_by_region(U"albanyga.gov", U"albanyca.com"));
  EXPECT_FALSE(differ_by_region(U"ga.gov", U"ca.gov"));
  EXPECT_TRUE(differ_by_number(U"mail1.example", U"mail2.example"));
  EXPECT_TRUE(differ_by_number(U"mail.example", U"mail12.example"));
  EXPECT_FALSE(differ_by_number(U"mail1.example", U"mail1.example"));
  EXPECT_FALSE(differ_by_number(U"mail1.example", U"nail1.example"));
}

TEST(Family, LabelsAndTheirLengths) {
  EXPECT_EQ(label_length({U"us.army.mil", 8}, 0), 2U);
  EXPECT_EQ(label_length({U"us.army.mil", 8}, 4), 4U);
  EXPECT_EQ(label_length({U"us.army.mil", 8}, 11), 3U);
  EXPECT_EQ(length_class(1), 0U);
  EXPECT_EQ(length_class(6), length_class(7));
  EXPECT_EQ(length_class(63), kLengthClasses - 1);
}

}  // namespace
}  // namespace lostletter::lookalike
