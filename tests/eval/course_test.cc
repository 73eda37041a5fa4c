// SPDX-License-Identifier: Apache-2.0
#include "course.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people.h"

namespace lostletter::eval {
namespace {

using std::chrono::days;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};
constexpr double kNone = -std::numeric_limits<double>::infinity();

TEST(RightLetter, IsCalledOnceForTheSameRecipient) {
  const RightLetter letter = {{{2, kNone}, {5, 4}}};
  EXPECT_TRUE(letter.is_called(1));    // by the first
  EXPECT_FALSE(letter.is_called(3));   // the second was called before
  EXPECT_TRUE(letter.is_called(4.5));  // and was not, from here on
  EXPECT_FALSE(letter.is_called(6));
}

TEST(People, SharesHaveIntervalsOverPeople) {
  ByPerson shares;
  EXPECT_EQ(to_string(shares), "-");
  shares["a"] = {9, 10};
  shares["b"] = {0, 10};
  EXPECT_EQ(to_string(shares), "45.0 % (25.8-65.8)");  // Wilson's
  for (const char* one : {"c", "d", "e", "f"}) shares[one] = {5, 10};
  const Estimate pooled_ = pooled(shares);
  EXPECT_NEAR(pooled_.value, 29.0 / 60, 1e-9);
  EXPECT_LT(pooled_.low, pooled_.value);
  EXPECT_GT(pooled_.high, pooled_.value);
  EXPECT_GE(pooled_.low, 0.0);
  EXPECT_LE(pooled_.high, 0.9);
}

TEST(Expected, FollowsTheDial) {
  const auto dial = guard::Dial::parse("0.25 per person per month").value();
  EXPECT_EQ(expected({kNoon, kNoon + days(600), 100, 3}, dial), 5);
}

// The likeliest mistake first; who said yes is not asked again.
TEST(Budget, AsksAndRemembers) {
  Post post = {"test", {"example.com"}, {}};
  Replay replay(post);
  const auto dial = guard::Dial::parse("1 per person per month").value();
  Budget budget(replay.store(), dial);
  archive::Letter letter;
  letter.sender = "me@example.com";
  letter.at = kNoon;
  const AddressBook book;
  const Sending sending = {letter, {"a@x.test", "b@x.test", "c@x.test"}, book};
  // A newcomer: nearly certain ones only, and after one the next must be more.
  EXPECT_EQ(budget.send(sending, {1, 6, 5}), 1U);
  EXPECT_NEAR(budget.threshold("me@example.com", kNoon), 6 + 2, 1e-9);
  letter.at = kNoon + days(40);
  const Sending later = {letter, {"b@x.test"}, book};
  EXPECT_EQ(budget.send(later, {30}), 0U);  // meant, 40 days ago
  letter.at = kNoon + days(140);
  EXPECT_EQ(budget.send(later, {30}), 1U);
}

}  // namespace
}  // namespace lostletter::eval
