// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_correspondence.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23
constexpr Seconds kMay{std::chrono::seconds(1777636800)};   // 2026-05-01

Exchange exchange(std::uint32_t sent, std::uint32_t received,
                  std::uint32_t bounced = 0) {
  return {.sent = sent,
          .received = received,
          .bounced = bounced,
          .first = kMay,
          .last = kNoon,
          .weight = double{1} * sent + received};
}

// The person exchanged it with the address; nobody else did.
Relation by_person(const Exchange& of) { return {of, of, of, of, false}; }
Relation by_colleagues(const Exchange& of) { return {{}, {}, of, of, false}; }
Relation with_domain(const Exchange& of) { return {{}, of, {}, of, false}; }

std::shared_ptr<const lookalike::Engine> engine() {
  static const auto built = [] {
    auto names = lookalike::built_in_names();
    names.push_back({"northwind-trading.test"});
    return std::make_shared<const lookalike::Engine>(
        names, lookalike::built_in_options());
  }();
  return built;
}

std::shared_ptr<const lookalike::People> people() {
  return std::make_shared<const lookalike::People>(
      std::vector<lookalike::KnownAddress>{
          {"katherine.oldfield", "gmail.com", 30}});
}

const Assessor& assessor() {
  static const Assessor built({}, engine(), people());
  return built;
}

Assessment judge(std::string_view address, const Evidence& answer,
                 std::string_view name = "") {
  Assessment found = assessor().assess(address, Mode::kAsk);
  const Inquiry inquiry = inquiry_about(found, "ann@example.com", name, kNoon);
  Evidence evidence = answer;
  evidence.anything = true;
  evidence.others.resize(inquiry.others.size());
  assessor().reconsider(inquiry, evidence, Mode::kAsk, found);
  return found;
}

std::string text_of(const Assessment& found, std::string_view id) {
  const auto at = std::ranges::find(
      found.findings, "correspondence." + std::string(id), &Finding::id);
  return at == found.findings.end() ? "" : at->text;
}

TEST(Trust, GrowsWithAnswersHardlyWithout) {
  struct Case {
    Exchange exchange;
    double least, most;
  };
  const Case cases[] = {
      {{}, 0, 0},
      {exchange(1, 0), 0, 0.2},
      {exchange(400, 0), 0.9, 1},
      {exchange(1'000'000, 0), 0.9, 1},
      {exchange(0, 1'000'000), 1.9, 2},
      {exchange(1, 1), 6, 6.2},
      {exchange(10, 10), 11, 11.5},
      {exchange(400, 1), 6, 6.3},
      {exchange(0, 0, 1), -1.7, -1.5},
      {exchange(0, 0, 1000), -3, -3},
  };
  for (const auto& [of, least, most] : cases) {
    EXPECT_GE(trust(of), least) << of.sent << '/' << of.received;
    EXPECT_LE(trust(of), most) << of.sent << '/' << of.received;
  }
  Exchange old = exchange(10, 10);
  old.weight /= 1024;  // ten half-lives ago
  EXPECT_LT(trust(old), 4.1);
}

TEST(WeighCorrespondence, Verdicts) {
  struct Case {
    std::string_view address;
    Relation typed;
    Verdict verdict;
    std::string_view says;  // id of a finding
  };
  using enum Verdict;
  const Case cases[] = {
      {"bob@northwind-tradng.test", {}, kMisdirected, "first-contact"},
      // A standing typo does not whitelist itself.
      {"bob@northwind-tradng.test", by_person(exchange(400, 0)), kMisdirected,
       "standing-leak"},
      {"bob@northwind-tradng.test", by_colleagues(exchange(400, 0)),
       kMisdirected, "standing-leak"},
      // Who only writes to us is not trusted for it.
      {"bob@northwind-tradng.test", by_person(exchange(0, 400)), kMisdirected,
       ""},
      {"bob@northwind-tradng.test", by_person(exchange(0, 0, 3)), kMisdirected,
       "bounced"},
      {"bob@northwind-tradng.test", by_person(exchange(200, 200)), kClear,
       "known"},
      {"bob@northwind-tradng.test", by_colleagues(exchange(300, 300)), kClear,
       "known"},
      {"bob@northwind-tradng.test", with_domain(exchange(200, 200)), kClear,
       "first-contact"},
      // Whatever was exchanged.
      {"general@army.ml", by_person(exchange(400, 0)), kMisdirected,
       "needs-allow"},
      {"general@army.ml", by_person(exchange(4000, 4000)), kMisdirected,
       "needs-allow"},
      {"ann@never-seen-unit.ml", by_person(exchange(4000, 4000)), kDoubtful,
       "needs-allow"},
      // The domain is known; the address is not, or is.
      {"katherine.oldfeild@gmail.com", {}, kMisdirected, "first-contact"},
      {"katherine.oldfeild@gmail.com", with_domain(exchange(4000, 4000)),
       kMisdirected, "first-contact"},
      {"katherine.oldfeild@gmail.com", by_person(exchange(90, 90)), kClear,
       "known"},
      {"bob@clinic.example", {}, kClear, "first-contact"},
      {"bob@clinic.example", by_person(exchange(3, 2)), kClear, "known"},
      {"bob@clinic.example", by_colleagues(exchange(3, 0)), kClear,
       "first-contact-of-person"},
      {"a b@army.ml", {}, kInvalid, ""},
  };
  for (const auto& [address, typed, verdict, says] : cases) {
    const Assessment found = judge(address, {.typed = typed});
    EXPECT_EQ(to_string(found.verdict), to_string(verdict))
        << address << ' ' << typed.person_address.sent << ' '
        << found.probability;
    EXPECT_EQ(found.action, action_for(verdict, Mode::kAsk)) << address;
    if (!says.empty()) {
      EXPECT_NE(text_of(found, says), "") << address << ' ' << says;
    }
  }
}

// Somebody who was asked has looked at it. What comes back was wrong all the
// same, and a protected name takes more.
TEST(WeighCorrespondence, WhatWasMeantBeforeIsBelieved) {
  const std::string bob = "bob@northwind-tradng.test";
  const Assessment once = judge(bob, {.confirmed = 1});
  EXPECT_EQ(to_string(once.verdict), to_string(Verdict::kDoubtful));
  EXPECT_EQ(text_of(once, "confirmed"),
            "somebody here was asked about " + bob + " before, and meant it");
  const Assessment thrice = judge(bob, {.confirmed = 3});
  EXPECT_EQ(to_string(thrice.verdict), to_string(Verdict::kClear));
  EXPECT_EQ(text_of(thrice, "confirmed"),
            "3 of you were asked about " + bob + " before, and meant it");
  // Of a colleague's letters: hers were answered by nobody.
  const Relation bounced = by_colleagues(exchange(3, 0, 1));
  const Assessment back = judge(bob, {.typed = bounced, .confirmed = 3});
  EXPECT_EQ(to_string(back.verdict), to_string(Verdict::kMisdirected));
  EXPECT_EQ(text_of(back, "confirmed"), "");
  const Assessment harm = judge("general@army.ml", {.confirmed = 3});
  EXPECT_EQ(to_string(harm.verdict), to_string(Verdict::kMisdirected));
  // At one domain, too.
  const std::string kate = "katherine.oldfeild@gmail.com";
  EXPECT_EQ(to_string(judge(kate, {}).verdict),
            to_string(Verdict::kMisdirected));
  EXPECT_LT(judge(kate, {.confirmed = 1}).probability, 0.9);
}

TEST(WeighCorrespondence, TheTermsStillSumToTheLogOdds) {
  const Relation relations[] = {{},
                                by_person(exchange(4, 4)),
                                by_person(exchange(0, 0, 1)),
                                by_person(exchange(9, 0)),
                                with_domain(exchange(30, 30))};
  for (const std::string_view address :
       {"bob@northwind-tradng.test", "katherine.oldfeild@gmail.com",
        "someone@gmail.co", "ann@gmial.com"}) {
    for (const Relation& typed : relations) {
      for (const Relation& other : relations) {
        Assessment found = assessor().assess(address, Mode::kAsk);
        const Inquiry inquiry = inquiry_about(found, "ann@example.com", "", {});
        Evidence evidence = {.typed = typed};
        evidence.others.assign(inquiry.others.size(), other);
        // Not by way of reconsider(), which rounds.
        weigh_correspondence(inquiry, evidence, found);
        ASSERT_FALSE(found.intended.empty()) << address;
        for (const Intended& one : found.intended) {
          double sum = 0;
          for (const lookalike::Term& term : one.terms) sum += term.value;
          const double right = 1 - found.probability;
          if (right < 1e-6) continue;  // no digits left to compare
          EXPECT_NEAR(sum, std::log(one.probability / right), 1e-3)
              << address << " for " << one.address;
        }
      }
    }
  }
}

TEST(WeighCorrespondence, TheOneAlwaysWrittenTo) {
  Evidence evidence;
  Assessment found = assessor().assess("bob@northwind-tradng.test", Mode::kAsk);
  const Inquiry inquiry = inquiry_about(found, "ann@example.com", "", kNoon);
  ASSERT_EQ(inquiry.others.front(), "bob@northwind-trading.test");
  evidence.others.resize(inquiry.others.size());
  evidence.others.front() = by_person(exchange(40, 20));
  const double before = found.probability;
  assessor().reconsider(inquiry, evidence, Mode::kAsk, found);
  EXPECT_GE(found.probability, before);
  EXPECT_EQ(text_of(found, "other-one"),
            "you always write to bob@northwind-trading.test: 40 letters, the "
            "last on 2026-11-23");
}

TEST(WeighCorrespondence, SoIsOneOfAColleague) {
  const Namesake colleague = {.address = "katrin.sandberg@example.com",
                              .name = "",
                              .with_person = {},
                              .colleague = true};
  const Assessment found =
      judge("katrin.sandberg@two.test", {.namesakes = {colleague}}, "");
  EXPECT_EQ(found.verdict, Verdict::kClear);
  EXPECT_GT(found.probability, 0.05);
  ASSERT_EQ(found.intended.size(), 1U);
  EXPECT_EQ(found.intended[0].address, colleague.address);
  EXPECT_EQ(text_of(found, "external-namesake"),
            "your colleague katrin.sandberg@example.com has the same name");
}

TEST(WeighCorrespondence, ANamesakeIsWorthAWord) {
  const Namesake often = {"katrin.sandberg@one.test", "Katrin Sandberg",
                          exchange(40, 30)};
  const Namesake once = {"katrin.sandberg@one.test", "", exchange(1, 0)};
  const Namesake office = {"office@one.test", "", exchange(40, 30)};
  struct Case {
    std::string_view address;
    std::string_view name;
    Namesake namesake;
    Relation typed;
    Verdict verdict;
  };
  using enum Verdict;
  const Case cases[] = {
      {"katrin.sandberg@two.test", "", often, {}, kDoubtful},
      {"katrin.sandberg@two.test", "", once, {}, kClear},
      {"katrin.sandberg@two.test", "", often, by_person(exchange(1, 0)),
       kClear},
      {"katrin.sandberg@two.test", "", often, by_colleagues(exchange(1, 0)),
       kClear},
      {"katrin.sandberg@two.test", "", often, with_domain(exchange(9, 9)),
       kClear},
      {"office@two.test", "", office, {}, kClear},
      {"ks@two.test", "Sandberg, Katrin", often, {}, kDoubtful},
  };
  for (const auto& [address, name, namesake, typed, verdict] : cases) {
    const Assessment found =
        judge(address, {.typed = typed, .namesakes = {namesake}}, name);
    EXPECT_EQ(to_string(found.verdict), to_string(verdict))
        << address << ' ' << found.probability;
    const bool said = !found.intended.empty();
    EXPECT_EQ(text_of(found, "other-one").empty(), !said) << address;
    EXPECT_TRUE(said || verdict == kClear) << address;
    EXPECT_EQ(said ? text_of(found, "other-one") : "",
              said ? "you always write to katrin.sandberg@one.test: 40 "
                     "letters, the last on 2026-11-23"
                   : "");
    // And what any recipient may be: the wrong entry of an address book.
    EXPECT_LE(found.probability, 0.61);
  }
}

TEST(WeighCorrespondence, Sentences) {
  struct Case {
    std::string_view address;
    Relation typed;
    std::string_view id;
    std::string_view text;
  };
  const Case cases[] = {
      {"bob@clinic.example",
       {},
       "first-contact",
       "nobody here has ever written to clinic.example, or heard from it"},
      {"Bob@clinic.example", with_domain(exchange(1, 0)), "first-contact",
       "nobody here has ever written to Bob@clinic.example, or heard from it"},
      {"bob@clinic.example", by_colleagues(exchange(1, 0)),
       "first-contact-of-person",
       "you have never written to bob@clinic.example; colleagues have"},
      {"bob@clinic.example", by_person(exchange(1, 2)), "known",
       "you know it: 1 letter sent to bob@clinic.example and 2 received, the "
       "last on 2026-11-23"},
      {"bob@clinic.example", by_colleagues(exchange(3, 2)), "known",
       "colleagues know it: 3 letters sent to bob@clinic.example and 2 "
       "received, the last on 2026-11-23"},
      {"general@army.ml", by_person(exchange(400, 0)), "standing-leak",
       "400 letters went to general@army.ml since 2026-05-01, and no answer "
       "came: perhaps all of them are lost"},
      {"general@army.ml", by_person(exchange(400, 0)), "needs-allow",
       "whatever was exchanged with army.ml: a name so near to a protected one "
       "is right only when `allow` has it"},
      {"bob@clinic.example", by_person(exchange(0, 0, 2)), "bounced",
       "2 letters of yours to bob@clinic.example came back"},
  };
  for (const auto& [address, typed, id, text] : cases) {
    EXPECT_EQ(text_of(judge(address, {.typed = typed}), id), text) << address;
  }
  const Relation noted = {.noted = true};
  EXPECT_EQ(text_of(judge("bob@clinic.example", {.typed = noted}), "noted"),
            "bob@clinic.example is in an address book");
}

TEST(WeighCorrespondence, NothingLearntSaysNothing) {
  Assessment found = assessor().assess("bob@northwind-tradng.test", Mode::kAsk);
  const auto findings = found.findings.size();
  const double probability = found.probability;
  const Inquiry inquiry = inquiry_about(found, "ann@example.com", "", kNoon);
  Evidence evidence;
  evidence.others.resize(inquiry.others.size());
  assessor().reconsider(inquiry, evidence, Mode::kAsk, found);
  EXPECT_EQ(found.findings.size(), findings);
  EXPECT_NEAR(found.probability, probability, 1e-4);
  EXPECT_EQ(to_string(found.verdict), "misdirected");
}

TEST(WeighCorrespondence, RulesStand) {
  Rules rules;
  rules.allow = {"army.ml"};
  rules.block = {"clinic.example"};
  const Assessor ruled(rules, engine());
  for (const std::string_view address :
       {"general@army.ml", "bob@clinic.example"}) {
    Assessment found = ruled.assess(address, Mode::kAsk);
    const Verdict before = found.verdict;
    const Inquiry inquiry = inquiry_about(found, "", "", kNoon);
    Evidence evidence = {.typed = by_person(exchange(0, 0, 9))};
    evidence.others.resize(inquiry.others.size());
    ruled.reconsider(inquiry, evidence, Mode::kAsk, found);
    EXPECT_EQ(found.verdict, before) << address;
  }
}

TEST(Familiar, IsJudgedAsIfUnknownAndWeighed) {
  // Both are learnt; one letter apart.
  const std::vector<lookalike::KnownName> names = {{"zephyrine.test"},
                                                   {"zephyryne.test"}};
  const auto index =
      std::make_shared<const lookalike::Index>(lookalike::Index::build(names));
  const auto known = std::make_shared<const lookalike::People>(
      std::vector<lookalike::KnownAddress>{{"bob", "zephyryne.test", 3}});
  const Assessor familiar({},
                          std::make_shared<const lookalike::Engine>(
                              std::vector{lookalike::built_in_index(), index},
                              lookalike::built_in_options()),
                          known, {index, known});
  Assessment found = familiar.assess("bob@zephyryne.test", Mode::kAsk);
  EXPECT_EQ(to_string(found.verdict), "misdirected");
  const Inquiry inquiry = inquiry_about(found, "ann@example.com", "", kNoon);
  Evidence evidence = {.typed = by_person(exchange(5, 5))};
  evidence.others.resize(inquiry.others.size());
  familiar.reconsider(inquiry, evidence, Mode::kAsk, found);
  EXPECT_EQ(to_string(found.verdict), "clear");
  // And it is what others were meant to be.
  found = familiar.assess("bob@zephyrynne.test", Mode::kAsk);
  ASSERT_FALSE(found.intended.empty());
  EXPECT_EQ(found.intended.front().address, "bob@zephyryne.test");
}

// Whom people here write to often, without an answer.
TEST(Familiar, WhoNeverAnswersMayBeMeant) {
  using enum Verdict;
  constexpr auto kWrittenTo = lookalike::Standing::kWrittenTo;
  const auto people = std::make_shared<const lookalike::People>(
      std::vector<lookalike::KnownAddress>{
          {"margaret.archer", "northwind-trading.test", 9, kWrittenTo},
          {"katherine.oldfield", "northwind-trading.test", 9}});
  const Assessor assessor({}, engine(), people, {nullptr, people});
  const auto weighed = [&](std::string_view local, const Relation& typed,
                           const Relation& other) {
    auto found = assessor.assess(std::string(local) + "@northwind-trading.test",
                                 Mode::kAsk);
    const auto inquiry = inquiry_about(found, "ann@example.com", "", kNoon);
    Evidence evidence{.anything = true, .typed = typed};
    evidence.others.resize(inquiry.others.size(), other);
    assessor.reconsider(inquiry, evidence, Mode::kAsk, found);
    return found;
  };
  const Relation mine = by_person(exchange(9, 0));
  const auto slip = weighed("margaret.arhcer", {}, mine);
  EXPECT_EQ(slip.verdict, kMisdirected);
  EXPECT_EQ(slip.intended.front().address,
            "margaret.archer@northwind-trading.test");
  const auto& last = slip.intended.front().terms.back();
  EXPECT_EQ(last.id, "correspondence.unanswered");
  EXPECT_EQ(last.text,
            "against: no answer ever came from "
            "margaret.archer@northwind-trading.test");
  const auto of_others =
      weighed("margaret.arhcer", {}, by_colleagues(exchange(9, 0)));
  EXPECT_LT(of_others.probability, slip.probability);
  // Since it was learnt who answers, this one did.
  EXPECT_EQ(weighed("margaret.arhcer", by_person(exchange(1, 0)),
                    by_person(exchange(9, 1)))
                .verdict,
            kMisdirected);
  EXPECT_EQ(weighed("margaret.archer", mine, {}).verdict, kClear);
  // Of two who never answered nothing says which is right; but who answers is.
  EXPECT_EQ(weighed("margaret.arhcer", by_person(exchange(1, 0)), mine).verdict,
            kClear);
  EXPECT_EQ(weighed("katherine.oldfeild", by_person(exchange(400, 0)),
                    by_person(exchange(9, 9)))
                .verdict,
            kMisdirected);
}

}  // namespace
}  // namespace lostletter::guard
