// SPDX-License-Identifier: Apache-2.0
//
// Letters under a budget of questions, as dialogs: what is asked about at the
// end of a letter, and how its sender answers.
#include "gate/ending.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto kAnn = "ann@example.com";
constexpr auto kRight = "anna.smith@partner.example";
constexpr auto kWrong = "anna.small@rival.example";
constexpr int kDay = 86400;

Policy rationed(std::string questions = "1 per person per month",
                guard::Mode mode = guard::Mode::kAsk) {
  Policy policy = default_policy();
  policy.options.questions = std::move(questions);
  policy.options.mode = mode;
  return policy;
}

guard::Lesson lesson(const Lab& lab, std::vector<std::string> with,
                     guard::Passage passage = guard::Passage::kSent,
                     std::string id = {}) {
  static int number = 0;
  guard::Lesson one;
  one.letter = id.empty() ? "l" + std::to_string(++number) : std::move(id);
  one.at = lab.clock.now();
  one.person = kAnn;
  for (std::string& address : with) {
    one.with.push_back({std::move(address), "", passage});
  }
  return one;
}

// Ann has written to Anna Smith every day for two months, and heard from her,
// and met a stranger a day, who was a little odd.
void get_acquainted(Lab& lab) {
  std::vector<guard::Lesson> lessons;
  std::vector<store::ScoreRecord> scores;
  for (int day = 0; day < 60; ++day) {
    lessons.push_back(lesson(lab, {kRight}));
    lessons.push_back(lesson(lab, {kRight}, guard::Passage::kReceived));
    lessons.push_back(lesson(lab, {kRight, "bob@partner.example"}));
    scores.push_back({.person = kAnn,
                      .recipient = "r" + std::to_string(day) + "@x.example",
                      .at = lab.clock.now(),
                      .score = -7});
    lab.wait(kDay);
  }
  lessons.push_back(lesson(lab, {kWrong}));
  lab.store.learn(lessons, lab.clock.now(), {});
  lab.store.save_scores(scores);
}

Fields now(const Lab& lab, Fields more = {}) {
  more.emplace_back("Date", lab.date());
  more.emplace_back("From", kAnn);
  more.emplace_back("Subject", "x");
  return more;
}

// One letter of a session of its own; what it hears at the end.
std::string send(Lab& lab, const std::vector<std::string>& to,
                 const Fields& more = {}) {
  Client client(lab);
  client.mail();
  for (const std::string& one : to) {
    const std::string heard = client.rcpt(one);
    if (!heard.empty()) return "at RCPT: " + heard;
  }
  return client.end(now(lab, more));
}

std::string reference_of(const std::string& heard) {
  const auto at = heard.find("Reference: ");
  return at == heard.npos ? "" : heard.substr(at + 11);
}

TEST(Ending, TheOddEntryIsAskedAboutAndTheWholeLetterRefused) {
  Lab lab(rationed());
  get_acquainted(lab);
  const std::string heard = send(lab, {"bob@partner.example", kWrong});
  EXPECT_THAT(heard, AllOf(StartsWith("550 5.7.1\n<anna.small@rival.example>: "
                                      "did you mean <anna.smith@partner"),
                           HasSubstr("you write to anna.smith@partner.example"),
                           HasSubstr(", 60 together with bob@partner.exa"),
                           HasSubstr("send the letter again within 10 "
                                     "minutes, as it is"),
                           HasSubstr("Nobody has got it yet")));
  const auto record = lab.record(reference_of(heard));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->verdict, "doubtful");
  EXPECT_EQ(record->action, "ask");
  EXPECT_EQ(record->queue_id, "QUEUEID");
  EXPECT_TRUE(lab.heard().empty());  // nothing is learnt from it
}

TEST(Ending, SentAgainAsItIsItPassesAndIsRemembered) {
  Lab lab(rationed());
  get_acquainted(lab);
  const std::vector<std::string> to = {"bob@partner.example", kWrong};
  EXPECT_THAT(send(lab, to), StartsWith("550"));
  lab.wait(20);
  EXPECT_EQ(send(lab, to), "");
  EXPECT_EQ(lab.heard().size(), 1);
  lab.wait(kDay);
  testing::internal::CaptureStderr();
  EXPECT_EQ(send(lab, to), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("guard.confirmed"));
}

TEST(Ending, AnOldLetterProvesNothing) {
  Lab lab(rationed());
  get_acquainted(lab);
  const std::string old = lab.date();
  EXPECT_THAT(send(lab, {kWrong}), StartsWith("550"));
  lab.wait(60);
  Client client(lab);
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  EXPECT_THAT(client.end({{"Date", old}, {"From", kAnn}}), StartsWith("550"));
}

TEST(Ending, TheSessionThatHeardTheQuestionDoesNotAnswerIt) {
  Lab lab(rationed());
  get_acquainted(lab);
  Client client(lab);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.mail().rcpt(kWrong), "");
    EXPECT_THAT(client.end(now(lab)), StartsWith("550"));
    lab.wait(30);
  }
  EXPECT_EQ(send(lab, {kWrong}), "");
}

TEST(Ending, OneQuestionIsAllThatAMonthHas) {
  Lab lab(rationed());
  get_acquainted(lab);
  EXPECT_THAT(send(lab, {kWrong}), StartsWith("550"));
  // Others, no less odd, pass, but for those that two months had left over.
  int asked = 1;
  for (int i = 0; i < 10; ++i) {
    lab.wait(3600);
    EXPECT_TRUE(lab.recorder.flush(std::chrono::seconds(10)));
    const std::string odd = "anna.small@r" + std::to_string(i) + ".example";
    lab.store.learn(std::vector{lesson(lab, {odd})}, lab.clock.now(), {});
    asked += send(lab, {odd}).empty() ? 0 : 1;
  }
  EXPECT_LE(asked, 3);
}

TEST(Ending, TheThreadTellsThatSheIsMeant) {
  Lab lab(rationed());
  get_acquainted(lab);
  lab.store.learn(
      std::vector{lesson(lab, {kWrong}, guard::Passage::kReceived, "t@rival")},
      lab.clock.now(), {});
  EXPECT_EQ(send(lab, {kWrong}, {{"In-Reply-To", "<t@rival>"}}), "");
}

TEST(Ending, MachinesAreNotAsked) {
  Lab lab(rationed());
  get_acquainted(lab);
  EXPECT_EQ(send(lab, {kWrong}, {{"Auto-Submitted", "auto-generated"}}), "");
  EXPECT_EQ(send(lab, {kWrong}, {{"Precedence", "bulk"}}), "");
}

TEST(Ending, StrangersToTheGuardAreNotAsked) {
  Lab lab(rationed());
  lab.store.learn(std::vector{lesson(lab, {kRight})}, lab.clock.now(), {});
  EXPECT_EQ(send(lab, {kWrong}), "");
}

TEST(Ending, NeighboursOfAProtectedNameMayAlwaysBeAskedAbout) {
  Lab lab(rationed("1 per person per year"));
  EXPECT_THAT(send(lab, {"general@army.ml"}), StartsWith("at RCPT: 550 5.7.1"));
  EXPECT_THAT(send(lab, {"general@navy.ml"}), StartsWith("at RCPT: 550 5.7.1"));
}

TEST(Ending, WithoutABudgetNothingIsWeighedAtTheEnd) {
  Lab lab(rationed("unlimited"));
  get_acquainted(lab);
  EXPECT_EQ(send(lab, {kWrong}), "");
}

TEST(Ending, WatchedItPassesAndIsCounted) {
  Lab lab(rationed("1 per person per month", guard::Mode::kWatch));
  get_acquainted(lab);
  testing::internal::CaptureStderr();
  EXPECT_EQ(send(lab, {kWrong}), "");
  lab.settle();
  EXPECT_TRUE(lab.recorder.flush(std::chrono::seconds(10)));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("verdict=doubtful action=accept"));
  EXPECT_THAT(log, HasSubstr("guard.budget"));
  EXPECT_EQ(lab.store.find_scores(kAnn, {}).asked, 1);
}

TEST(Ending, WatchedWithoutABudgetItIsWeighedForOne) {
  Lab lab(rationed("unlimited", guard::Mode::kWatch));
  get_acquainted(lab);
  EXPECT_EQ(send(lab, {kWrong, "general@army.ml"}), "");
  lab.settle();
  EXPECT_TRUE(lab.recorder.flush(std::chrono::seconds(10)));
  const auto scores = lab.store.find_scores(kAnn, lab.clock.now());
  EXPECT_EQ(scores.best.size(), 2);
  EXPECT_EQ(scores.asked, 0);
}

TEST(Ending, WhereLettersAreHeldTheRecipientIs) {
  Policy policy = rationed("1 per person per month", guard::Mode::kHold);
  policy.options.hold.listen = "unix:/run/hold.sock";
  Lab lab(policy);
  get_acquainted(lab);
  const std::string heard = send(lab, {"bob@partner.example", kWrong});
  EXPECT_THAT(heard, AllOf(StartsWith("-<anna.small@rival.example> +"),
                           Not(HasSubstr("bob@"))));
  EXPECT_TRUE(lab.recorder.flush(std::chrono::seconds(10)));
  EXPECT_EQ(lab.store.find_scores(kAnn, {}).asked, 1);
  // Nobody learns yet that she was written to.
  const auto letters = lab.heard();
  ASSERT_EQ(letters.size(), 1);
  EXPECT_EQ(letters[0].recipients,
            std::vector<std::string>{"bob@partner.example"});
}

// Said in the log, and no question.
TEST(Ending, WhoIsMissingIsOnlyAdvised) {
  Lab lab(rationed());
  get_acquainted(lab);
  testing::internal::CaptureStderr();
  EXPECT_EQ(send(lab, {"bob@partner.example"}), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("correspondence.missing-recipient"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(send(lab, {"bob@partner.example", kRight}), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              Not(HasSubstr("correspondence.missing-recipient")));
}

TEST(Ending, WithoutItsStoreNobodyIsAsked) {
  Lab lab(rationed());
  get_acquainted(lab);
  Client client(lab);
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  lab.store.fails = true;
  EXPECT_EQ(client.end(now(lab)), "");
  lab.store.fails = false;
}

TEST(Ending, WhoGoesAwayBeforeTheEndIsReported) {
  Lab lab(rationed());
  testing::internal::CaptureStderr();
  Client client(lab);
  EXPECT_EQ(client.mail().rcpt("bob@partner.example"), "");
  client.abort();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("verdict=clear"), HasSubstr("guard.unfinished")));
}

TEST(Ending, EveryRecipientIsReportedOnce) {
  Lab lab(rationed());
  testing::internal::CaptureStderr();
  Client client(lab);
  client.mail();
  for (std::size_t i = 0; i < kMostWaiting + 10; ++i) {
    EXPECT_EQ(client.rcpt("r" + std::to_string(i) + "@partner.example"), "");
  }
  EXPECT_EQ(client.end(now(lab)), "");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(log, '\n'), int{kMostWaiting} + 10);
}

}  // namespace
}  // namespace lostletter::gate
