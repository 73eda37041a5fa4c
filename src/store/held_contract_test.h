// SPDX-License-Identifier: Apache-2.0
//
// What every back end promises of held letters (store/held.h). Instantiated
// beside StoreContract, with the same kind of back end:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, HeldContract, SqliteBackend);
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "store/fragile_test.h"
#include "store/held.h"
#include "store/store_contract_test.h"

namespace lostletter::store {

inline constexpr std::array kHeldStates = {
    HeldState::kExpected, HeldState::kHeld,      HeldState::kReleasing,
    HeldState::kHanded,   HeldState::kDelivered, HeldState::kReturning,
    HeldState::kReturned, HeldState::kDiscarded, HeldState::kVoid,
};
inline constexpr std::array kHeldEvents = {
    HeldEvent::kArrive,   HeldEvent::kLapse,        HeldEvent::kRelease,
    HeldEvent::kDiscard,  HeldEvent::kReturn,       HeldEvent::kHand,
    HeldEvent::kAccepted, HeldEvent::kAcknowledged, HeldEvent::kDeferred,
    HeldEvent::kRefused,  HeldEvent::kReported,     HeldEvent::kSendAgain,
    HeldEvent::kCallDone,
};

inline HeldRecipient held_recipient(std::size_t number, std::string address) {
  HeldRecipient one;
  one.number = number;
  one.address = std::move(address);
  one.parameters = "NOTIFY=FAILURE,DELAY ORCPT=rfc822;" + one.address;
  one.intended = "general@army.mil";
  one.reference = "k3v9x0q2mz";
  one.reason = "army.ml is one letter from army.mil";
  one.probability = 0.9987;
  one.changed_at = kNoon;
  one.next_at = kNoon;
  return one;
}

inline HeldLetter held_letter(std::string code, std::size_t recipients = 1,
                              Seconds at = kNoon) {
  HeldLetter letter;
  letter.code = std::move(code);
  letter.at = at;
  letter.deadline = at + std::chrono::hours(24);
  letter.listener = "inet:127.0.0.1:8894";
  letter.queue_id = "4XyZ12";
  letter.submitter = "login:ann";
  letter.reverse_path = "ann@example.com";
  letter.parameters = "RET=HDRS BODY=8BITMIME SMTPUTF8";
  letter.others = "bob@example.org, carol@example.net";
  for (std::size_t i = 0; i < recipients; ++i) {
    letter.recipients.push_back(
        held_recipient(i, "general" + std::to_string(i) + "@army.ml"));
    letter.recipients.back().changed_at = at;
    letter.recipients.back().next_at = at;
  }
  return letter;
}

inline Arrival arrival(std::string code, std::string bytes = "sealed") {
  Arrival it;
  it.code = std::move(code);
  it.size = bytes.size();
  it.content = {.key = "key1", .bytes = std::move(bytes)};
  it.subject = "Plans";
  it.message_id = "<1@example.com>";
  return it;
}

inline const Actor kAnn = {.who = "sender", .reason = {}};
inline const Actor kGuard = {.who = "guard:mx1.example", .reason = {}};
inline const Seconds kLater = kNoon + std::chrono::minutes(5);

template <typename Backend>
class HeldContract : public StoreContract<Backend> {
 protected:
  HeldLetters& held() { return this->store().held(); }

  void expect_and_arrive(const std::string& code, std::size_t recipients = 1) {
    held().expect(held_letter(code, recipients));
    EXPECT_EQ(held().arrive(arrival(code), kNoon), Arrived::kHeld);
  }
  HeldRecipient recipient(const std::string& code, std::size_t number = 0) {
    const auto letter = held().find_held(code);
    if (!letter || letter->recipients.size() <= number) {
      ADD_FAILURE() << "no recipient " << number << " of " << code;
      return {};
    }
    return letter->recipients[number];
  }
  HeldState state(const std::string& code, std::size_t number = 0) {
    return recipient(code, number).state;
  }
  bool release(const std::string& code, std::size_t number = 0,
               std::string_view target = "general@army.mil") {
    return held().answer(code, number, HeldEvent::kRelease, target, kAnn,
                         kNoon);
  }
  // The only claim there is.
  Claim claim_one(HeldState from = HeldState::kReleasing, Seconds now = kNoon) {
    auto claims = held().claim(from, now, now + std::chrono::minutes(10), 10);
    if (claims.size() != 1) {
      ADD_FAILURE() << "want one claim, got " << claims.size();
      return {};
    }
    return claims[0];
  }
  bool settle(const Claim& claim, HeldEvent event,
              std::string_view trouble = {}, Seconds next_at = kNoon) {
    return held().settle(claim, event, trouble, next_at, kGuard, kNoon);
  }
  // A letter with one recipient in this state, as it gets there, and its last
  // claim.
  Claim bring_to(HeldState state, const std::string& code) {
    held().expect(held_letter(code));
    if (state == HeldState::kExpected) return {};
    if (state == HeldState::kVoid) {
      held().sweep_held(kNoon, Seconds(), kNoon);
      return {};
    }
    held().arrive(arrival(code), kNoon);
    if (state == HeldState::kHeld) return {};
    const auto answer = [&](HeldEvent event) {
      EXPECT_TRUE(held().answer(code, 0, event, {}, kAnn, kNoon));
    };
    if (state == HeldState::kDiscarded) {
      answer(HeldEvent::kDiscard);
      return {};
    }
    if (state == HeldState::kReturning || state == HeldState::kReturned) {
      answer(HeldEvent::kReturn);
      Claim claim = claim_one(HeldState::kReturning);
      if (state == HeldState::kReturned) {
        EXPECT_TRUE(settle(claim, HeldEvent::kReported));
      }
      return claim;
    }
    answer(HeldEvent::kRelease);
    Claim claim = claim_one();
    if (state == HeldState::kReleasing) return claim;
    EXPECT_TRUE(held().hand(claim, kGuard, kNoon));
    if (state == HeldState::kHanded) return claim;
    EXPECT_TRUE(settle(claim, HeldEvent::kAccepted));
    return claim;
  }
  // Does `event` to the recipient that bring_to() made; whether it moved.
  bool attempt(HeldEvent event, const std::string& code, const Claim& claim) {
    const HeldState before = state(code);
    switch (event) {
      case HeldEvent::kArrive:
        return held().arrive(arrival(code), kNoon) == Arrived::kHeld;
      case HeldEvent::kLapse:
        held().sweep_held(kNoon, Seconds(), kNoon);
        return state(code) != before;
      case HeldEvent::kHand:
        return held().hand(claim, kGuard, kNoon);
      case HeldEvent::kAcknowledged:
        held().acknowledge(claim.token, kNoon);
        return state(code) != before;
      case HeldEvent::kAccepted:
      case HeldEvent::kDeferred:
      case HeldEvent::kRefused:
      case HeldEvent::kReported:
        return settle(claim, event);
      default:
        return held().answer(code, 0, event, {}, kAnn, kNoon);
    }
  }
  std::vector<ActionLine> actions() { return held().read_actions(0, 1000000); }
  // "who event recipient detail", one a line.
  std::vector<std::string> told(const std::string& code) {
    std::vector<std::string> lines;
    for (const ActionLine& line : actions()) {
      if (line.code != code) continue;
      lines.push_back(line.who + " " + line.event + " " +
                      std::to_string(line.recipient) + " " + line.detail);
    }
    return lines;
  }
};

TYPED_TEST_SUITE_P(HeldContract);

TYPED_TEST_P(HeldContract, ALetterComesBackWhole) {
  HeldLetter letter = held_letter("code1", 3);
  letter.recipients[1].doubtful = false;
  letter.recipients[1].intended = letter.recipients[1].reference = "";
  letter.recipients[2].probability = 0;
  EXPECT_EQ(this->held().find_held("code1"), std::nullopt);
  this->held().expect(letter);
  EXPECT_EQ(this->held().find_held("code1"), letter);
  EXPECT_EQ(this->held().held_content("code1"), std::nullopt);

  Arrival it = arrival("code1", "\x01\xFFsealed");
  it.automatic = true;
  EXPECT_EQ(this->held().arrive(it, kLater), Arrived::kHeld);
  letter.subject = "Plans";
  letter.message_id = "<1@example.com>";
  letter.automatic = true;
  letter.size = 8;
  for (auto& one : letter.recipients) {
    one.state = HeldState::kHeld;
    one.changed_at = kLater;
  }
  this->reopen();
  EXPECT_EQ(this->held().find_held("code1"), letter);
  const auto content = this->held().held_content("code1");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->key, "key1");
  EXPECT_EQ(content->bytes, "\x01\xFFsealed");
  EXPECT_EQ(this->held().find_held("code"), std::nullopt);
  EXPECT_EQ(this->held().find_held("CODE1"), std::nullopt);
}

TYPED_TEST_P(HeldContract, ACodeIsExpectedOnce) {
  this->held().expect(held_letter("code1"));
  EXPECT_THROW(this->held().expect(held_letter("code1", 5)), StoreError);
  EXPECT_EQ(this->held().find_held("code1"), held_letter("code1"));
}

TYPED_TEST_P(HeldContract, AwkwardTextsOfALetter) {
  std::size_t i = 0;
  for (const std::string& text : awkward_texts()) {
    HeldLetter letter = held_letter("code" + std::to_string(i++));
    letter.submitter = letter.reverse_path = letter.parameters = text;
    letter.others = letter.queue_id = letter.listener = text;
    auto& one = letter.recipients[0];
    one.address = one.parameters = one.intended = one.reason = text;
    this->held().expect(letter);
    EXPECT_EQ(this->held().find_held(letter.code), letter);
  }
}

TYPED_TEST_P(HeldContract, ArrivingTwiceIsOnce) {
  EXPECT_EQ(this->held().arrive(arrival("code1"), kNoon), Arrived::kUnknown);
  this->expect_and_arrive("code1");
  EXPECT_EQ(this->held().arrive(arrival("code1", "other"), kLater),
            Arrived::kKnown);
  EXPECT_EQ(this->held().held_content("code1")->bytes, "sealed");
  // Also when the content is no longer there.
  EXPECT_TRUE(this->attempt(HeldEvent::kDiscard, "code1", {}));
  EXPECT_GT(this->held().sweep_held(Seconds(), Seconds(), kNoon), 0U);
  EXPECT_EQ(this->held().held_content("code1"), std::nullopt);
  EXPECT_EQ(this->held().arrive(arrival("code1"), kLater), Arrived::kKnown);
  EXPECT_EQ(this->held().held_content("code1"), std::nullopt);
  EXPECT_EQ(this->state("code1"), HeldState::kDiscarded);
}

TYPED_TEST_P(HeldContract, ContentsOfManySizes) {
  constexpr std::size_t kSizes[] = {0,       1,       262143,  262144,  262145,
                                    4194304, 4194305, 9000001, 33554432};
  for (const std::size_t size : kSizes) {
    const std::string code = "code" + std::to_string(size);
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>((i * 2654435761U) >> 13U);
    }
    this->held().expect(held_letter(code));
    EXPECT_EQ(this->held().arrive(arrival(code, bytes), kNoon), Arrived::kHeld);
    const auto content = this->held().held_content(code);
    ASSERT_TRUE(content) << size;
    EXPECT_TRUE(content->bytes == bytes) << size;
    EXPECT_EQ(this->held().find_held(code)->size, size);
  }
}

// Each event in each state: allowed as the table says, and where it leads.
TYPED_TEST_P(HeldContract, OnlyWhatTheTableAllows) {
  for (const HeldState from : kHeldStates) {
    for (const HeldEvent event : kHeldEvents) {
      const std::string code =
          std::string(to_string(from)) + "-" + std::string(to_string(event));
      const Claim claim = this->bring_to(from, code);
      ASSERT_EQ(this->state(code), from) << code;
      const auto before = this->held().find_held(code);
      const std::size_t lines = this->told(code).size();
      const auto to = after(from, event);
      // A token that was never handed over proves nothing.
      const bool proven =
          event != HeldEvent::kAcknowledged || from == HeldState::kHanded;
      const bool moves = to && proven;
      EXPECT_EQ(this->attempt(event, code, claim), moves) << code;
      if (moves) {
        EXPECT_EQ(this->state(code), *to) << code;
        EXPECT_EQ(this->told(code).size(), lines + 1) << code;
      } else {
        EXPECT_EQ(this->held().find_held(code), before) << code;
        EXPECT_EQ(this->told(code).size(), lines) << code;
      }
      // Out of the way of the next claim.
      const HeldState now = this->state(code);
      if (now == HeldState::kReleasing || now == HeldState::kReturning) {
        this->held().claim(now, kLater + std::chrono::hours(1),
                           Seconds(std::chrono::seconds(1LL << 40)), 10);
      }
    }
  }
}

TYPED_TEST_P(HeldContract, WhatNobodyMayAskFor) {
  const Claim claim = this->bring_to(HeldState::kReleasing, "code1");
  for (const HeldEvent event : kHeldEvents) {
    // Not through this door, though the state allows it.
    if (event == HeldEvent::kHand || event == HeldEvent::kRefused) {
      EXPECT_FALSE(this->held().answer("code1", 0, event, {}, kAnn, kNoon));
    }
    if (event == HeldEvent::kHand) {
      EXPECT_FALSE(this->settle(claim, event));
    }
  }
  for (const HeldState state : kHeldStates) {
    if (state == HeldState::kReleasing) continue;
    EXPECT_TRUE(this->held().claim(state, kLater, kLater, 10).empty());
  }
  EXPECT_FALSE(this->release("code1", 1));  // no such recipient
  EXPECT_FALSE(this->release("code2"));
  EXPECT_FALSE(this->held().hand({}, kGuard, kNoon));
  EXPECT_FALSE(this->settle({}, HeldEvent::kDeferred));
  EXPECT_FALSE(this->held().acknowledge("", kNoon));
  EXPECT_FALSE(this->held().is_token(""));
  this->held().noticed("code2", "", kNoon);
  EXPECT_FALSE(this->held().reseal("code2", "key1", {"key2", "x"}, kNoon));
}

TYPED_TEST_P(HeldContract, TheFirstAnswerWins) {
  this->expect_and_arrive("code1", 3);
  auto& held = this->held();
  EXPECT_TRUE(this->release("code1", 0));
  EXPECT_FALSE(held.answer("code1", 0, HeldEvent::kDiscard, {}, kAnn, kNoon));
  EXPECT_TRUE(held.answer("code1", 1, HeldEvent::kDiscard, {},
                          {"operator:root", "by telephone"}, kNoon));
  EXPECT_FALSE(this->release("code1", 1));
  EXPECT_TRUE(held.answer("code1", 2, HeldEvent::kRelease, {}, kAnn, kLater));
  const auto letter = held.find_held("code1");
  EXPECT_EQ(letter->recipients[0].target, "general@army.mil");
  EXPECT_EQ(letter->recipients[1].target, "");
  EXPECT_EQ(letter->recipients[2].target, "general2@army.ml");
  EXPECT_EQ(letter->recipients[2].changed_at, kLater);
  EXPECT_THAT(this->told("code1"),
              testing::ElementsAre("guard expect 0 recipients: 3",
                                   "mta arrive 0 ", "mta arrive 1 ",
                                   "mta arrive 2 ", "sender release 0 mended",
                                   "operator:root discard 1 by telephone",
                                   "sender release 2 as typed"));
}

TYPED_TEST_P(HeldContract, ThoseHeldAlongGoWithTheLastAnswer) {
  HeldLetter letter = held_letter("code1", 4);
  letter.recipients[1].doubtful = letter.recipients[3].doubtful = false;
  auto& held = this->held();
  held.expect(letter);
  held.arrive(arrival("code1"), kNoon);
  EXPECT_TRUE(this->release("code1", 0));
  EXPECT_EQ(this->state("code1", 1), HeldState::kHeld);
  // One of them by itself.
  EXPECT_TRUE(held.answer("code1", 3, HeldEvent::kDiscard, {}, kAnn, kNoon));
  EXPECT_EQ(this->state("code1", 1), HeldState::kHeld);
  EXPECT_TRUE(held.answer("code1", 2, HeldEvent::kReturn, {}, kGuard, kLater));
  EXPECT_EQ(this->state("code1", 1), HeldState::kReleasing);
  EXPECT_EQ(this->recipient("code1", 1).target, "general1@army.ml");
  EXPECT_EQ(this->state("code1", 2), HeldState::kReturning);
  EXPECT_EQ(this->state("code1", 3), HeldState::kDiscarded);
  EXPECT_EQ(held.claim(HeldState::kReleasing, kLater, kLater, 10).size(), 2U);
}

TYPED_TEST_P(HeldContract, AClaimIsForOneGuardUntilItsLeaseEnds) {
  this->expect_and_arrive("code1", 2);
  this->release("code1", 0, "a@x.example");
  this->release("code1", 1, "b@x.example");
  auto& held = this->held();
  const auto first = held.claim(HeldState::kReleasing, kNoon, kLater, 1);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(first[0].letter.recipients.size(), 1U);
  const HeldRecipient& one = first[0].letter.recipients[0];
  EXPECT_EQ(one.token, first[0].token);
  EXPECT_EQ(one.token.size(), 32U);
  EXPECT_EQ(one.attempts, 1U);
  EXPECT_EQ(first[0].letter.subject, "Plans");
  const auto second = held.claim(HeldState::kReleasing, kNoon, kLater, 10);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0].letter.recipients[0].number, one.number);
  EXPECT_TRUE(held.claim(HeldState::kReleasing, kNoon, kLater, 10).empty());
  EXPECT_TRUE(
      held.claim(HeldState::kReleasing, kLater - Duration(1), kLater, 10)
          .empty());
  const auto again = held.claim(HeldState::kReleasing, kLater, kLater, 10);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].letter.recipients[0].attempts, 2U);
  // Whoever held it before may do nothing more with it.
  EXPECT_FALSE(held.hand(first[0], kGuard, kLater));
  EXPECT_FALSE(this->settle(first[0], HeldEvent::kRefused));
  EXPECT_FALSE(this->settle(first[0], HeldEvent::kDeferred));
  EXPECT_FALSE(held.is_token(first[0].token));
  EXPECT_TRUE(held.is_token(again[0].token));
  EXPECT_TRUE(held.hand(again[0], kGuard, kLater));
  EXPECT_FALSE(held.hand(again[0], kGuard, kLater));  // once
  EXPECT_TRUE(held.is_token(again[0].token));
  // A recipient that was handed over is nobody's to claim, ever.
  const auto far = kNoon + std::chrono::years(50);
  EXPECT_EQ(held.claim(HeldState::kReleasing, far, far, 10).size(), 1U);
}

TYPED_TEST_P(HeldContract, WhatTheMtaSaid) {
  this->expect_and_arrive("code1");
  this->release("code1");
  auto& held = this->held();
  // Before the dot, and after it.
  Claim claim = this->claim_one();
  EXPECT_TRUE(this->settle(claim, HeldEvent::kDeferred, "451 4.3.0 <x>: later",
                           kLater));
  EXPECT_EQ(this->recipient("code1").trouble, "451 4.3.0 <x>: later");
  EXPECT_EQ(this->recipient("code1").next_at, kLater);
  EXPECT_FALSE(held.hand(claim, kGuard, kNoon));  // that attempt is over
  EXPECT_FALSE(this->settle(claim, HeldEvent::kDeferred));
  EXPECT_FALSE(held.is_token(claim.token));
  EXPECT_TRUE(held.claim(HeldState::kReleasing, kNoon, kLater, 9).empty());
  claim = this->claim_one(HeldState::kReleasing, kLater);
  EXPECT_EQ(claim.letter.recipients[0].attempts, 2U);
  EXPECT_TRUE(held.hand(claim, kGuard, kLater));
  EXPECT_TRUE(
      this->settle(claim, HeldEvent::kDeferred, "452 4.3.1 full", kLater));
  EXPECT_EQ(this->state("code1"), HeldState::kReleasing);
  claim = this->claim_one(HeldState::kReleasing, kLater);
  EXPECT_TRUE(held.hand(claim, kGuard, kLater));
  EXPECT_FALSE(this->settle(claim, HeldEvent::kReported));
  EXPECT_TRUE(this->settle(claim, HeldEvent::kAccepted,
                           "250 2.0.0 Ok: queued as 4XyZ13"));
  EXPECT_EQ(this->state("code1"), HeldState::kDelivered);
  EXPECT_EQ(this->recipient("code1").trouble, "");
  EXPECT_FALSE(this->settle(claim, HeldEvent::kAccepted));
  const auto lines = this->told("code1");
  EXPECT_EQ(lines.back(),
            "guard:mx1.example accepted 0 250 2.0.0 Ok: queued as 4XyZ13");
  for (const auto& line : lines) EXPECT_FALSE(line.contains("<x>")) << line;
}

TYPED_TEST_P(HeldContract, RefusedIsReported) {
  this->expect_and_arrive("code1");
  this->release("code1");
  Claim claim = this->claim_one();
  EXPECT_TRUE(this->settle(claim, HeldEvent::kRefused, "550 5.1.1 nobody"));
  EXPECT_EQ(this->state("code1"), HeldState::kReturning);
  EXPECT_EQ(this->recipient("code1").trouble, "550 5.1.1 nobody");
  claim = this->claim_one(HeldState::kReturning);
  EXPECT_EQ(claim.letter.recipients[0].attempts, 1U);
  EXPECT_FALSE(this->held().is_token(claim.token));
  EXPECT_FALSE(this->held().hand(claim, kGuard, kNoon));
  EXPECT_TRUE(this->settle(claim, HeldEvent::kDeferred, "451 later", kLater));
  EXPECT_EQ(this->state("code1"), HeldState::kReturning);
  claim = this->claim_one(HeldState::kReturning, kLater);
  EXPECT_EQ(claim.letter.recipients[0].attempts, 2U);
  EXPECT_TRUE(this->settle(claim, HeldEvent::kReported));
  EXPECT_EQ(this->state("code1"), HeldState::kReturned);
}

TYPED_TEST_P(HeldContract, AnAcknowledgementIsProof) {
  auto& held = this->held();
  Claim claim = this->bring_to(HeldState::kReleasing, "code1");
  // Claimed, not handed over: nothing can have been committed under it.
  EXPECT_FALSE(held.acknowledge(claim.token, kNoon));
  EXPECT_EQ(this->state("code1"), HeldState::kReleasing);
  held.hand(claim, kGuard, kNoon);
  this->reopen();
  EXPECT_TRUE(this->held().acknowledge(claim.token, kLater));
  EXPECT_EQ(this->state("code1"), HeldState::kDelivered);
  EXPECT_EQ(this->recipient("code1").changed_at, kLater);
  EXPECT_TRUE(this->held().acknowledge(claim.token, kLater));
  EXPECT_FALSE(this->settle(claim, HeldEvent::kAccepted));
  EXPECT_EQ(this->told("code1").back(), "mta acknowledged 0 ");
}

// An operator was wrong: the MTA had it. What is not yet sent again is not.
TYPED_TEST_P(HeldContract, AnAcknowledgementStopsASecondAttempt) {
  auto& held = this->held();
  const Claim first = this->bring_to(HeldState::kHanded, "code1");
  const Actor root = {"operator:root", "not in the queue"};
  EXPECT_TRUE(held.answer("code1", 0, HeldEvent::kSendAgain, {}, root, kNoon));
  EXPECT_EQ(this->recipient("code1").target, "general0@army.ml");
  EXPECT_FALSE(held.hand(first, kGuard, kNoon));
  const Claim second = this->claim_one();
  EXPECT_NE(second.token, first.token);
  EXPECT_TRUE(held.acknowledge(first.token, kNoon));
  EXPECT_EQ(this->state("code1"), HeldState::kDelivered);
  EXPECT_FALSE(held.hand(second, kGuard, kNoon));

  const Claim done = this->bring_to(HeldState::kHanded, "code2");
  EXPECT_TRUE(held.answer("code2", 0, HeldEvent::kCallDone, {}, root, kNoon));
  EXPECT_EQ(this->state("code2"), HeldState::kDelivered);
  EXPECT_TRUE(held.acknowledge(done.token, kNoon));
}

TYPED_TEST_P(HeldContract, NoticesAreSentOnce) {
  auto& held = this->held();
  const Seconds until = kLater + std::chrono::minutes(10);
  const auto claim = [&](std::size_t notices, Seconds before, Seconds now) {
    std::string codes;
    for (const auto& letter :
         held.claim_notices(notices, before, now, until, 10)) {
      codes += letter.code + " ";
    }
    return codes;
  };
  held.expect(held_letter("expected"));
  this->bring_to(HeldState::kReleasing, "answered");
  this->expect_and_arrive("code1");
  held.expect(held_letter("code2", 1, kNoon + Duration(9)));
  held.arrive(arrival("code2"), kNoon);
  held.expect(held_letter("list"));
  Arrival list = arrival("list");
  list.automatic = true;
  held.arrive(list, kNoon);

  EXPECT_EQ(claim(0, kLater, kLater), "");
  EXPECT_EQ(claim(1, kNoon, kLater), "code1 ");
  EXPECT_EQ(claim(1, kLater, kLater), "code2 ");
  EXPECT_EQ(claim(1, kLater, kLater), "");
  EXPECT_EQ(claim(1, kLater, until), "code1 code2 ");
  held.noticed("code1", "", kLater);
  EXPECT_EQ(claim(1, kLater, until), "code2 ");
  EXPECT_EQ(claim(2, kLater, kLater), "code1 ");
  held.noticed("code1", "no address to write to", kLater);
  EXPECT_EQ(held.find_held("code1")->notices, 2U);
  EXPECT_EQ(this->told("code1").at(2), "guard notice 0 ");
  EXPECT_EQ(this->told("code1").at(3),
            "guard reminder 0 no address to write to");
}

TYPED_TEST_P(HeldContract, OverdueIsOldestFirst) {
  auto& held = this->held();
  const auto codes = [&](Seconds now, std::size_t most = 10) {
    std::string all;
    for (const auto& letter : held.overdue(now, most)) {
      all += letter.code + " ";
    }
    return all;
  };
  for (const int minute : {3, 1, 2}) {
    const std::string code = "code" + std::to_string(minute);
    HeldLetter letter = held_letter(code);
    letter.deadline = kNoon + std::chrono::minutes(minute);
    held.expect(letter);
    held.arrive(arrival(code), kNoon);
  }
  EXPECT_EQ(codes(kNoon), "");
  EXPECT_EQ(codes(kNoon + std::chrono::minutes(2)), "code1 code2 ");
  EXPECT_EQ(codes(kLater, 1), "code1 ");
  held.answer("code1", 0, HeldEvent::kReturn, {}, kGuard, kNoon);
  EXPECT_EQ(codes(kLater), "code2 code3 ");
}

TYPED_TEST_P(HeldContract, ListsAndCounts) {
  auto& held = this->held();
  EXPECT_TRUE(held.list_held({}).empty());
  EXPECT_TRUE(held.count_held().empty());
  for (int i = 0; i < 3; ++i) {
    const std::string code = "code" + std::to_string(i);
    HeldLetter letter = held_letter(code, 2, kNoon + Duration(i));
    letter.submitter = i == 1 ? "login:bob" : "login:ann";
    held.expect(letter);
    if (i > 0) held.arrive(arrival(code), kNoon);
  }
  this->release("code2", 1);
  const auto codes = [&](const HeldFilter& filter) {
    std::string all;
    for (const auto& letter : held.list_held(filter)) all += letter.code + " ";
    return all;
  };
  EXPECT_EQ(codes({}), "code2 code1 code0 ");
  EXPECT_EQ(codes({.states = {}, .submitter = {}, .most = 2}), "code2 code1 ");
  EXPECT_EQ(codes({.states = {HeldState::kHeld}, .submitter = {}}),
            "code2 code1 ");
  EXPECT_EQ(codes({.states = {HeldState::kReleasing, HeldState::kExpected},
                   .submitter = {}}),
            "code2 code0 ");
  EXPECT_EQ(codes({.states = {}, .submitter = "login:bob"}), "code1 ");
  EXPECT_EQ(codes({.states = {HeldState::kVoid}, .submitter = {}}), "");
  EXPECT_EQ(held.list_held({})[0].recipients.size(), 2U);

  auto counts = held.count_held();
  std::ranges::sort(counts, {}, &HeldCounts::state);
  EXPECT_EQ(counts, (std::vector<HeldCounts>{
                        {HeldState::kExpected, 2, 0, kNoon},
                        {HeldState::kHeld, 3, 12, kNoon + Duration(1)},
                        {HeldState::kReleasing, 1, 6, kNoon + Duration(2)},
                    }));
}

TYPED_TEST_P(HeldContract, SealedUnderAnotherKey) {
  auto& held = this->held();
  for (const char* code : {"code1", "code2"}) this->expect_and_arrive(code);
  held.expect(held_letter("code3"));
  EXPECT_THAT(held.sealed_otherwise("key2", 10),
              testing::UnorderedElementsAre("code1", "code2"));
  EXPECT_TRUE(held.sealed_otherwise("key1", 10).empty());
  const SealedContent anew = {.key = "key2",
                              .bytes = std::string(5000000, 'x')};
  EXPECT_FALSE(held.reseal("code1", "key0", anew, kNoon));
  EXPECT_FALSE(held.reseal("code3", "key1", anew, kNoon));
  EXPECT_TRUE(held.reseal("code1", "key1", anew, kNoon));
  EXPECT_FALSE(held.reseal("code1", "key1", anew, kNoon));
  EXPECT_THAT(held.sealed_otherwise("key2", 10), testing::ElementsAre("code2"));
  EXPECT_EQ(held.sealed_otherwise("key3", 1).size(), 1U);
  const auto content = held.held_content("code1");
  EXPECT_EQ(content->key, "key2");
  EXPECT_TRUE(content->bytes == anew.bytes);
  EXPECT_EQ(held.find_held("code1")->size, 6U);  // in the clear
}

TYPED_TEST_P(HeldContract, SweepingKeepsWhatIsNeeded) {
  auto& held = this->held();
  for (const HeldState state : kHeldStates) {
    if (state == HeldState::kVoid) continue;
    this->bring_to(state, std::string(to_string(state)));
  }
  held.expect(held_letter("late", 1, kNoon - Duration(60)));
  held.sweep_held(kNoon - Duration(1), kNoon - Duration(1), kNoon);
  EXPECT_EQ(this->state("late"), HeldState::kVoid);
  EXPECT_EQ(this->state("expected"), HeldState::kExpected);
  EXPECT_EQ(this->told("late").back(), "guard lapse 0 ");
  for (const HeldState state : kHeldStates) {
    if (state == HeldState::kVoid) continue;
    const std::string code(to_string(state));
    EXPECT_TRUE(held.find_held(code)) << code;
    EXPECT_EQ(held.held_content(code).has_value(),
              !is_final(state) && state != HeldState::kExpected)
        << code;
  }
  // It comes after all.
  EXPECT_EQ(held.arrive(arrival("late"), kNoon), Arrived::kHeld);
  EXPECT_EQ(this->state("late"), HeldState::kHeld);
  held.answer("late", 0, HeldEvent::kDiscard, {}, kAnn, kLater);

  EXPECT_GT(held.sweep_held(Seconds(), kNoon, kNoon), 0U);
  for (const HeldState state : kHeldStates) {
    if (state == HeldState::kVoid) continue;
    const std::string code(to_string(state));
    EXPECT_EQ(held.find_held(code).has_value(), !is_final(state)) << code;
  }
  EXPECT_TRUE(held.find_held("late"));  // it ended later
  EXPECT_EQ(held.sweep_held(Seconds(), kNoon, kNoon), 0U);
  EXPECT_GT(held.sweep_held(Seconds(), kLater, kNoon), 0U);
  EXPECT_FALSE(held.find_held("late"));
}

TYPED_TEST_P(HeldContract, ALetterIsSweptWhenAllItsRecipientsHaveEnded) {
  this->expect_and_arrive("code1", 2);
  auto& held = this->held();
  held.answer("code1", 0, HeldEvent::kDiscard, {}, kAnn, kNoon);
  EXPECT_EQ(held.sweep_held(kLater, kLater, kLater), 0U);
  EXPECT_TRUE(held.held_content("code1"));
  held.answer("code1", 1, HeldEvent::kDiscard, {}, kAnn, kLater);
  EXPECT_GT(held.sweep_held(kNoon, kNoon, kLater), 0U);
  EXPECT_FALSE(held.held_content("code1"));
  EXPECT_TRUE(held.find_held("code1"));
  EXPECT_GT(held.sweep_held(kLater, kLater, kLater), 0U);
  EXPECT_FALSE(held.find_held("code1"));
  EXPECT_EQ(held.arrive(arrival("code1"), kLater), Arrived::kUnknown);
}

// The MTA may bring it when the letter has long been forgotten.
TYPED_TEST_P(HeldContract, ATokenIsKnownLongerThanItsLetter) {
  const Claim claim = this->bring_to(HeldState::kHanded, "code1");
  this->settle(claim, HeldEvent::kAccepted);
  this->store().forget("ann@example.com");
  EXPECT_FALSE(this->held().find_held("code1"));
  EXPECT_TRUE(this->held().acknowledge(claim.token, kLater));
  this->held().sweep_held(Seconds(), kLater, kLater);
  EXPECT_FALSE(this->held().acknowledge(claim.token, kLater));
}

TYPED_TEST_P(HeldContract, ExpiringSweepsToo) {
  auto& held = this->held();
  held.expect(held_letter("expected"));
  this->bring_to(HeldState::kDiscarded, "ended");
  Retention keep;
  this->store().expire(kNoon + keep.held_expected - Duration(1), keep);
  EXPECT_EQ(this->state("expected"), HeldState::kExpected);
  EXPECT_FALSE(held.held_content("ended"));
  this->store().expire(kNoon + keep.held_expected, keep);
  EXPECT_EQ(this->state("expected"), HeldState::kVoid);
  this->store().expire(kNoon + keep.held_ended - Duration(1), keep);
  EXPECT_TRUE(held.find_held("ended"));
  this->store().expire(kNoon + keep.held_ended, keep);
  EXPECT_FALSE(held.find_held("ended"));
}

TYPED_TEST_P(HeldContract, ForgettingAPerson) {
  auto& held = this->held();
  struct Case {
    std::string code;
    std::function<void(HeldLetter&)> with;
    bool is_eves;
  };
  const Case cases[] = {
      {"sender", [](auto& l) { l.reverse_path = "Eve@example.com"; }, true},
      {"login", [](auto& l) { l.submitter = "login:eve@example.com"; }, true},
      {"client", [](auto& l) { l.submitter = "192.0.2.1/eve@example.com"; },
       true},
      {"to", [](auto& l) { l.recipients[1].address = "eve@Example.com"; },
       true},
      {"meant", [](auto& l) { l.recipients[1].intended = "eve@example.com"; },
       true},
      {"had", [](auto& l) { l.others = "a@x.example, eve@example.com"; }, true},
      {"other", [](auto& l) { l.others = "steve@example.com"; }, false},
      {"other2", [](auto& l) { l.recipients[0].address = "eve@example.co"; },
       false},
  };
  for (const Case& one : cases) {
    for (const char* how : {"ended", "held"}) {
      HeldLetter letter = held_letter(one.code + how, 2);
      one.with(letter);
      held.expect(letter);
      held.arrive(arrival(letter.code), kNoon);
      if (std::string_view(how) == "held") continue;
      for (const std::size_t i : {0U, 1U}) {
        held.answer(letter.code, i, HeldEvent::kDiscard, {}, kAnn, kNoon);
      }
    }
  }
  EXPECT_EQ(held.under_way_of("eve@example.com"), 6U);
  EXPECT_EQ(held.under_way_of("nobody@example.com"), 0U);
  const std::size_t lines = this->actions().size();
  EXPECT_GE(this->store().forget("eve@example.com"), 6U);
  for (const Case& one : cases) {
    EXPECT_NE(held.find_held(one.code + "ended").has_value(), one.is_eves)
        << one.code;
    EXPECT_TRUE(held.held_content(one.code + "held")) << one.code;
  }
  EXPECT_EQ(held.under_way_of("EVE@example.com"), 6U);
  EXPECT_EQ(this->actions().size(), lines);  // the log is for ever
  for (const ActionLine& line : this->actions()) {
    EXPECT_FALSE(line.detail.contains("example.com")) << line.detail;
  }
}

TYPED_TEST_P(HeldContract, TheActionLogIsAChain) {
  for (const HeldState state : kHeldStates) {
    this->bring_to(state, std::string(to_string(state)));
  }
  this->reopen();
  this->held().noticed("held", "", kLater);
  const auto lines = this->actions();
  ASSERT_GT(lines.size(), 20U);
  EXPECT_EQ(first_broken(lines, {}), std::nullopt);
  const auto part = this->held().read_actions(7, 5);
  ASSERT_EQ(part.size(), 5U);
  EXPECT_EQ(part.front().number, 8U);
  EXPECT_EQ(part, std::vector(lines.begin() + 7, lines.begin() + 12));
  EXPECT_EQ(first_broken(part, lines[6].hash), std::nullopt);
  EXPECT_TRUE(this->held().read_actions(lines.size(), 5).empty());
}

// Two guards at one database, each with its own store; `work` is called by
// many threads at once, with a number and a store.
template <typename Backend, typename Work>
void race(Backend& backend, int threads, const Work& work) {
  std::vector<std::unique_ptr<Store>> guards;
  for (int i = 0; i < 2; ++i) guards.push_back(backend.open());
  std::atomic<bool> go = false;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      go.wait(false);
      work(i, guards[static_cast<std::size_t>(i % 2)]->held());
    });
  }
  go = true;
  go.notify_all();
  for (auto& thread : running) thread.join();
}

TYPED_TEST_P(HeldContract, OneOfManyAnswersWins) {
  constexpr int kRounds = 20;
  constexpr int kThreads = 6;
  for (int round = 0; round < kRounds; ++round) {
    this->expect_and_arrive("code" + std::to_string(round));
  }
  std::array<std::atomic<int>, kRounds> wins{};
  std::array<std::atomic<int>, kRounds> winner{};
  race(this->backend_, kThreads, [&](int i, HeldLetters& held) {
    constexpr HeldEvent kEvents[] = {HeldEvent::kRelease, HeldEvent::kDiscard,
                                     HeldEvent::kReturn};
    for (std::size_t round = 0; round < kRounds; ++round) {
      if (held.answer("code" + std::to_string(round), 0, kEvents[i % 3], {},
                      {"guard" + std::to_string(i), {}}, kNoon)) {
        ++wins[round];
        winner[round] = i;
      }
    }
  });
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::string code = "code" + std::to_string(round);
    EXPECT_EQ(wins[round], 1) << code;
    constexpr HeldState kEnds[] = {HeldState::kReleasing, HeldState::kDiscarded,
                                   HeldState::kReturning};
    EXPECT_EQ(this->state(code), kEnds[winner[round] % 3]) << code;
    EXPECT_EQ(this->told(code).size(), 3U);
  }
  EXPECT_EQ(first_broken(this->actions(), {}), std::nullopt);
}

TYPED_TEST_P(HeldContract, OneOfManyArrivalsIsKept) {
  constexpr int kThreads = 4;
  this->held().expect(held_letter("code1", 3));
  std::atomic<int> first = -1;
  std::atomic<int> known = 0;
  race(this->backend_, kThreads, [&](int i, HeldLetters& held) {
    const std::string bytes(5000000, static_cast<char>('a' + i));
    switch (held.arrive(arrival("code1", bytes), kNoon)) {
      case Arrived::kHeld:
        EXPECT_EQ(first.exchange(i), -1);
        break;
      case Arrived::kKnown:
        ++known;
        break;
      case Arrived::kUnknown:
        ADD_FAILURE() << "unknown";
    }
  });
  EXPECT_EQ(known, kThreads - 1);
  const auto content = this->held().held_content("code1");
  ASSERT_TRUE(content);
  EXPECT_TRUE(content->bytes ==
              std::string(5000000, static_cast<char>('a' + first)));
  EXPECT_EQ(this->told("code1").size(), 4U);
}

// Guards that claim and hand over at once, with leases that are over at once:
// whatever happens, one hand() for each recipient succeeds.
TYPED_TEST_P(HeldContract, EachIsHandedOverOnce) {
  constexpr std::size_t kRecipients = 12;
  this->expect_and_arrive("code1", kRecipients);
  for (std::size_t i = 0; i < kRecipients; ++i) this->release("code1", i);
  std::array<std::atomic<int>, kRecipients> hands{};
  std::atomic<std::size_t> done = 0;
  race(this->backend_, 4, [&](int, HeldLetters& held) {
    while (done < kRecipients) {
      for (const Claim& claim :
           held.claim(HeldState::kReleasing, kNoon, kNoon, 3)) {
        if (!held.hand(claim, kGuard, kNoon)) continue;
        ++hands.at(claim.letter.recipients[0].number);
        ++done;
      }
    }
  });
  for (std::size_t i = 0; i < kRecipients; ++i) {
    EXPECT_EQ(hands[i], 1) << i;
    EXPECT_EQ(this->state("code1", i), HeldState::kHanded);
  }
  EXPECT_EQ(first_broken(this->actions(), {}), std::nullopt);
}

// A claim taken by several at once has one owner.
TYPED_TEST_P(HeldContract, ALeaseHasOneOwner) {
  constexpr std::size_t kRecipients = 20;
  this->expect_and_arrive("code1", kRecipients);
  for (std::size_t i = 0; i < kRecipients; ++i) this->release("code1", i);
  std::array<std::atomic<int>, kRecipients> owners{};
  std::atomic<int> notices = 0;
  race(this->backend_, 4, [&](int, HeldLetters& held) {
    for (int i = 0; i < 20; ++i) {
      for (const Claim& claim :
           held.claim(HeldState::kReleasing, kNoon, kLater, 3)) {
        ++owners.at(claim.letter.recipients[0].number);
      }
    }
  });
  for (std::size_t i = 0; i < kRecipients; ++i) EXPECT_EQ(owners[i], 1) << i;
  this->expect_and_arrive("code2");
  race(this->backend_, 4, [&](int, HeldLetters& held) {
    notices += static_cast<int>(
        held.claim_notices(1, kNoon, kNoon, kLater, 10).size());
  });
  EXPECT_EQ(notices, 1);
}

// A release that is remembered, and one that came too late.
TYPED_TEST_P(HeldContract, AReleaseIsRememberedWithItself) {
  auto& store = this->store();
  this->expect_and_arrive("code1");
  store.save_question({"login:ann", "general@army.mil", "ref", kNoon, {}});
  const Confirmation mended = {"login:ann", "general@army.mil", "ref1", kNoon,
                               kLater};
  EXPECT_TRUE(this->held().decide(
      {"code1", 0, HeldEvent::kRelease, "General@army.mil", &mended}, kAnn,
      kNoon));
  EXPECT_EQ(this->recipient("code1").target, "General@army.mil");
  EXPECT_EQ(store.find_confirmation("login:ann", "general@army.mil", kNoon),
            mended);
  EXPECT_FALSE(store.find_question("login:ann", "general@army.mil"));
  const Confirmation typed = {"login:ann", "general0@army.ml", "ref1", kNoon,
                              kLater};
  EXPECT_FALSE(this->held().decide(
      {"code1", 0, HeldEvent::kRelease, "general0@army.ml", &typed}, kAnn,
      kNoon));
  EXPECT_FALSE(store.find_confirmation("login:ann", "general0@army.ml", kNoon));
}

// A guard that hears nothing from its store does it again, and that is enough.
TYPED_TEST_P(HeldContract, AfterALostAnswer) {
  FragileStore fragile(this->backend_.open());
  HeldLetters& held = fragile.held();
  FragileHeld& wire = fragile.fragile_held();
  const auto lose = [&](const std::function<void()>& work) {
    wire.loses_answers = true;
    EXPECT_THROW(work(), StoreError);
    wire.loses_answers = false;
  };
  fragile.fails = true;
  EXPECT_THROW(held.expect(held_letter("code1")), StoreError);
  EXPECT_THROW(held.arrive(arrival("code1"), kNoon), StoreError);
  fragile.fails = false;
  EXPECT_EQ(held.find_held("code1"), std::nullopt);

  // The MTA hears 451 and brings the letter under another code; the first one
  // is never brought.
  lose([&] { held.expect(held_letter("code1")); });
  EXPECT_TRUE(held.find_held("code1"));
  lose([&] { held.arrive(arrival("code1"), kNoon); });
  EXPECT_EQ(held.arrive(arrival("code1"), kNoon), Arrived::kKnown);
  lose([&] { held.answer("code1", 0, HeldEvent::kRelease, {}, kAnn, kNoon); });
  EXPECT_FALSE(held.answer("code1", 0, HeldEvent::kRelease, {}, kAnn, kNoon));
  EXPECT_EQ(this->state("code1"), HeldState::kReleasing);
  lose([&] { held.claim(HeldState::kReleasing, kNoon, kLater, 1); });
  EXPECT_TRUE(held.claim(HeldState::kReleasing, kNoon, kLater, 1).empty());
  auto claims = held.claim(HeldState::kReleasing, kLater, kLater, 1);
  ASSERT_EQ(claims.size(), 1U);
  // It cannot know whether it may send the dot, so it does not. It is sure of
  // that, so it says so.
  lose([&] { held.hand(claims[0], kGuard, kLater); });
  EXPECT_EQ(this->state("code1"), HeldState::kHanded);
  EXPECT_TRUE(held.settle(claims[0], HeldEvent::kDeferred,
                          "no answer from "
                          "the store",
                          kLater, kGuard, kLater));
  claims = held.claim(HeldState::kReleasing, kLater, kLater, 1);
  ASSERT_EQ(claims.size(), 1U);
  EXPECT_TRUE(held.hand(claims[0], kGuard, kLater));
  lose([&] {
    held.settle(claims[0], HeldEvent::kAccepted, {}, kLater, kGuard, kLater);
  });
  EXPECT_EQ(this->state("code1"), HeldState::kDelivered);
  EXPECT_FALSE(
      held.settle(claims[0], HeldEvent::kAccepted, {}, kLater, kGuard, kLater));
  lose([&] { held.acknowledge(claims[0].token, kLater); });
  EXPECT_TRUE(held.acknowledge(claims[0].token, kLater));
  EXPECT_EQ(first_broken(this->actions(), {}), std::nullopt);
}

REGISTER_TYPED_TEST_SUITE_P(
    HeldContract, ALetterComesBackWhole, ACodeIsExpectedOnce,
    AwkwardTextsOfALetter, ArrivingTwiceIsOnce, ContentsOfManySizes,
    OnlyWhatTheTableAllows, WhatNobodyMayAskFor, TheFirstAnswerWins,
    ThoseHeldAlongGoWithTheLastAnswer, AClaimIsForOneGuardUntilItsLeaseEnds,
    WhatTheMtaSaid, RefusedIsReported, AnAcknowledgementIsProof,
    AnAcknowledgementStopsASecondAttempt, NoticesAreSentOnce,
    OverdueIsOldestFirst, ListsAndCounts, SealedUnderAnotherKey,
    SweepingKeepsWhatIsNeeded, ALetterIsSweptWhenAllItsRecipientsHaveEnded,
    ATokenIsKnownLongerThanItsLetter, ExpiringSweepsToo, ForgettingAPerson,
    TheActionLogIsAChain, OneOfManyAnswersWins, OneOfManyArrivalsIsKept,
    EachIsHandedOverOnce, ALeaseHasOneOwner, AReleaseIsRememberedWithItself,
    AfterALostAnswer);

}  // namespace lostletter::store
