// SPDX-License-Identifier: Apache-2.0
#include "exposure/text_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::exposure {
namespace {

struct Slip {
  std::size_t at;
  std::size_t taken;
  std::string given;
};
constexpr std::string_view kName = "us.army.mil";

std::string with(std::string text, const Slip& slip) {
  return text.replace(slip.at, slip.taken, slip.given);
}
TextHash hash_of(const Slip& slip) {
  return TextHash::of_slip(with(std::string(kName), slip), TextHash(kName),
                           slip.taken, slip.given.size());
}

TEST(TextHash, OfTwoSlipsIsThatOfTheText) {
  const Slip slips[] = {{0, 0, "x"}, {0, 1, ""},     {1, 1, "z"}, {1, 2, ".s"},
                        {3, 0, ""},  {3, 1, "rn"},   {4, 2, "m"}, {6, 0, "yy"},
                        {7, 2, ""},  {9, 1, "\x80"}, {11, 0, "l"}};
  for (const Slip& first : slips) {
    for (const Slip& second : slips) {
      if (second.at < first.at + first.taken) continue;
      const std::string text = with(with(std::string(kName), second), first);
      EXPECT_EQ(hash_of(first).with(hash_of(second)), TextHash(text).value())
          << text;
    }
  }
}

TEST(TextHash, ShortTextsAreNotZeros) {
  EXPECT_NE(TextHash("").value(), TextHash(std::string(1, '\0')).value());
}

}  // namespace
}  // namespace lostletter::exposure
