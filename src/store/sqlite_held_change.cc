// SPDX-License-Identifier: Apache-2.0
//
// Answers, attempts and what came of them: each one transaction that reads
// where the recipient stands, moves it as a row of the table says, and writes
// the line of the action log.
#include "store/held_sql.h"
#include "store/sqlite_confirm.h"
#include "store/sqlite_held.h"

namespace lostletter::store {
namespace {

std::int64_t number_of(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

bool is_answer(HeldEvent event) {
  switch (event) {
    case HeldEvent::kRelease:
    case HeldEvent::kDiscard:
    case HeldEvent::kReturn:
    case HeldEvent::kSendAgain:
    case HeldEvent::kCallDone:
      return true;
    default:
      return false;
  }
}

bool is_outcome(HeldEvent event) {
  switch (event) {
    case HeldEvent::kAccepted:
    case HeldEvent::kDeferred:
    case HeldEvent::kRefused:
    case HeldEvent::kReported:
      return true;
    default:
      return false;
  }
}

// A new piece of work: nobody tried yet.
void begin_work(Database& database, const Place& place, Seconds next_at,
                std::string_view trouble) {
  database
      .query(
          "UPDATE held_recipients SET attempts = 0, token = '', next_at = ?,"
          " trouble = ? WHERE code = ? AND number = ?",
          next_at, trouble, place.code, number_of(place.number))
      .run();
}

bool set_free(Database& database, const Place& place,
              const HeldRecipient& recipient, std::string_view target,
              const Actor& actor, Seconds now) {
  if (target.empty()) target = recipient.address;
  const auto detail = target == recipient.address ? "as typed" : "mended";
  if (!move(database, place, recipient.state, HeldEvent::kRelease, actor,
            detail, now)) {
    return false;
  }
  database
      .query(
          "UPDATE held_recipients SET target = ? WHERE code = ? AND number = ?",
          target, place.code, number_of(place.number))
      .run();
  return true;
}

// Those held along go once nobody doubtful is waited for.
void release_along(Database& database, std::string_view code,
                   const Actor& actor, Seconds now) {
  const auto recipients = read_recipients(database, code);
  for (const HeldRecipient& one : recipients) {
    if (one.doubtful && one.state == HeldState::kHeld) return;
  }
  for (const HeldRecipient& one : recipients) {
    const Place place = {std::string(code), one.number};
    if (one.state == HeldState::kHeld &&
        set_free(database, place, one, {}, actor, now)) {
      begin_work(database, place, now, {});
    }
  }
}

std::vector<Place> find_work(Database& database, HeldState state, Seconds now,
                             std::size_t most) {
  auto row = database.query(
      "SELECT code, number FROM held_recipients"
      " WHERE state = ? AND next_at <= ? AND leased_until <= ?"
      " ORDER BY next_at, code, number LIMIT ?",
      to_string(state), now, now, number_of(most));
  std::vector<Place> places;
  while (row.step()) {
    places.push_back({row.text(0), static_cast<std::size_t>(row.integer(1))});
  }
  return places;
}

Claim take(Database& database, const Place& place, Seconds until) {
  Claim claim;
  claim.token = new_code();
  database
      .query(
          "UPDATE held_recipients SET token = ?, attempts = attempts + 1,"
          " leased_until = ? WHERE code = ? AND number = ?",
          claim.token, until, place.code, number_of(place.number))
      .run();
  claim.letter = read_letter(database, place.code).value();
  std::erase_if(claim.letter.recipients, [&](const HeldRecipient& one) {
    return one.number != place.number;
  });
  return claim;
}

// The recipient of a claim, while it is the last one.
std::optional<HeldRecipient> still_claimed(Database& database,
                                           const Claim& claim) {
  if (claim.token.empty() || claim.letter.recipients.empty()) {
    return std::nullopt;
  }
  auto recipient = read_recipient(database, claim.letter.code,
                                  claim.letter.recipients.front().number);
  if (!recipient || recipient->token != claim.token) return std::nullopt;
  return recipient;
}

}  // namespace

bool SqliteHeld::decide(const HeldAnswer& answer, const Actor& actor,
                        Seconds now) {
  const auto& [code, number, event, target, confirmation] = answer;
  if (!is_answer(event)) return false;
  const auto database = write("answering for a held letter");
  Transaction transaction(*database);
  const auto recipient = read_recipient(*database, code, number);
  if (!recipient) return false;
  const Place place = {std::string(code), number};
  const bool moved =
      event == HeldEvent::kRelease
          ? set_free(*database, place, *recipient, target, actor, now)
          : move(*database, place, recipient->state, event, actor, {}, now);
  if (!moved) return false;
  if (confirmation != nullptr) write_confirmation(*database, *confirmation);
  begin_work(*database, place, now, {});
  release_along(*database, code, actor, now);
  commit(transaction, FailPoint::kAnswerWritten, FailPoint::kAnswerCommitted);
  return true;
}

std::vector<Claim> SqliteHeld::claim(HeldState state, Seconds now,
                                     Seconds until, std::size_t most) {
  if (state != HeldState::kReleasing && state != HeldState::kReturning) {
    return {};
  }
  // Mostly there is nothing to do, and that is found without a lock.
  if (find_work(*reader_.take("looking for work"), state, now, 1).empty()) {
    return {};
  }
  const auto database = write("claiming held letters");
  Transaction transaction(*database);
  std::vector<Claim> claims;
  for (const Place& place : find_work(*database, state, now, most)) {
    claims.push_back(take(*database, place, until));
  }
  commit(transaction, FailPoint::kClaimWritten, FailPoint::kClaimCommitted);
  return claims;
}

bool SqliteHeld::hand(const Claim& claim, const Actor& actor, Seconds now) {
  const auto database = write("handing over a held letter");
  Transaction transaction(*database);
  const auto recipient = still_claimed(*database, claim);
  if (!recipient) return false;
  const Place place = {claim.letter.code, recipient->number};
  if (!move(*database, place, recipient->state, HeldEvent::kHand, actor,
            "attempt " + std::to_string(recipient->attempts), now)) {
    return false;
  }
  database
      ->query(
          "INSERT INTO held_attempts (token, code, number, at)"
          " VALUES (?, ?, ?, ?)",
          claim.token, place.code, number_of(place.number), now)
      .run();
  commit(transaction, FailPoint::kHandWritten, FailPoint::kHandCommitted);
  return true;
}

bool SqliteHeld::settle(const Claim& claim, HeldEvent event,
                        std::string_view trouble, Seconds next_at,
                        const Actor& actor, Seconds now) {
  if (!is_outcome(event)) return false;
  const auto database = write("settling a held letter");
  Transaction transaction(*database);
  const auto recipient = still_claimed(*database, claim);
  if (!recipient) return false;
  const Place place = {claim.letter.code, recipient->number};
  const bool accepted = event == HeldEvent::kAccepted;
  if (!move(*database, place, recipient->state, event, actor,
            accepted ? trouble : std::string_view(), now)) {
    return false;
  }
  if (event == HeldEvent::kRefused) {
    begin_work(*database, place, now, trouble);
  } else {
    const bool over = event == HeldEvent::kDeferred;
    database
        ->query(
            "UPDATE held_recipients SET token = ?, next_at = ?, trouble = ?"
            " WHERE code = ? AND number = ?",
            over ? std::string_view() : std::string_view(claim.token), next_at,
            accepted ? std::string_view() : trouble, place.code,
            number_of(place.number))
        .run();
  }
  commit(transaction, FailPoint::kSettleWritten, FailPoint::kSettleCommitted);
  return true;
}

bool SqliteHeld::acknowledge(std::string_view token, Seconds now) {
  const auto database = write("acknowledging a held letter");
  Transaction transaction(*database);
  Place place;
  {
    auto row = database->query(
        "SELECT code, number FROM held_attempts WHERE token = ?", token);
    if (!row.step()) return false;
    place = {row.text(0), static_cast<std::size_t>(row.integer(1))};
  }
  const auto recipient = read_recipient(*database, place.code, place.number);
  if (recipient &&
      move(*database, place, recipient->state, HeldEvent::kAcknowledged,
           {.who = "mta", .reason = {}}, {}, now)) {
    commit(transaction, FailPoint::kAcknowledgeWritten,
           FailPoint::kAcknowledgeCommitted);
  }
  return true;
}

std::vector<HeldLetter> SqliteHeld::claim_notices(std::size_t notices,
                                                  Seconds before, Seconds now,
                                                  Seconds until,
                                                  std::size_t most) {
  const auto find = [&](Database& database, std::size_t limit) {
    return database.query(
        "SELECT code FROM held_letters WHERE automatic = 0 AND notices < ?"
        " AND at <= ? AND noticed_by <= ? AND code IN"
        " (SELECT code FROM held_recipients WHERE state = 'held')"
        " ORDER BY at, code LIMIT ?",
        number_of(notices), before, now, number_of(limit));
  };
  if (!find(*reader_.take("looking for letters to tell of"), 1).step()) {
    return {};
  }
  const auto database = write("claiming notices");
  Transaction transaction(*database);
  auto row = find(*database, most);
  auto letters = read_letters(*database, row);
  for (const HeldLetter& letter : letters) {
    database
        ->query("UPDATE held_letters SET noticed_by = ? WHERE code = ?", until,
                letter.code)
        .run();
  }
  transaction.commit();
  fail_point(FailPoint::kNoticeClaimed);
  return letters;
}

void SqliteHeld::noticed(std::string_view code, std::string_view detail,
                         Seconds now) {
  const auto database = write("noting a notice");
  Transaction transaction(*database);
  const auto letter = read_letter(*database, code);
  if (!letter) return;
  database
      ->query(
          "UPDATE held_letters SET notices = notices + 1, noticed_by = 0"
          " WHERE code = ?",
          code)
      .run();
  append_action(*database,
                {.number = 0,
                 .at = now,
                 .who = "guard",
                 .event = letter->notices == 0 ? "notice" : "reminder",
                 .code = std::string(code),
                 .recipient = 0,
                 .detail = std::string(detail),
                 .hash = {}});
  commit(transaction, FailPoint::kNoticeWritten, FailPoint::kNoticeCommitted);
}

}  // namespace lostletter::store
