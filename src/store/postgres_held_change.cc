// SPDX-License-Identifier: Apache-2.0
//
// Answers, attempts and what came of them: each one transaction that locks the
// letter's recipients, moves one as a row of the table says, and writes the
// line of the action log.
#include "store/postgres_confirm.h"
#include "store/postgres_held.h"
#include "store/postgres_held_sql.h"

namespace lostletter::store {
namespace {

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
void begin_work(HeldRecipient& one, Seconds next_at, std::string_view trouble) {
  one.attempts = 0;
  one.token.clear();
  one.next_at = next_at;
  one.trouble = trouble;
}

bool set_free(HeldChange& change, HeldRecipient& one, std::string_view target,
              const Actor& actor, Seconds now) {
  const std::string to(target.empty() ? one.address : std::string(target));
  const auto* detail = to == one.address ? "as typed" : "mended";
  if (!change.move(one, HeldEvent::kRelease, actor, detail, now)) return false;
  one.target = to;
  begin_work(one, now, {});
  return true;
}

// Those held along go once nobody doubtful is waited for.
void release_along(HeldChange& change, const Actor& actor, Seconds now) {
  for (const HeldRecipient& one : change.recipients()) {
    if (one.doubtful && one.state == HeldState::kHeld) return;
  }
  for (HeldRecipient& one : change.recipients()) {
    if (one.state == HeldState::kHeld) set_free(change, one, {}, actor, now);
  }
}

// The recipient of a claim, while it is the last one.
HeldRecipient* still_claimed(HeldChange& change, const Claim& claim) {
  HeldRecipient* one = change.find(claim.letter.recipients.front().number);
  return one != nullptr && one->token == claim.token ? one : nullptr;
}

bool is_claim(const Claim& claim) {
  return !claim.token.empty() && !claim.letter.recipients.empty();
}

}  // namespace

bool PostgresHeld::decide(const HeldAnswer& answer, const Actor& actor,
                          Seconds now) {
  const auto& [code, number, event, target, confirmation] = answer;
  if (!is_answer(event)) return false;
  const bool changed = pool_.transact(
      "answering for a held letter", [&](PostgresSession& session) {
        HeldChange change(session, code);
        HeldRecipient* one = change.find(number);
        if (one == nullptr) return false;
        if (event == HeldEvent::kRelease) {
          if (!set_free(change, *one, target, actor, now)) return false;
        } else {
          if (!change.move(*one, event, actor, {}, now)) return false;
          begin_work(*one, now, {});
        }
        release_along(change, actor, now);
        if (confirmation != nullptr) {
          write_confirmation(session, *confirmation);
        }
        change.finish();  // the end of the action log is locked last
        fail_point(FailPoint::kAnswerWritten);
        return true;
      });
  return committed(changed, FailPoint::kAnswerCommitted);
}

std::vector<Claim> PostgresHeld::claim(HeldState state, Seconds now,
                                       Seconds until, std::size_t most) {
  if (state != HeldState::kReleasing && state != HeldState::kReturning) {
    return {};
  }
  // Mostly there is nothing to do.
  const bool any = pool_.run("looking for work", [&](PostgresSession& session) {
    return !session
                .query(
                    "SELECT 1 FROM held_recipients WHERE state = $1"
                    " AND next_at <= $2 AND leased_until <= $2 LIMIT 1",
                    to_string(state), now)
                .empty();
  });
  if (!any) return {};
  auto taken =
      pool_.transact("claiming held letters", [&](PostgresSession& session) {
        // What another guard has locked is its business.
        const Rows rows = session.query(
            "SELECT code, number FROM held_recipients WHERE state = $1"
            " AND next_at <= $2 AND leased_until <= $2"
            " ORDER BY next_at, code, number LIMIT $3::bigint"
            " FOR UPDATE SKIP LOCKED",
            to_string(state), now, static_cast<std::int64_t>(most));
        const std::vector<std::string> codes = first_column(rows);
        std::vector<std::int64_t> numbers;
        std::vector<std::string> tokens;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          numbers.push_back(rows.integer(i, 1));
          tokens.push_back(new_code());
        }
        session.query(
            "UPDATE held_recipients r SET token = q.token,"
            " attempts = attempts + 1, leased_until = $4::bigint"
            " FROM unnest($1::text[], $2::bigint[], $3::text[])"
            "  AS q(code, number, token)"
            " WHERE r.code = q.code AND r.number = q.number",
            codes, numbers, tokens, until);
        std::vector<Claim> claims;
        // One letter for each claim, also where several are of the same letter.
        for (std::size_t i = 0; i < codes.size(); ++i) {
          auto letters = read_letters(session, {codes[i]});
          if (letters.empty()) continue;
          std::erase_if(letters[0].recipients, [&](const HeldRecipient& one) {
            return static_cast<std::int64_t>(one.number) != numbers[i];
          });
          claims.push_back({std::move(letters[0]), tokens[i]});
        }
        fail_point(FailPoint::kClaimWritten);
        return claims;
      });
  fail_point(FailPoint::kClaimCommitted);
  return taken;
}

bool PostgresHeld::hand(const Claim& claim, const Actor& actor, Seconds now) {
  if (!is_claim(claim)) return false;
  const bool changed = pool_.transact(
      "handing over a held letter", [&](PostgresSession& session) {
        HeldChange change(session, claim.letter.code);
        HeldRecipient* one = still_claimed(change, claim);
        if (one == nullptr ||
            !change.move(*one, HeldEvent::kHand, actor,
                         "attempt " + std::to_string(one->attempts), now)) {
          return false;
        }
        session.query(
            "INSERT INTO held_attempts (token, code, number, at)"
            " VALUES ($1, $2, $3, $4)",
            claim.token, claim.letter.code,
            static_cast<std::int64_t>(one->number), now);
        change.finish();
        fail_point(FailPoint::kHandWritten);
        return true;
      });
  return committed(changed, FailPoint::kHandCommitted);
}

bool PostgresHeld::settle(const Claim& claim, HeldEvent event,
                          std::string_view trouble, Seconds next_at,
                          const Actor& actor, Seconds now) {
  if (!is_outcome(event) || !is_claim(claim)) return false;
  const bool changed =
      pool_.transact("settling a held letter", [&](PostgresSession& session) {
        HeldChange change(session, claim.letter.code);
        HeldRecipient* one = still_claimed(change, claim);
        if (one == nullptr) return false;
        const bool accepted = event == HeldEvent::kAccepted;
        if (!change.move(*one, event, actor,
                         accepted ? trouble : std::string_view(), now)) {
          return false;
        }
        if (event == HeldEvent::kRefused) {
          begin_work(*one, now, trouble);
        } else {
          if (event == HeldEvent::kDeferred) one->token.clear();
          one->next_at = next_at;
          one->trouble = accepted ? std::string_view() : trouble;
        }
        change.finish();
        fail_point(FailPoint::kSettleWritten);
        return true;
      });
  return committed(changed, FailPoint::kSettleCommitted);
}

bool PostgresHeld::acknowledge(std::string_view token, Seconds now) {
  const bool changed = pool_.transact(
      "acknowledging a held letter", [&](PostgresSession& session) {
        const Rows rows = session.query(
            "SELECT code, number FROM held_attempts WHERE token = $1", token);
        if (rows.empty()) return false;
        HeldChange change(session, rows.text(0, 0));
        HeldRecipient* one =
            change.find(static_cast<std::size_t>(rows.integer(0, 1)));
        if (one != nullptr) {
          change.move(*one, HeldEvent::kAcknowledged,
                      {.who = "mta", .reason = {}}, {}, now);
        }
        change.finish();
        fail_point(FailPoint::kAcknowledgeWritten);
        return true;
      });
  return committed(changed, FailPoint::kAcknowledgeCommitted);
}

std::vector<HeldLetter> PostgresHeld::claim_notices(std::size_t notices,
                                                    Seconds before, Seconds now,
                                                    Seconds until,
                                                    std::size_t most) {
  auto taken = pool_.transact("claiming notices", [&](PostgresSession&
                                                          session) {
    const std::vector<std::string> codes = first_column(session.query(
        "SELECT l.code FROM held_letters l WHERE l.automatic = 0"
        " AND l.notices < $1 AND l.at <= $2 AND l.noticed_by <= $3"
        " AND EXISTS (SELECT 1 FROM held_recipients r"
        "  WHERE r.code = l.code AND r.state = 'held')"
        " ORDER BY l.at, l.code LIMIT $4::bigint FOR UPDATE OF l SKIP LOCKED",
        static_cast<std::int64_t>(notices), before, now,
        static_cast<std::int64_t>(most)));
    if (codes.empty()) return std::vector<HeldLetter>();
    session.query(
        "UPDATE held_letters SET noticed_by = $2::bigint"
        " WHERE code = ANY($1::text[])",
        codes, until);
    return read_letters(session, codes);
  });
  if (!taken.empty()) fail_point(FailPoint::kNoticeClaimed);
  return taken;
}

void PostgresHeld::noticed(std::string_view code, std::string_view detail,
                           Seconds now) {
  const bool changed =
      pool_.transact("noting a notice", [&](PostgresSession& session) {
        const Rows rows = session.query(
            "UPDATE held_letters SET notices = notices + 1, noticed_by = 0"
            " WHERE code = $1 RETURNING notices",
            code);
        if (rows.empty()) return false;
        append_actions(
            session, {{.number = 0,
                       .at = now,
                       .who = "guard",
                       .event = rows.integer(0, 0) == 1 ? "notice" : "reminder",
                       .code = std::string(code),
                       .recipient = 0,
                       .detail = std::string(detail),
                       .hash = {}}});
        fail_point(FailPoint::kNoticeWritten);
        return true;
      });
  committed(changed, FailPoint::kNoticeCommitted);
}

}  // namespace lostletter::store
