// SPDX-License-Identifier: Apache-2.0
#include "exposure/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::exposure {
namespace {

using lookalike::Index;
using lookalike::KnownName;
using lookalike::Source;

std::vector<std::shared_ptr<const Index>> layers(
    const std::vector<KnownName>& first, const std::vector<KnownName>& second) {
  return {std::make_shared<const Index>(Index::build(first)),
          std::make_shared<const Index>(Index::build(second))};
}

std::vector<std::string> names(const std::vector<Target>& targets) {
  std::vector<std::string> all;
  for (const Target& one : targets) all.push_back(one.name.ascii());
  return all;
}

const auto kName = domain::Name::parse("example.com").value();

TEST(Targets, NameFirstThenWhatLiesBelowByItsMail) {
  const auto known = layers({{"example.com", Source::kCurated, 4},
                             {"a.example.com", Source::kCurated, 5},
                             {"notexample.com", Source::kCurated, 1}},
                            {{"a.example.com", Source::kCurated, 2},
                             {"b.example.com", Source::kCurated, 3},
                             {"example.com.test", Source::kKnown, 1}});
  const auto targets = usual_targets(kName, known, 10);
  EXPECT_THAT(
      names(targets),
      testing::ElementsAre("example.com", "a.example.com", "b.example.com"));
  double all = 0;
  for (const Target& one : targets) all += one.share;
  EXPECT_NEAR(all, 1, 1e-12);
  EXPECT_GT(targets[1].share, targets[2].share);
  EXPECT_THAT(names(usual_targets(kName, known, 2)),
              testing::ElementsAre("example.com", "a.example.com"));
}

TEST(Targets, NameThatNobodyKnows) {
  const auto alone = usual_targets(kName, layers({}, {}), 10);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].share, 1);
  const auto two = usual_targets(
      kName, layers({{"a.example.com", Source::kCurated, 2}}, {}), 10);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_NEAR(two[0].share, 0.5, 1e-12);
}

}  // namespace
}  // namespace lostletter::exposure
