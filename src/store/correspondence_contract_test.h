// SPDX-License-Identifier: Apache-2.0
//
// What every back end promises of correspondence; instantiated like
// StoreContract, beside it.
#pragma once

#include <algorithm>

#include <gmock/gmock.h>

#include "store/store_contract_test.h"

namespace lostletter::store {

using guard::Correspondent;
using guard::Evidence;
using guard::Exchange;
using guard::Inquiry;
using guard::Lesson;
using guard::Passage;
using guard::Relation;

inline Lesson letter_to(std::string id, std::vector<Correspondent> with,
                        Seconds at = kNoon,
                        std::string person = "ann@example.com") {
  return {std::move(id), at, std::move(person), std::move(with)};
}
inline Lesson sent(std::string id, std::string to, Seconds at = kNoon) {
  return letter_to(std::move(id), {{std::move(to)}}, at);
}
inline Lesson received(std::string id, std::string from, Seconds at = kNoon) {
  return letter_to(std::move(id), {{std::move(from), "", Passage::kReceived}},
                   at);
}
inline Lesson bounced(std::string id, std::string to, Seconds at = kNoon) {
  return letter_to(std::move(id), {{std::move(to), "", Passage::kBounced}}, at);
}

inline Inquiry about(std::string address,
                     std::string person = "ann@example.com") {
  Inquiry inquiry;
  inquiry.person = std::move(person);
  inquiry.address = std::move(address);
  inquiry.now = kNoon;
  return inquiry;
}

// "sent/received/bounced"
inline std::string counts(const Exchange& exchange) {
  return std::to_string(exchange.sent) + '/' +
         std::to_string(exchange.received) + '/' +
         std::to_string(exchange.bounced);
}
// Those of person and organisation with the address, then with its domain.
inline std::string counts(const Relation& relation) {
  return counts(relation.person_address) + ' ' +
         counts(relation.organisation_address) + ' ' +
         counts(relation.person_domain) + ' ' +
         counts(relation.organisation_domain);
}

template <typename Backend>
class CorrespondenceContract : public StoreContract<Backend> {
 protected:
  Learnt learn(const std::vector<Lesson>& lessons,
               const Retention& retention = {}) {
    return this->store().learn(lessons, kNoon, retention);
  }
  std::string known(const std::string& address,
                    const std::string& person = "ann@example.com") {
    return counts(this->store().find_evidence(about(address, person)).typed);
  }
  // Everything is looked at, however many calls it takes.
  std::size_t expire(Seconds now, const Retention& retention = {}) {
    std::size_t removed = 0;
    for (int i = 0; i < 20; ++i) {
      removed += this->store().expire(now, retention);
    }
    return removed;
  }
};

TYPED_TEST_SUITE_P(CorrespondenceContract);

inline constexpr char kNone[] = "0/0/0 0/0/0 0/0/0 0/0/0";

TYPED_TEST_P(CorrespondenceContract, AnEmptyStoreKnowsNobody) {
  EXPECT_EQ(this->known("x@army.mil"), kNone);
  EXPECT_EQ(this->known("no address"), kNone);
  EXPECT_EQ(this->known(""), kNone);
  EXPECT_FALSE(this->store().find_evidence(about("x@army.mil")).anything);
  EXPECT_TRUE(this->store().familiar(10, kNoon).empty());
  EXPECT_EQ(this->store().holdings(), Holdings());
  EXPECT_EQ(this->store().forget("x@army.mil"), 0U);
  EXPECT_EQ(this->learn({}), Learnt());
}

TYPED_TEST_P(CorrespondenceContract, CountsForPersonAndOrganisation) {
  EXPECT_EQ(
      this->learn({sent("1", "x@army.mil"), sent("2", "x@army.mil"),
                   sent("3", "y@army.mil"), received("4", "x@army.mil"),
                   letter_to("5", {{"x@army.mil"}}, kNoon, "bob@example.com")}),
      (Learnt{.fresh = 5}));
  EXPECT_EQ(this->known("x@army.mil"), "2/1/0 3/1/0 3/1/0 4/1/0");
  EXPECT_EQ(this->known("X@Army.MIL"), "2/1/0 3/1/0 3/1/0 4/1/0");
  EXPECT_EQ(this->known("y@army.mil"), "1/0/0 1/0/0 3/1/0 4/1/0");
  EXPECT_EQ(this->known("z@army.mil"), "0/0/0 0/0/0 3/1/0 4/1/0");
  EXPECT_EQ(this->known("x@army.ml"), kNone);
  EXPECT_TRUE(this->store().find_evidence(about("x@army.ml")).anything);
  EXPECT_EQ(this->known("x@army.mil", "bob@example.com"),
            "1/0/0 3/1/0 1/0/0 4/1/0");
  EXPECT_EQ(this->known("x@army.mil", "eve@example.com"),
            "0/0/0 3/1/0 0/0/0 4/1/0");
  EXPECT_EQ(this->known("x@army.mil", ""), "0/0/0 3/1/0 0/0/0 4/1/0");
  this->reopen();
  EXPECT_EQ(this->known("x@army.mil"), "2/1/0 3/1/0 3/1/0 4/1/0");
}

TYPED_TEST_P(CorrespondenceContract, TheSameLetterTeachesOnce) {
  const std::vector<Lesson> lessons = {
      sent("1", "x@army.mil"), sent("1", "x@army.mil"), sent("2", "x@army.mil"),
      received("3", "x@army.mil")};
  EXPECT_EQ(this->learn(lessons), (Learnt{.fresh = 3, .known = 1}));
  const std::string once = this->known("x@army.mil");
  const Holdings holdings = this->store().holdings();
  EXPECT_EQ(this->learn(lessons), (Learnt{.known = 4}));
  this->reopen();
  EXPECT_EQ(this->learn(lessons), (Learnt{.known = 4}));
  EXPECT_EQ(this->known("x@army.mil"), once);
  EXPECT_EQ(this->store().holdings(), holdings);
  EXPECT_EQ(once, "2/1/0 2/1/0 2/1/0 2/1/0");
  // The log knows of one more recipient than the copy in the mailbox.
  EXPECT_EQ(this->learn({letter_to("1", {{"x@army.mil"}, {"y@army.mil"}})}),
            (Learnt{.fresh = 1, .known = 1}));
}

TYPED_TEST_P(CorrespondenceContract, WhatComesBackIsUnlearnt) {
  struct Case {
    std::vector<Lesson> lessons;
    std::string known;
    double weight;
  };
  const Case cases[] = {
      {{sent("1", "x@army.mil"), bounced("1", "x@army.mil")}, "0/0/1", 0},
      {{bounced("1", "x@army.mil"), sent("1", "x@army.mil")}, "0/0/1", 0},
      {{bounced("1", "x@army.mil"), bounced("1", "x@army.mil")}, "0/0/1", 0},
      {{sent("1", "x@army.mil"), sent("2", "x@army.mil"),
        bounced("1", "x@army.mil"), bounced("1", "x@army.mil")},
       "1/0/1",
       1},
      {{sent("1", "x@army.mil"),
        letter_to("1", {{"x@army.mil", "", Passage::kDiscarded}})},
       "0/0/0",
       0},
  };
  for (const auto& [lessons, known, weight] : cases) {
    for (const bool at_once : {true, false}) {
      TypeParam backend;
      const auto store = backend.open();
      if (at_once) {
        store->learn(lessons, kNoon, {});
      } else {
        for (const Lesson& one : lessons) store->learn({&one, 1}, kNoon, {});
      }
      const Relation found = store->find_evidence(about("x@army.mil")).typed;
      EXPECT_EQ(counts(found), known + ' ' + known + ' ' + known + ' ' + known);
      EXPECT_NEAR(found.organisation_domain.weight, weight, 1e-9);
    }
  }
}

TYPED_TEST_P(CorrespondenceContract, WhatWasReceivedDoesNotComeBack) {
  this->learn({received("1", "x@army.mil")});
  EXPECT_EQ(this->learn({bounced("1", "x@army.mil")}), (Learnt{.known = 1}));
  EXPECT_EQ(counts(this->store().find_evidence(about("x@army.mil")).typed),
            "0/1/0 0/1/0 0/1/0 0/1/0");
}

TYPED_TEST_P(CorrespondenceContract, KnowsTheRecipientsOfALetter) {
  this->learn({letter_to("1", {{"x@army.mil"}, {"y@army.mil"}, {"Z@navy.mil"}}),
               sent("2", "other@army.mil"),
               letter_to("1", {{"other@army.mil"}}, kNoon, "bob@example.com"),
               received("3", "x@army.mil")});
  this->learn({bounced("1", "y@army.mil")});
  using testing::ElementsAre;
  auto& store = this->store();
  EXPECT_THAT(store.recipients_of("1", "Ann@example.com"),
              ElementsAre("x@army.mil", "y@army.mil", "z@navy.mil"));
  EXPECT_THAT(store.recipients_of("1", "bob@example.com"),
              ElementsAre("other@army.mil"));
  EXPECT_THAT(store.recipients_of("3", "ann@example.com"), ElementsAre());
  EXPECT_THAT(store.recipients_of("9", "ann@example.com"), ElementsAre());
  EXPECT_THAT(store.recipients_of("1", "eve@example.net"), ElementsAre());
}

TYPED_TEST_P(CorrespondenceContract, TellsFirstLastAndTheDecayedWeight) {
  const Seconds before = kNoon - guard::kHalfLife;
  this->learn({sent("1", "x@army.mil"), sent("2", "x@army.mil", before)});
  Inquiry inquiry = about("x@army.mil");
  Exchange found =
      this->store().find_evidence(inquiry).typed.organisation_address;
  EXPECT_EQ(found.first, before);
  EXPECT_EQ(found.last, kNoon);
  EXPECT_NEAR(found.weight, 1.5, 1e-9);
  inquiry.now = kNoon + guard::kHalfLife;
  found = this->store().find_evidence(inquiry).typed.person_domain;
  EXPECT_NEAR(found.weight, 0.75, 1e-9);
}

TYPED_TEST_P(CorrespondenceContract, TimesThatCannotBe) {
  const Retention retention = {.correspondence = std::chrono::days(100)};
  EXPECT_EQ(
      this->learn({sent("1", "x@army.mil", kNoon + std::chrono::days(36500)),
                   sent("2", "x@army.mil", kNoon - std::chrono::days(100)),
                   sent("3", "x@army.mil", kNoon - std::chrono::days(99)),
                   sent("4", "x@army.mil", Seconds()),
                   sent("5", "x@army.mil", Seconds(Duration(-5)))},
                  retention),
      (Learnt{.fresh = 2, .too_old = 3}));
  const auto found =
      this->store().find_evidence(about("x@army.mil")).typed.person_address;
  EXPECT_EQ(found.last, kNoon);  // the future is now
  EXPECT_LE(found.weight, 2);
}

TYPED_TEST_P(CorrespondenceContract, OthersAreToldInTheirOrder) {
  this->learn({sent("1", "x@army.mil"), sent("2", "y@navy.mil")});
  Inquiry inquiry = about("x@army.ml");
  inquiry.others = {"y@navy.mil", "z@nowhere.test", "x@army.mil"};
  const auto others = this->store().find_evidence(inquiry).others;
  ASSERT_EQ(others.size(), 3U);
  EXPECT_EQ(counts(others[0]), "1/0/0 1/0/0 1/0/0 1/0/0");
  EXPECT_EQ(counts(others[1]), kNone);
  EXPECT_EQ(counts(others[2]), "1/0/0 1/0/0 1/0/0 1/0/0");
}

TYPED_TEST_P(CorrespondenceContract, FamiliarIsTwoWayOrNoted) {
  this->learn({sent("1", "both@army.mil"), received("2", "both@army.mil"),
               sent("3", "both@army.mil"), sent("4", "once@army.mil"),
               received("5", "once@army.mil"), sent("6", "only@army.ml"),
               received("7", "from@army.ml")});
  const std::vector<Correspondent> contacts = {
      {"noted@x.test", "Noted"}, {"Noted@X.test"}, {"once@army.mil"}};
  EXPECT_EQ(this->store().note(contacts, kNoon), 2U);
  EXPECT_EQ(this->store().note(contacts, kNoon), 0U);
  const auto names = [&](std::size_t most) {
    std::string text;
    for (const Familiar& one : this->store().familiar(most, kNoon)) {
      text += one.local_part + '@' + one.domain + ' ' +
              std::to_string(std::lround(one.weight)) +
              (one.answers ? " " : " unanswered ");
    }
    return text;
  };
  EXPECT_EQ(names(10), "both@army.mil 3 once@army.mil 2 noted@x.test 0 ");
  EXPECT_EQ(names(2), "both@army.mil 3 once@army.mil 2 ");
  EXPECT_EQ(names(0), "");
  EXPECT_TRUE(this->store().find_evidence(about("noted@x.test")).typed.noted);
  EXPECT_FALSE(this->store().find_evidence(about("both@army.mil")).typed.noted);
}

// By how many, whoever asks; longer than it lets anybody through, and no longer
// than correspondence is kept.
TYPED_TEST_P(CorrespondenceContract, TellsHowManyHaveConfirmed) {
  const auto confirmed = [&](const std::string& address) {
    return this->store().find_evidence(about(address)).confirmed;
  };
  EXPECT_EQ(confirmed("x@army.ml"), 0U);
  const Seconds over = kNoon + std::chrono::days(90);
  this->store().confirm(confirmation("login:ann", "x@army.ml", over));
  this->store().confirm(confirmation("login:ann", "x@army.ml", over));
  this->store().confirm(confirmation("login:bob", "x@army.ml", over));
  this->store().confirm(confirmation("login:bob", "y@army.ml", over));
  EXPECT_EQ(confirmed("x@army.ml"), 2U);
  EXPECT_EQ(confirmed("X@Army.ml"), 2U);
  EXPECT_EQ(confirmed("y@army.ml"), 1U);
  EXPECT_EQ(confirmed("z@army.ml"), 0U);

  const Retention retention = {.correspondence = std::chrono::days(365)};
  const Seconds end = over + retention.correspondence;
  EXPECT_EQ(this->expire(end - Duration(1), retention), 0U);
  EXPECT_FALSE(this->store().find_confirmation("login:bob", "x@army.ml", over));
  EXPECT_EQ(confirmed("x@army.ml"), 2U);
  EXPECT_EQ(this->expire(end, retention), 3U);
  EXPECT_EQ(confirmed("x@army.ml"), 0U);
}

TYPED_TEST_P(CorrespondenceContract, ForgetsAPersonWholly) {
  Store& store = this->store();
  this->learn({letter_to("1", {{"a@army.mil", "A"}, {"b@army.mil", "B"}}),
               received("2", "a@army.mil"), sent("3", "c@x.test"),
               letter_to("4", {{"a@army.mil"}}, kNoon, "bob@example.com")});
  store.save_question(question("login:ann", "a@army.mil"));
  store.save_question(question("login:ann", "b@army.mil"));
  store.confirm(confirmation("client:192.0.2.1/bob@example.com", "A@army.mil",
                             kNoon + Duration(9)));
  store.save_verdicts(verdicts(1, "about-general@army.ml-"));

  EXPECT_GT(store.forget("A@Army.mil"), 0U);
  EXPECT_EQ(this->known("a@army.mil"), "0/0/0 0/0/0 1/0/0 1/0/0");
  EXPECT_EQ(this->known("b@army.mil"), "1/0/0 1/0/0 1/0/0 1/0/0");
  EXPECT_EQ(this->known("a@army.mil", "bob@example.com"),
            "0/0/0 0/0/0 0/0/0 1/0/0");
  EXPECT_EQ(store.holdings(), (Holdings{.addresses = 4,  // ann bob b c
                                        .domains = 3,
                                        .edges = 8,
                                        .pairs = 0,
                                        .lessons = 2}));
  EXPECT_FALSE(store.find_question("login:ann", "a@army.mil"));
  EXPECT_TRUE(store.find_question("login:ann", "b@army.mil"));
  EXPECT_FALSE(store.find_confirmation("client:192.0.2.1/bob@example.com",
                                       "A@army.mil", kNoon));
  EXPECT_TRUE(store.find_verdict("about-general@army.ml-0"));
  EXPECT_EQ(store.forget("a@army.mil"), 0U);

  // One of ours: as sender too, and what the gate kept for their login.
  EXPECT_GT(store.forget("ann@example.com"), 0U);
  EXPECT_EQ(this->known("b@army.mil"), kNone);
  EXPECT_EQ(store.holdings(),
            (Holdings{.addresses = 3, .domains = 3, .edges = 0}));
  EXPECT_FALSE(store.find_question("login:ann", "b@army.mil"));
  EXPECT_GT(store.forget("general@army.ml"), 0U);
  EXPECT_FALSE(store.find_verdict("about-general@army.ml-0"));
}

TYPED_TEST_P(CorrespondenceContract, OldCorrespondenceExpires) {
  const Retention retention = {.correspondence = std::chrono::days(100)};
  const Seconds old = kNoon - std::chrono::days(60);
  this->learn({sent("1", "old@army.mil", old), sent("2", "new@navy.mil"),
               letter_to("3", {{"old@army.mil"}, {"older@army.mil"}}, old)});
  this->store().note({{{"noted@x.test"}}}, old);
  EXPECT_EQ(this->expire(kNoon, retention), 0U);
  const Seconds later = kNoon + std::chrono::days(50);
  EXPECT_GT(this->expire(later, retention), 0U);
  EXPECT_EQ(this->known("old@army.mil"), kNone);
  EXPECT_EQ(this->known("new@navy.mil"), "1/0/0 1/0/0 1/0/0 1/0/0");
  EXPECT_TRUE(this->store().find_evidence(about("noted@x.test")).typed.noted);
  const Holdings left = this->store().holdings();
  EXPECT_EQ(left.addresses, 3U);  // ann, new, noted
  EXPECT_EQ(left.edges, 4U);
  EXPECT_EQ(left.pairs, 0U);
  EXPECT_EQ(left.lessons, 1U);
  // What expired is not learnt again from the same file.
  EXPECT_EQ(
      this->store().learn({{sent("1", "old@army.mil", old)}}, later, retention),
      (Learnt{.too_old = 1}));
}

TYPED_TEST_P(CorrespondenceContract, BeyondTheBoundTheLightestGo) {
  std::vector<Lesson> lessons;
  for (int i = 0; i < 700; ++i) {
    const std::string to = std::to_string(i) + "@army.mil";
    lessons.push_back(sent("light" + to, to));
    if (i % 10 != 0) continue;
    for (int j = 0; j < 5; ++j) {
      lessons.push_back(sent("heavy" + std::to_string(j) + to, to));
    }
  }
  this->learn(lessons);
  EXPECT_EQ(this->store().holdings().edges, 1402U);
  const Retention retention = {.most_edges = 200};
  this->expire(kNoon, retention);
  EXPECT_LE(this->store().holdings().edges, 200U);
  EXPECT_GE(this->store().holdings().edges, 150U);
  EXPECT_EQ(this->known("30@army.mil").substr(0, 5), "6/0/0");
  EXPECT_EQ(this->known("31@army.mil").substr(0, 11), "0/0/0 0/0/0");
  EXPECT_EQ(this->expire(kNoon, retention), 0U);
}

TYPED_TEST_P(CorrespondenceContract, ReadingsAreRemembered) {
  EXPECT_EQ(this->store().find_position("abc"), std::nullopt);
  EXPECT_EQ(this->store().under_way(), "");
  const std::string letters("\0\xFF\x01 bytes", 9);
  this->store().save_reading({"abc", "17", "?"}, kNoon);
  this->store().save_reading({"def", "4", letters}, kNoon);
  this->store().save_reading({"abc", "18", letters}, kNoon);
  this->reopen();
  EXPECT_EQ(this->store().find_position("abc"), "18");
  EXPECT_EQ(this->store().find_position("def"), "4");
  EXPECT_EQ(this->store().find_position("ghi"), std::nullopt);
  EXPECT_EQ(this->store().under_way(), letters);
  this->store().forget("nobody@x.test");
  EXPECT_EQ(this->store().under_way(), "");
  EXPECT_EQ(this->store().find_position("abc"), "18");
  this->store().save_reading({"abc", "18", letters}, kNoon);
  EXPECT_EQ(this->expire(kNoon + std::chrono::days(1095)), 3U);
  EXPECT_EQ(this->store().find_position("abc"), std::nullopt);
  EXPECT_EQ(this->store().under_way(), "");
}

TYPED_TEST_P(CorrespondenceContract, AwkwardAddressesAreJustTexts) {
  for (const std::string& text : awkward_texts()) {
    this->learn({letter_to("id of " + text, {{text + "@x.test", text}})});
    this->learn({letter_to(text, {{"y@x.test"}}, kNoon, text)});
  }
  for (const std::string& text : awkward_texts()) {
    const auto found = this->store().find_evidence(about(text + "@x.test"));
    EXPECT_GE(found.typed.person_address.sent, 1U) << text;
    if (text.empty()) continue;  // who is nobody
    EXPECT_GE(this->store()
                  .find_evidence(about("y@x.test", text))
                  .typed.person_address.sent,
              1U)
        << text;
  }
  EXPECT_GT(this->store().forget("'; DROP TABLE questions; --@x.test"), 0U);
}

TYPED_TEST_P(CorrespondenceContract, TroubleIsUnknown) {
  this->learn({sent("1", "x@army.mil")});
  StoredCorrespondence correspondence(this->store());
  const auto found = correspondence.ask(about("x@army.mil"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->typed.person_address.sent, 1U);
}

REGISTER_TYPED_TEST_SUITE_P(CorrespondenceContract, AnEmptyStoreKnowsNobody,
                            CountsForPersonAndOrganisation,
                            TheSameLetterTeachesOnce, WhatComesBackIsUnlearnt,
                            WhatWasReceivedDoesNotComeBack,
                            KnowsTheRecipientsOfALetter,
                            TellsFirstLastAndTheDecayedWeight,
                            TimesThatCannotBe, OthersAreToldInTheirOrder,
                            FamiliarIsTwoWayOrNoted, TellsHowManyHaveConfirmed,
                            ForgetsAPersonWholly, OldCorrespondenceExpires,
                            BeyondTheBoundTheLightestGo, ReadingsAreRemembered,
                            AwkwardAddressesAreJustTexts, TroubleIsUnknown);

}  // namespace lostletter::store
