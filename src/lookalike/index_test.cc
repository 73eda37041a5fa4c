// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index.h"

#include <algorithm>
#include <random>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/name.h"

namespace lostletter::lookalike {
namespace {

using Texts = std::vector<std::u32string>;

Entry entry_of(std::u32string text) {
  const auto dot = text.rfind(U'.');
  const std::size_t suffix = dot == text.npos ? 0 : dot + 1;
  return make_entry(std::move(text), suffix);
}

Index index_of(const Texts& texts) {
  std::vector<KnownName> names;
  for (const auto& text : texts) {
    const auto name = domain::Name::parse(encode_utf8(text));
    if (name) names.push_back({name->ascii(), Source::kKnown, 1});
  }
  return Index::build(names);
}

std::vector<std::string> candidates(const Index& index, std::u32string typed) {
  std::vector<std::string> found;
  for (const auto number : index.candidates(entry_of(std::move(typed)))) {
    found.emplace_back(index.ascii(number));
  }
  return found;
}

// The fast path against the plain statement: everything in `typed` asked of all
// names in `known`.
void expect_equal_to_scan(const Texts& known, const Texts& typed) {
  const Index index = index_of(known);
  ASSERT_GT(index.size(), 0U);
  std::vector<Entry> entries;
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    entries.push_back(index.entry(i));
  }
  for (const auto& text : typed) {
    const Entry one = entry_of(text);
    std::vector<std::uint32_t> plain;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      if (is_candidate(entries[i], one)) plain.push_back(i);
    }
    ASSERT_EQ(index.candidates(one), plain) << encode_utf8(text);
  }
}

Texts all_texts(std::u32string_view alphabet, std::size_t longest) {
  Texts all = {U""};
  for (std::size_t i = 0; all[i].size() < longest; ++i) {
    for (const char32_t c : alphabet) all.push_back(all[i] + c);
  }
  return all;
}

TEST(Index, EqualsTheScanOnAllShortNames) {
  const Texts all = all_texts(U"ab.", 6);
  expect_equal_to_scan(all, all);
}

// Names long enough for two edits: the tails vary behind a long prefix, and the
// prefix varies before a long tail.
TEST(Index, EqualsTheScanOnLongNames) {
  Texts texts;
  for (const auto& piece : all_texts(U"xy", 4)) {
    texts.push_back(U"abcde" + piece + U".com");
    texts.push_back(piece + U"abcdef.com");
    texts.push_back(U"abc" + piece + U"def.org");
    texts.push_back(U"abcdefgh" + piece + U"ijklm.co.uk");
  }
  expect_equal_to_scan(texts, texts);
}

// A name, and what becomes of it by up to three slips, over letters that are
// confusable with each other.
class Slips {
 public:
  explicit Slips(unsigned seed) : random_(seed) {}

  std::u32string name() {
    std::u32string name;
    const auto words = below(3) + 1;
    for (std::size_t i = 0; i < words; ++i) {
      for (std::size_t n = below(7) + 1; n > 0; --n) name += letter();
      if (below(3) == 0 && i + 1 < words) name += U'.';
    }
    constexpr std::u32string_view kSuffixes[] = {U".com", U".co.uk", U".m1",
                                                 U".ml", U".test"};
    return name + std::u32string(kSuffixes[below(std::size(kSuffixes))]);
  }

  std::u32string slipped(std::u32string text) {
    for (std::size_t n = below(4); n > 0 && !text.empty(); --n) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text.erase(at, 1);
          break;
        case 1:
          text.insert(at, 1, letter());
          break;
        case 2:
          text[at] = letter();
          break;
        default:
          if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  char32_t letter() {
    constexpr std::u32string_view kLetters = U"abcmrnl10o-.\u0430\u00FC";
    return kLetters[below(kLetters.size())];
  }

  std::minstd_rand random_;
};

TEST(Index, EqualsTheScanOnRandomNames) {
  Slips slips(7);
  Texts known;
  while (known.size() < 1500) known.push_back(slips.name());
  Texts typed;
  for (const auto& name : known) typed.push_back(slips.slipped(name));
  expect_equal_to_scan(known, typed);
}

std::u32string one_slip(std::u32string text, std::size_t at, int kind) {
  if (kind == 0) text.erase(at, 1);
  if (kind == 1) text.insert(at, 1, U'x');
  if (kind == 2) text[at] = U'x';
  if (kind == 3 && at + 1 < text.size()) std::swap(text[at], text[at + 1]);
  return text;
}

// Wherever two slips are, in names of each length, among others that fill the
// buckets: a key too few and one is not found.
TEST(Index, EqualsTheScanOnEveryPairOfSlips) {
  constexpr std::u32string_view kLetters = U"abcdefghijklmnopqrstuv";
  Slips others(5);
  Texts known;
  while (known.size() < 2000) known.push_back(others.name());
  for (std::size_t length = 5; length <= kLetters.size(); ++length) {
    known[0] = kLetters.substr(0, length);
    known[0][length - 3] = U'.';
    const Index index = index_of(known);
    const auto number = index.find(encode_utf8(known[0]));
    ASSERT_TRUE(number.has_value());
    const Entry name = index.entry(*number);
    for (std::size_t pair = 0; pair < length * length; ++pair) {
      for (int kinds = 0; kinds < 16; ++kinds) {
        const auto once = one_slip(name.text, pair / length, kinds / 4);
        const Entry typed = entry_of(one_slip(
            once, std::min(pair % length, once.size() - 1), kinds % 4));
        ASSERT_EQ(std::ranges::count(index.candidates(typed), *number),
                  is_candidate(name, typed) ? 1 : 0)
            << encode_utf8(name.text) << ' ' << encode_utf8(typed.text);
      }
    }
  }
}

// So many names begin alike that they share slots, and that there are more such
// slots than are kept for later.
TEST(Index, EqualsTheScanWhereNamesBeginAlike) {
  Texts known;
  for (const auto* head : {U"common", U"comomn"}) {
    for (std::uint32_t i = 0; i < 9000; ++i) {
      std::u32string tail;
      for (std::uint32_t rest = i, n = 0; n < 4; ++n, rest /= 10) {
        tail += static_cast<char32_t>(U'a' + rest % 10);
      }
      known.push_back(head + tail + U".com");
    }
  }
  Slips slips(11);
  Texts typed;
  for (std::size_t i = 0; i < 40; ++i) {
    typed.push_back(slips.slipped(known[i * 400]));
  }
  expect_equal_to_scan(known, typed);
}

// More names are found by one whole key than fit into a line.
TEST(Index, EqualsTheScanWhereManyHaveOneParentOrStem) {
  Texts known;
  for (char32_t a = U'a'; a <= U'z'; ++a) {
    known.push_back(std::u32string{a, U'1', a, U'2'} + U".school.test");
    known.push_back(std::u32string(U"clinic.") + a + U"xyz" + a);
  }
  expect_equal_to_scan(known, {U"school.test", U"clinic.test", U"schol.test",
                               U"a1a2.school.test", U"clinic.axyza"});
}

TEST(Index, FindsBySlipSkeletonStemAndParent) {
  const Index index =
      index_of({U"us.army.mil", U"army.mil", U"paypal.com", U"b\u00FCcher.de"});
  using testing::ElementsAre;
  EXPECT_THAT(candidates(index, U"army.mil"),
              ElementsAre("army.mil", "us.army.mil"));
  EXPECT_THAT(candidates(index, U"amry.ml"), ElementsAre("army.mil"));
  EXPECT_THAT(candidates(index, U"paypal.example"), ElementsAre("paypal.com"));
  EXPECT_THAT(candidates(index, U"\u0440\u0430\u0443\u0440\u0430l.com"),
              ElementsAre("paypal.com"));
  EXPECT_THAT(candidates(index, U"bucher.de"), ElementsAre("xn--bcher-kva.de"));
  EXPECT_THAT(candidates(index, U"nothing.near"), ElementsAre());
  EXPECT_THAT(candidates(index, U""), ElementsAre());
}

TEST(Index, FindsExactly) {
  const Index index = index_of({U"army.mil", U"b\u00FCcher.de"});
  EXPECT_EQ(index.find("army.mil"), 0U);
  EXPECT_EQ(index.find("xn--bcher-kva.de"), 1U);
  EXPECT_EQ(index.unicode(1),
            "b\xC3\xBC"
            "cher.de");
  EXPECT_EQ(index.suffix(1), 7U);
  for (const auto* other : {"army.ml", "",
                            "b\xC3\xBC"
                            "cher.de",
                            "army.mil."}) {
    EXPECT_EQ(index.find(other), std::nullopt) << other;
  }
  EXPECT_EQ(Index().find("army.mil"), std::nullopt);
  EXPECT_TRUE(Index().candidates(entry_of(U"army.mil")).empty());
}

// Many at once are found as one by one, whatever does not fill a group.
TEST(Index, FindsManyAtOnce) {
  Slips slips(3);
  Texts known;
  while (known.size() < 500) known.push_back(slips.name());
  const Index index = index_of(known);
  std::vector<std::string> asked;
  for (const auto& name : known) {
    asked.push_back(encode_utf8(name));
    asked.push_back(encode_utf8(slips.slipped(name)));
  }
  const std::vector<std::string_view> names(asked.begin(), asked.end());
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{17}, names.size()}) {
    std::vector<std::optional<std::uint32_t>> found(count, 7);
    index.find(std::span(names).first(count), found);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(found[i], index.find(names[i])) << names[i];
    }
    std::ranges::fill(found, 7);
    Index().find(std::span(names).first(count), found);
    for (const auto& number : found) EXPECT_EQ(number, std::nullopt);
  }
}

TEST(Index, KeepsTheBestOfEachSource) {
  const Index index = Index::build({{"army.mil", Source::kPopularity, 500},
                                    {"army.mil", Source::kPopularity, 70},
                                    {"army.mil", Source::kList, 4},
                                    {"army.mil", Source::kKnown, 1},
                                    {"example.com", Source::kCurated, 2},
                                    {"example.com", Source::kCurated, 3},
                                    {"Example.COM", Source::kKnown, 1},
                                    {"no name", Source::kKnown, 1}});
  ASSERT_EQ(index.size(), 2U);
  EXPECT_EQ(index.known_count(), 1U);
  EXPECT_EQ(index.origins(0),
            (Origins{.curated = -1, .list = 4, .known = true, .rank = 70}));
  EXPECT_EQ(index.origins(1),
            (Origins{.curated = 2, .list = -1, .known = false, .rank = 0}));
}

}  // namespace
}  // namespace lostletter::lookalike
