// SPDX-License-Identifier: Apache-2.0
#include "exposure/forecast.h"

#include <cmath>
#include <map>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/align.h"
#include "lookalike/typed.h"

namespace lostletter::exposure {
namespace {

// Szurdi and Christin, IMC 2017: letters a year, spam taken out, that came to
// typo names they had registered. Names of which several are published, so that
// it need not be known how many letters the right name gets.
struct Published {
  std::string_view meant;
  std::string_view typed;
  double letters;
};
constexpr Published kPublished[] = {
    {"outlook.com", "ohtlook.com", 1320}, {"outlook.com", "outlo0k.com", 1170},
    {"outlook.com", "outmook.com", 324},  {"outlook.com", "ouulook.com", 137},
    {"outlook.com", "oetlook.com", 84},   {"outlook.com", "ouvlook.com", 25},
    {"outlook.com", "o7tlook.com", 20},   {"hotmail.com", "hovmail.com", 1095},
    {"hotmail.com", "ho6mail.com", 147},
};

double probability(const Published& one) {
  const auto name = domain::Name::parse(one.meant).value();
  const auto text = decode_utf8(name.unicode()).value();
  const auto found =
      lookalike::explain(lookalike::Channel::built_in(),
                         {text, lookalike::suffix_start(name.ascii(), text)},
                         decode_utf8(one.typed).value(), 2);
  return std::exp(found.value().log_likelihood);
}

// The spread of published counts about what the channel says, within names
// meant: what kSpreadOfName has to be.
TEST(Forecast, SpreadOfNameIsThatOfThePublishedCounts) {
  std::map<std::string_view, std::vector<double>> logs;
  for (const Published& one : kPublished) {
    logs[one.meant].push_back(std::log(one.letters / probability(one)));
  }
  double squares = 0;
  double freedom = 0;
  for (const auto& [meant, values] : logs) {
    double mean = 0;
    for (const double value : values) {
      mean += value / static_cast<double>(values.size());
    }
    for (const double value : values) squares += std::pow(value - mean, 2);
    freedom += static_cast<double>(values.size()) - 1;
  }
  EXPECT_NEAR(std::sqrt(squares / freedom), kSpreadOfName, 0.05);
}

TEST(Forecast, SpreadOfLevelIsThatOfThePublishedInterval) {
  EXPECT_NEAR(std::log(4'039'500.0 / 58'460.0) / (2 * 1.96), kSpreadOfLevel,
              0.01);
}

// Given the letters that outlook.com must have had, published counts lie where
// they were said to be: of nine at most one does not, since one in twenty may
// ("outlo0k", a slip of the eye that the channel takes for rare).
TEST(Forecast, IntervalsHoldThePublishedCounts) {
  std::vector<std::string_view> outside;
  for (const std::string_view meant : {"outlook.com", "hotmail.com"}) {
    double letters = 0;
    double sum = 0;
    for (const Published& one : kPublished) {
      if (one.meant != meant) continue;
      letters += one.letters;
      sum += probability(one);
    }
    for (const Published& one : kPublished) {
      if (one.meant != meant) continue;
      const auto said = estimate(letters / sum * probability(one));
      if (one.letters < said.low || one.letters > said.high) {
        outside.push_back(one.typed);
      }
    }
  }
  EXPECT_EQ(outside, std::vector<std::string_view>({"outlo0k.com"}));
}

TEST(Forecast, Estimate) {
  const Estimate none = estimate(0);
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.high, 0);
  const Estimate one = estimate(100);
  EXPECT_EQ(one.mean, 100);
  EXPECT_LT(one.low, 1);
  EXPECT_GT(one.high, 500);
  // A hundred names together are less in doubt than one, never less than the
  // level is.
  const Estimate many = estimate(std::vector<double>(100, 1.0));
  EXPECT_NEAR(many.mean, 100, 1e-9);
  EXPECT_GT(many.low, one.low);
  const Estimate crowd = estimate(std::vector<double>(1'000'000, 1e-4));
  EXPECT_NEAR(std::log(crowd.high / crowd.low), 2 * 1.96 * kSpreadOfLevel,
              0.02);
}

}  // namespace
}  // namespace lostletter::exposure
