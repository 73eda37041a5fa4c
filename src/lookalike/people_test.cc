// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/text.h"
#include "lookalike/people_index.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

const Engine& engine() {
  static const Engine built = [] {
    auto names = built_in_names();
    names.push_back({"clinic.example", Source::kKnown, 1});
    return Engine(std::move(names), built_in_options());
  }();
  return built;
}

const People& people() {
  static const People built({
      {"ubizjak", "gmail.com"},
      {"b.clark", "gmail.com"},
      {"hanna", "gmail.com"},
      {"ann.lee", "clinic.example"},
      {"j.smith", "clinic.example"},
      {"jsmith1", "clinic.example"},
      {"team-a", "clinic.example"},
      {"staff-ops", "clinic.example"},
      {"building-services", "clinic.example"},
      {"info", "clinic.example"},
      {"\"ann van lee\"", "clinic.example"},
      {"bob.brown", "army.mil"},
      {"Margaret.Archer", "yahoo.com"},
  });
  return built;
}

std::optional<AddressJudgement> judge(std::string_view local_part,
                                      std::string_view domain) {
  return people().judge(local_part, domain, engine().judge(domain));
}

// Found beyond doubt, worth a word, or no accusation.
enum class Found { kMisdirected, kDoubtful, kClear };

TEST(People, Judged) {
  using enum Found;
  struct Case {
    std::string_view local_part;
    std::string_view domain;
    Found found;
    std::string_view intended;
    std::string_view finding;
  };
  constexpr Case kCases[] = {
      {"ubizjat", "gmail.com", kMisdirected, "ubizjak@gmail.com",
       "person.substitution"},
      {"lee.ann", "clinic.example", kMisdirected, "ann.lee@clinic.example",
       "person.names-swapped"},
      {"annlee", "clinic.example", kMisdirected, "ann.lee@clinic.example",
       "person.dot-lost"},
      {"a.nnlee", "clinic.example", kMisdirected, "ann.lee@clinic.example",
       "person.separator"},
      {"ann.le", "clinic.example", kMisdirected, "ann.lee@clinic.example",
       "person.singling"},
      {"ann.lee", "clinc.example", kMisdirected, "ann.lee@clinic.example",
       "person.known"},
      {"bob.brown", "army.ml", kMisdirected, "bob.brown@army.mil",
       "person.known"},
      {"bob.borwn", "army.ml", kMisdirected, "bob.brown@army.mil",
       "person.transposition"},
      {"ubizjak", "gmail.co", kMisdirected, "ubizjak@gmail.com",
       "person.known"},
      {"buidling-services", "clinic.example", kMisdirected,
       "building-services@clinic.example", "person.transposition"},
      // The tag stays, and the case of what is known.
      {"margaret.acrher+x", "yahoo.com", kMisdirected,
       "Margaret.Archer+x@yahoo.com", "person.transposition"},
      // Mostly two people.
      {"a.lee", "clinic.example", kDoubtful, "ann.lee@clinic.example",
       "person.initial"},
      {"anne.lee", "clinic.example", kDoubtful, "ann.lee@clinic.example",
       "person.insertion"},
      {"jsmith2", "clinic.example", kDoubtful, "jsmith1@clinic.example",
       "person.adjacent-key"},
      {"m.smith", "clinic.example", kDoubtful, "j.smith@clinic.example",
       "person.adjacent-key"},
      {"qbuilding-services", "clinic.example", kMisdirected,
       "building-services@clinic.example", "person.insertion"},
      {"mubizjak", "gmail.com", kDoubtful, "ubizjak@gmail.com",
       "person.insertion"},
      {"yubizjak", "gmail.com", kMisdirected, "ubizjak@gmail.com",
       "person.adjacent-insertion"},
      {"team-b", "clinic.example", kDoubtful, "team-a@clinic.example",
       "person.substitution"},
      {"staff-obs", "clinic.example", kDoubtful, "staff-ops@clinic.example",
       "person.substitution"},
      // The same person may have two mailboxes.
      {"margaret.archer", "outlook.com", kDoubtful, "margaret.archer@yahoo.com",
       "person.other-domain"},
      {"bob.brown", "army.example", kDoubtful, "bob.brown@army.mil",
       "person.other-domain"},
      // But where the name alone is a slip, it stays one.
      {"ubizjak", "gmail.net", kMisdirected, "ubizjak@gmail.com",
       "person.known"},
      // A name is a name at a provider of millions.
      {"anna", "gmail.com", kClear, "", ""},
      {"infos", "clinic.example", kClear, "", ""},
  };
  for (const auto& [local, domain, found, intended, finding] : kCases) {
    const std::string shown = std::string(local) + '@' + std::string(domain);
    const auto judged = judge(local, domain);
    ASSERT_TRUE(judged) << shown;
    const double p = judged->probability;
    EXPECT_EQ(p >= 0.9   ? kMisdirected
              : p >= 0.5 ? kDoubtful
                         : kClear,
              found)
        << shown << ' ' << p;
    EXPECT_FALSE(judged->known);
    if (intended.empty()) continue;
    ASSERT_FALSE(judged->intended.empty()) << shown;
    const PersonCandidate& best = judged->intended.front();
    EXPECT_EQ(best.local_part + '@' + best.domain, intended);
    EXPECT_EQ(judged->findings.back().id, finding) << shown;
  }
}

TEST(People, KnownMailboxes) {
  struct Case {
    std::string_view local_part;
    std::string_view domain;
    bool known;
  };
  constexpr Case kCases[] = {
      {"ann.lee", "clinic.example", true},
      {"Ann.Lee", "clinic.example", true},
      {"\"ann.lee\"", "clinic.example", true},
      {"ann.lee+news", "clinic.example", true},
      {"ann van lee", "clinic.example", true},
      {"annlee", "clinic.example", false},
      {"bclark", "gmail.com", true},
      {"b.c.l.a.r.k", "gmail.com", true},
      {"b.clark", "googlemail.com", true},
      {"b.clark", "yahoo.com", false},
      {"margaretarcher", "yahoo.com", false},
      {"", "clinic.example", false},
  };
  for (const auto& [local, domain, known] : kCases) {
    EXPECT_EQ(people().knows(local, domain), known) << local << '@' << domain;
    const auto judged = judge(local, domain);
    EXPECT_EQ(judged && judged->known, known) << local << '@' << domain;
    EXPECT_EQ(known && judged->probability > 0, false);
  }
}

// The terms of every candidate make up its odds against the typed address.
TEST(People, TermsSumToTheLogOdds) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"ubizjat", "gmail.com"},      {"lee.ann", "clinic.example"},
      {"ann.lee", "clinc.example"},  {"bob.borwn", "army.ml"},
      {"a.lee", "clinic.example"},   {"margaret.archer", "outlook.com"},
      {"jsmith2", "clinic.example"}, {"bob.brown", "army.example"},
      {"ubizjac", "gmail.co"},
  };
  for (const auto& [local, domain] : kCases) {
    const auto judged = judge(local, domain);
    ASSERT_TRUE(judged) << local;
    for (const PersonCandidate& one : judged->intended) {
      double sum = 0;
      for (const Term& term : one.terms) {
        EXPECT_FALSE(term.id.empty() || term.text.empty()) << term.id;
        sum += term.value;
      }
      const double right = 1 - judged->probability;
      if (right < 1e-9) continue;  // nothing left to divide by
      EXPECT_NEAR(sum, std::log(one.probability / right), 1e-4)
          << local << '@' << domain << ' ' << one.local_part;
    }
    ASSERT_FALSE(judged->findings.empty());
    double found = 0;
    for (const Finding& finding : judged->findings) found += finding.log_odds;
    double sum = 0;
    for (const Term& term : judged->intended[0].terms) sum += term.value;
    EXPECT_NEAR(sum, found, 1e-4) << local << '@' << domain;
  }
}

// Without a known address near it, nothing is said: the engine's judgement
// stands, whatever it is.
TEST(People, NothingIsGuessed) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"quite.new", "clinic.example"},
      {"general", "army.ml"},
      {"ann.lee", "far-away.example"},
      {"ubizjat", "example.net"},
      {"", "army.ml"},
      {"x", ""},
  };
  for (const auto& [local, domain] : kCases) {
    EXPECT_FALSE(judge(local, domain)) << local << '@' << domain;
  }
  const People nobody({});
  EXPECT_FALSE(nobody.judge("jhon", "army.ml", engine().judge("army.ml")));
  EXPECT_EQ(nobody.size(), 0U);
}

// The more letters go to a person, the likelier they were meant.
TEST(People, WeightCounts) {
  const auto best = [](double anna, double anne) {
    const People two({{"hannah.maier", "clinic.example", anna},
                      {"hannas.maier", "clinic.example", anne}});
    const auto judged = two.judge("hanna.maier", "clinic.example",
                                  engine().judge("clinic.example"));
    return judged->intended.front().local_part;
  };
  EXPECT_EQ(best(9, 1), "hannah.maier");
  EXPECT_EQ(best(1, 9), "hannas.maier");
}

TEST(People, TheSameAddressTwiceIsOnePerson) {
  const People once({{"ann+a", "clinic.example"},
                     {"Ann", "clinic.example"},
                     {"ann", "clinic.example"}});
  EXPECT_EQ(once.size(), 1U);
}

// Whoever is only written to may be meant; typed, the address is judged like
// any other, and of two such nothing says which is right.
TEST(People, WhoNeverAnswersMayBeMeant) {
  constexpr auto kWrittenTo = Standing::kWrittenTo;
  const People some({{"margaret.archer", "clinic.example", 9, kWrittenTo},
                     {"margaert.archer", "clinic.example", 3, kWrittenTo},
                     {"bob.brown", "clinic.example", 9},
                     {"bob.borwn", "clinic.example", 400, kWrittenTo}});
  const auto judge_in = [&](std::string_view local) {
    const std::string_view domain = "clinic.example";
    return some.judge(local, domain, engine().judge(domain));
  };
  const auto slip = judge_in("margaret.arhcer");
  ASSERT_TRUE(slip);
  EXPECT_GE(slip->probability, 0.9);
  EXPECT_EQ(slip->intended.front().local_part, "margaret.archer");
  EXPECT_EQ(slip->findings.back().text,
            "margaret.arhcer@clinic.example is one slip from the correspondent "
            "margaret.archer@clinic.example (c and h swapped)");
  EXPECT_FALSE(judge_in("margaret.archer"));
  EXPECT_FALSE(judge_in("margaert.archer"));
  // However often.
  const auto leak = judge_in("bob.borwn");
  ASSERT_TRUE(leak);
  EXPECT_FALSE(leak->known);
  EXPECT_GE(leak->probability, 0.9);
  EXPECT_EQ(leak->intended.front().local_part, "bob.brown");
  EXPECT_TRUE(judge_in("bob.brown")->known);
  // Nor is one of them known elsewhere.
  EXPECT_FALSE(
      some.judge("margaret.archer", "far.test", engine().judge("far.test")));
}

// Gary Taylor is somebody else than Mark Taylor where there are more of both
// names, and a slip where nobody else is called so.
TEST(People, WhoIsNewIsCalledAsOthersAre) {
  const auto probability = [](const People& some, std::string_view local) {
    const std::string_view domain = "clinic.example";
    const auto found = some.judge(local, domain, engine().judge(domain));
    return found ? found->probability : 0;
  };
  std::vector<KnownAddress> known = {{"mark.taylor", "clinic.example", 9},
                                     {"ruth.archer", "clinic.example", 9}};
  const double before = probability(People(known), "gary.taylor");
  EXPECT_GE(before, 0.9);
  for (const char* const one : {"gary.nichols", "gary.weston", "lucy.taylor",
                                "paul.taylor", "rush.weston"}) {
    known.push_back({one, "far.test"});
  }
  const People more(known);
  EXPECT_LT(probability(more, "gary.taylor"), 0.5);
  EXPECT_GE(probability(more, "mark.talyor"), 0.9);
  // Whoever may have been meant does not vouch for the slip.
  EXPECT_GE(probability(more, "ruth.acrher"), 0.9);
  EXPECT_GE(probability(more, "rush.archer"), 0.5);
}

TEST(People, KnownIfOneOfAMailboxIs) {
  const People both({{"ann+a", "clinic.example", 1, Standing::kWrittenTo},
                     {"ann", "clinic.example"},
                     {"ann+b", "clinic.example", 1, Standing::kWrittenTo}});
  EXPECT_EQ(both.size(), 1U);
  EXPECT_TRUE(both.knows("ann+c", "clinic.example"));
  const People one({{"ann", "clinic.example", 1, Standing::kWrittenTo}});
  EXPECT_EQ(one.standing("ann", "clinic.example"), Standing::kWrittenTo);
  EXPECT_FALSE(one.knows("ann", "clinic.example"));
}

// What the index finds is all that the plain formula explains.
TEST(PeopleIndex, FindsWhatTheFormulaExplains) {
  std::vector<std::u32string> world;
  const auto add_all = [&](std::u32string_view letters, std::size_t length) {
    std::vector<std::u32string> texts = {U""};
    for (std::size_t i = 0; i < length; ++i) {
      std::vector<std::u32string> longer;
      for (const auto& text : texts) {
        for (const char32_t c : letters) longer.push_back(text + c);
      }
      texts = std::move(longer);
    }
    world.insert(world.end(), texts.begin(), texts.end());
  };
  for (std::size_t length = 1; length <= 4; ++length) add_all(U"ab.", length);
  for (std::size_t length = 6; length <= 8; ++length) add_all(U"ab", length);
  PeopleIndex index;
  for (std::uint32_t i = 0; i < world.size(); ++i) index.add(i, 7, world[i]);
  index.finish();
  for (const auto& typed : world) {
    const auto found = index.near(7, typed);
    EXPECT_LT(index.near(8, typed).by_hand.size(), 3U);  // but equal hashes
    for (std::uint32_t i = 0; i < world.size(); ++i) {
      const std::string shown =
          encode_utf8(world[i]) + " -> " + encode_utf8(typed);
      if (slip_of_hand(world[i], typed)) {
        ASSERT_TRUE(std::ranges::binary_search(found.by_hand, i)) << shown;
      }
      if (slip_of_memory(world[i], typed)) {
        ASSERT_TRUE(std::ranges::binary_search(found.by_memory, i)) << shown;
      }
    }
  }
}

}  // namespace
}  // namespace lostletter::lookalike
