// SPDX-License-Identifier: Apache-2.0
#include "lookalike/channel.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/text.h"
#include "lookalike/align.h"
#include "lookalike/neighbours.h"

namespace lostletter::lookalike {
namespace {

std::string line_of(EditKind kind) {
  return std::string(row_of(kind).id) + "\t-1.000\t-2.500\t-3.125\t-";
}

std::string whole_table() {
  std::string table = "# a comment\n";
  for (const EditRow& row : edit_rows()) table += line_of(row.kind) + '\n';
  return table + "further-edit\t4.500\n";
}

std::string error_of(const std::string& table) {
  const auto parsed = Channel::parse(table);
  return parsed ? "fine" : parsed.error().message;
}

TEST(Channel, ReadsWhatItWrites) {
  const auto channel = Channel::parse(whole_table());
  ASSERT_TRUE(channel);
  EXPECT_EQ(channel->log_likelihood(EditKind::kDeletion, EditPlace::kInside),
            -2.5);
  EXPECT_EQ(channel->log_likelihood(EditKind::kDeletion, EditPlace::kSuffix),
            -INFINITY);
  EXPECT_EQ(channel->further_edit(), 4.5);
  const auto again = Channel::parse(channel->to_table());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_table(), channel->to_table());
  EXPECT_EQ(error_of(Channel::built_in().to_table()), "fine");
}

TEST(Channel, WrongTablesAreRefused) {
  const std::string good = whole_table();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string table = good;
    const auto at = table.find(from);
    EXPECT_NE(at, table.npos) << from;
    table.replace(at, from.size(), to);
    return table;
  };
  struct Case {
    std::string table;
    std::string error;
  };
  const Case kCases[] = {
      {"", "there is no row 'deletion'"},
      {with("further-edit\t4.500\n", ""), "there is no row 'further-edit'"},
      {with("vowel\t", "vowels\t"), "line 8: 'vowels' is no kind of slip"},
      {with("doubling\t-1.000", "doubling\t1.000"),
       "line 5: 'doubling' needs four logarithms of likelihoods, none above "
       "0: first, inside, label end, suffix"},
      {with("doubling\t-1.000\t", "doubling\t"),
       "line 5: 'doubling' needs four logarithms of likelihoods, none above "
       "0: first, inside, label end, suffix"},
      {with("doubling\t-1.000", "doubling\t-1.0001"),
       "line 5: 'doubling' has '-1.0001', which is no number of thousandths"},
      {with("doubling\t-1.000", "doubling\tnan"),
       "line 5: 'doubling' has 'nan', which is no number of thousandths"},
  };
  for (const Case& one : kCases) EXPECT_EQ(error_of(one.table), one.error);
}

// FACTS 2.1: for one candidate a deletion is some 20 to 40 times as likely as a
// substitution or an insertion. Over all candidates of usual names.
TEST(Channel, DeletionLeadsForOneCandidate) {
  const Channel& channel = Channel::built_in();
  double deletions = 0;
  double deletion = 0;
  double others = 0;
  double other = 0;
  for (const std::u32string name :
       {U"stanford.edu", U"hotmail.com", U"lockheedmartin.com"}) {
    const Shape shape{name, name.find(U'.') + 1};
    for (const auto& typed : neighbours(name)) {
      const auto found = align(channel, shape, typed, 1);
      ASSERT_TRUE(found) << encode_utf8(typed);
      if (typed.size() < name.size()) {
        ++deletions;
        deletion += std::exp(found->log_likelihood);
      } else {
        ++others;
        other += std::exp(found->log_likelihood);
      }
    }
  }
  const double ratio = (deletion / deletions) / (other / others);
  EXPECT_GE(ratio, 20);
  EXPECT_LE(ratio, 60);
  RecordProperty("deletion_to_substitution", std::to_string(ratio));
}

}  // namespace
}  // namespace lostletter::lookalike
