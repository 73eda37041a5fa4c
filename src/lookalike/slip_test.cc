// SPDX-License-Identifier: Apache-2.0
#include "lookalike/slip.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

TEST(Slip, Explained) {
  struct Case {
    std::u32string_view known;
    std::u32string_view typed;
    std::string_view id;  // empty: not alike
    std::string_view edit;
  };
  constexpr Case kCases[] = {
      {U"ann.lee", U"ann.lee", "known", ""},
      {U"john", U"jhon", "transposition",
       "local part: o and h swapped (john -> jhon)"},
      {U"ubizjak", U"ubizjat", "substitution",
       "local part: t for k (ubizjak -> ubizjat)"},
      {U"anna.bell", U"ana.bell", "singling",
       "local part: double n typed once (anna.bell -> ana.bell)"},
      {U"ann.lee", U"lee.ann", "names-swapped",
       "local part: names swapped (ann.lee -> lee.ann)"},
      {U"annlee", U"lee.ann", "names-swapped",
       "local part: names swapped (annlee -> lee.ann)"},
      {U"ann.lee", U"leeann", "names-swapped",
       "local part: names swapped (ann.lee -> leeann)"},
      {U"ann.lee", U"annlee", "dot-lost",
       "local part: dot lost (ann.lee -> annlee)"},
      {U"ann.lee", U"ann_lee", "separator",
       "local part: separators differ (ann.lee -> ann_lee)"},
      {U"ann.lee", U"a.lee", "initial",
       "local part: name and initial exchanged (ann.lee -> a.lee)"},
      {U"alee", U"ann.lee", "initial",
       "local part: name and initial exchanged (alee -> ann.lee)"},
      {U"ann.b.clarkson", U"ann.clarkson", "middle-name",
       "local part: middle name lost or added (ann.b.clarkson -> "
       "ann.clarkson)"},
      {U"margaret", U"mrgart", "deletion",
       "local part: a lost, e lost (margaret -> mrgart)"},
      {U"marga", U"mrg", "", ""},
      {U"ann", U"bob", "", ""},
      {U"ann", U"", "", ""},
      {U"", U"...", "", ""},
  };
  for (const auto& [known, typed, id, edit] : kCases) {
    const auto slip = explain_slip(known, typed);
    const std::string shown = encode_utf8(known) + " -> " + encode_utf8(typed);
    ASSERT_EQ(slip.has_value(), !id.empty()) << shown;
    if (!slip) continue;
    EXPECT_EQ(slip_id(*slip), id) << shown;
    EXPECT_EQ(known == typed ? "" : slip_edit(*slip, known, typed), edit);
    EXPECT_LE(slip->log_likelihood, 0) << shown;
    EXPECT_EQ(slip->log_likelihood == 0, known == typed) << shown;
  }
}

// Two neighbours lost together are likelier than two lost apart.
TEST(Slip, APairLost) {
  const auto log = [](std::u32string_view known, std::u32string_view typed) {
    return explain_slip(known, typed)->log_likelihood;
  };
  EXPECT_GT(log(U"magnolia", U"magnol"), log(U"magnolia", U"magoli"));
  EXPECT_GT(log(U"magnolia", U"magnia"), log(U"magnolia", U"magoli"));
  EXPECT_LT(log(U"magnolia", U"magnol"), log(U"magnolia", U"magnoli"));
}

TEST(Slip, Sentences) {
  const auto sentence = [](std::u32string_view known,
                           std::u32string_view typed) {
    return slip_sentence(*explain_slip(known, typed),
                         encode_utf8(typed) + "@example.com",
                         encode_utf8(known) + "@example.com");
  };
  EXPECT_EQ(sentence(U"john", U"jhon"),
            "jhon@example.com is one slip from the known address "
            "john@example.com (o and h swapped)");
  EXPECT_EQ(sentence(U"margaret", U"mrgart"),
            "mrgart@example.com is two slips from the known address "
            "margaret@example.com (a lost, e lost)");
  EXPECT_EQ(sentence(U"ann.lee", U"lee.ann"),
            "lee.ann@example.com is the known address ann.lee@example.com "
            "with its names swapped");
}

}  // namespace
}  // namespace lostletter::lookalike
