// SPDX-License-Identifier: Apache-2.0
#include "lookalike/typed.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"

namespace lostletter::lookalike {
namespace {

// Where the suffix begins in code points, label by label.
std::size_t plain_suffix_start(std::string_view ascii,
                               std::u32string_view unicode) {
  const auto suffix = domain::public_suffix(ascii).text;
  const auto labels = std::ranges::count(suffix, '.');
  std::size_t at = unicode.rfind(U'.');
  for (auto i = labels; i > 0 && at != unicode.npos; --i) {
    at = at == 0 ? unicode.npos : unicode.rfind(U'.', at - 1);
  }
  return at == unicode.npos ? 0 : at + 1;
}

// All that is read, against the plain statement of each part.
void expect_read_right(const std::string& text) {
  const auto typed = read_typed(text);
  const auto name = domain::Name::parse(text);
  ASSERT_TRUE(typed) << text;
  ASSERT_EQ(typed->is_name, name && !text.ends_with('.')) << text;
  if (!typed->is_name) return;
  const std::string& ascii = name->ascii();
  EXPECT_EQ(typed->ascii, ascii);
  EXPECT_EQ(encode_utf8(typed->entry.text), name->unicode());
  EXPECT_EQ(typed->entry.suffix, plain_suffix_start(ascii, typed->entry.text))
      << text;
  EXPECT_EQ(typed->entry.skeleton, skeleton_of(name->unicode()));
  EXPECT_EQ(typed->public_suffix(), domain::public_suffix(ascii).text);
  const auto registrable = domain::registrable_domain(ascii);
  EXPECT_EQ(std::string(typed->hosts()) + std::string(registrable),
            registrable.empty() ? "" : ascii);
  if (domain::is_top_level(name->labels().back())) {
    EXPECT_EQ(typed->possible, name->labels().size() > 1) << text;
  }
}

TEST(Typed, IsReadRight) {
  constexpr std::string_view kLabels[] = {
      "com",  "co",    "uk",     "mil",      "ml",   "ck",     "www",
      "kobe", "jp",    "github", "io",       "A",    "gouv",   "zzzz",
      "test", "город", "рф",     "xn--p1ai", "x--y", "bücher", "localhost"};
  std::vector<std::string> texts;
  for (const auto label : kLabels) texts.emplace_back(label);
  for (std::size_t begin = 0, round = 0; round < 2; ++round) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const auto label : kLabels) {
        texts.push_back(texts[begin] + '.' + std::string(label));
      }
    }
  }
  for (const auto& text : texts) expect_read_right(text);
}

TEST(Typed, RandomTextIsReadRight) {
  constexpr std::u32string_view kAlphabet = U"abmrnz019-..._,@ äöаß中。";
  std::mt19937 random(5);
  for (int i = 0; i < 20000; ++i) {
    std::u32string text;
    const auto length = 1 + random() % 20;
    while (text.size() < length) text += kAlphabet[random() % kAlphabet.size()];
    expect_read_right(encode_utf8(text));
  }
}

TEST(Typed, ResemblesNoName) {
  EXPECT_FALSE(read_typed(""));
  EXPECT_FALSE(read_typed(std::string(301, 'a')));
  EXPECT_FALSE(
      read_typed("gm\xFF"
                 "il,com"));
}

TEST(Typed, Possible) {
  struct Case {
    std::string_view text;
    bool possible;
  };
  constexpr Case kCases[] = {
      {"army.mil", true},       {"com", false},        {"localhost", true},
      {"a.localhost", true},    {"a.example", true},   {"example", false},
      {"a.zzzz", false},        {"a.github.io", true}, {"gmail,com", false},
      {"xn--90ais.test", true},
  };
  for (const auto& [text, possible] : kCases) {
    EXPECT_EQ(read_typed(text)->possible, possible) << text;
  }
}

}  // namespace
}  // namespace lostletter::lookalike
