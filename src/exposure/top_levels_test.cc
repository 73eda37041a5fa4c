// SPDX-License-Identifier: Apache-2.0
#include "exposure/top_levels.h"

#include <string>

#include <gtest/gtest.h>

#include "domain/suffix.h"
#include "exposure/slips.h"

namespace lostletter::exposure {
namespace {

TEST(TopLevels, AreThoseOfTheList) {
  const TopLevels& all = TopLevels::all();
  std::size_t found = 0;
  for (const std::string_view suffix : domain::icann_suffixes()) {
    const auto label = suffix.substr(suffix.rfind('.') + 1);
    found += all.contains(label) ? 1 : 0;
    // Each, and what is near it.
    for (const char c : kTypeable) {
      for (std::size_t i = 0; i < label.size(); ++i) {
        std::string other(label);
        other[i] = c;
        ASSERT_EQ(all.contains(other), domain::is_top_level(other)) << other;
      }
      const std::string longer = std::string(label) + c;
      ASSERT_EQ(all.contains(longer), domain::is_top_level(longer)) << longer;
    }
  }
  EXPECT_EQ(found, domain::icann_suffixes().size());
}

TEST(TopLevels, AllThatIsShort) {
  std::string label;
  const auto compare = [&label](auto&& self, std::size_t left) -> void {
    ASSERT_EQ(TopLevels::all().contains(label), domain::is_top_level(label))
        << label;
    if (left == 0) return;
    for (const char c : kTypeable) {
      label += c;
      self(self, left - 1);
      label.pop_back();
    }
  };
  compare(compare, 3);
  EXPECT_FALSE(TopLevels::all().contains("\x80l"));
}

}  // namespace
}  // namespace lostletter::exposure
