// SPDX-License-Identifier: Apache-2.0
#include "lookalike/packed_names.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

TEST(PackedNames, Unpacked) {
  constexpr std::string_view kNames =
      "\x80"
      "com.gmail\x84"
      "mx\x80"
      "mil.army\x88.us";
  constexpr std::uint8_t kOrigins[] = {9, 2, 11, 5};
  const auto names = unpack_names(
      {reinterpret_cast<const std::uint8_t*>(kNames.data()), kNames.size()},
      kOrigins);
  struct Case {
    std::string_view name;
    Source source;
    double weight;
  };
  constexpr Case kCases[] = {
      {"gmail.com", Source::kCurated, 1},
      {"mx.com", Source::kList, 2},
      {"army.mil", Source::kCurated, 3},
      {"us.army.mil", Source::kList, 5},
  };
  ASSERT_EQ(names.size(), std::size(kCases));
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(names[i].name, kCases[i].name);
    EXPECT_EQ(names[i].source, kCases[i].source) << names[i].name;
    EXPECT_EQ(names[i].weight, kCases[i].weight) << names[i].name;
  }
  EXPECT_TRUE(unpack_names({}, {}).empty());
}

}  // namespace
}  // namespace lostletter::lookalike
