// SPDX-License-Identifier: Apache-2.0
#include "domain/suffix.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::domain {
namespace {

struct Case {
  std::string_view name;
  std::string_view suffix;
  Section section;
  std::string_view registrable;
};

constexpr Section kIcann = Section::kIcann;
constexpr Section kPrivate = Section::kPrivate;
constexpr Section kUnlisted = Section::kUnlisted;

// In the manner of publicsuffix.org's own test vectors.
constexpr Case kCases[] = {
    {"com", "com", kIcann, ""},
    {"example.com", "com", kIcann, "example.com"},
    {"b.example.com", "com", kIcann, "example.com"},
    {"a.b.example.com", "com", kIcann, "example.com"},
    {"uk.com", "uk.com", kPrivate, ""},
    {"example.uk.com", "uk.com", kPrivate, "example.uk.com"},
    {"mil", "mil", kIcann, ""},
    {"army.mil", "mil", kIcann, "army.mil"},
    {"us.army.mil", "mil", kIcann, "army.mil"},
    {"ml", "ml", kIcann, ""},
    {"army.ml", "ml", kIcann, "army.ml"},
    {"gouv.ml", "gouv.ml", kIcann, ""},
    {"diplomatie.gouv.ml", "gouv.ml", kIcann, "diplomatie.gouv.ml"},
    {"gov.uk", "gov.uk", kIcann, ""},
    {"www.example.co.uk", "co.uk", kIcann, "example.co.uk"},
    // Not listed: the last label is taken.
    {"example", "example", kUnlisted, ""},
    {"a.example", "example", kUnlisted, "a.example"},
    {"b.a.example", "example", kUnlisted, "a.example"},
    {"army.mi", "mi", kUnlisted, "army.mi"},
    {"xn--a.comm", "comm", kUnlisted, "xn--a.comm"},
    {"za", "za", kUnlisted, ""},  // exists, and has no rule
    {"example.za", "za", kUnlisted, "example.za"},
    {"example.co.za", "co.za", kIcann, "example.co.za"},
    // A wildcard, its exception, and the parent that libpsl counts too.
    {"ck", "ck", kIcann, ""},
    {"test.ck", "test.ck", kIcann, ""},
    {"b.test.ck", "test.ck", kIcann, "b.test.ck"},
    {"www.ck", "ck", kIcann, "www.ck"},
    {"www.www.ck", "ck", kIcann, "www.ck"},
    {"jp", "jp", kIcann, ""},
    {"kobe.jp", "kobe.jp", kIcann, ""},
    {"c.kobe.jp", "c.kobe.jp", kIcann, ""},
    {"b.c.kobe.jp", "c.kobe.jp", kIcann, "b.c.kobe.jp"},
    {"city.kobe.jp", "kobe.jp", kIcann, "city.kobe.jp"},
    {"www.city.kobe.jp", "kobe.jp", kIcann, "city.kobe.jp"},
    {"ide.kyoto.jp", "ide.kyoto.jp", kIcann, ""},
    {"b.ide.kyoto.jp", "ide.kyoto.jp", kIcann, "b.ide.kyoto.jp"},
    {"test.k12.ak.us", "k12.ak.us", kIcann, "test.k12.ak.us"},
    // The private section.
    {"github.io", "github.io", kPrivate, ""},
    {"a.b.github.io", "github.io", kPrivate, "b.github.io"},
    {"x.eu-west-1.compute.amazonaws.com", "eu-west-1.compute.amazonaws.com",
     kPrivate, "x.eu-west-1.compute.amazonaws.com"},
    // IDN rules stand in the table as A-labels.
    {"xn--fiqs8s", "xn--fiqs8s", kIcann, ""},
    {"shishi.xn--55qx5d.cn", "xn--55qx5d.cn", kIcann, "shishi.xn--55qx5d.cn"},
    {"shishi.xn--fiqs8s", "xn--fiqs8s", kIcann, "shishi.xn--fiqs8s"},
};

TEST(Suffix, Cases) {
  for (const auto& [text, suffix, section, registrable] : kCases) {
    const Suffix found = public_suffix(text);
    EXPECT_EQ(found.text, suffix) << text;
    EXPECT_EQ(found.section, section) << text;
    EXPECT_EQ(registrable_domain(text), registrable) << text;
  }
}

TEST(Suffix, IcannSectionAlone) {
  struct IcannCase {
    std::string_view name;
    std::string_view suffix;
    Section section;
  };
  constexpr IcannCase kIcannCases[] = {
      {"a.github.io", "io", kIcann},
      {"example.uk.com", "com", kIcann},
      {"www.city.kobe.jp", "kobe.jp", kIcann},
      {"a.b.example", "example", kUnlisted},
  };
  for (const auto& [name, suffix, section] : kIcannCases) {
    EXPECT_EQ(icann_suffix(name).text, suffix) << name;
    EXPECT_EQ(icann_suffix(name).section, section) << name;
  }
}

TEST(Suffix, OfName) {
  const auto name = Name::parse("Www.Example.CO.UK.");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(public_suffix(*name).text, "co.uk");
  EXPECT_EQ(icann_suffix(*name).text, "co.uk");
  EXPECT_EQ(registrable_domain(*name), "example.co.uk");
  EXPECT_EQ(public_suffix(*name).text.data(), name->ascii().data() + 12);
}

TEST(Suffix, TopLevel) {
  for (const std::string_view label :
       {"com", "mil", "ml", "ck", "uk", "za", "arpa", "xn--fiqs8s"}) {
    EXPECT_TRUE(is_top_level(label)) << label;
  }
  for (const std::string_view label :
       {"", "mi", "con", "comm", "example", "co.uk", "test", "github.io", "m",
        ".", "com."}) {
    EXPECT_FALSE(is_top_level(label)) << label;
  }
}

TEST(Suffix, IcannSuffixes) {
  const auto& all = icann_suffixes();
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  for (const std::string_view suffix :
       {"com", "co.uk", "ck", "gouv.ml", "kobe.jp"}) {
    EXPECT_TRUE(std::ranges::binary_search(all, suffix)) << suffix;
  }
  for (const std::string_view other :
       {"www.ck", "github.io", "*.ck", "city.kobe.jp"}) {
    EXPECT_FALSE(std::ranges::binary_search(all, other)) << other;
  }
}

}  // namespace
}  // namespace lostletter::domain
