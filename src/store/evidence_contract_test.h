// SPDX-License-Identifier: Apache-2.0
//
// What every store answers about people beside the one in question: who is
// written to together, who is called alike, who is in a thread.
#pragma once

#include <bit>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "store/correspondence_contract_test.h"

namespace lostletter::store {

template <typename Backend>
class EvidenceContract : public CorrespondenceContract<Backend> {};

TYPED_TEST_SUITE_P(EvidenceContract);

TYPED_TEST_P(EvidenceContract, WhoIsUsuallyThereIsMissed) {
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

TYPED_TEST_P(EvidenceContract, RecipientsAreSeenTogether) {
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

// By day, then in an order of letters that is always the same.
TYPED_TEST_P(EvidenceContract, TellsWhomPastLettersWereTo) {
  const Duration day = std::chrono::days(1);
  this->learn({letter_to("1", {{"anna@one.test"}, {"b@x.test"}, {"c@x.test"}},
                         kNoon - 2 * day),
               letter_to("2", {{"anne@two.test"}, {"b@x.test"}}, kNoon - day),
               letter_to("3", {{"annelie@x.test"}, {"anna@one.test"}}, kNoon),
               letter_to("4", {{"anne@two.test"}}, kNoon, "bob@example.com"),
               received("5", "annika@four.test")});
  Inquiry inquiry = about("Annelie@x.test");
  inquiry.together = {"B@x.test", "d@x.test"};
  const auto told = [&] {
    std::string found;
    for (const auto& one : this->store().find_evidence(inquiry).past) {
      found += fmt::format("{}, of these {:03b}, {} alike\n", one.recipients,
                           one.members, std::popcount(one.alike));
    }
    return found;
  };
  EXPECT_EQ(told(),
            "2, of these 001, 1 alike\n2, of these 010, 1 alike\n"
            "3, of these 010, 1 alike\n");
  // Whoever is in the letter is nobody's rival.
  inquiry.together.push_back("anna@one.test");
  EXPECT_EQ(told(),
            "2, of these 1001, 0 alike\n2, of these 010, 1 alike\n"
            "3, of these 1010, 0 alike\n");
  // What came back was no letter; nor is a circular one.
  Correspondent back = {"anne@two.test"};
  back.passage = Passage::kBounced;
  std::vector<Correspondent> many;
  for (int i = 0; i < 13; ++i) {
    many.push_back({std::to_string(i) + "@many.test"});
  }
  this->learn(
      {letter_to("2", {back}, kNoon - day), letter_to("6", many, kNoon)});
  EXPECT_EQ(told(),
            "2, of these 1001, 0 alike\n1, of these 010, 0 alike\n"
            "3, of these 1010, 0 alike\n");
  inquiry.person = "bob@example.com";
  EXPECT_EQ(told(), "1, of these 000, 1 alike\n");
  inquiry.person = "eve@example.com";
  EXPECT_EQ(told(), "");
  inquiry.person.clear();
  EXPECT_EQ(told(), "");
}

TYPED_TEST_P(EvidenceContract, LooksAtSoManyPastLetters) {
  std::vector<Lesson> lessons;
  for (std::size_t i = 0; i < guard::kMostPast + 1; ++i) {
    lessons.push_back(letter_to(std::to_string(i), {{"a@x.test"}},
                                kNoon - std::chrono::hours(48 + i)));
  }
  this->learn(lessons);
  const auto past = [&] {
    return this->store().find_evidence(about("a@x.test")).past.size();
  };
  EXPECT_EQ(past(), guard::kMostPast);
  // So many rows: the last letter may have been longer.
  std::vector<Correspondent> many;
  for (int i = 0; i < 500; ++i) {
    many.push_back({std::to_string(i) + "@many.test"});
  }
  this->learn({letter_to("circular", many, kNoon - std::chrono::days(1)),
               sent("last", "a@x.test")});
  EXPECT_EQ(past(), 1U);
}

TYPED_TEST_P(EvidenceContract, FindsNamesakesOfThePerson) {
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

TYPED_TEST_P(EvidenceContract, TellsWithWhomRivalsAreWrittenTo) {
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

TYPED_TEST_P(EvidenceContract, FindsThoseWhoBeginAlike) {
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

TYPED_TEST_P(EvidenceContract, KnowsWhoIsInAThread) {
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

// Often, without a bounce: whoever answers comes before.
TYPED_TEST_P(EvidenceContract, FamiliarIsWhoIsOftenWrittenTo) {
  this->learn({sent("1", "often@army.ml"), sent("2", "often@army.ml"),
               sent("3", "often@army.ml"), sent("4", "twice@army.ml"),
               sent("5", "twice@army.ml"), sent("6", "both@army.mil"),
               received("7", "both@army.mil"), sent("8", "gone@army.ml"),
               sent("9", "gone@army.ml"), sent("10", "gone@army.ml"),
               sent("11", "gone@army.ml"), bounced("11", "gone@army.ml")});
  const auto names = [&](std::size_t most) {
    std::string text;
    for (const Familiar& one : this->store().familiar(most, kNoon)) {
      text += one.local_part + (one.answers ? "+ " : "- ");
    }
    return text;
  };
  EXPECT_EQ(names(10), "both+ often- ");
  EXPECT_EQ(names(1), "both+ ");
  this->learn({received("12", "often@army.ml")});
  EXPECT_EQ(names(10), "often+ both+ ");
}

// More than are read in one go.
TYPED_TEST_P(EvidenceContract, EverybodyIsFamiliarOnce) {
  constexpr std::size_t kMany = 20'000;
  std::vector<Correspondent> contacts;
  for (std::size_t i = 0; i < kMany; ++i) {
    contacts.push_back({fmt::format("n{}@army.mil", i)});
  }
  EXPECT_EQ(this->store().note(contacts, kNoon), kMany);
  std::set<std::string> found;
  for (const Familiar& one : this->store().familiar(2 * kMany, kNoon)) {
    EXPECT_TRUE(found.insert(one.local_part).second) << one.local_part;
  }
  EXPECT_EQ(found.size(), kMany);
  EXPECT_EQ(this->store().familiar(kMany / 2, kNoon).size(), kMany / 2);
}

REGISTER_TYPED_TEST_SUITE_P(EvidenceContract, WhoIsUsuallyThereIsMissed,
                            EverybodyIsFamiliarOnce,
                            FamiliarIsWhoIsOftenWrittenTo,
                            RecipientsAreSeenTogether,
                            TellsWhomPastLettersWereTo,
                            LooksAtSoManyPastLetters, FindsNamesakesOfThePerson,
                            TellsWithWhomRivalsAreWrittenTo,
                            FindsThoseWhoBeginAlike, KnowsWhoIsInAThread);

}  // namespace lostletter::store
