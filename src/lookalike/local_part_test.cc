// SPDX-License-Identifier: Apache-2.0
#include "lookalike/local_part.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

TEST(LocalPart, Read) {
  struct Case {
    std::string_view written;
    std::string_view base;
    std::string_view tag;
  };
  constexpr Case kCases[] = {
      {"ann.lee", "ann.lee", ""},
      {"Ann.LEE", "ann.lee", ""},
      {"ann+news", "ann", "+news"},
      {"ann+a+b", "ann", "+a+b"},
      {"ann+", "ann", "+"},
      {"+ann", "+ann", ""},
      {"\"ann lee\"", "ann lee", ""},
      {R"("a\"b\\c")", "a\"b\\c", ""},
      {"\"", "\"", ""},
      {"", "", ""},
      {"b\xC3\xBC"
       "cher",
       "b\xC3\xBC"
       "cher",
       ""},
      {"\xFF\xFE", "\xC3\xBF\xC3\xBE", ""},
  };
  for (const auto& [written, base, tag] : kCases) {
    const LocalPart read = read_local_part(written);
    EXPECT_EQ(encode_utf8(read.base), base) << written;
    EXPECT_EQ(encode_utf8(read.tag), tag) << written;
  }
}

TEST(LocalPart, NamesAndForms) {
  struct Case {
    std::u32string_view base;
    std::vector<std::u32string_view> names;
    std::vector<std::u32string> forms;
  };
  const Case cases[] = {
      {U"ann.lee", {U"ann", U"lee"}, {U"leeann", U"alee", U"annl"}},
      {U"a_lee", {U"a", U"lee"}, {U"leea"}},
      {U"ann.b.lee", {U"ann", U"b", U"lee"}, {U"annlee"}},
      {U"ann", {U"ann"}, {}},
      {U"--ann..lee-", {U"ann", U"lee"}, {U"leeann", U"alee", U"annl"}},
      {U"ann.ann", {U"ann", U"ann"}, {U"aann", U"anna"}},
      {U"...", {}, {}},
      {U"", {}, {}},
  };
  for (const auto& [base, names, forms] : cases) {
    EXPECT_EQ(names_of(base), names);
    std::vector<std::u32string> texts;
    for (const Form& form : forms_of(base)) texts.push_back(form.text);
    EXPECT_EQ(texts, forms) << encode_utf8(base);
  }
  EXPECT_EQ(joined(U"-a.n_n"), U"ann");
  const std::u32string_view texts[] = {U"",   U".",    U"ann",  U"a.nn",
                                       U"an", U"ann.", U"_ann", U"anna"};
  for (const auto a : texts) {
    for (const auto b : texts) {
      EXPECT_EQ(is_same_joined(a, b), joined(a) == joined(b))
          << encode_utf8(a) << ' ' << encode_utf8(b);
    }
  }
}

}  // namespace
}  // namespace lostletter::lookalike
