// SPDX-License-Identifier: Apache-2.0
#include "exposure/table.h"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "exposure/text_hash.h"

namespace lostletter::exposure {
namespace {

// Short ones of few letters: many come twice.
std::string random_text(std::mt19937& random) {
  std::string text(1 + random() % 9, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 5);
  return text;
}

// The row that the table has for it.
std::size_t number_of(Table& table, const std::string& text) {
  const auto key = table.expect(TextHash(text).value());
  table.expect_row(key);
  table.expect_text(key);
  text.copy(table.write(), text.size());
  const Row& row = table.at(text.size(), key);
  return static_cast<std::size_t>(&row - table.rows().data());
}

class Tables : public testing::TestWithParam<std::size_t> {};

// Whether room was made for them or not: a table that grows forgets nothing.
TEST_P(Tables, EachTextHasOneRowInTheOrderOfComing) {
  Table table;
  table.reserve(GetParam(), 8);
  std::map<std::string, std::size_t> plain;
  std::mt19937 random(11);
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_text(random);
    const auto known = plain.try_emplace(text, plain.size()).first;
    ASSERT_EQ(number_of(table, text), known->second) << text;
  }
  ASSERT_EQ(table.rows().size(), plain.size());
  for (const auto& [text, number] : plain) {
    EXPECT_EQ(table.text_of(table.rows()[number]), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Room, Tables,
                         testing::Values(0, 1000, 20'000, 500'000));

TEST(Table, SumsTheLikeliestWayOfEachTarget) {
  const std::vector<double> shares = {0.5, 0.25, 0.25};
  Row row;
  Table::note(row, 0, shares, 0.25);
  Table::note(row, 0, shares, 0.125);  // another way, less likely
  Table::note(row, 1, shares, 0.75);
  EXPECT_EQ(row.weight, 0.5 * 0.25 + 0.25 * 0.75);
  EXPECT_EQ(row.best, 1U);
  EXPECT_EQ(row.likeliest, 0.75);
  Table::note(row, 2, shares, 0.5);
  EXPECT_EQ(row.weight, 0.5 * 0.25 + 0.25 * 0.75 + 0.25 * 0.5);
  EXPECT_EQ(row.best, 1U);
}

}  // namespace
}  // namespace lostletter::exposure
