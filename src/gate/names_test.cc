// SPDX-License-Identifier: Apache-2.0
//
// What the DNS says of a name, at the gate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/gate.h"
#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// A DNS of one answer.
class Told final : public guard::NameService {
 public:
  explicit Told(std::optional<guard::NameFacts> facts)
      : facts_(std::move(facts)) {}
  std::optional<guard::NameFacts> ask(const std::string& domain) override {
    asked.push_back(domain);
    return facts_;
  }

  std::vector<std::string> asked;

 private:
  std::optional<guard::NameFacts> facts_;
};

struct House {
  explicit House(std::optional<guard::NameFacts> facts)
      : names(std::make_shared<Told>(std::move(facts))) {
    Policy policy = default_policy();
    policy.names = names;
    lab.emplace(policy);
  }
  std::string rcpt(const std::string& address) {
    return Client(*lab).mail().rcpt(address);
  }

  std::shared_ptr<Told> names;
  std::optional<Lab> lab;
};

TEST(Names, OneThatTakesMailIsAskedAbout) {
  House house(guard::NameFacts{.mail = guard::Mail::kTaken});
  EXPECT_THAT(house.rcpt("general@army.ml"),
              StartsWith("550 5.7.1\n<general@army.ml>: did you mean "));
  EXPECT_THAT(house.names->asked, ElementsAre("army.ml"));
}

TEST(Names, OneThatTakesNoneIsRefusedForThat) {
  House gone(guard::NameFacts{.mail = guard::Mail::kNoSuchName});
  const std::string heard = gone.rcpt("general@army.ml");
  EXPECT_THAT(heard, StartsWith("550 5.1.2\n<general@army.ml>: did you mean "
                                "<general@army.mil>?\nthere is no such name "
                                "as army.ml.\nCorrect the address"));
  EXPECT_THAT(heard, testing::Not(HasSubstr("send it again within")));
  House null(guard::NameFacts{.mail = guard::Mail::kNull});
  EXPECT_THAT(null.rcpt("general@army.ml"), StartsWith("556 5.1.10\n"));
}

// Doubtful alone is never stopped; that it cannot arrive is said at once.
TEST(Names, DoubtIsSettled) {
  House taken(guard::NameFacts{.mail = guard::Mail::kTaken});
  EXPECT_EQ(taken.rcpt("x@never-seen.ml"), "");
  House gone(guard::NameFacts{.mail = guard::Mail::kNoSuchName});
  EXPECT_THAT(gone.rcpt("x@never-seen.ml"), StartsWith("550 5.1.2\n"));
}

TEST(Names, WhenTheDnsIsAwayAllIsAsItWas) {
  House away(std::nullopt);
  const std::string heard = away.rcpt("general@army.ml");
  EXPECT_THAT(heard, StartsWith("550 5.7.1\n"));
  EXPECT_THAT(heard, HasSubstr("send it again within 10 minutes"));
  EXPECT_EQ(away.rcpt("x@never-seen.ml"), "");
}

// A partner: whoever wrote there and was answered.
void exchange_letters(Lab& lab, const std::string& other) {
  guard::Lesson sent{.letter = "<1@example.com>",
                     .at = lab.clock.now() - std::chrono::hours(48),
                     .person = "ann@example.com",
                     .with = {{.address = other}}};
  guard::Lesson received = sent;
  received.letter = "<2@other.test>";
  received.with[0].passage = guard::Passage::kReceived;
  const guard::Lesson both[] = {sent, received};
  lab.store.learn(both, lab.clock.now(), store::Retention());
}

TEST(Names, OfAPartnerIsWatched) {
  House house(guard::NameFacts{.mail = guard::Mail::kTaken,
                               .moved_from = "mail.test",
                               .moved_to = "parked.test"});
  exchange_letters(*house.lab, "bob@partner.example");
  EXPECT_EQ(house.rcpt("bob@partner.example"), "");  // never stopped
  EXPECT_EQ(house.rcpt("bob@stranger.example"), "");
  house.lab->settle();
  EXPECT_THAT(house.names->asked, ElementsAre("partner.example"));
}

// What nothing speaks against is the MTA's to look up, and a rule has decided.
TEST(Names, NobodyIsAskedAboutTheRest) {
  House house(guard::NameFacts{.mail = guard::Mail::kNoSuchName});
  EXPECT_EQ(house.rcpt("ann@gmail.com"), "");
  EXPECT_EQ(house.rcpt("ann@example.com"), "");
  EXPECT_THAT(house.names->asked, IsEmpty());
}

}  // namespace
}  // namespace lostletter::gate
