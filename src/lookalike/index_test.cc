// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

Entry entry_of(std::u32string text) {
  const auto dot = text.rfind(U'.');
  const std::size_t suffix = dot == text.npos ? 0 : dot + 1;
  return make_entry(std::move(text), suffix);
}

// The fast path against the plain statement: every name of a small world asked
// for in every other form.
void expect_equal_to_scan(const std::vector<Entry>& known,
                          const std::vector<Entry>& typed) {
  const Index index(known);
  for (const Entry& one : typed) {
    std::vector<std::uint32_t> plain;
    for (std::uint32_t i = 0; i < known.size(); ++i) {
      if (is_candidate(known[i], one)) plain.push_back(i);
    }
    ASSERT_EQ(index.candidates(one), plain) << encode_utf8(one.text);
  }
}

TEST(Index, EqualsTheScanOnAllShortNames) {
  std::vector<std::u32string> all = {U""};
  for (std::size_t i = 0; all[i].size() < 5; ++i) {
    for (const char32_t c : U"ab.") {
      if (c != 0) all.push_back(all[i] + c);
    }
  }
  std::vector<Entry> entries;
  for (const auto& text : all) entries.push_back(entry_of(text));
  expect_equal_to_scan(entries, entries);
}

// Names long enough for two edits: the tails vary behind a long prefix, and the
// prefix varies before a long tail, so both sides of the cut at seven
// characters are covered.
TEST(Index, EqualsTheScanOnLongNames) {
  std::vector<std::u32string> pieces = {U""};
  for (std::size_t i = 0; pieces[i].size() < 4; ++i) {
    for (const char32_t c : {U'x', U'y'}) pieces.push_back(pieces[i] + c);
  }
  std::vector<Entry> entries;
  for (const auto& piece : pieces) {
    entries.push_back(entry_of(U"abcde" + piece + U".com"));
    entries.push_back(entry_of(piece + U"abcdef.com"));
    entries.push_back(entry_of(U"abc" + piece + U"def.org"));
  }
  expect_equal_to_scan(entries, entries);
}

TEST(Index, FindsBySkeletonStemAndParent) {
  const Index index({entry_of(U"us.army.mil"), entry_of(U"paypal.com")});
  using Numbers = std::vector<std::uint32_t>;
  EXPECT_EQ(index.candidates(entry_of(U"army.mil")), (Numbers{0}));
  EXPECT_EQ(index.candidates(entry_of(U"paypal.example")), (Numbers{1}));
  EXPECT_EQ(index.candidates(entry_of(U"\u0440\u0430\u0443\u0440\u0430l.com")),
            (Numbers{1}));
  EXPECT_EQ(index.candidates(entry_of(U"nothing.near")), Numbers{});
}

}  // namespace
}  // namespace lostletter::lookalike
