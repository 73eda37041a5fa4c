// SPDX-License-Identifier: Apache-2.0
//
// The store fails, hangs or is overrun; the MTA or the client goes away.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/gate.h"
#include "gate/harness_test.h"

namespace lostletter::gate {
namespace {

using milter::OnFailure;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kWrong = "general@army.ml";
constexpr auto kLater =
    "451 4.3.0\n"
    "The recipient cannot be checked at the moment. Please try again later.";

Policy policy_with(OnFailure on_failure) {
  Policy policy = default_policy();
  policy.listeners[0].on_failure = on_failure;
  return policy;
}

int count_of(const std::string& text, std::string_view part) {
  int number = 0;
  for (auto at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++number;
  }
  return number;
}

TEST(Trouble, StoreFailsAtRcpt) {
  for (const auto on_failure : {OnFailure::kTempfail, OnFailure::kAccept}) {
    const bool accept = on_failure == OnFailure::kAccept;
    Lab lab(policy_with(on_failure));
    testing::internal::CaptureStderr();
    lab.store.fails = true;
    Client client(lab);
    client.mail();
    EXPECT_EQ(client.rcpt(kWrong), accept ? "" : kLater);
    EXPECT_EQ(client.rcpt("other@army.ml"), accept ? "" : kLater);
    // Nobody else notices.
    EXPECT_EQ(client.rcpt("ann@army.mil"), "");
    lab.store.fails = false;
    EXPECT_THAT(client.rcpt("third@army.ml"), StartsWith("550"));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count_of(log, "event=store-failed"), 1) << log;
    EXPECT_EQ(count_of(log, "event=store-recovered"), 1) << log;
    EXPECT_THAT(log, HasSubstr("disk full (test)"));
    EXPECT_EQ(count_of(log, "verdict=misdirected action=tempfail"),
              accept ? 0 : 2);
    EXPECT_EQ(count_of(log, "verdict=misdirected action=accept"),
              accept ? 2 : 0);
    EXPECT_EQ(count_of(log, "event=judged"), 4);
  }
}

// A proof that cannot be written is none; the letter is not lost either.
TEST(Trouble, StoreFailsAtTheEnd) {
  for (const auto on_failure : {OnFailure::kTempfail, OnFailure::kAccept}) {
    Lab lab(policy_with(on_failure));
    Client(lab).mail().rcpt(kWrong);
    lab.wait(20);
    Client client(lab);
    EXPECT_EQ(client.mail().rcpt(kWrong), "");
    lab.store.fails = true;
    EXPECT_EQ(client.end_dated(lab.date()),
              on_failure == OnFailure::kAccept ? "" : kLater);
    lab.store.fails = false;
    client.abort();
    // The client tries again by itself: the question is still open, and its
    // Date was right.
    Client again(lab);
    EXPECT_EQ(again.mail().rcpt(kWrong), "");
    EXPECT_EQ(again.end_dated(lab.date()), "");
  }
}

// More questions than the queue takes are answered at once.
TEST(Trouble, QueueFull) {
  Lab lab(default_policy(), 1);
  lab.store.close_door();
  Client first(lab), second(lab), third(lab);
  auto running = first.mail().ask_rcpt("<a@army.ml>", "a@army.ml");
  while (lab.store.calls == 0) std::this_thread::yield();
  auto waiting = second.mail().ask_rcpt("<b@army.ml>", "b@army.ml");
  testing::internal::CaptureStderr();
  EXPECT_EQ(third.mail().rcpt("c@army.ml"), kLater);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("too many decisions wait for the database"));
  lab.store.open_door();
  EXPECT_THAT(running.get(), StartsWith("550"));
  EXPECT_THAT(waiting.get(), StartsWith("550"));
}

// The session answered in our place: the outcome of the job is void, and this
// session cannot answer the question that the job may have put.
TEST(Trouble, Late) {
  for (const auto on_failure : {OnFailure::kTempfail, OnFailure::kAccept}) {
    const bool accept = on_failure == OnFailure::kAccept;
    Lab lab(policy_with(on_failure));
    lab.store.close_door();
    Client client(lab);
    auto answer = client.mail().ask_rcpt("<general@army.ml>", kWrong);
    while (lab.store.calls == 0) std::this_thread::yield();
    testing::internal::CaptureStderr();
    client.late();
    lab.store.open_door();
    answer.wait();
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count_of(log, "event=judged"), 1) << log;
    EXPECT_THAT(log, HasSubstr(accept ? "action=accept" : "action=tempfail"));
    client.abort();
    lab.wait(20);
    EXPECT_THAT(client.mail().rcpt(kWrong), StartsWith("550"));
    // Another session answers it.
    Client other(lab);
    EXPECT_EQ(other.mail().rcpt(kWrong), "");
    EXPECT_EQ(other.end_dated(lab.date()), "");
  }
}

// Accepted by on_failure, it is in the letter: nothing else can be proven then.
TEST(Trouble, LateAndAcceptedIsNotAlone) {
  Lab lab(policy_with(OnFailure::kAccept));
  Client(lab).mail().rcpt(kWrong);
  lab.wait(20);
  Client client(lab);
  lab.store.close_door();
  const int before = lab.store.calls;
  auto answer = client.mail().ask_rcpt("<other@army.ml>", "other@army.ml");
  while (lab.store.calls == before) std::this_thread::yield();
  client.late();
  lab.store.open_door();
  answer.wait();
  EXPECT_THAT(client.rcpt(kWrong), StartsWith("550"));
}

// Jobs that nobody waits for any more are not run.
TEST(Trouble, AbandonedJobsAreSkipped) {
  Lab lab;
  lab.store.close_door();
  Client first(lab), second(lab);
  auto running = first.mail().ask_rcpt("<a@army.ml>", "a@army.ml");
  while (lab.store.calls == 0) std::this_thread::yield();
  auto waiting = second.mail().ask_rcpt("<b@army.ml>", "b@army.ml");
  testing::internal::CaptureStderr();
  second.abort();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("guard.unfinished"));
  lab.store.open_door();
  running.wait();
  waiting.wait();
  lab.worker.reset();  // all has run
  EXPECT_EQ(
      lab.store.count_questions("client:127.0.0.1/ann@example.com", Seconds{}),
      1U);
}

TEST(Trouble, ClientHangsUpWhileAJobRuns) {
  Lab lab;
  lab.store.close_door();
  Client client(lab);
  auto answer = client.mail().ask_rcpt("<general@army.ml>", kWrong);
  while (lab.store.calls == 0) std::this_thread::yield();
  client.hang_up();
  lab.store.open_door();
  EXPECT_THAT(answer.get(), StartsWith("550"));
}

TEST(Trouble, LateAtTheEnd) {
  Lab lab;
  Client(lab).mail().rcpt(kWrong);
  lab.wait(20);
  Client client(lab);
  EXPECT_EQ(client.mail().rcpt(kWrong), "");
  lab.store.close_door();
  const int before = lab.store.calls;
  auto answer = client.ask_end({{"Date", lab.date()}, {"Subject", "x"}});
  while (lab.store.calls == before) std::this_thread::yield();
  testing::internal::CaptureStderr();
  client.late();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("action=tempfail"));
  lab.store.open_door();
  answer.wait();
  client.abort();
  // The MTA was told 451; the client tries again and passes, for it is proven.
  Client again(lab);
  EXPECT_EQ(again.mail().rcpt(kWrong), "");
  EXPECT_EQ(again.end_dated(lab.date(-3600)), "");
}

// Calls in no order that an MTA sends them in do no harm.
TEST(Trouble, CallsOutOfOrder) {
  Lab lab;
  Client client(lab);
  EXPECT_EQ(client.rcpt(kWrong), "");
  EXPECT_EQ(client.end({{"Date", "x"}}), "");
  client.late();
  client.abort();
  client.abort();
  EXPECT_THAT(client.mail().mail().rcpt(kWrong), StartsWith("550"));
  client.late();
  EXPECT_EQ(client.end({}), "");
  EXPECT_EQ(client.end({}), "");
}

}  // namespace
}  // namespace lostletter::gate
