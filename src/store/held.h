// SPDX-License-Identifier: Apache-2.0
//
// Letters that wait for an answer. One letter has one content and one code; its
// recipients live and end each for itself (store/held_states.h). A letter is
// known from the moment the guard tells the MTA to bring it (expect), so that
// its code is worth nothing to anybody who did not hear it from us.
//
// Like store::Store: any thread, any guard; throws StoreError when the world
// fails, and nothing is half written then. What returns is durable. Whatever
// changes a state is written to the action log in the same transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/held_states.h"

namespace lostletter::store {

struct HeldRecipient {
  std::size_t number = 0;  // within the letter, from 0
  std::string address;     // as typed: mail::Address::to_string(), or as found
  std::string parameters;  // of its RCPT, as sent: "NOTIFY=NEVER ORCPT=..."
  std::string intended;    // what it resembles; empty: nothing to propose
  std::string reference;   // of the verdict; empty for one held along
  std::string reason;      // the first finding, one sentence
  double probability = 0;  // that it is a mistake
  bool doubtful = true;    // false: held along with others (hold_all_when)

  HeldState state = HeldState::kExpected;
  Seconds changed_at{};
  std::string target;        // where it goes once released
  std::size_t attempts = 0;  // to hand it over
  std::string token;         // of the attempt: who says it acknowledges it
  Seconds next_at{};         // no attempt before
  std::string trouble;       // why the last attempt failed

  bool operator==(const HeldRecipient&) const = default;
};

struct HeldLetter {
  std::string code;       // 32 letters and digits nobody can guess (new_code())
  Seconds at{};           // when it was submitted
  Seconds deadline{};     // then nobody is waited for any longer
  std::string listener;   // where it came in
  std::string queue_id;   // of the MTA
  std::string submitter;  // gate::submitter_key()
  std::string reverse_path;  // MAIL's path without brackets; empty: null
  std::string parameters;    // of MAIL, as sent: "RET=HDRS BODY=8BITMIME"
  std::string others;        // who has it already: "a@x.example, b@y.example",
                             // shortened
  std::string subject;       // decoded, shortened; known once it arrived
  std::string message_id;    // likewise
  bool automatic = false;    // lists, bulk, programs: nobody is written to
  std::uint64_t size = 0;    // of the content in the clear; 0: not here yet
  std::size_t notices = 0;   // sent to the sender so far
  std::vector<HeldRecipient> recipients;

  bool operator==(const HeldLetter&) const = default;
};

// 160 random bits in base32, lower case: fits a local part.
std::string new_code();

// The content of a letter as it is kept: nobody reads it without the key file
// (store/seal.h).
struct SealedContent {
  std::string key;    // which key of the file
  std::string bytes;  // libsodium secretstream
};

// What its header says of a letter, for lists and notices.
struct Arrival {
  std::string code;
  SealedContent content;
  std::uint64_t size = 0;
  std::string subject;
  std::string message_id;
  bool automatic = false;
};
enum class Arrived {
  kHeld,     // now
  kKnown,    // before: the MTA did not hear our 250
  kUnknown,  // no such code
};

// Whose doing a change is, for the action log.
struct Actor {
  std::string who;     // "sender", "operator:root", "guard:HOST", "mta"
  std::string reason;  // an operator's own words
};

// A recipient that a guard works on. The lease keeps others from the same work;
// correctness does not rest on it, but on hand().
struct Claim {
  HeldLetter letter;  // with this recipient only
  std::string token;  // of this attempt, fresh
};

struct HeldFilter {
  std::vector<HeldState> states;  // letters with a recipient in one of these;
                                  // empty: all letters
  std::string submitter;          // empty: everybody's
  std::size_t most = 1000;        // newest first
};

struct HeldCounts {
  HeldState state{};
  std::size_t recipients = 0;
  std::uint64_t bytes = 0;  // of their letters' contents
  std::optional<Seconds> oldest;

  bool operator==(const HeldCounts&) const = default;
};

// One line of the action log, which is for ever: it holds codes, and no address
// and no words of a letter. `hash` is SHA-256 over the line and the hash of
// the one before, so that no line can be changed, removed or slipped in
// without all later ones being wrong.
struct ActionLine {
  std::uint64_t number = 0;  // from 1, without gaps
  Seconds at{};
  std::string who;
  std::string event;  // to_string(HeldEvent), "notice", "reminder", ...
  std::string code;
  std::size_t recipient = 0;
  std::string detail;
  std::string hash;  // hexadecimal

  bool operator==(const ActionLine&) const = default;
};
std::string chain_hash(const ActionLine& line, std::string_view before);
// The first line that does not follow from the one before it. REQUIRES: in
// order, `before` is the hash of what stands before the first (empty at 1).
std::optional<ActionLine> first_broken(std::span<const ActionLine> lines,
                                       std::string_view before);

struct Confirmation;  // store/store.h

// What somebody decided about one recipient.
struct HeldAnswer {
  std::string_view code;
  std::size_t recipient = 0;
  HeldEvent event{};
  std::string_view target;  // of kRelease; empty: as typed
  // Written with it (Store::confirm()), both or neither; null: none.
  const Confirmation* confirmation = nullptr;
};

class HeldLetters {
 public:
  virtual ~HeldLetters() = default;

  // A letter whose recipients are kExpected, numbered from 0. Its code must be
  // new.
  virtual void expect(const HeldLetter& letter) = 0;

  // All its recipients, at once: kArrive. What has been answered stays so.
  virtual Arrived arrive(const Arrival& arrival, Seconds now) = 0;

  virtual std::optional<HeldLetter> find_held(std::string_view code) = 0;
  virtual std::vector<HeldLetter> list_held(const HeldFilter& filter) = 0;
  virtual std::optional<SealedContent> held_content(std::string_view code) = 0;
  virtual std::vector<HeldCounts> count_held() = 0;

  // kRelease, kDiscard, kReturn, kSendAgain or kCallDone; another event is
  // refused. False when the state no longer allows it: somebody was first.
  // Whatever was claimed before is no longer anybody's.
  // Once nobody doubtful of the letter is kHeld any more, those held along are
  // released to their own addresses in the same transaction.
  bool answer(std::string_view code, std::size_t recipient, HeldEvent event,
              std::string_view target, const Actor& actor, Seconds now) {
    return decide({code, recipient, event, target}, actor, now);
  }
  virtual bool decide(const HeldAnswer& answer, const Actor& actor,
                      Seconds now) = 0;

  // Recipients in `state` (kReleasing or kReturning) whose time has come and
  // which no other guard has claimed; each gets a fresh token and is this
  // guard's until `until`.
  virtual std::vector<Claim> claim(HeldState state, Seconds now, Seconds until,
                                   std::size_t most) = 0;

  // kHand: true exactly when the claim is still the last one and the recipient
  // is still kReleasing. Only then may the final dot be sent.
  virtual bool hand(const Claim& claim, const Actor& actor, Seconds now) = 0;

  // kAccepted, kDeferred (again not before `next_at`), kRefused or kReported of
  // the attempt, with the MTA's words (kept as `trouble`, or, for kAccepted, in
  // the action log). False when it is not the last attempt, or the state does
  // not allow it. An attempt that was deferred or refused is over: its claim is
  // good for nothing more.
  virtual bool settle(const Claim& claim, HeldEvent event,
                      std::string_view trouble, Seconds next_at,
                      const Actor& actor, Seconds now) = 0;

  // kAcknowledged: the MTA brought a copy to the token's address, so it has the
  // letter of that attempt. False when no attempt of ours, ever, had the token;
  // true also when it was known before.
  virtual bool acknowledge(std::string_view token, Seconds now) = 0;
  // Is it the token of an attempt that is under way (kReleasing or kHanded)?
  virtual bool is_token(std::string_view token) = 0;

  // Letters held, not automatic, with fewer than `notices` notices, submitted
  // at or before `before`; each is this guard's until `until`.
  virtual std::vector<HeldLetter> claim_notices(std::size_t notices,
                                                Seconds before, Seconds now,
                                                Seconds until,
                                                std::size_t most) = 0;
  // One more notice was sent, or never can be (`detail` says why, without an
  // address: it goes to the action log).
  virtual void noticed(std::string_view code, std::string_view detail,
                       Seconds now) = 0;
  // Letters with a recipient kHeld past its deadline, oldest first.
  virtual std::vector<HeldLetter> overdue(Seconds now, std::size_t most) = 0;

  // Codes of contents that another key than `key` seals, for its rotation.
  virtual std::vector<std::string> sealed_otherwise(std::string_view key,
                                                    std::size_t most) = 0;
  // Replaces a content that `before` still seals. False: it is gone, or
  // somebody was first.
  virtual bool reseal(std::string_view code, std::string_view before,
                      const SealedContent& content, Seconds now) = 0;

  // How many letters that have not ended this person sent, or stands in:
  // Store::forget() leaves them.
  virtual std::size_t under_way_of(std::string_view address) = 0;

  // Lapses what the MTA never brought since `lapsed_before`; removes contents
  // that nobody needs, and letters all of whose recipients ended before
  // `ended_before`. Bounded work; the number of rows removed.
  virtual std::size_t sweep_held(Seconds lapsed_before, Seconds ended_before,
                                 Seconds now) = 0;

  // Lines with numbers above `after`, in order.
  virtual std::vector<ActionLine> read_actions(std::uint64_t after,
                                               std::size_t most) = 0;
};

}  // namespace lostletter::store
