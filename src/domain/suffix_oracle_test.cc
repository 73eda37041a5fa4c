// SPDX-License-Identifier: Apache-2.0
//
// libpsl is the oracle of suffix.h.
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <libpsl.h>

#include "domain/name.h"
#include "domain/suffix.h"

namespace lostletter::domain {
namespace {

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
    EXPECT_EQ(public_suffix(name).section != Section::kUnlisted, listed)
        << name;
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
