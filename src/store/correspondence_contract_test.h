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

TYPED_TEST_P(CorrespondenceContract, WhoIsUsuallyThereIsMissed) {
  std::vector<Lesson> lessons;
  for (int i = 0; i < 10; ++i) {
    std::vector<Correspondent> to = {{"a@army.mil"}, {"b@army.mil"}};
    if (i < 8) to.push_back({"c@x.test"});
    if (i < 7) to.push_back({"d@x.test"});
    lessons.push_back(letter_to(std::to_string(i), to));
  }
  this->learn(lessons);
  Inquiry inquiry = about("a@army.mil");
  const auto missing = [&] {
    std::string found;
    for (const auto& one : this->store().find_evidence(inquiry).missing) {
      found += one.address + ' ' + std::to_string(one.letters) + '\n';
    }
    return found;
  };
  EXPECT_EQ(missing(), "");  // more may come
  inquiry.whole = true;
  EXPECT_EQ(missing(), "b@army.mil 10\nc@x.test 8\n");
  inquiry.together = {"B@army.mil", "e@x.test"};
  EXPECT_EQ(missing(), "c@x.test 8\n");
  inquiry.address = "d@x.test";
  EXPECT_EQ(missing(), "a@army.mil 7\nc@x.test 7\n");
  inquiry.person = "bob@example.com";
  EXPECT_EQ(missing(), "");
  inquiry.person.clear();
  EXPECT_EQ(missing(), "");
}

TYPED_TEST_P(CorrespondenceContract, RecipientsAreSeenTogether) {
  this->learn({letter_to("1", {{"a@army.mil"}, {"b@army.mil"}, {"c@x.test"}}),
               letter_to("2", {{"b@army.mil"}, {"a@army.mil"}}),
               letter_to("2", {{"b@army.mil"}, {"a@army.mil"}}),  // again
               letter_to("3", {{"a@army.mil"}, {"c@x.test"}}, kNoon,
                         "bob@example.com")});
  Inquiry inquiry = about("a@army.mil");
  inquiry.together = {"b@army.mil", "c@x.test", "d@x.test", "a@army.mil"};
  // Of the person, of all of us.
  const auto together = [&] {
    std::string found;
    for (const guard::Companion& one :
         this->store().find_evidence(inquiry).together) {
      found += std::to_string(one.letters) + '/' +
               std::to_string(one.organisation_letters) + " of " +
               counts(one.with_person) + ' ' + counts(one.with_organisation) +
               '\n';
    }
    return found;
  };
  EXPECT_EQ(together(),
            "2/2 of 2/0/0 2/0/0\n1/2 of 1/0/0 2/0/0\n"
            "0/0 of 0/0/0 0/0/0\n0/0 of 2/0/0 3/0/0\n");
  inquiry.person = "bob@example.com";
  EXPECT_EQ(together(),
            "0/2 of 0/0/0 2/0/0\n1/2 of 1/0/0 2/0/0\n"
            "0/0 of 0/0/0 0/0/0\n0/0 of 1/0/0 3/0/0\n");
  inquiry.address = "d@x.test";
  inquiry.together = {"c@x.test"};
  EXPECT_EQ(together(), "0/0 of 1/0/0 2/0/0\n");
  inquiry.together.assign(guard::kMostCompanions + 1, "c@x.test");
  EXPECT_EQ(this->store().find_evidence(inquiry).together.size(),
            guard::kMostCompanions);
  // A circular says nothing of who belongs together.
  std::vector<Correspondent> many;
  for (int i = 0; i < 13; ++i) {
    many.push_back({std::to_string(i) + "@many.test"});
  }
  const auto pairs = this->store().holdings().pairs;
  this->learn({letter_to("4", many)});
  EXPECT_EQ(this->store().holdings().pairs, pairs);
}

TYPED_TEST_P(CorrespondenceContract, FindsNamesakesOfThePerson) {
  this->learn(
      {letter_to("1", {{"anna.smith@one.test", "Anna Smith"}}),
       letter_to("2", {{"anna.smith@one.test"}}),
       letter_to("3", {{"anna.smith@two.test", "A. S."}}),
       letter_to("4", {{"as@three.test", "Smith, Anna"}}),
       letter_to("5", {{"anna.smith@four.test"}}, kNoon, "bob@example.com"),
       received("6", "anna.smith@five.test")});
  Inquiry inquiry = about("Anna.Smith@other.test");
  const auto addresses = [&] {
    std::vector<std::string> found;
    for (const auto& one : this->store().find_evidence(inquiry).namesakes) {
      found.push_back(one.address + ' ' + one.name + ' ' +
                      std::to_string(one.with_person.sent));
    }
    return found;
  };
  EXPECT_THAT(addresses(),
              testing::ElementsAre("anna.smith@one.test Anna Smith 2",
                                   "anna.smith@two.test A. S. 1"));
  inquiry.name = "anna smith";
  EXPECT_THAT(addresses(),
              testing::ElementsAre("anna.smith@one.test Anna Smith 2",
                                   "anna.smith@two.test A. S. 1",
                                   "as@three.test Smith, Anna 1"));
  // A colleague, whom they never wrote to; not themselves.
  inquiry = about("bob@elsewhere.test");
  const auto colleagues = this->store().find_evidence(inquiry).namesakes;
  ASSERT_EQ(colleagues.size(), 1U);
  EXPECT_EQ(colleagues[0].address, "bob@example.com");
  EXPECT_TRUE(colleagues[0].colleague);
  EXPECT_TRUE(colleagues[0].with_person.is_none());
  EXPECT_TRUE(this->store()
                  .find_evidence(about("ann@elsewhere.test"))
                  .namesakes.empty());
  inquiry.address = "anna.smith@one.test";  // is not their own namesake
  inquiry.name = "";
  EXPECT_THAT(addresses(), testing::ElementsAre("anna.smith@two.test A. S. 1"));
  inquiry.person = "";
  EXPECT_TRUE(addresses().empty());
}

TYPED_TEST_P(CorrespondenceContract, TellsWithWhomRivalsAreWrittenTo) {
  this->learn({letter_to("1", {{"anna@one.test"}, {"b@x.test"}}),
               letter_to("2", {{"anna@one.test"}, {"c@x.test"}}),
               letter_to("3", {{"anna@one.test"}, {"c@x.test"}}),
               sent("4", "anne@two.test")});
  Inquiry inquiry = about("annelie@three.test");
  inquiry.together = {"d@x.test", "B@x.test", "c@x.test"};
  const auto told = [&] {
    std::string found;
    for (const auto& one : this->store().find_evidence(inquiry).rivals) {
      found += one.address + ' ' + one.company + ' ' +
               std::to_string(one.company_letters) + '\n';
    }
    return found;
  };
  EXPECT_EQ(told(), "anna@one.test  0\nanne@two.test  0\n");
  inquiry.whole = true;
  EXPECT_EQ(told(), "anna@one.test c@x.test 2\nanne@two.test  0\n");
  inquiry.together = {"d@x.test", "B@x.test"};
  EXPECT_EQ(told(), "anna@one.test B@x.test 1\nanne@two.test  0\n");
}

TYPED_TEST_P(CorrespondenceContract, FindsThoseWhoBeginAlike) {
  this->learn({sent("1", "anna@one.test"), sent("2", "anna@one.test"),
               sent("3", "ann-marie@two.test"), sent("4", "an@three.test"),
               sent("5", "\u00e4nne@four.test"), sent("6", "ANNETTE@five.test"),
               received("7", "annika@six.test"),
               letter_to("8", {{"annabel@x.test"}}, kNoon, "bob@example.com")});
  const auto rivals = [&](const char* address) {
    std::string found;
    for (const auto& one : this->store().find_evidence(about(address)).rivals) {
      found += one.address + ' ' + std::to_string(one.with_person.sent) + ' ';
    }
    return found;
  };
  EXPECT_EQ(rivals("annelie@x.test"),
            "anna@one.test 2 ann-marie@two.test 1 annette@five.test 1 ");
  EXPECT_EQ(rivals("anna@one.test"),
            "ann-marie@two.test 1 annette@five.test 1 ");
  EXPECT_EQ(rivals("an@x.test"), "an@three.test 1 ");
  EXPECT_EQ(rivals("\u00e4nn@x.test"), "\u00e4nne@four.test 1 ");
  EXPECT_EQ(rivals("bob@x.test"), "");
  EXPECT_TRUE(
      this->store().find_evidence(about("annelie@x.test", "")).rivals.empty());
}

TYPED_TEST_P(CorrespondenceContract, KnowsWhoIsInAThread) {
  this->learn({sent("<1>", "a@one.test"),
               letter_to("<2>", {{"b@two.test", "", Passage::kReceived},
                                 {"c@three.test", "", Passage::kBeside},
                                 {"bob@example.com", "", Passage::kBeside}})});
  const auto thread = [&](std::string address, std::vector<std::string> ids) {
    Inquiry inquiry = about(std::move(address));
    inquiry.thread = std::move(ids);
    const guard::Thread found = this->store().find_evidence(inquiry).thread;
    return std::string(found.known ? "known" : "") +
           (found.address ? " address" : "") + (found.domain ? " domain" : "");
  };
  EXPECT_EQ(thread("a@one.test", {}), "");
  EXPECT_EQ(thread("a@one.test", {"<9>"}), "");
  EXPECT_EQ(thread("a@one.test", {"<1>"}), "known address domain");
  EXPECT_EQ(thread("A@One.test", {"<9>", "<1>"}), "known address domain");
  EXPECT_EQ(thread("z@one.test", {"<1>"}), "known domain");
  EXPECT_EQ(thread("a@one.test", {"<2>"}), "known");
  EXPECT_EQ(thread("b@two.test", {"<2>"}), "known address domain");
  EXPECT_EQ(thread("c@three.test", {"<2>"}), "known address domain");
  EXPECT_EQ(thread("z@three.test", {"<2>"}), "known domain");
  EXPECT_EQ(thread("bob@example.com", {"<2>"}), "known address domain");
  EXPECT_EQ(thread("ann@example.com", {"<2>"}), "known address domain");
  EXPECT_EQ(thread("c@nowhere.test", {"<2>"}), "known");
  // Whoever was only beside earns no trust, and is no edge.
  EXPECT_EQ(this->known("c@three.test"), kNone);
  std::vector<std::string> many(guard::kMostThread, "<9>");
  many.push_back("<1>");
  EXPECT_EQ(thread("a@one.test", many), "");
  this->store().forget("c@three.test");
  EXPECT_EQ(thread("c@three.test", {"<2>"}), "known domain");
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
              std::to_string(std::lround(one.weight)) + ' ';
    }
    return text;
  };
  EXPECT_EQ(names(10), "both@army.mil 3 once@army.mil 2 noted@x.test 0 ");
  EXPECT_EQ(names(2), "both@army.mil 3 once@army.mil 2 ");
  EXPECT_EQ(names(0), "");
  EXPECT_TRUE(this->store().find_evidence(about("noted@x.test")).typed.noted);
  EXPECT_FALSE(this->store().find_evidence(about("both@army.mil")).typed.noted);
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

REGISTER_TYPED_TEST_SUITE_P(
    CorrespondenceContract, AnEmptyStoreKnowsNobody,
    CountsForPersonAndOrganisation, TheSameLetterTeachesOnce,
    WhatComesBackIsUnlearnt, WhatWasReceivedDoesNotComeBack,
    KnowsTheRecipientsOfALetter, TellsFirstLastAndTheDecayedWeight,
    TimesThatCannotBe, WhoIsUsuallyThereIsMissed, RecipientsAreSeenTogether,
    FindsNamesakesOfThePerson, TellsWithWhomRivalsAreWrittenTo,
    FindsThoseWhoBeginAlike, KnowsWhoIsInAThread, OthersAreToldInTheirOrder,
    FamiliarIsTwoWayOrNoted, ForgetsAPersonWholly, OldCorrespondenceExpires,
    BeyondTheBoundTheLightestGo, ReadingsAreRemembered,
    AwkwardAddressesAreJustTexts, TroubleIsUnknown);

}  // namespace lostletter::store
