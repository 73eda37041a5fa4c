// SPDX-License-Identifier: Apache-2.0
//
// A letter from its arrival to its end, with a real SQLite store, an MTA of a
// few lines, and a clock that is turned by hand.
#include "hold/courier.h"

#include <algorithm>
#include <deque>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hold/addresses.h"
#include "hold/answers.h"
#include "hold/reception.h"
#include "store/temporary_test.h"

namespace lostletter::hold {
namespace {

using store::HeldState;
using testing::HasSubstr;
using testing::Not;

// Reversed: not what was given, and opened only for its own letter.
class Mirror final : public Vault {
 public:
  store::SealedContent seal(std::string_view code,
                            std::string_view content) override {
    std::string bytes = std::string(code) + std::string(content);
    std::ranges::reverse(bytes);
    return {"mirror", bytes};
  }
  Result<std::string> open(std::string_view code,
                           const store::SealedContent& sealed) override {
    std::string bytes = sealed.bytes;
    std::ranges::reverse(bytes);
    if (!bytes.starts_with(code)) return fail("not of this letter");
    return bytes.substr(code.size());
  }
};

// Takes everything, unless the next answers are said beforehand.
class FakeMta final : public Mta {
 public:
  struct Taken {
    std::string sender;
    std::string parameters;
    Addressee addressee;
    std::string acknowledgement;
    std::string content;
  };

  Receipt send(const Parcel& parcel,
               const std::function<bool()>& before_dot) override {
    std::optional<Sent> next;
    if (!script.empty()) {
      next = script.front();
      script.pop_front();
    }
    const bool early = next == Sent::kDeferred || next == Sent::kRefused;
    if (!early && !before_dot()) return {Sent::kCancelled, "cancelled"};
    const Sent sent = next.value_or(Sent::kAccepted);
    if (!early) {
      taken.push_back({parcel.sender, parcel.parameters, parcel.addressee,
                       parcel.acknowledgement, std::string(parcel.content)});
    }
    return {sent,
            sent == Sent::kRefused ? "550 5.1.1 no such user" : "250 2.0.0 Ok"};
  }

  std::deque<Sent> script;
  std::vector<Taken> taken;
};

constexpr std::string_view kLetter =
    "From: Ann <ann@example.com>\r\nTo: general@army.ml, bob@example.org\r\n"
    "Subject: Orders\r\nMessage-ID: <1@example.com>\r\n\r\n"
    "general@army.ml, see below.\r\n";

class CourierTest : public testing::Test {
 protected:
  CourierTest() {
    options.deadline = std::chrono::hours(72);
    letter.code = store::new_code();
    letter.at = clock.now();
    letter.deadline = clock.now() + options.deadline;
    letter.submitter = "login:ann";
    letter.reverse_path = "ann@example.com";
    letter.parameters = "SIZE=200 RET=HDRS ENVID=e1";
    letter.others = "bob@example.org";
    store::HeldRecipient one;
    one.address = "general@army.ml";
    one.intended = "general@army.mil";
    one.reason = "army.ml is one letter from army.mil (i lost)";
    one.probability = 0.99;
    letter.recipients = {one};
  }

  void arrive(std::string_view content = kLetter) {
    store().held().expect(letter);
    ASSERT_EQ(reception().take(at_hold(), content).code, 250);
  }
  std::string at_hold() const {
    return hold_address(AddressKind::kLetter, letter.code, options.domain);
  }
  store::Store& store() { return *store_; }
  Answers& answers() { return answers_; }
  Worker& worker() { return worker_; }
  Reception& reception() {
    if (!reception_) {
      reception_.emplace(Shelf{store(), vault, answers_, clock, options, {}},
                         worker_);
    }
    return *reception_;
  }
  bool work() {
    Courier courier(store(), vault, mta, clock, options, "test");
    return courier.work();
  }
  HeldState state() {
    return store().held().find_held(letter.code)->recipients.at(0).state;
  }
  std::string token(Purpose purpose) {
    return make_token(store().secret(), {letter.code, 0, purpose});
  }
  void answer(Purpose purpose) {
    const auto question = answers().look(token(purpose));
    ASSERT_TRUE(question);
    ASSERT_EQ(answers().decide(*question, purpose, {"sender", "test"}),
              Decided::kNow);
  }

  ManualClock clock{Seconds(std::chrono::seconds(1795435200))};
  Options options;
  store::HeldLetter letter;
  Mirror vault;
  FakeMta mta;

 private:
  store::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_ = *store::open_sqlite(directory_.path());
  Answers answers_{*store_, clock, std::chrono::days(90)};
  Worker worker_;
  std::optional<Reception> reception_;
};

TEST_F(CourierTest, AsksTheSenderOnce) {
  arrive();
  work();
  work();
  ASSERT_EQ(mta.taken.size(), 1U);
  const auto& notice = mta.taken[0];
  EXPECT_EQ(notice.sender, "");
  EXPECT_EQ(notice.addressee.address, "ann@example.com");
  EXPECT_THAT(notice.content, HasSubstr("Auto-Submitted: auto-generated"));
  EXPECT_THAT(notice.content, HasSubstr("general@army.mil"));
  EXPECT_THAT(notice.content, HasSubstr("bob@example.org"));
  EXPECT_THAT(notice.content, Not(HasSubstr("see below")));
}

TEST_F(CourierTest, RemindsOnce) {
  arrive();
  work();
  clock.advance(options.reminder);
  work();
  work();
  ASSERT_EQ(mta.taken.size(), 2U);
  EXPECT_THAT(mta.taken[1].content, HasSubstr("Subject: Reminder"));
}

TEST_F(CourierTest, WritesToNoList) {
  arrive("List-Id: <x.example>\r\n\r\nhello\r\n");
  work();
  EXPECT_TRUE(mta.taken.empty());
}

TEST_F(CourierTest, SendsAsTyped) {
  arrive();
  work();
  answer(Purpose::kSend);
  work();
  ASSERT_EQ(mta.taken.size(), 2U);
  const auto& sent = mta.taken[1];
  EXPECT_EQ(sent.sender, "ann@example.com");
  EXPECT_EQ(sent.parameters, "RET=HDRS ENVID=e1");
  EXPECT_EQ(sent.content, kLetter);
  EXPECT_EQ(sent.addressee.address, "general@army.ml");
  EXPECT_THAT(sent.acknowledgement, HasSubstr("@ack.hold.invalid"));
  EXPECT_EQ(state(), HeldState::kDelivered);
  EXPECT_TRUE(
      store().find_confirmation("login:ann", "general@army.ml", clock.now()));
  work();
  EXPECT_EQ(mta.taken.size(), 2U);
}

TEST_F(CourierTest, MendsEnvelopeAndHeader) {
  arrive();
  answer(Purpose::kMend);
  work();
  const auto& sent = mta.taken.back();
  EXPECT_EQ(sent.addressee.address, "general@army.mil");
  EXPECT_THAT(sent.content, HasSubstr("To: general@army.mil, bob@example.org"));
  EXPECT_THAT(sent.content, HasSubstr("general@army.ml, see below."));
}

TEST_F(CourierTest, LeavesASignedHeaderAlone) {
  const std::string content =
      "DKIM-Signature: h=from:to; b=x\r\n" + std::string(kLetter);
  arrive(content);
  answer(Purpose::kMend);
  work();
  EXPECT_EQ(mta.taken.back().addressee.address, "general@army.mil");
  EXPECT_EQ(mta.taken.back().content, content);
}

TEST_F(CourierTest, DiscardsForGood) {
  arrive();
  answer(Purpose::kDiscard);
  const auto late = answers().look(token(Purpose::kSend));
  ASSERT_TRUE(late);
  EXPECT_FALSE(late->open);
  EXPECT_EQ(answers().decide(*late, Purpose::kSend, {"sender", "test"}),
            Decided::kBefore);
  work();
  EXPECT_TRUE(mta.taken.empty());
  EXPECT_EQ(state(), HeldState::kDiscarded);
}

TEST_F(CourierTest, TriesAgainLaterWhenTheMtaSaysSo) {
  arrive();
  work();
  answer(Purpose::kSend);
  mta.script = {Sent::kDeferred};
  work();
  EXPECT_EQ(state(), HeldState::kReleasing);
  work();
  EXPECT_EQ(mta.taken.size(), 1U) << "not at once";
  clock.advance(std::chrono::hours(2));
  mta.script = {};
  work();
  EXPECT_EQ(state(), HeldState::kDelivered);
}

TEST_F(CourierTest, ReportsWhatTheMtaRefuses) {
  arrive();
  work();
  answer(Purpose::kSend);
  mta.script = {Sent::kRefused};
  work();
  EXPECT_EQ(state(), HeldState::kReturned);
  const auto& report = mta.taken.back();
  EXPECT_EQ(report.sender, "");
  EXPECT_EQ(report.addressee.address, "ann@example.com");
  EXPECT_THAT(report.content, HasSubstr("Status: 5.1.1"));
  EXPECT_THAT(report.content, HasSubstr("Original-Envelope-Id: e1"));
  EXPECT_THAT(report.content, Not(HasSubstr("see below")));
}

// Nobody knows whether the MTA has it: only its copy, or a person, can tell.
TEST_F(CourierTest, NeverSendsTwiceWhatMayHaveArrived) {
  arrive();
  work();
  answer(Purpose::kSend);
  mta.script = {Sent::kUncertain};
  work();
  EXPECT_EQ(state(), HeldState::kHanded);
  clock.advance(std::chrono::hours(48));
  work();
  const auto copies = std::ranges::count_if(
      mta.taken, [](const auto& one) { return one.content == kLetter; });
  EXPECT_EQ(copies, 1);
  const auto back = std::ranges::find_if(
      mta.taken, [](const auto& one) { return one.content == kLetter; });
  const std::string acknowledgement = back->acknowledgement;
  EXPECT_EQ(reception().take(acknowledgement, kLetter).code, 250);
  EXPECT_EQ(state(), HeldState::kDelivered);
  EXPECT_EQ(reception().take(acknowledgement, kLetter).code, 250);
}

TEST_F(CourierTest, ReturnsWhatNobodyAnswersFor) {
  arrive();
  work();
  clock.advance(options.deadline + std::chrono::seconds(1));
  work();
  EXPECT_EQ(state(), HeldState::kReturned);
  EXPECT_THAT(mta.taken.back().content, HasSubstr("Status: 5.7.1"));
}

TEST_F(CourierTest, NoReportWhereNoneIsWanted) {
  letter.recipients[0].parameters = "NOTIFY=NEVER";
  arrive();
  work();
  clock.advance(options.deadline + std::chrono::seconds(1));
  work();
  EXPECT_EQ(state(), HeldState::kReturned);
  for (const auto& one : mta.taken) {
    EXPECT_THAT(one.content, Not(HasSubstr("delivery-status")));
  }
}

TEST_F(CourierTest, GoesToTheBackup) {
  options.at_deadline = AtDeadline::kBackup;
  options.backup = "desk@example.com";
  arrive();
  clock.advance(options.deadline + std::chrono::seconds(1));
  work();
  EXPECT_EQ(mta.taken.back().addressee.address, "desk@example.com");
  EXPECT_EQ(state(), HeldState::kDelivered);
}

// By time alone only where the site says so for what comes in there.
TEST_F(CourierTest, EachListenerHasItsDeadline) {
  options.at_deadline_of["inet:127.0.0.1:8895"] = AtDeadline::kSend;
  letter.listener = "inet:127.0.0.1:8895";
  arrive();
  work();
  EXPECT_THAT(mta.taken.back().content, HasSubstr("it is sent as typed"));
  letter.code = store::new_code();
  letter.listener = "inet:127.0.0.1:8894";
  arrive();
  clock.advance(options.deadline + std::chrono::seconds(1));
  work();
  const auto sent = [&](std::string_view to) {
    return std::ranges::count_if(mta.taken, [&](const auto& one) {
      return one.addressee.address == to && one.content == kLetter;
    });
  };
  EXPECT_EQ(sent("general@army.ml"), 1);
  EXPECT_EQ(state(), HeldState::kReturned);
}

TEST_F(CourierTest, AnswersByMail) {
  arrive();
  const auto at = [&](Purpose purpose) {
    return hold_address(AddressKind::kReply, token(purpose), options.domain);
  };
  EXPECT_EQ(reception().take(at(Purpose::kReply), "\r\nhello\r\n").code, 550);
  EXPECT_EQ(reception().take(at(Purpose::kSend), "\r\nsend\r\n").code, 550);
  EXPECT_EQ(state(), HeldState::kHeld);
  EXPECT_EQ(reception().take(at(Purpose::kReply), "\r\nfix\r\n").code, 250);
  EXPECT_EQ(state(), HeldState::kReleasing);
  // The MTA did not hear our 250: its sender must not get a bounce for it.
  EXPECT_EQ(reception().take(at(Purpose::kReply), "\r\nfix\r\n").code, 250);
  for (const char* other : {"\r\nsend\r\n", "\r\ndiscard\r\n"}) {
    EXPECT_EQ(reception().take(at(Purpose::kReply), other).code, 550);
  }
  EXPECT_EQ(state(), HeldState::kReleasing);
}

TEST_F(CourierTest, BroughtAgainIsKeptOnce) {
  arrive();
  EXPECT_EQ(reception().take(at_hold(), kLetter).code, 250);
  answer(Purpose::kDiscard);
  EXPECT_EQ(reception().take(at_hold(), kLetter).code, 250);
  EXPECT_EQ(state(), HeldState::kDiscarded);
  EXPECT_EQ(reception().take("nobody@hold.invalid", kLetter).code, 550);
}

TEST_F(CourierTest, NoRoomIsLater) {
  options.most_size = 10;
  store().held().expect(letter);
  EXPECT_EQ(reception().take(at_hold(), kLetter).code, 452);
  EXPECT_EQ(state(), HeldState::kExpected);
}

TEST_F(CourierTest, ReserveIsLeftAlone) {
  options.disk_reserve = 1000;
  store().held().expect(letter);
  Reception full(Shelf{store(), vault, answers(), clock, options,
                       [] { return std::uint64_t{1100}; }},
                 worker());
  EXPECT_EQ(full.take(at_hold(), kLetter).code, 452);
  EXPECT_EQ(state(), HeldState::kExpected);
}

// A link is good for its own letter and no other.
TEST_F(CourierTest, ATokenOfAnotherLetterIsNone) {
  arrive();
  const std::string other =
      make_token(store().secret(), {store::new_code(), 0, Purpose::kSend});
  EXPECT_FALSE(answers().look(other));
  const std::string nobody =
      make_token(store().secret(), {letter.code, 7, Purpose::kSend});
  EXPECT_FALSE(answers().look(nobody));
}

}  // namespace
}  // namespace lostletter::hold
