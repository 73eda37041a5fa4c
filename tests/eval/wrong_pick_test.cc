// SPDX-License-Identifier: Apache-2.0
#include "wrong_pick.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::eval {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::Eq;

struct Desk {
  Desk() { letter.sender = "me@example.com"; }
  std::optional<std::string> pick(Wrong kind, const std::string& meant) {
    return pick_wrong(kind, {letter, to, book}, meant, everybody, random);
  }
  archive::Letter letter;
  std::vector<std::string> to;
  AddressBook book;
  std::vector<std::string> everybody;
  Random random{1};
};

TEST(WrongPick, TakesTheEntryForTheSameLetters) {
  Desk desk;
  for (const char* one : {"anna@x.test", "annika@x.test", "anders@x.test",
                          "bob@x.test", "me@example.com"}) {
    desk.book.add(one);
  }
  desk.to = {"anna@x.test", "carl@x.test", "alf@x.test"};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(desk.pick(Wrong::kAutoComplete, "anna@x.test"), "annika@x.test");
    // Two letters, one, none.
    EXPECT_THAT(*desk.pick(Wrong::kAutoComplete, "andrea@x.test"),
                Eq("anders@x.test"));
    EXPECT_THAT(*desk.pick(Wrong::kAutoComplete, "alf@x.test"),
                AnyOf("annika@x.test", "anders@x.test"));
    EXPECT_THAT(*desk.pick(Wrong::kAutoComplete, "carl@x.test"),
                AnyOf("annika@x.test", "anders@x.test", "bob@x.test"));
  }
  desk.to = desk.book.all();
  EXPECT_EQ(desk.pick(Wrong::kAutoComplete, "anna@x.test"), std::nullopt);
}

TEST(WrongPick, TakesSomebodyUnseen) {
  Desk desk;
  desk.book.add("anna@x.test");
  desk.everybody = {"anna@x.test", "anne@y.test", "bob@y.test",
                    "me@example.com"};
  desk.to = {"anna@x.test"};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(desk.pick(Wrong::kNamesake, "anna@x.test"), "anne@y.test");
    EXPECT_THAT(*desk.pick(Wrong::kUnseen, "anna@x.test"),
                AnyOf("anne@y.test", "bob@y.test"));
  }
}

TEST(WrongPick, MistypesWhatWasMeant) {
  Desk desk;
  desk.to = {"anna@army.mil", "bob@gmail.com"};
  for (int i = 0; i < 50; ++i) {
    const auto domain = desk.pick(Wrong::kDomainSlip, "anna@army.mil");
    EXPECT_THAT(*domain, testing::StartsWith("anna@"));
    EXPECT_THAT(*domain, testing::EndsWith(".mil"));
    EXPECT_NE(*domain, "anna@army.mil");
    const auto local = desk.pick(Wrong::kLocalPartSlip, "anna@army.mil");
    EXPECT_THAT(*local, testing::EndsWith("@army.mil"));
    EXPECT_NE(*local, "anna@army.mil");
    const auto other = desk.pick(Wrong::kOtherProvider, "bob@gmail.com");
    EXPECT_THAT(*other, testing::StartsWith("bob@"));
    EXPECT_NE(*other, "bob@gmail.com");
  }
}

TEST(WrongPick, EveryKindHasItsName) {
  std::set<std::string_view> names;
  for (const Wrong kind : kEveryWrong) names.insert(name_of(kind));
  EXPECT_EQ(names.size(), std::size(kEveryWrong));
}

TEST(WrongPick, AddsAndReplaces) {
  const std::vector<std::string> to = {"a", "b"};
  EXPECT_THAT(added(to, "c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(replaced(to, "a", "c"), ElementsAre("c", "b"));
}

// What is asked about a letter does not know the letter itself.
TEST(Replay, ShowsEachLetterBeforeItIsLearnt) {
  const auto letter = [](int number, std::string from, std::string to) {
    archive::Letter made;
    made.id = "<" + std::to_string(number) + ">";
    made.at =
        Seconds(std::chrono::seconds(1700000000)) + std::chrono::hours(number);
    made.sender = std::move(from);
    made.recipients = {{std::move(to), ""}};
    return made;
  };
  Post post = {"test", {"example.com"}, {}};
  post.letters = {letter(1, "me@example.com", "x@army.mil"),
                  letter(2, "x@army.mil", "me@example.com"),
                  letter(3, "me@example.com", "me@example.com"),
                  letter(4, "me@example.com", "x@army.mil")};
  Replay replay(post);
  std::vector<std::string> seen;
  replay.run([&](const Sending& sending) {
    const auto found = replay.ask(inquiry(sending, sending.to, 0)).typed;
    seen.push_back(
        sending.letter.id + ' ' + std::to_string(found.person_address.sent) +
        '/' + std::to_string(found.person_address.received) + " of " +
        std::to_string(sending.number) + '/' + std::to_string(sending.of));
  });
  EXPECT_THAT(seen, ElementsAre("<1> 0/0 of 0/2", "<4> 1/1 of 1/2"));
  EXPECT_THAT(replay.everybody(), ElementsAre("me@example.com", "x@army.mil"));
}

}  // namespace
}  // namespace lostletter::eval
