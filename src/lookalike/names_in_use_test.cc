// SPDX-License-Identifier: Apache-2.0
#include "lookalike/names_in_use.h"

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

TEST(NamesInUse, CountsPeopleWhoHaveThem) {
  NamesInUse names;
  names.add(U"gary.taylor", true);
  names.add(U"taylor.taylor", true);
  names.add(U"ann_lee", true);
  names.add(U"j.lee", false);
  names.finish();
  EXPECT_EQ(names.people(), 4U);
  EXPECT_EQ(names.count(U"taylor", 0), 2U);
  EXPECT_EQ(names.count(U"taylor", 1), 1U);
  EXPECT_EQ(names.count(U"taylor", 2), 0U);
  EXPECT_EQ(names.count(U"taylor", 9), 0U);
  EXPECT_EQ(names.count(U"lee", 0), 2U);
  EXPECT_EQ(names.count(U"gary", 0), 1U);
  EXPECT_EQ(names.count(U"garytaylor", 0), 0U);
  EXPECT_EQ(names.count(U"j", 0), 0U);  // an initial
}

// What one who never answered is called may be a slip that was made before.
TEST(NamesInUse, OneUnknownVouchesForNothing) {
  NamesInUse names;
  names.add(U"jonh.smith", false);
  names.add(U"ann.smith", false);
  names.add(U"bob.brown", true);
  names.finish();
  EXPECT_EQ(names.count(U"jonh", 0), 0U);
  EXPECT_EQ(names.count(U"smith", 0), 2U);
  EXPECT_EQ(names.count(U"smith", 1), 0U);
  EXPECT_EQ(names.count(U"bob", 0), 1U);
}

TEST(NamesInUse, NobodyIsCalledAnything) {
  NamesInUse names;
  names.finish();
  EXPECT_EQ(names.people(), 0U);
  EXPECT_EQ(names.count(U"ann", 0), 0U);
}

}  // namespace
}  // namespace lostletter::lookalike
