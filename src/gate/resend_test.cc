// SPDX-License-Identifier: Apache-2.0
//
// Ask = resend to confirm: the states of question.h, as dialogs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/gate.h"
#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto kWrong = "general@army.ml";

// Refused with the question.
void expect_asked(const std::string& heard) {
  EXPECT_THAT(heard, StartsWith("550 5.7.1\n"));
  EXPECT_THAT(heard, HasSubstr("send it again within 10 minutes"));
}

void ask(Lab& lab, const Client::Who& who = {}) {
  expect_asked(Client(lab, who).mail().rcpt(kWrong));
}

// One session that sends to `address` alone; what it hears in the end.
std::string send(Lab& lab, const Fields& fields, const Client::Who& who = {},
                 const std::string& address = kWrong) {
  Client client(lab, who);
  const std::string heard = client.mail().rcpt(address);
  return heard.empty() ? client.end(fields) : "at RCPT: " + heard;
}
std::string send_now(Lab& lab, const Client::Who& who = {},
                     const std::string& address = kWrong) {
  return send(lab, {{"Date", lab.date()}, {"Subject", "x"}}, who, address);
}

bool is_confirmed(Lab& lab, const Client::Who& who = {}) {
  Client client(lab, who);
  // Only what is confirmed passes together with another.
  client.mail().rcpt("ann@army.mil");
  return client.rcpt(kWrong).empty();
}

TEST(Resend, Confirms) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  testing::internal::CaptureStderr();
  EXPECT_EQ(send_now(lab), "");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("event=confirmed queue_id=QUEUEID"));
  EXPECT_THAT(log, HasSubstr("verdict=misdirected action=accept"));
  EXPECT_THAT(log, HasSubstr("guard.confirmed"));
  EXPECT_EQ(std::ranges::count(log, '\n'), 2) << log;
  // From now on it passes, with others too, in any case, as a second letter of
  // the session too.
  testing::internal::CaptureStderr();
  EXPECT_TRUE(is_confirmed(lab));
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("action=accept"));
  EXPECT_EQ(Client(lab).mail().rcpt("GENERAL@Army.ML"), "");
}

TEST(Resend, IsRememberedAndExpires) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  EXPECT_EQ(send_now(lab), "");
  lab.wait(90 * 86400 - 1);
  EXPECT_TRUE(is_confirmed(lab));
  lab.wait(2);
  EXPECT_FALSE(is_confirmed(lab));
}

TEST(Resend, WindowsOfTime) {
  struct Case {
    int after;
    std::string_view heard;
  };
  constexpr Case kCases[] = {
      {0, "at RCPT: 550"}, {4, "at RCPT: 550"},   {5, ""},
      {600, ""},           {601, "at RCPT: 550"}, {86400, "at RCPT: 550"},
  };
  for (const auto& [after, heard] : kCases) {
    Lab lab;
    ask(lab);
    lab.wait(after);
    const std::string got = send_now(lab);
    EXPECT_EQ(got.substr(0, heard.empty() ? 1 : heard.size()), heard)
        << after << " s";
    // Whoever came too early may still come in time; whoever came too late was
    // asked anew.
    if (!heard.empty()) {
      lab.wait(5);
      EXPECT_EQ(send_now(lab), "") << after << " s";
    }
  }
}

TEST(Resend, SameSessionNever) {
  Lab lab;
  Client client(lab);
  for (int i = 0; i < 5; ++i) {
    expect_asked(client.mail().rcpt(kWrong));
    client.abort();
    lab.wait(30);
  }
  // Its repetitions have not renewed the question, nor spoilt it.
  EXPECT_EQ(send_now(lab), "");
  // Confirmed by another session, it passes here too.
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
}

// A session which was refused again, though another was asked first.
TEST(Resend, ASessionRefusedAgainIsRefused) {
  Lab lab;
  ask(lab);
  lab.wait(2);
  Client early(lab);
  expect_asked(early.mail().rcpt(kWrong));
  lab.wait(60);
  expect_asked(early.mail().rcpt(kWrong));
  EXPECT_EQ(send_now(lab), "");
}

TEST(Resend, SecondSenderDoesNotProfit) {
  const Client::Who ann{"ann"}, bob{"bob"};
  Lab lab;
  ask(lab, ann);
  lab.wait(20);
  EXPECT_THAT(send_now(lab, bob), StartsWith("at RCPT: 550"));
  EXPECT_EQ(send_now(lab, ann), "");
  EXPECT_TRUE(is_confirmed(lab, ann));
  EXPECT_FALSE(is_confirmed(lab, bob));
  EXPECT_FALSE(is_confirmed(lab));
  EXPECT_THAT(send_now(lab, ann, "other@army.ml"), StartsWith("at RCPT: 550"));
  // A login is the same person at another machine.
  EXPECT_TRUE(is_confirmed(lab, {"ann", "192.0.2.9"}));
  // Without a login, the machine and the reverse-path are.
  lab.wait(20);
  EXPECT_EQ(send_now(lab), "");
  EXPECT_TRUE(is_confirmed(lab));
  EXPECT_FALSE(is_confirmed(lab, {"", "127.0.0.2"}));
  EXPECT_THAT(Client(lab).mail("<eve@example.com>").rcpt(kWrong),
              StartsWith("550"));
}

TEST(Resend, ToThatAddressOnly) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  for (const auto* first : {"ann@army.mil", "bob@example.com"}) {
    Client together(lab);
    together.mail();
    EXPECT_EQ(together.rcpt(first), "");
    expect_asked(together.rcpt(kWrong));
    EXPECT_EQ(together.end_dated(lab.date()), "");
  }
  // The question counts from there.
  lab.wait(4);
  EXPECT_THAT(send_now(lab), StartsWith("at RCPT: 550"));
  lab.wait(1);

  Client client(lab);
  client.mail();
  // What was refused is not in the letter.
  EXPECT_THAT(client.rcpt("a b@clinic.example"), StartsWith("550"));
  EXPECT_EQ(client.rcpt(kWrong), "");
  const std::string kLater =
      "452 4.5.3\n"
      "This letter confirms <general@army.ml> and goes to that address "
      "only.\n"
      "Send it to the others separately.";
  for (const auto* other :
       {"ann@army.mil", "bob@example.com", "other@army.ml"}) {
    EXPECT_EQ(client.rcpt(other), kLater) << other;
  }
  EXPECT_EQ(client.rcpt("General@army.ml"), "") << "the same once more";
  EXPECT_EQ(client.end_dated(lab.date()), "");
  EXPECT_TRUE(is_confirmed(lab));
}

// A proof ends with its transaction.
TEST(Resend, AbortedConfirmsNothing) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  Client client(lab);
  testing::internal::CaptureStderr();
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  client.abort();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("guard.unfinished"));
  EXPECT_EQ(std::ranges::count(log, '\n'), 1) << log;
  EXPECT_EQ(client.mail().rcpt("ann@army.mil"), "");
  EXPECT_EQ(client.end_dated(lab.date()), "");
  client.abort();
  EXPECT_FALSE(is_confirmed(lab));
  // A MAIL that no abort preceded ends it as well.
  lab.wait(20);
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  testing::internal::CaptureStderr();
  client.mail();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("guard.unfinished"));
  client.abort();
  // Nor does it spoil anything: the client that lost its line comes again.
  lab.wait(20);
  EXPECT_EQ(send_now(lab), "");
}

// Each of these is refused at the end of message, with the question again, and
// a letter that a person sends afterwards still confirms.
TEST(Resend, HeadersThatProveNothing) {
  Lab clock;
  clock.wait(20);
  const std::string now = clock.date();
  struct Case {
    Fields fields;
    std::string_view reason;
  };
  const Case cases[] = {
      {{{"Date", clock.date(-21)}, {"Subject", "x"}}, "old-date"},
      {{{"Date", clock.date(3600)}, {"Subject", "x"}}, "future-date"},
      {{{"Subject", "x"}}, "no-date"},
      {{{"Date", "tomorrow"}}, "no-date"},
      {{{"Date", now}, {"Date", now}}, "many-dates"},
      {{{"Date", now}, {"Auto-Submitted", "auto-replied"}}, "auto-submitted"},
      {{{"Precedence", "bulk"}, {"Date", now}, {"Subject", "x"}}, "precedence"},
      {{{"Date", now}, {"List-Id", "<a.example>"}}, "list"},
      {{{"Subject", "x"}, {"Date", now + " (UTC)"}, {"From", "x"}},
       "added-date"},
  };
  for (const auto& [fields, reason] : cases) {
    Lab lab;
    ask(lab);
    lab.wait(20);
    testing::internal::CaptureStderr();
    expect_asked(send(lab, fields));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_THAT(log, HasSubstr("event=confirmation-failed queue_id=QUEUEID"));
    EXPECT_THAT(log, HasSubstr("reason=" + std::string(reason)));
    EXPECT_THAT(log, HasSubstr("action=ask"));
    EXPECT_THAT(log, HasSubstr("guard.unproven"));
    EXPECT_FALSE(is_confirmed(lab)) << reason;
    lab.wait(20);
    const bool fast = reason == "future-date";
    EXPECT_EQ(
        send(lab, {{"Date", lab.date(fast ? 3600 : 0)}, {"Subject", "x"}}), "")
        << reason;
  }
}

// A client that retries its outbox sends the old letter again and again.
TEST(Resend, OutboxRetryNeverConfirms) {
  for (const int clock_is_ahead : {0, 3600}) {
    Lab lab;
    const std::string date = lab.date(clock_is_ahead);
    ask(lab);
    for (int i = 0; i < 20; ++i) {
      lab.wait(300);
      expect_asked(send(lab, {{"Date", date}, {"Subject", "x"}}));
    }
    EXPECT_FALSE(is_confirmed(lab));
    // The person behind it presses Send.
    lab.wait(20);
    EXPECT_EQ(send(lab, {{"Date", lab.date(clock_is_ahead)}, {"Subject", "x"}}),
              "");
  }
}

// A clock that is a day slow: the second resend confirms.
TEST(Resend, SlowClock) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  expect_asked(send(lab, {{"Date", lab.date(-86400)}}));
  lab.wait(20);
  EXPECT_EQ(send(lab, {{"Date", lab.date(-86400)}}), "");
}

// Ours may jump. Then it is asked anew, and nothing confirms by mistake.
TEST(Resend, OurClockJumps) {
  for (const int hours : {-24 * 365, -1, 1, 24 * 365}) {
    Lab lab;
    const std::string first = lab.date();
    ask(lab);
    lab.clock.jump(std::chrono::hours(hours));
    lab.wait(20);
    expect_asked(Client(lab).mail().rcpt(kWrong));
    lab.wait(20);
    EXPECT_EQ(send_now(lab), "") << hours;
    EXPECT_TRUE(is_confirmed(lab));
    // Turned back to before it was confirmed, it stays so: it has not expired.
    lab.clock.jump(std::chrono::hours(-48));
    EXPECT_TRUE(is_confirmed(lab));
    lab.clock.jump(std::chrono::days(3 * 365));
    EXPECT_FALSE(is_confirmed(lab));
  }
  // Between the acceptance at RCPT and the end of message.
  Lab lab;
  ask(lab);
  lab.wait(20);
  Client client(lab);
  const std::string date = lab.date();
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  lab.clock.jump(std::chrono::hours(-24));
  expect_asked(client.end_dated(date));
}

TEST(Resend, TooManyQuestions) {
  Policy policy = default_policy();
  policy.options.most_questions = 3;
  Lab lab(policy);
  Client client(lab);
  client.mail();
  for (const auto* who : {"a", "b", "c"}) {
    expect_asked(client.rcpt(std::string(who) + "@army.ml"));
  }
  const std::string heard = client.rcpt(kWrong);
  EXPECT_EQ(heard.substr(0, heard.rfind(' ')),
            "550 5.7.1\n"
            "<general@army.ml>: did you mean <general@army.mil>?\n"
            "army.ml is one letter from army.mil (i lost).\n"
            "Correct the address and send it again; if it is right, ask your "
            "mail administrator.\n"
            "It cannot be confirmed by sending it again: 3 questions to you "
            "are open already.\n"
            "Reference:");
  // Others are asked, the open ones can be answered, and time frees.
  ask(lab, {"bob"});
  lab.wait(20);
  EXPECT_EQ(send_now(lab, {}, "a@army.ml"), "");
  expect_asked(Client(lab).mail().rcpt(kWrong));
  EXPECT_THAT(Client(lab).mail().rcpt("d@army.ml"), HasSubstr("3 questions"));
  lab.wait(601);
  expect_asked(Client(lab).mail().rcpt("d@army.ml"));
}

// Two sessions of one sender prove at the same time: both letters pass.
TEST(Resend, TwoAtOnce) {
  Lab lab;
  ask(lab);
  lab.wait(20);
  Client one(lab), two(lab);
  EXPECT_EQ(one.mail().rcpt(kWrong), "");
  EXPECT_EQ(two.mail().rcpt(kWrong), "");
  EXPECT_EQ(one.end_dated(lab.date()), "");
  EXPECT_EQ(two.end_dated(lab.date(-3600)), "") << "confirmed meanwhile";
}

// What resembles something and is no address can be asked about, too.
TEST(Resend, NoAddressAtAll) {
  Lab lab;
  expect_asked(Client(lab).mail().rcpt("ann@gmail,com"));
  lab.wait(20);
  EXPECT_EQ(send_now(lab, {}, "ann@gmail,com"), "");
}

}  // namespace
}  // namespace lostletter::gate
