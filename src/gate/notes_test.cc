// SPDX-License-Identifier: Apache-2.0
//
// What the gate tells of letters, to those who learn from them.
#include "gate/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using testing::StartsWith;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto kWrong = "general@army.ml";

// "leaving ann: ann@example.com > x@army.mil, y@army.mil", joined by "; ".
std::string heard(Lab& lab) {
  std::vector<std::string> texts;
  for (const archive::Passing& one : lab.heard()) {
    EXPECT_EQ(one.at, lab.clock.now());
    EXPECT_EQ(one.queue_id, "QUEUEID");
    EXPECT_EQ(one.server, "mx.example.com");
    texts.push_back(
        fmt::format("{}{}: {} > {}", one.leaving ? "leaving " : "arriving ",
                    one.login, one.sender, fmt::join(one.recipients, ", ")));
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

TEST(Notes, TellOfThoseWhoWereAccepted) {
  Lab lab;
  Client client(lab, {"ann", "192.0.2.1"});
  client.mail("<Ann@Example.com>");
  EXPECT_EQ(client.rcpt("x@army.mil"), "");
  EXPECT_THAT(client.rcpt(kWrong), StartsWith("550 5.7.1"));
  EXPECT_EQ(client.rcpt("bob@example.com"), "");  // a colleague
  EXPECT_EQ(client.rcpt("<Y@Clinic.Example>", "y@clinic.example"), "");
  EXPECT_EQ(client.ask_rcpt("<z@x.test>", "z@x.test", "error").get(), "");
  EXPECT_EQ(heard(lab), "");  // it is not sent yet
  EXPECT_EQ(client.end_dated(lab.date()), "");
  EXPECT_EQ(heard(lab),
            "leaving ann: ann@example.com > x@army.mil, bob@example.com, "
            "y@clinic.example");
  // The next one in the same session.
  client.mail().rcpt("z@army.mil");
  EXPECT_EQ(client.end_dated(lab.date()), "");
  client.abort();
  EXPECT_EQ(heard(lab), "leaving ann: ann@example.com > z@army.mil");
}

TEST(Notes, TellOfWhatComesIn) {
  Lab lab;
  Client client(lab, {"", "192.0.2.1"});
  client.mail("<general@army.ml>");
  EXPECT_EQ(client.rcpt("<Ann@example.com>", "ann@example.com"), "");
  EXPECT_EQ(client.end({}), "");
  client.mail("<>");
  EXPECT_EQ(client.rcpt("ann@example.com"), "");
  EXPECT_EQ(client.end({}), "");
  EXPECT_EQ(heard(lab),
            "arriving : general@army.ml > ann@example.com; "
            "arriving :  > ann@example.com");
  EXPECT_EQ(lab.store.calls, 0);
}

TEST(Notes, KeepNoContent) {
  Lab lab;
  Client client(lab);
  client.mail().rcpt("x@army.mil");
  client.end({{"Received", " from x"},
              {"Subject", " secret"},
              {"From", " Ann <ann@example.com>"},
              {"X-Secret", " secret"},
              {"Message-ID", " <1@example.com>"}});
  const auto heard = lab.heard();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].header,
            "from: Ann <ann@example.com>\nmessage-id: <1@example.com>\n");
}

TEST(Notes, TellOfAResendWhenItIsConfirmed) {
  Lab lab;
  const auto send = [&](const std::string& date) {
    Client client(lab);
    if (!client.mail().rcpt(kWrong).empty()) return std::string("at RCPT");
    return client.end_dated(date);
  };
  EXPECT_EQ(send(""), "at RCPT");
  lab.wait(20);
  EXPECT_THAT(send(lab.date(-60)), StartsWith("550 5.7.1"));
  EXPECT_EQ(heard(lab), "");
  lab.wait(20);
  EXPECT_EQ(send(lab.date()), "");
  EXPECT_EQ(heard(lab), "leaving : ann@example.com > general@army.ml");
}

TEST(Notes, TellOfNothingElse) {
  Lab lab;
  Client client(lab);
  client.mail().rcpt("x@army.mil");
  client.abort();
  client.mail();
  EXPECT_THAT(client.rcpt(kWrong), StartsWith("550 5.7.1"));
  EXPECT_EQ(client.end({}), "");
  // What is no address is nobody.
  client.mail("<ann>").rcpt("x@army.mil");
  EXPECT_EQ(client.end({}), "");
  client.mail().rcpt("x@army.mil");
  client.hang_up();
  EXPECT_EQ(heard(lab), "");
}

TEST(Notes, AreNotTakenWhenNobodyLearns) {
  Policy policy = default_policy();
  policy.options.learn = false;
  Lab lab(policy);
  Client client(lab);
  client.mail().rcpt("x@army.mil");
  EXPECT_EQ(client.end({}), "");
  EXPECT_EQ(heard(lab), "");
  // From the next letter on.
  client.mail().rcpt("x@army.mil");
  lab.gate.set_policy(std::make_shared<const Policy>(default_policy()));
  EXPECT_EQ(client.end({}), "");
  EXPECT_EQ(heard(lab), "");
  client.mail().rcpt("x@army.mil");
  EXPECT_EQ(client.end({}), "");
  EXPECT_EQ(heard(lab), "leaving : ann@example.com > x@army.mil");
}

TEST(Notes, AreBounded) {
  Lab lab;
  Client client(lab);
  client.mail();
  for (std::size_t i = 0; i < Notes::kMost + 5; ++i) {
    client.rcpt(fmt::format("user{}@army.mil", i));
  }
  client.end({{"To", std::string(2 * archive::HeaderNotes::kMost, 'x')}});
  const auto heard = lab.heard();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].recipients.size(), Notes::kMost);
  EXPECT_EQ(heard[0].header, "");
}

// ------------------------------------------------------ what was learnt, used

std::vector<guard::Lesson> both_ways(const std::string& other, int times) {
  std::vector<guard::Lesson> lessons;
  for (int i = 0; i < times; ++i) {
    const auto lesson = [&](std::string_view id, guard::Passage passage) {
      lessons.push_back({fmt::format("{}{}@x", id, i),
                         Seconds(std::chrono::seconds(1795400000)),
                         "ann@example.com",
                         {{other, "", passage}}});
    };
    lesson("out", guard::Passage::kSent);
    lesson("in", guard::Passage::kReceived);
  }
  return lessons;
}

// Whoever is written to and answers is no slip, whatever a listener does about
// slips, and the log says so where nobody is stopped.
TEST(Weighing, CountsInEveryMode) {
  struct Case {
    Traffic traffic;
    guard::Mode mode;
    std::string_view before;  // what the client hears
    std::string_view logged;
  };
  using guard::Mode;
  constexpr std::string_view kNo = "550 5.7.1";
  const Case cases[] = {
      {Traffic::kSubmission, Mode::kAsk, kNo, "action=ask"},
      {Traffic::kSubmission, Mode::kReject, kNo, "action=reject"},
      {Traffic::kRelay, Mode::kAsk, kNo, "action=reject"},
      {Traffic::kSubmission, Mode::kWatch, "", "action=accept"},
      {Traffic::kLocal, Mode::kAsk, "", "action=accept"},
  };
  for (const Case& one : cases) {
    Policy policy = default_policy();
    policy.listeners[0].traffic = one.traffic;
    policy.listeners[0].mode = one.mode;
    Lab lab(policy);
    const auto send = [&] {
      testing::internal::CaptureStderr();
      Client client(lab);
      std::string heard = client.mail().rcpt("pat@gmai.com");
      if (heard.empty()) heard = client.end_dated(lab.date());
      lab.settle();
      return heard.substr(0, 9) + " | " +
             testing::internal::GetCapturedStderr();
    };
    const std::string before = send();
    EXPECT_THAT(before, StartsWith(std::string(one.before) + " | "));
    EXPECT_THAT(before, testing::HasSubstr("verdict=misdirected " +
                                           std::string(one.logged)));
    lab.store.learn(both_ways("pat@gmai.com", 50), lab.clock.now(), {});
    const std::string after = send();
    EXPECT_THAT(after, StartsWith(" | "));
    EXPECT_THAT(after, testing::HasSubstr("verdict=clear action=accept"));
    EXPECT_THAT(after, testing::HasSubstr("correspondence.known"));
  }
}

// Watched mail waits for nobody.
TEST(Weighing, OfWatchedMailIsNotWaitedFor) {
  Policy policy = default_policy();
  policy.options.mode = guard::Mode::kWatch;
  Lab lab(policy);
  lab.store.close_door();
  testing::internal::CaptureStderr();
  Client client(lab);
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  EXPECT_EQ(client.end_dated(lab.date()), "");
  lab.store.open_door();
  lab.settle();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("verdict=misdirected action=accept"));
}

}  // namespace
}  // namespace lostletter::gate
