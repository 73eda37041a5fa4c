// SPDX-License-Identifier: Apache-2.0
//
// How a letter and its content come in, are rewritten under another key, and
// are read again.
#include "store/postgres_held.h"

#include <algorithm>

#include "store/held_sql.h"
#include "store/postgres_held_sql.h"

namespace lostletter::store {
namespace {

using Patience = PostgresPool::Patience;

void insert_letter(PostgresSession& session, const HeldLetter& letter) {
  session.query(
      "INSERT INTO held_letters (code, at, deadline, listener, queue_id,"
      " submitter, reverse_path, parameters, others, subject, message_id,"
      " automatic, size, notices, noticed_by, content, content_key)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0,"
      " '', '')",
      letter.code, letter.at, letter.deadline, letter.listener, letter.queue_id,
      letter.submitter, letter.reverse_path, letter.parameters, letter.others,
      letter.subject, letter.message_id, std::int64_t{letter.automatic});
}

void insert_recipients(PostgresSession& session, const HeldLetter& letter) {
  std::vector<std::int64_t> numbers, doubtful;
  std::vector<std::string> addresses, parameters, intended, references, reasons;
  std::vector<double> probabilities;
  for (const HeldRecipient& one : letter.recipients) {
    numbers.push_back(static_cast<std::int64_t>(one.number));
    addresses.push_back(one.address);
    parameters.push_back(one.parameters);
    intended.push_back(one.intended);
    references.push_back(one.reference);
    reasons.push_back(one.reason);
    probabilities.push_back(one.probability);
    doubtful.push_back(one.doubtful ? 1 : 0);
  }
  session.query(
      "INSERT INTO held_recipients (code, number, address, parameters,"
      " intended, reference, reason, probability, doubtful, state,"
      " changed_at, target, attempts, token, next_at, trouble,"
      " leased_until, ended)"
      " SELECT $1, n, a, p, i, e, w, y, d, $2, $3::bigint, '', 0, '',"
      "  $3::bigint, '', 0, 0"
      " FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[],"
      "  $8::text[], $9::text[], $10::double precision[], $11::bigint[])"
      "  AS q(n, a, p, i, e, w, y, d)",
      letter.code, to_string(HeldState::kExpected), letter.at, numbers,
      addresses, parameters, intended, references, reasons, probabilities,
      doubtful);
}

// Whether the content of the letter is still to come.
Arrived standing(const std::vector<HeldRecipient>& recipients) {
  if (recipients.empty()) return Arrived::kUnknown;
  const bool may = std::ranges::any_of(recipients, [](const auto& one) {
    return after(one.state, HeldEvent::kArrive).has_value();
  });
  return may ? Arrived::kHeld : Arrived::kKnown;
}

void take_in(PostgresSession& session, HeldChange& change,
             const Arrival& arrival, const std::string& content, Seconds now) {
  session.query(
      "UPDATE held_letters SET content = $2, content_key = $3,"
      " size = $4::bigint, subject = $5, message_id = $6,"
      " automatic = $7::bigint WHERE code = $1",
      arrival.code, content, arrival.content.key,
      static_cast<std::int64_t>(arrival.size), arrival.subject,
      arrival.message_id, std::int64_t{arrival.automatic});
  for (HeldRecipient& one : change.recipients()) {
    change.move(one, HeldEvent::kArrive, {.who = "mta", .reason = {}}, {}, now);
  }
  change.finish();
}

}  // namespace

void PostgresHeld::expect(const HeldLetter& letter) {
  pool_.transact("expecting a letter", [&](PostgresSession& session) {
    insert_letter(session, letter);
    insert_recipients(session, letter);
    append_actions(
        session,
        {{.number = 0,
          .at = letter.at,
          .who = "guard",
          .event = "expect",
          .code = letter.code,
          .recipient = 0,
          .detail = "recipients: " + std::to_string(letter.recipients.size()),
          .hash = {}}});
    fail_point(FailPoint::kExpectWritten);
  });
  fail_point(FailPoint::kExpectCommitted);
}

// All but the last step's worth, a piece a statement. Returns how many bytes
// that was: a multiple of pieces.
std::size_t PostgresHeld::write_ahead(const std::string& content,
                                      std::string_view bytes, Seconds now) {
  std::size_t written = 0;
  while (bytes.size() - written > kStepSize) {
    pool_.run("keeping a content", [&](PostgresSession& session) {
      write_pieces(session, content, written / kPieceSize,
                   bytes.substr(written, kPieceSize), now);
    });
    written += kPieceSize;
    fail_point(FailPoint::kArriveAhead);
  }
  return written;
}

std::size_t PostgresHeld::remove_content(const std::string& content) {
  return pool_.run(
      "removing a content",
      [&](PostgresSession& session) {
        return session
            .query("DELETE FROM held_pieces WHERE content = $1", content)
            .changed();
      },
      Patience::kPatient);
}

Arrived PostgresHeld::arrive(const Arrival& arrival, Seconds now) {
  const auto letter = find_held(arrival.code);
  const Arrived before =
      letter ? standing(letter->recipients) : Arrived::kUnknown;
  if (before != Arrived::kHeld) return before;

  const std::string content = new_code();
  const std::string_view bytes = arrival.content.bytes;
  const std::size_t written = write_ahead(content, bytes, now);
  const Arrived arrived = pool_.transact(
      "keeping a letter",
      [&](PostgresSession& session) {
        // The content first: nobody waits for the rows that are locked then.
        write_pieces(session, content, written / kPieceSize,
                     bytes.substr(written), now);
        HeldChange change(session, arrival.code);
        const Arrived stands = standing(change.recipients());
        if (stands == Arrived::kHeld) {
          take_in(session, change, arrival, content, now);
          fail_point(FailPoint::kArriveWritten);
        }
        return stands;
      },
      Patience::kPatient);
  if (!committed(arrived == Arrived::kHeld, FailPoint::kArriveCommitted)) {
    remove_content(content);  // another was faster
  }
  return arrived;
}

std::optional<SealedContent> PostgresHeld::held_content(std::string_view code) {
  return pool_.transact(
      "reading a content",
      [&](PostgresSession& session) -> std::optional<SealedContent> {
        take_snapshot(session);
        const Rows rows = session.query(
            "SELECT content, content_key FROM held_letters"
            " WHERE code = $1 AND content <> ''",
            code);
        if (rows.empty()) return std::nullopt;
        SealedContent sealed = {.key = rows.text(0, 1), .bytes = {}};
        for (std::int64_t number = 0;; ++number) {
          const Rows piece = session.query(
              "SELECT bytes FROM held_pieces"
              " WHERE content = $1 AND number = $2",
              rows.text(0, 0), number);
          if (piece.empty()) return sealed;
          sealed.bytes += piece.bytes(0, 0);
        }
      },
      Patience::kPatient);
}

std::vector<std::string> PostgresHeld::sealed_otherwise(std::string_view key,
                                                        std::size_t most) {
  return pool_.run("looking for contents", [&](PostgresSession& session) {
    return first_column(session.query(
        "SELECT code FROM held_letters WHERE content <> ''"
        " AND content_key <> $1 ORDER BY at, code LIMIT $2::bigint",
        key, static_cast<std::int64_t>(most)));
  });
}

bool PostgresHeld::reseal(std::string_view code, std::string_view before,
                          const SealedContent& sealed, Seconds now) {
  const std::string content = new_code();
  const std::string_view bytes = sealed.bytes;
  const std::size_t written = write_ahead(content, bytes, now);
  const std::string unneeded = pool_.transact(
      "sealing a content anew",
      [&](PostgresSession& session) {
        const HeldChange lock(session, code);
        const Rows rows = session.query(
            "SELECT content FROM held_letters WHERE code = $1"
            " AND content <> '' AND content_key = $2 FOR UPDATE",
            code, before);
        if (rows.empty()) return content;
        write_pieces(session, content, written / kPieceSize,
                     bytes.substr(written), now);
        session.query(
            "UPDATE held_letters SET content = $2, content_key = $3"
            " WHERE code = $1",
            code, content, sealed.key);
        fail_point(FailPoint::kResealWritten);
        return rows.text(0, 0);
      },
      Patience::kPatient);
  committed(unneeded != content, FailPoint::kResealCommitted);
  remove_content(unneeded);
  return unneeded != content;
}

}  // namespace lostletter::store
