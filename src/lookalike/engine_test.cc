// SPDX-License-Identifier: Apache-2.0
#include "lookalike/engine.h"

#include <cmath>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

const Engine& built_in() {
  static const Engine engine(built_in_names(), built_in_options());
  return engine;
}

std::string first(const Judgement& judgement) {
  return judgement.intended.empty() ? "" : judgement.intended.front().name;
}

// What must hold with no configuration (issue "First letter", section 3).
TEST(BuiltIn, FindsTheIntendedName) {
  struct Case {
    std::string_view typed;
    std::string_view intended;
  };
  constexpr Case kCases[] = {
      {"army.ml", "army.mil"},         {"navy.ml", "navy.mil"},
      {"us.army.ml", "us.army.mil"},   {"mail.ml", "mail.mil"},
      {"army.mi", "army.mil"},         {"armymil", "army.mil"},
      {"army.mill", "army.mil"},       {"usarmy.mil", "us.army.mil"},
      {"amry.mil", "army.mil"},        {"gmial.com", "gmail.com"},
      {"gmail.co", "gmail.com"},       {"gmail.con", "gmail.com"},
      {"hotmail.comm", "hotmail.com"}, {"yaho.com", "yahoo.com"},
      {"exmaple.com", "example.com"},  {"gmail,com", "gmail.com"},
      {"gmail.com.", "gmail.com"},     {".gmail.com", "gmail.com"},
      {"us.amry.ml", "us.army.mil"},   {"ARMY.ML", "army.mil"},
      {"\xD0\xB0rmy.mil", "army.mil"},  // Cyrillic a
  };
  for (const auto& [typed, intended] : kCases) {
    const Judgement found = built_in().judge(typed);
    EXPECT_GE(found.probability, 0.9) << typed;
    EXPECT_EQ(first(found), intended) << typed;
    EXPECT_FALSE(found.tied && found.probability < 0.99) << typed;
    EXPECT_FALSE(found.findings.empty()) << typed;
  }
}

TEST(BuiltIn, LeavesRightNamesAlone) {
  constexpr std::string_view kNames[] = {
      "gouv.ml",      "diplomatie.gouv.ml",
      "army.gouv.ml", "mil.gouv.ml",
      "presse.ml",    "journal.presse.ml",
      "orange.ml",    "army.mil",
      "gov.uk",       "gmail.com",
      "mail.com",     "ymail.com",
      "gmx.de",       "gmx.at",
      "us.army.mil",  "mail.mil",
      "example.com",  "example.org",
      "ARMY.MIL",
  };
  for (const auto name : kNames) {
    const Judgement found = built_in().judge(name);
    EXPECT_LT(found.probability, 0.5) << name << " for " << first(found);
    EXPECT_TRUE(found.possible) << name;
  }
}

TEST(BuiltIn, NoKnownNameIsCorrectedToAnother) {
  for (const KnownName& known : built_in_names()) {
    const Judgement found = built_in().judge(known.name);
    EXPECT_TRUE(found.known) << known.name;
    EXPECT_LT(found.probability, 0.5) << known.name;
    EXPECT_TRUE(found.possible) << known.name;
  }
}

// Ordinary names that nobody listed: no accusation.
TEST(BuiltIn, UnknownNamesAreNotAccused) {
  constexpr std::string_view kNames[] = {
      "muster-gmbh.example",
      "smithandsons.co.uk",
      "acme-widgets.com",
      "b\xC3\xBC"
      "cher.example",
      "kunsthalle-bremen.de",
      "ville-segou.ml",
      "ab.com",
      "xy.de",
      "fire.dept.city.example",
      "mx.test",
      "ann.test",
  };
  for (const auto name : kNames) {
    const Judgement found = built_in().judge(name);
    EXPECT_LT(found.probability, 0.9) << name << " for " << first(found);
    EXPECT_TRUE(found.possible) << name;
  }
}

TEST(Engine, UnseenNameOfAProtectedSuffixIsDoubtful) {
  const Engine engine({{"army.mil", Source::kCurated, 3}},
                      {{"mil", "gov.uk"}, {}});
  for (const auto* typed : {"zweibruecken.ml", "somebase.ml"}) {
    const Judgement found = engine.judge(typed);
    EXPECT_GE(found.probability, 0.5) << typed;
    EXPECT_LT(found.probability, 0.9) << typed;
  }
  EXPECT_EQ(first(engine.judge("somebase.ml")), "somebase.mil");
  // A suffix of its own is no slip of another one.
  EXPECT_LT(engine.judge("kyiv.gov.ua").probability, 0.5);
}

TEST(Engine, ALabelLost) {
  const Engine engine({{"us.army.mil", Source::kKnown, 1}}, {});
  const Judgement found = engine.judge("army.mil");
  EXPECT_EQ(first(found), "us.army.mil");
  EXPECT_EQ(found.intended.front().edit, "label: us lost in front");
  EXPECT_LT(found.probability, 0.5);  // a parent mostly is a real name
}

TEST(Engine, TwoLikelyNamesAreATie) {
  const Engine engine({{"northfield-hospital.example", Source::kKnown, 1},
                       {"northfeild-hospital.test", Source::kKnown, 1},
                       {"acmetrading.com", Source::kKnown, 1},
                       {"acmetravding.com", Source::kKnown, 1}},
                      {});
  const Judgement found = engine.judge("acmetraeding.com");
  EXPECT_TRUE(found.tied || found.intended.size() < 2);
  // Both one slip away and as well known.
  const Engine twins(
      {{"annexe.com", Source::kKnown, 1}, {"annexa.com", Source::kKnown, 1}},
      {});
  const Judgement tie = twins.judge("annexo.com");
  ASSERT_EQ(tie.intended.size(), 2U);
  EXPECT_TRUE(tie.tied);
}

TEST(Engine, KnownNamesAreClearAndTeach) {
  const Engine engine({{"clinic-lakeside.com", Source::kKnown, 1}}, {});
  EXPECT_TRUE(engine.judge("clinic-lakeside.com").known);
  EXPECT_EQ(engine.judge("clinic-lakeside.com").probability, 0);
  const Judgement typo = engine.judge("clinic-laekside.com");
  EXPECT_GE(typo.probability, 0.9);
  EXPECT_EQ(first(typo), "clinic-lakeside.com");
  EXPECT_EQ(engine.judge("clinic-lakeside.com", Engine::Self::kLeaveOut).known,
            false);
}

// Hosts below a mistyped name keep theirs; whatever comes out is a name.
TEST(Engine, HostsBelow) {
  const Judgement found = built_in().judge("m\xC3\xBCnster.us.amry.ml");
  EXPECT_EQ(first(found), "xn--mnster-3ya.us.army.mil");
  std::string longest = "amry.ml";
  while (longest.size() < 253) longest.insert(0, "a.");
  for (const auto& one : built_in().judge(longest).intended) {
    EXPECT_LE(one.name.size(), 253U) << one.name;
  }
}

TEST(Engine, HostileInput) {
  const Engine engine({{"army.mil", Source::kCurated, 3}}, {{"mil"}, {}});
  const std::string long_one(1 << 20, 'a');
  const std::string inputs[] = {
      "",  ".",      "..",        std::string("a\0b", 3), "\xFF\xFE", "xn--",
      "a", long_one, "xn--a.mil", "[192.0.2.1]",          " ",        "@",
  };
  for (const std::string& input : inputs) {
    const Judgement found = engine.judge(input);
    EXPECT_LT(found.probability, 0.9) << input.substr(0, 20);
    EXPECT_FALSE(found.possible) << input.substr(0, 20);
  }
}

// The terms of every candidate make up its odds against the typed name.
TEST(BuiltIn, TermsSumToTheLogOdds) {
  const Engine engine(built_in_names(), built_in_options());
  for (const std::string_view typed :
       {"army.ml", "us.amry.ml", "gmial.com", "gmail,com", "gmail.net",
        "hotmial.co.uk", "never-seen-unit.ml", "some-clinic.con"}) {
    const Judgement judged = engine.judge(typed);
    const double right = 1 - judged.probability;
    ASSERT_FALSE(judged.intended.empty()) << typed;
    for (const Candidate& one : judged.intended) {
      double sum = 0;
      for (const Term& term : one.terms) {
        EXPECT_FALSE(term.id.empty() || term.text.empty()) << typed;
        sum += term.value;
      }
      EXPECT_FALSE(one.terms.empty()) << typed;
      if (right < 1e-9) continue;  // nothing left to divide by
      EXPECT_NEAR(sum, std::log(one.probability / right), 1e-4)
          << typed << ' ' << one.name;
    }
  }
}

}  // namespace
}  // namespace lostletter::lookalike
