// SPDX-License-Identifier: Apache-2.0
//
// Who is judged, by which mode, and what is told about it. The state machine
// of a question is in resend_test.cc, trouble in trouble_test.cc.
#include "gate/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/metrics.h"
#include "base/random.h"
#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using guard::Mode;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The first line of the reply's codes, "" for go on.
std::string code(const std::string& words) {
  return words.substr(0, words.find('\n'));
}

TEST(Gate, RefusesWithAQuestion) {
  Lab lab;
  const std::string heard = Client(lab).mail().rcpt("General@army.ml");
  const std::string reference = heard.substr(heard.rfind(' ') + 1);
  EXPECT_EQ(heard,
            "550 5.7.1\n"
            "<General@army.ml>: did you mean <General@army.mil>?\n"
            "army.ml is one letter from army.mil (i lost).\n"
            "If you do mean army.ml, send it again within 10 minutes, to that "
            "address only. Otherwise correct it.\n"
            "Reference: " +
                reference);
  EXPECT_EQ(reference.size(), 10U);
}

// DESIGN 3: what a mode does about a verdict.
TEST(Gate, ModesAndVerdicts) {
  struct Case {
    std::string_view address, watch, ask, reject;
  };
  constexpr std::string_view kNo = "550 5.7.1";
  constexpr Case kCases[] = {
      {"ann@army.mil", "", "", ""},
      {"ann@clinic.example", "", "", ""},
      {"ann@nowhere.ml", "", "", ""},
      {"ann@army.ml", "", kNo, kNo},
      {"ann@blocked.example", "", kNo, kNo},
      {"ann@allowed.ml", "", "", ""},
      {"a b@clinic.example", "", kNo, kNo},
      {"ann@impossible.zzzz", "", kNo, kNo},
  };
  const std::pair<Mode, std::string_view Case::*> kModes[] = {
      {Mode::kWatch, &Case::watch},
      {Mode::kAsk, &Case::ask},
      {Mode::kReject, &Case::reject}};
  for (const auto& [mode, column] : kModes) {
    Policy policy = default_policy();
    policy.options.mode = mode;
    policy.assessor =
        assessor({.block = {"blocked.example"}, .allow = {"allowed.ml"}});
    Lab lab(policy);
    for (const Case& c : kCases) {
      EXPECT_EQ(code(Client(lab).mail().rcpt(std::string(c.address))),
                c.*column)
          << to_string(mode) << ' ' << c.address;
    }
  }
}

// Only a misdirected address can be confirmed: the others hear no window.
TEST(Gate, OnlyMisdirectedIsAsked) {
  Policy policy = default_policy();
  policy.assessor = assessor({.block = {"blocked.example"}});
  Lab lab(policy);
  Client client(lab);
  client.mail();
  for (const auto* address : {"ann@blocked.example", "a b@clinic.example"}) {
    EXPECT_THAT(client.rcpt(address), Not(HasSubstr("send it again within")));
  }
  EXPECT_EQ(lab.store.calls, 0);
  EXPECT_THAT(client.rcpt("x@army.ml"), HasSubstr("send it again within"));
}

TEST(Gate, Listeners) {
  struct Case {
    Traffic traffic;
    std::optional<Mode> mode;
    std::string_view codes, text;
  };
  const Case cases[] = {
      {Traffic::kSubmission, {}, "550 5.7.1", "send it again within"},
      {Traffic::kSubmission, Mode::kReject, "550 5.7.1", "ask your mail"},
      {Traffic::kSubmission, Mode::kWatch, "", ""},
      {Traffic::kRelay, {}, "550 5.7.1", "ask your mail"},
      {Traffic::kRelay, Mode::kWatch, "", ""},
      // A refusal would stay in the maildrop for ever.
      {Traffic::kLocal, {}, "", ""},
      {Traffic::kLocal, Mode::kReject, "", ""},
  };
  for (const Case& c : cases) {
    Policy policy = default_policy();
    policy.listeners = {{},
                        {.endpoint = {}, .traffic = c.traffic, .mode = c.mode}};
    Lab lab(policy);
    Client client(lab, {}, {"other", 1});
    const std::string heard = client.mail().rcpt("ann@army.ml");
    EXPECT_EQ(code(heard), c.codes);
    EXPECT_THAT(heard, HasSubstr(c.text));
  }
}

TEST(Gate, MailFromElsewhereIsNotJudged) {
  Lab lab;
  testing::internal::CaptureStderr();
  for (const Client::Who& who :
       {Client::Who{"", "192.0.2.1", '4'}, Client::Who{"", "2001:db8::1", '6'},
        Client::Who{"", "", 'U'}, Client::Who{"", "/run/x", 'L'}}) {
    Client client(lab, who);
    client.mail();
    EXPECT_EQ(client.rcpt("ann@army.ml"), "");
    EXPECT_EQ(client.rcpt("a b"), "");
    EXPECT_EQ(client.end({{"Subject", "x"}}), "");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(lab.store.calls, 0);
  // A login says that it is leaving, wherever the client is.
  Client client(lab, {"ann", "192.0.2.1"});
  EXPECT_THAT(client.mail().rcpt("ann@army.ml"), StartsWith("550 5.7.1"));
}

TEST(Gate, NeverStopped) {
  Lab lab;
  Client client(lab);
  client.mail();
  testing::internal::CaptureStderr();
  EXPECT_EQ(client.rcpt("bob@example.com"), "");
  EXPECT_EQ(client.rcpt("<postmaster>", "postmaster@lab.invalid"), "");
  // Postfix has refused it already.
  EXPECT_EQ(client.ask_rcpt("<x@army.ml>", "x@army.ml", "error").get(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  // What is delivered elsewhere is judged, whatever was typed.
  EXPECT_THAT(client.rcpt("<old@example.com>", "ann@army.ml"),
              StartsWith("550"));
  EXPECT_THAT(client.rcpt("<army.ml!ann>", "ann@army.ml"), StartsWith("550"));
  EXPECT_EQ(client.rcpt("<army.mil!ann>", "ann@army.mil"), "");
  EXPECT_EQ(client.rcpt("<(c)ann@army.mil>", "ann@army.mil"), "");
  EXPECT_THAT(client.rcpt("<ann@army.ml>", "ann@army.mil"), StartsWith("550"));
}

// An `allow` entry for an address means it in whatever case it is typed.
TEST(Gate, AllowedInAnyCase) {
  Policy policy = default_policy();
  policy.assessor = assessor({.allow = {"ann@army.ml", "Bob@army.ml"}});
  Lab lab(policy);
  Client client(lab);
  client.mail();
  for (const auto* address : {"ann@army.ml", "Ann@army.ml", "Bob@army.ml"}) {
    EXPECT_EQ(client.rcpt(address), "") << address;
  }
}

// A bounce has no author who could be asked.
TEST(Gate, NullReversePathIsJudgedAndAccepted) {
  Lab lab;
  testing::internal::CaptureStderr();
  lab.store.fails = true;  // nobody waits for it
  EXPECT_EQ(Client(lab).mail("<>").rcpt("ann@army.ml"), "");
  lab.settle();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("verdict=misdirected action=accept"));
  lab.store.fails = false;
  EXPECT_EQ(lab.store.count_questions("client:127.0.0.1/", Seconds()), 0U);
}

// Right recipients pass beside wrong ones, a hundred of them.
TEST(Gate, ManyRecipients) {
  Lab lab;
  Client client(lab);
  client.mail();
  for (int i = 0; i < 100; ++i) {
    const std::string who = "user" + std::to_string(i);
    EXPECT_EQ(client.rcpt(who + "@army.mil"), "");
    EXPECT_THAT(client.rcpt(who + "@army.ml"), HasSubstr(who + "@army.mil>?"));
  }
  EXPECT_EQ(client.end_dated(lab.date()), "");
}

TEST(Gate, OneLineAndOneRecord) {
  Lab lab;
  Client client(lab);
  client.mail();
  testing::internal::CaptureStderr();
  client.rcpt("bob@army.mil");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::MatchesRegex(
                  "ts=\\S+ level=info event=judged listener=test "
                  "submitter=\"?client:127.0.0.1/ann@example.com\"? "
                  "recipient=bob@army.mil verdict=clear action=accept "
                  "probability=\\S+ findings=\\S*\n"));
  testing::internal::CaptureStderr();
  const std::string heard = client.rcpt("bob@army.ml");
  const std::string line = testing::internal::GetCapturedStderr();
  const std::string reference = heard.substr(heard.rfind(' ') + 1);
  EXPECT_THAT(line, HasSubstr("recipient=bob@army.ml reference=" + reference +
                              " verdict=misdirected action=ask probability="));
  EXPECT_THAT(line, HasSubstr(" intended=army.mil findings=lookalike."));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);

  const auto record = lab.record(reference);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->at, lab.clock.now());
  EXPECT_EQ(record->listener, "test");
  EXPECT_EQ(record->submitter, "client:127.0.0.1/ann@example.com");
  EXPECT_EQ(record->recipient, "bob@army.ml");
  EXPECT_EQ(record->verdict, "misdirected");
  EXPECT_EQ(record->action, "ask");
  EXPECT_GE(record->probability, 0.9);
  EXPECT_THAT(record->evidence,
              StartsWith("{\"address\":\"bob@army.ml\",\"domain\":\"army.ml\","
                         "\"verdict\":\"misdirected\""));
}

TEST(Gate, LogAddresses) {
  struct Case {
    LogAddresses how;
    std::string recipient;
    bool says_domain;
  };
  for (const Case& c : {Case{LogAddresses::kHashed, "", false},
                        Case{LogAddresses::kDomain, "*@army.ml", true}}) {
    Policy policy = default_policy();
    policy.options.log_addresses = c.how;
    Lab lab(policy);
    testing::internal::CaptureStderr();
    const std::string heard = Client(lab).mail().rcpt("Bob@army.ml");
    const std::string line = testing::internal::GetCapturedStderr();
    const auto want = c.recipient.empty()
                          ? keyed_hash(lab.store.secret(), "bob@army.ml")
                          : c.recipient;
    EXPECT_THAT(line, HasSubstr("recipient=" + want));
    const auto record = lab.record(heard.substr(heard.rfind(' ') + 1));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->recipient, want);
    for (const std::string& text :
         {line, record->evidence, record->submitter, record->recipient}) {
      EXPECT_THAT(text, Not(HasSubstr("bob")));
      EXPECT_THAT(text, Not(HasSubstr("Bob")));
      EXPECT_THAT(text, Not(HasSubstr("ann")));
    }
    EXPECT_EQ(line.find("army") != line.npos, c.says_domain) << line;
  }
}

TEST(Gate, ControlCharactersStayOutOfTheLog) {
  Lab lab;
  testing::internal::CaptureStderr();
  Client(lab)
      .mail("<a\x1b[2J\nevent=forged@example.com>")
      .rcpt("x\r\nevent=forged@army.ml");
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(line, '\n'), 1) << line;
  EXPECT_EQ(line.find('\x1b'), line.npos);
}

TEST(Gate, Counts) {
  Lab lab;
  const auto number = [](const std::string& name) {
    const std::string text = metrics_text();
    const auto at = text.find("\nlostletter_" + name + ' ');
    return at == text.npos ? -1 : std::stod(text.substr(text.find(' ', at)));
  };
  const char* const kNames[] = {"recipients_total{verdict=\"misdirected\"}",
                                "actions_total{action=\"ask\"}",
                                "confirmations_total{outcome=\"asked\"}",
                                "decision_seconds_count"};
  std::vector<double> before;
  for (const auto* name : kNames) before.push_back(number(name));
  Client(lab).mail().rcpt("ann@army.ml");
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(number(kNames[i]), before[i] + 1) << kNames[i];
  }
}

// A reload is in force from the next message on.
TEST(Gate, PolicySwap) {
  Lab lab;
  Client client(lab);
  client.mail();
  EXPECT_EQ(client.rcpt("ann@clinic.example"), "");
  Policy next = default_policy();
  next.assessor = assessor({.block = {"clinic.example"}});
  const auto shared = std::make_shared<const Policy>(next);
  lab.gate.set_policy(shared);
  EXPECT_EQ(lab.gate.policy(), shared);
  EXPECT_EQ(client.rcpt("bob@clinic.example"), "");
  client.abort();
  EXPECT_THAT(client.mail().rcpt("ann@clinic.example"), StartsWith("550"));
  // A listener that the new policy does not know has the defaults.
  next.listeners.clear();
  lab.gate.set_policy(std::make_shared<const Policy>(next));
  client.abort();
  EXPECT_THAT(client.mail().rcpt("ann@clinic.example"), StartsWith("550"));
}

// Enough was exchanged with gmial.com, both ways: nobody is asked.
TEST(Gate, WhoeverIsWrittenToAndAnswersIsNotAskedAbout) {
  constexpr char kNeighbour[] = "bob@gmial.com";
  const auto exchanged = [](Lab& lab, const std::string& person, int answers) {
    std::vector<guard::Lesson> lessons;
    for (int i = 0; i < 400; ++i) {
      lessons.push_back({"sent" + std::to_string(i),
                         lab.clock.now(),
                         person,
                         {{kNeighbour}}});
      if (i >= answers) continue;
      lessons.push_back({"answer" + std::to_string(i),
                         lab.clock.now(),
                         person,
                         {{kNeighbour, "", guard::Passage::kReceived}}});
    }
    lab.store.learn(lessons, lab.clock.now(), {});
  };
  struct Case {
    std::string person;
    int answers;
    bool asks;
  };
  const Case cases[] = {{"ann@example.com", 400, false},
                        {"carl@example.com", 400, false},  // a colleague
                        {"ann@example.com", 0, true}};
  for (const auto& [person, answers, asks] : cases) {
    Lab lab;
    EXPECT_THAT(Client(lab).mail().rcpt(kNeighbour), StartsWith("550"));
    Lab learnt;
    exchanged(learnt, person, answers);
    testing::internal::CaptureStderr();
    const std::string answer = Client(learnt).mail().rcpt(kNeighbour);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(answer.empty(), !asks) << answer;
    EXPECT_THAT(log, HasSubstr(asks ? "verdict=misdirected" : "verdict=clear"));
  }
}

}  // namespace
}  // namespace lostletter::gate
