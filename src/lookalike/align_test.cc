// SPDX-License-Identifier: Apache-2.0
#include "lookalike/align.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/text.h"
#include "lookalike/sentence.h"

namespace lostletter::lookalike {
namespace {

std::u32string wide(std::string_view text) { return *decode_utf8(text); }

std::size_t suffix_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == name.npos ? name.size() : dot + 1;
}

// The most likely of the three kinds of explanation, as a sentence.
std::string told(std::string_view intended, std::string_view typed) {
  const std::u32string d = wide(intended);
  const std::u32string t = wide(typed);
  const Shape shape{d, suffix_of(intended)};
  const auto best = explain(Channel::built_in(), shape, t, 3);
  return best ? edit_sentence(d, shape.suffix, best->edits) : "far";
}

struct Case {
  std::string_view intended;
  std::string_view typed;
  std::string_view sentence;
};

TEST(Align, EveryKindHasItsSentence) {
  constexpr Case kCases[] = {
      {"army.mil", "army.ml", "suffix: i lost (mil -> ml)"},
      {"army.mil", "army.mi", "suffix: l lost (mil -> mi)"},
      {"army.mil", "army.mill", "suffix: l typed twice (mil -> mill)"},
      {"army.mil", "armymil", "name: dot lost (army.mil -> armymil)"},
      {"us.army.mil", "usarmy.mil", "name: dot lost (us.army -> usarmy)"},
      {"army.mil", "amry.mil", "name: r and m swapped (army -> amry)"},
      {"gmail.com", "gmial.com", "name: a and i swapped (gmail -> gmial)"},
      {"gmail.com", "gmail.co", "suffix: m lost (com -> co)"},
      {"gmail.com", "gmail.con",
       "suffix: n for m, the key beside it (com -> con)"},
      {"hotmail.com", "hotmail.comm", "suffix: m typed twice (com -> comm)"},
      {"yahoo.com", "yaho.com", "name: double o typed once (yahoo -> yaho)"},
      {"gmail.com", "gmaail.com", "name: a typed twice (gmail -> gmaail)"},
      {"gmail.com", "gmxail.com", "name: x added (gmail -> gmxail)"},
      {"gmail.com", "gmapl.com", "name: p for i (gmail -> gmapl)"},
      {"gmail.com", "gmail,com",
       "name: comma for dot (gmail.com -> gmail,com)"},
      {"gmail.com", "gmailc.om", "name: dot moved (gmail.com -> gmailc.om)"},
      {"gmail.com", "g.mail.com", "name: dot added (gmail -> g.mail)"},
      {"t-online.de", "tonline.de", "name: hyphen lost (t-online -> tonline)"},
      {"online.de", "on-line.de", "name: hyphen added (online -> on-line)"},
      {"gmail.com", "gmai1.com", "name: 1 looks like l (gmail -> gmai1)"},
      {"gmail.com", "grnail.com", "name: rn looks like m (gmail -> grnail)"},
      {"us.army.mil", "army.mil", "label: us lost in front"},
      {"gmail.com", "gmail.net", "suffix: .net for .com"},
      {"us.army.mil", "us.amry.ml",
       "name: r and m swapped, i lost (army.mil -> amry.ml)"},
      {"army.mil", "example.org", "far"},
  };
  for (const auto& [intended, typed, sentence] : kCases) {
    EXPECT_EQ(told(intended, typed), sentence) << typed << " for " << intended;
  }
}

TEST(Align, CyrillicLooksLikeLatin) {
  EXPECT_EQ(told("army.mil", "\xD0\xB0rmy.mil"),
            "name: \xD0\xB0 looks like a (army -> \xD0\xB0rmy)");
}

TEST(Align, LikelihoodIsTheSumOfItsRows) {
  const Channel& channel = Channel::built_in();
  const auto found = align(channel, {U"us.army.mil", 8}, U"us.amry.ml");
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(
      found->log_likelihood,
      channel.log_likelihood(EditKind::kTransposition, EditPlace::kInside) +
          channel.log_likelihood(EditKind::kDeletion, EditPlace::kSuffix) +
          channel.further_edit());
  const auto first = align(channel, {U"army.mil", 5}, U"rmy.mil");
  ASSERT_TRUE(first);
  EXPECT_DOUBLE_EQ(
      first->log_likelihood,
      channel.log_likelihood(EditKind::kDeletion, EditPlace::kFirst));
  const auto same = align(channel, {U"army.mil", 5}, U"army.mil");
  ASSERT_TRUE(same);
  EXPECT_EQ(same->log_likelihood, 0);
  EXPECT_TRUE(same->edits.empty());
}

// What is typed must come out again when the edits are applied to the intended.
TEST(Align, EditsLeadFromIntendedToTyped) {
  constexpr std::u32string_view kAlphabet = U"ab.";
  std::vector<std::u32string> all = {U""};
  for (std::size_t i = 0; all[i].size() < 4; ++i) {
    for (const char32_t c : kAlphabet) all.push_back(all[i] + c);
  }
  for (const auto& d : all) {
    for (const auto& t : all) {
      const auto found = align(Channel::built_in(), {d, d.size()}, t, 2);
      if (!found) continue;
      std::u32string made;
      std::size_t at = 0;
      for (const Edit& edit : found->edits) {
        made += d.substr(at, edit.at - at) + edit.typed;
        EXPECT_EQ(d.substr(edit.at, edit.intended.size()), edit.intended);
        at = edit.at + edit.intended.size();
      }
      made += d.substr(at);
      ASSERT_EQ(made, t) << encode_utf8(d) << " -> " << encode_utf8(t);
    }
  }
}

// With few slips allowed most ways are left out from the start. What needs no
// more than these is explained as with all ways open.
TEST(Align, LeavesOutOnlyWhatLeadsNowhere) {
  constexpr std::u32string_view kAlphabet = U"amrn.";
  std::vector<std::u32string> all = {U""};
  for (std::size_t i = 0; all[i].size() < 4; ++i) {
    for (const char32_t c : kAlphabet) all.push_back(all[i] + c);
  }
  const Channel& channel = Channel::built_in();
  std::size_t compared = 0;
  for (const auto& d : all) {
    const Shape shape{d,
                      d.rfind(U'.') == d.npos ? d.size() : d.rfind(U'.') + 1};
    for (std::size_t i = 0; i < all.size(); i += 7) {
      const auto& t = all[i];
      const auto open = align(channel, shape, t, 6);
      ASSERT_TRUE(open);
      for (std::size_t most = open->edits.size(); most < 4; ++most) {
        const auto found = align(channel, shape, t, most);
        ASSERT_TRUE(found) << encode_utf8(d) << " -> " << encode_utf8(t);
        ASSERT_EQ(found->log_likelihood, open->log_likelihood);
        ASSERT_EQ(found->edits, open->edits)
            << encode_utf8(d) << " -> " << encode_utf8(t);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 50000U);
}

TEST(Edit, RowsAreInOrder) {
  EXPECT_EQ(edit_rows().size(), kEditKinds);
  for (const EditRow& row : edit_rows()) {
    EXPECT_EQ(&row_of(row.kind), &row);
    EXPECT_EQ(kind_of(row.id), row.kind);
  }
  EXPECT_EQ(kind_of("no such kind"), std::nullopt);
}

TEST(Edit, Keyboard) {
  EXPECT_TRUE(is_adjacent_key(U'n', U'm'));
  EXPECT_TRUE(is_adjacent_key(U'a', U'q'));
  EXPECT_TRUE(is_adjacent_key(U'l', U'm'));  // AZERTY
  EXPECT_TRUE(is_adjacent_key(U't', U'z'));  // QWERTZ
  EXPECT_FALSE(is_adjacent_key(U'a', U'p'));
  EXPECT_FALSE(is_adjacent_key(U'a', U'a'));
  EXPECT_FALSE(is_adjacent_key(U'a', U'\u0430'));
}

}  // namespace
}  // namespace lostletter::lookalike
