// SPDX-License-Identifier: Apache-2.0
#include "domain/suffix.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <libpsl.h>

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

// libpsl reads the very file the table was made from.
class Psl : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(psl_, nullptr) << "libpsl cannot read " << kFile;
  }

  void same(const std::string& name) const {
    const char* suffix = psl_unregistrable_domain(psl_.get(), name.c_str());
    const char* registrable = psl_registrable_domain(psl_.get(), name.c_str());
    EXPECT_EQ(public_suffix(name).text, suffix ? suffix : "") << name;
    EXPECT_EQ(registrable_domain(name), registrable ? registrable : "") << name;
    EXPECT_EQ(icann_suffix(name).text, icann(name)) << name;
    const bool listed =
        psl_is_public_suffix2(psl_.get(), suffix,
                              PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
    EXPECT_EQ(public_suffix(name).section != kUnlisted, listed) << name;
  }

  // The longest tail that is a suffix of the ICANN section.
  std::string_view icann(std::string_view name) const {
    while (psl_is_public_suffix2(psl_.get(), std::string(name).c_str(),
                                 PSL_TYPE_ICANN) == 0) {
      name.remove_prefix(name.find('.') + 1);
    }
    return name;
  }

  static constexpr const char* kFile = LOSTLETTER_PUBLIC_SUFFIX_LIST;
  std::unique_ptr<psl_ctx_t, void (*)(psl_ctx_t*)> psl_{psl_load_file(kFile),
                                                        psl_free};
};

TEST_F(Psl, EveryRuleAndItsNeighbours) {
  std::ifstream file(kFile);
  int rules = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("//")) continue;
    std::string rule = line.substr(0, line.find_first_of(" \t\r"));
    if (rule.starts_with("*.")) rule.erase(0, 2);
    if (rule.starts_with('!')) rule.erase(0, 1);
    const auto name = Name::parse(rule);
    ASSERT_TRUE(name.has_value()) << rule << ": " << name.error().message;
    ++rules;
    const std::string& text = name->ascii();
    same(text);
    same("a." + text);
    same("www.a." + text);
    same("c.b.www.a." + text);
    same("x" + text);  // the leftmost label is another one
    if (const auto dot = text.find('.'); dot != text.npos) {
      same(text.substr(dot + 1));
      same("a" + text.substr(dot));
    }
    same(text + ".example");
    if (HasFailure()) return;  // one rule's failures are enough to read
  }
  EXPECT_GT(rules, 9000);
}

}  // namespace
}  // namespace lostletter::domain
