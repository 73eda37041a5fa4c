// SPDX-License-Identifier: Apache-2.0
//
// The clever is checked by the slow: the neighbours against all strings that
// the definition names, each probability against the engine's channel asked the
// other way, and the pairs against all pairs.
#include "exposure/generate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/align.h"
#include "lookalike/typed.h"

namespace lostletter::exposure {
namespace {

using lookalike::Channel;

domain::Name name_of(std::string_view text) {
  return domain::Name::parse(text).value();
}

Generated generate_one(std::string_view name, double mass) {
  return generate(Channel::built_in(), {{name_of(name), 1}}, {.mass = mass});
}

std::map<std::string, Candidate> by_name(const Generated& generated) {
  std::map<std::string, Candidate> all;
  for (const Candidate& one : generated.candidates) all[one.name] = one;
  return all;
}

// "A well-formed name of two labels or more under an existing top-level
// domain", by the floor below alone.
bool is_valid(const std::string& text) {
  const auto name = domain::Name::parse(text);
  return name && name->ascii() == text && name->labels().size() >= 2 &&
         domain::is_top_level(name->labels().back());
}

// Every valid string one deletion, insertion, substitution or transposition
// away.
std::set<std::string> plain_neighbours(const std::string& name) {
  const std::string typed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  std::set<std::string> all;
  const auto put = [&](std::size_t at, std::size_t length,
                       const std::string& by) {
    const std::string text = name.substr(0, at) + by + name.substr(at + length);
    if (text != name && is_valid(text)) all.insert(text);
  };
  for (std::size_t i = 0; i <= name.size(); ++i) {
    for (const char c : typed) {
      put(i, 0, std::string(1, c));
      if (i < name.size()) put(i, 1, std::string(1, c));
    }
    if (i < name.size()) put(i, 1, "");
    if (i + 1 < name.size()) put(i, 2, {name[i + 1], name[i]});
  }
  return all;
}

double by_channel(std::string_view intended, std::string_view typed) {
  const auto name = name_of(intended);
  const auto text = decode_utf8(name.unicode()).value();
  const auto found = lookalike::explain(
      Channel::built_in(), {text, lookalike::suffix_start(name.ascii(), text)},
      lookalike::read_typed(typed).value().entry.text, 2);
  return found ? std::exp(found->log_likelihood) : 0;
}

constexpr std::string_view kNames[] = {
    "army.mil",      "us.army.mil",        "navy.mil",
    "example.com",   "ab.co.uk",           "mod.gov.uk",
    "a.io",          "xn-abc.example.com", "rn-vvcl.co",
    "ee.com",        "mmoollee.com.au",    "m1lit4ry-1.org",
    "lostletter.ml", "x--y.example.net"};

TEST(Generate, NeighboursAreAllThatTheFormulaNames) {
  for (const std::string_view name : kNames) {
    std::set<std::string> got;
    for (const Candidate& one : generate_one(name, 0).candidates) {
      if (one.neighbour) got.insert(one.name);
    }
    const auto want = plain_neighbours(std::string(name));
    std::vector<std::string> differ;
    std::ranges::set_symmetric_difference(got, want,
                                          std::back_inserter(differ));
    EXPECT_EQ(differ, std::vector<std::string>()) << name;
    EXPECT_GE(want.size(), 100U) << name;
  }
}

TEST(Generate, ProbabilityIsWhatTheChannelSaysWhenAsked) {
  for (const std::string_view name : kNames) {
    const auto generated = generate_one(name, 0.9);
    EXPECT_GE(generated.candidates.size(), 100U) << name;
    for (const Candidate& one : generated.candidates) {
      // Typed as "xn--", read as what that stands for: not comparable.
      if (name.starts_with("x") && one.name.starts_with("xn--")) continue;
      const double want = by_channel(name, one.name);
      ASSERT_NEAR(one.probability / want, 1, 1e-9)
          << one.name << " for " << name;
      ASSERT_NEAR(one.probability / one.weight, 1, 1e-12) << one.name;
    }
  }
}

// With the whole mass there is no floor. Nothing of what a floor leaves out may
// be likelier than what is listed, nor be worth more than it says.
TEST(Generate, FloorLeavesOutOnlyWhatIsWorthLess) {
  const std::string_view name = "ee.com";
  const auto all = generate_one(name, 1);
  for (const double mass : {0.5, 0.9, 0.99}) {
    const auto some = generate_one(name, mass);
    const auto listed = by_name(some);
    double worth = 0;
    for (const Candidate& one : all.candidates) {
      const auto found = listed.find(one.name);
      if (found == listed.end()) {
        worth += one.weight;
      } else {
        EXPECT_NEAR(found->second.weight / one.weight, 1, 1e-9) << one.name;
      }
    }
    EXPECT_LT(listed.size(), all.candidates.size());
    EXPECT_LE(worth, (1 - mass) * all.all_weight * (1 + 1e-9));
    EXPECT_GE(some.all_weight, all.all_weight * (1 - 1e-9));
    EXPECT_NEAR(some.weight, all.weight - worth, 1e-12);
  }
}

// Every pair of slips that the channel knows is made: all names of this
// alphabet that it can explain are there.
TEST(Generate, AllThatTheChannelExplainsIsMade) {
  const std::string name = "ab.ml";
  const auto all = by_name(generate_one(name, 1));
  const std::string letters = "abml.-";
  std::size_t seen = 0;
  std::string text;
  const auto visit = [&](const auto& self) -> void {
    if (text != name && is_valid(text)) {
      const double want = by_channel(name, text);
      const auto found = all.find(text);
      // The channel takes anything for an exchanged suffix; here one is only
      // exchanged for one that exists.
      const bool exchanged = found == all.end() && text.starts_with("ab.");
      if (!exchanged) {
        ASSERT_EQ(found != all.end(), want > 0) << text;
      }
      if (found != all.end()) {
        ++seen;
        ASSERT_NEAR(found->second.probability / want, 1, 1e-9) << text;
      }
    }
    if (text.size() == 7) return;
    for (const char c : letters) {
      text += c;
      self(self);
      text.pop_back();
    }
  };
  visit(visit);
  EXPECT_GE(seen, 200U);
}

struct Case {
  std::string_view name;
  std::string_view typed;
  std::string_view edit;
  Holder holder;
  bool neighbour;
};

TEST(Generate, Lists) {
  constexpr Case kCases[] = {
      {"army.mil", "army.ml", "suffix: i lost (mil -> ml)", Holder::kAnyone,
       true},
      {"army.mil", "amry.mil", "name: r and m swapped (army -> amry)",
       Holder::kRestricted, true},
      {"army.mil", "arrny.mil", "name: rn looks like m (army -> arrny)",
       Holder::kRestricted, false},
      {"us.army.mil", "us.army.ml", "suffix: i lost (mil -> ml)",
       Holder::kAnyone, true},
      {"us.army.mil", "army.mil", "label: us lost in front", Holder::kOwner,
       false},
      {"us.army.mil", "u.army.mil", "name: s lost (us -> u)", Holder::kOwner,
       true},
      {"us.army.mil", "usarmy.mil", "name: dot lost (us.army -> usarmy)",
       Holder::kRestricted, true},
      {"example.com", "example.co", "suffix: m lost (com -> co)",
       Holder::kAnyone, true},
      {"example.com", "example.net", "suffix: .net for .com", Holder::kAnyone,
       false},
      {"example.com", "wwwexample.com",
       "name: www added (example -> wwwexample)", Holder::kAnyone, false},
      {"example.com", "exmaple.co",
       "name: a and m swapped, m lost (example.com -> exmaple.co)",
       Holder::kAnyone, false},
      {"army.mil", "xn--rmy-5cd.mil",
       "name: \xD0\xB0 looks like a (army -> \xD0\xB0rmy)", Holder::kRestricted,
       false},
      {"o.uk", "co.uk", "name: c added (o -> co)", Holder::kNobody, true},
      {"a-b.com", "a--b.com", "name: hyphen added (a-b -> a--b)",
       Holder::kAnyone, true},
      {"ab-c.com", "ab--c.com", "name: hyphen added (ab-c -> ab--c)",
       Holder::kNobody, true},
  };
  for (const auto& [name, typed, edit, holder, neighbour] : kCases) {
    const auto all = by_name(generate_one(name, 0.9995));
    const auto found = all.find(std::string(typed));
    ASSERT_NE(found, all.end()) << typed << " for " << name;
    EXPECT_EQ(edit_of(Channel::built_in(), {name_of(name), 1}, typed), edit);
    EXPECT_EQ(to_string(found->second.holder), to_string(holder)) << typed;
    EXPECT_EQ(found->second.neighbour, neighbour) << typed;
  }
}

// A slip that two targets lead to is one name, with the weight of both.
TEST(Generate, TargetsShare) {
  const std::vector<Target> targets = {{name_of("army.mil"), 0.75},
                                       {name_of("us.army.mil"), 0.25}};
  const auto generated =
      generate(Channel::built_in(), targets, {.mass = 0.999});
  const auto all = by_name(generated);
  const auto& both = all.at("usarmy.mil");
  const double from_host = by_channel("us.army.mil", "usarmy.mil");
  const double from_name = by_channel("army.mil", "usarmy.mil");
  EXPECT_EQ(both.of, 1U);
  EXPECT_NEAR(both.weight / (0.25 * from_host + 0.75 * from_name), 1, 1e-9);
  EXPECT_NEAR(both.probability / from_host, 1, 1e-9);
  EXPECT_EQ(all.at("us.army.ml").of, 1U);
  EXPECT_EQ(all.at("army.ml").of, 0U);
  EXPECT_TRUE(std::ranges::is_sorted(generated.candidates, std::greater(),
                                     &Candidate::weight));
}

TEST(Generate, MostIsAPrefix) {
  const auto all = generate_one("army.mil", 0.9).candidates;
  const auto some = generate(Channel::built_in(), {{name_of("army.mil"), 1}},
                             {.mass = 0.9, .most = 10})
                        .candidates;
  ASSERT_EQ(some.size(), 10U);
  for (std::size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(some[i].name, all[i].name);
  }
}

// Nothing that a site's odd names, or its odd channel, could break.
TEST(Generate, OddNames) {
  const std::string long_label(63, 'a');
  for (const std::string& name :
       {std::string("localhost"), std::string("mil"),
        std::string("b\xC3\xBC"
                    "cher.example.com"),
        long_label + ".com",
        std::string("\xD0\xBF\xD1\x80\xD0\xB8.\xD1\x80\xD1\x84")}) {
    const auto generated = generate_one(name, 0.5);
    for (const Candidate& one : generated.candidates) {
      EXPECT_EQ(name_of(one.name).ascii(), one.name);
      EXPECT_NE(one.name, name_of(name).ascii());
      EXPECT_GT(one.probability, 0);
    }
  }
}

}  // namespace
}  // namespace lostletter::exposure
