// SPDX-License-Identifier: Apache-2.0
//
// Which recipients are taken from a letter at its end, and what is written
// before the MTA is told.
#include "gate/holding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/harness_test.h"
#include "gate/mode.h"

namespace lostletter::gate {
namespace {

using guard::Action;
using guard::Mode;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Policy holding_policy(Mode mode = Mode::kHold) {
  Policy policy = default_policy();
  policy.options.mode = mode;
  policy.options.hold.listen = "inet:127.0.0.1:8896";
  return policy;
}

store::HeldLetter only_letter(Lab& lab) {
  const auto letters = lab.store.held().list_held({});
  EXPECT_EQ(letters.size(), 1U);
  return letters.empty() ? store::HeldLetter() : letters.front();
}

TEST(Holding, TakesOutTheDoubtfulOne) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  EXPECT_EQ(client.rcpt("bob@clinic.example"), "");
  EXPECT_EQ(client.rcpt("General@army.ml"), "");
  const std::string edits = client.end_dated(lab.date());
  EXPECT_THAT(edits, StartsWith("-<General@army.ml> +"));
  EXPECT_THAT(edits, EndsWith("@hold.invalid NOTIFY=FAILURE "
                              "ORCPT=rfc822;general@army.ml"));
  const auto letter = only_letter(lab);
  EXPECT_THAT(edits, HasSubstr(letter.code + "@hold.invalid"));
  EXPECT_EQ(letter.others, "bob@clinic.example");
  EXPECT_EQ(letter.reverse_path, "ann@example.com");
  EXPECT_EQ(letter.queue_id, "QUEUEID");
  ASSERT_EQ(letter.recipients.size(), 1U);
  const auto& one = letter.recipients[0];
  EXPECT_EQ(one.address, "general@army.ml");
  EXPECT_EQ(one.intended, "General@army.mil");
  EXPECT_EQ(one.state, store::HeldState::kExpected);
  EXPECT_THAT(one.reason, HasSubstr("i lost"));
  EXPECT_EQ(lab.record(one.reference)->action, "hold");
}

TEST(Holding, ClearLettersAreLeftAlone) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  EXPECT_EQ(client.rcpt("bob@clinic.example"), "");
  EXPECT_EQ(client.end_dated(lab.date()), "");
  EXPECT_TRUE(lab.store.held().list_held({}).empty());
}

TEST(Holding, TheWholeLetterWhereTheSiteWantsIt) {
  Policy policy = holding_policy();
  policy.options.hold.whole_letter = true;
  Lab lab(policy);
  Client client(lab);
  client.mail();
  client.rcpt("bob@clinic.example");
  client.rcpt("general@army.ml");
  EXPECT_THAT(client.end_dated(lab.date()),
              StartsWith("-<general@army.ml> -<bob@clinic.example> +"));
  const auto letter = only_letter(lab);
  EXPECT_EQ(letter.others, "");
  ASSERT_EQ(letter.recipients.size(), 2U);
  EXPECT_TRUE(letter.recipients[0].doubtful);
  EXPECT_FALSE(letter.recipients[1].doubtful);
}

TEST(Holding, RefusesWhatCannotSurelyBeDeleted) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  EXPECT_THAT(client.rcpt("<@a.example:general@army.ml>", "general@army.ml"),
              StartsWith("550 5.7.1"));
  EXPECT_THAT(client.rcpt("<army.ml!general>", "general@army.ml"),
              StartsWith("550 5.7.1"));
  Client::Who bound;
  bound.can_edit = false;
  EXPECT_THAT(Client(lab, bound).mail().rcpt("general@army.ml"),
              StartsWith("550 5.7.1"));
}

TEST(Holding, AHundredAreEnough) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(client.rcpt("g" + std::to_string(i) + "@army.ml"), "");
  }
  EXPECT_THAT(client.rcpt("general@army.ml"), StartsWith("452 4.5.3"));
  EXPECT_EQ(client.rcpt("bob@clinic.example"), "");
}

TEST(Holding, WhatWasConfirmedPasses) {
  Lab lab(holding_policy());
  lab.store.confirm(
      {.submitter = submitter_key("", "127.0.0.1", "<ann@example.com>"),
       .recipient = "general@army.ml",
       .reference = "r",
       .confirmed_at = lab.clock.now(),
       .expires_at = lab.clock.now() + std::chrono::hours(1)});
  Client client(lab);
  client.mail();
  EXPECT_EQ(client.rcpt("general@army.ml"), "");
  EXPECT_EQ(client.end_dated(lab.date()), "");
}

TEST(Holding, StoreTroubleIsLaterOrUnguarded) {
  for (const auto on_failure :
       {milter::OnFailure::kTempfail, milter::OnFailure::kAccept}) {
    Policy policy = holding_policy();
    policy.listeners[0].on_failure = on_failure;
    Lab lab(policy);
    Client client(lab);
    client.mail();
    EXPECT_EQ(client.rcpt("general@army.ml"), "");
    lab.store.fails = true;
    const bool accept = on_failure == milter::OnFailure::kAccept;
    const std::string heard = client.end_dated(lab.date());
    EXPECT_THAT(heard, accept
                           ? std::string()
                           : std::string("451 4.3.0\nThe recipient cannot be "
                                         "checked at the moment. Please try "
                                         "again later."));
    lab.store.fails = false;
    EXPECT_TRUE(lab.store.held().list_held({}).empty());
  }
}

TEST(Holding, NobodyElseWritesToTheHoldName) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  EXPECT_THAT(client.rcpt(store::new_code() + "@hold.invalid"),
              StartsWith("550 5.7.1"));
  EXPECT_THAT(client.rcpt("abc@ack.hold.invalid"), StartsWith("550 5.7.1"));
  EXPECT_EQ(client.rcpt("abc@reply.hold.invalid"), "");
}

// A released letter that comes by our own milter is not judged again.
TEST(Holding, LetsItsOwnLettersPass) {
  Lab lab(holding_policy());
  Client client(lab);
  client.mail();
  client.rcpt("general@army.ml");
  client.end_dated(lab.date());
  auto& held = lab.store.held();
  const auto letter = only_letter(lab);
  held.arrive({.code = letter.code,
               .content = {"k", "x"},
               .size = 1,
               .subject = "",
               .message_id = ""},
              lab.clock.now());
  ASSERT_TRUE(held.answer(letter.code, 0, store::HeldEvent::kRelease,
                          "general@army.ml", {"sender", ""}, lab.clock.now()));
  const auto claims = held.claim(store::HeldState::kReleasing, lab.clock.now(),
                                 lab.clock.now() + std::chrono::minutes(5), 10);
  ASSERT_EQ(claims.size(), 1U);
  Client ours(lab);
  ours.mail();
  EXPECT_EQ(ours.rcpt(claims[0].token + "@ack.hold.invalid"), "");
  EXPECT_EQ(ours.rcpt("general@army.ml"), "");
  EXPECT_EQ(ours.end_dated(lab.date()), "");
}

TEST(Mode, WhoCanBeAskedIsAsked) {
  struct Case {
    Mode wanted;
    Traffic traffic;
    std::string_view login, path;
    Mode without_hold, with_hold;
  };
  constexpr auto kPerson = "<ann@example.com>";
  const Case kCases[] = {
      {Mode::kAsk, Traffic::kSubmission, "", kPerson, Mode::kAsk, Mode::kAsk},
      {Mode::kAsk, Traffic::kSubmission, "Scanner", kPerson, Mode::kReject,
       Mode::kHold},
      {Mode::kAsk, Traffic::kSubmission, "", "<x@a.cron.example>",
       Mode::kReject, Mode::kHold},
      {Mode::kAsk, Traffic::kRelay, "", kPerson, Mode::kReject, Mode::kHold},
      {Mode::kHold, Traffic::kSubmission, "", kPerson, Mode::kReject,
       Mode::kHold},
      {Mode::kReject, Traffic::kRelay, "", kPerson, Mode::kReject,
       Mode::kReject},
      {Mode::kReject, Traffic::kLocal, "", kPerson, Mode::kWatch, Mode::kHold},
      {Mode::kAsk, Traffic::kLocal, "", kPerson, Mode::kWatch, Mode::kHold},
      {Mode::kWatch, Traffic::kLocal, "", kPerson, Mode::kWatch, Mode::kWatch},
      {Mode::kHold, Traffic::kSubmission, "", "<>", Mode::kWatch, Mode::kWatch},
  };
  for (const Case& c : kCases) {
    Options options;
    options.mode = c.wanted;
    options.not_interactive = {"scanner", "*.cron.example"};
    const Way way{c.traffic, c.login, c.path, true};
    EXPECT_EQ(mode_of(options, {}, way), c.without_hold) << c.login << c.path;
    options.hold.listen = "inet:127.0.0.1:8896";
    EXPECT_EQ(mode_of(options, {}, way), c.with_hold) << c.login << c.path;
  }
  EXPECT_EQ(action_in(Traffic::kLocal, Action::kReject), Action::kAccept);
  EXPECT_EQ(action_in(Traffic::kLocal, Action::kHold), Action::kHold);
  EXPECT_EQ(action_in(Traffic::kRelay, Action::kReject), Action::kReject);
}

}  // namespace
}  // namespace lostletter::gate
