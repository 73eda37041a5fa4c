// SPDX-License-Identifier: Apache-2.0
//
// How a letter and its content come in, are rewritten under another key, and
// are read again.
#include "store/sqlite_held.h"

#include "store/held_sql.h"

namespace lostletter::store {
namespace {

void insert_recipient(Database& database, const HeldLetter& letter,
                      const HeldRecipient& one) {
  database
      .query(
          "INSERT INTO held_recipients (code, number, address, parameters,"
          " intended, reference, reason, probability, doubtful, state,"
          " changed_at, target, attempts, token, next_at, trouble,"
          " leased_until, ended)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '', ?, '', 0, 0)",
          letter.code, static_cast<std::int64_t>(one.number), one.address,
          one.parameters, one.intended, one.reference, one.reason,
          one.probability, std::int64_t{one.doubtful},
          to_string(HeldState::kExpected), letter.at, letter.at)
      .run();
}

void insert_letter(Database& database, const HeldLetter& letter) {
  database
      .query(
          "INSERT INTO held_letters (code, at, deadline, listener, queue_id,"
          " submitter, reverse_path, parameters, others, subject, message_id,"
          " automatic, size, notices, noticed_by, content, content_key)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '', '')",
          letter.code, letter.at, letter.deadline, letter.listener,
          letter.queue_id, letter.submitter, letter.reverse_path,
          letter.parameters, letter.others, letter.subject, letter.message_id,
          std::int64_t{letter.automatic})
      .run();
}

bool may_arrive(const HeldRecipient& one) {
  return after(one.state, HeldEvent::kArrive).has_value();
}

// Whether the content of the letter is still to come.
Arrived standing(const std::vector<HeldRecipient>& recipients) {
  if (recipients.empty()) return Arrived::kUnknown;
  for (const HeldRecipient& one : recipients) {
    if (may_arrive(one)) return Arrived::kHeld;
  }
  return Arrived::kKnown;
}

void take_in(Database& database, const Arrival& arrival,
             std::string_view content,
             const std::vector<HeldRecipient>& recipients, Seconds now) {
  database
      .query(
          "UPDATE held_letters SET content = ?, content_key = ?, size = ?,"
          " subject = ?, message_id = ?, automatic = ? WHERE code = ?",
          content, arrival.content.key, static_cast<std::int64_t>(arrival.size),
          arrival.subject, arrival.message_id, std::int64_t{arrival.automatic},
          arrival.code)
      .run();
  for (const HeldRecipient& one : recipients) {
    move(database, {arrival.code, one.number}, one.state, HeldEvent::kArrive,
         {.who = "mta", .reason = {}}, {}, now);
  }
}

}  // namespace

Connection::Turn SqliteHeld::write(std::string_view doing) {
  if (writer_ == nullptr) reader_.take(doing)->fail(0, "opened for reading");
  return writer_->take(doing);
}

void SqliteHeld::expect(const HeldLetter& letter) {
  const auto database = write("expecting a letter");
  Transaction transaction(*database);
  insert_letter(*database, letter);
  for (const HeldRecipient& one : letter.recipients) {
    insert_recipient(*database, letter, one);
  }
  append_action(*database, {.number = 0,
                            .at = letter.at,
                            .who = "guard",
                            .event = "expect",
                            .code = letter.code,
                            .recipient = 0,
                            .detail = "recipients: " +
                                      std::to_string(letter.recipients.size()),
                            .hash = {}});
  commit(transaction, FailPoint::kExpectWritten, FailPoint::kExpectCommitted);
}

// All but the last step's worth, a transaction a step, so that others get
// their turns. Returns how many bytes that was: a multiple of pieces.
std::size_t SqliteHeld::write_ahead(std::string_view content,
                                    std::string_view bytes, Seconds now) {
  std::size_t written = 0;
  while (bytes.size() - written > kStepSize) {
    const auto database = write("keeping a content");
    Transaction transaction(*database);
    written += write_pieces(*database, content, written / kPieceSize,
                            bytes.substr(written), kStepSize, now);
    transaction.commit();
    fail_point(FailPoint::kArriveAhead);
  }
  return written;
}

Arrived SqliteHeld::arrive(const Arrival& arrival, Seconds now) {
  const auto before = standing(read_recipients(
      *reader_.take("looking for a held letter"), arrival.code));
  if (before != Arrived::kHeld) return before;

  const std::string content = new_code();
  const std::string_view bytes = arrival.content.bytes;
  const std::size_t written = write_ahead(content, bytes, now);
  Arrived arrived{};
  {
    const auto database = write("keeping a letter");
    Transaction transaction(*database);
    const auto recipients = read_recipients(*database, arrival.code);
    arrived = standing(recipients);
    if (arrived == Arrived::kHeld) {
      write_pieces(*database, content, written / kPieceSize,
                   bytes.substr(written), kStepSize, now);
      take_in(*database, arrival, content, recipients, now);
      commit(transaction, FailPoint::kArriveWritten,
             FailPoint::kArriveCommitted);
      return arrived;
    }
  }
  remove_content(*writer_, content);  // another connection was faster
  return arrived;
}

std::optional<SealedContent> SqliteHeld::held_content(std::string_view code) {
  const auto database = reader_.take("reading a content");
  const Snapshot snapshot(*database);
  SealedContent sealed;
  std::string content;
  {
    auto row = database->query(
        "SELECT content, content_key FROM held_letters"
        " WHERE code = ? AND content <> ''",
        code);
    if (!row.step()) return std::nullopt;
    content = row.text(0);
    sealed.key = row.text(1);
  }
  {
    auto row = database->query(
        "SELECT sum(length(bytes)) FROM held_pieces WHERE content = ?",
        content);
    row.step();
    sealed.bytes.reserve(static_cast<std::size_t>(row.integer(0)));
  }
  auto row = database->query(
      "SELECT bytes FROM held_pieces WHERE content = ? ORDER BY number",
      content);
  while (row.step()) sealed.bytes += row.text(0);
  return sealed;
}

std::vector<std::string> SqliteHeld::sealed_otherwise(std::string_view key,
                                                      std::size_t most) {
  const auto database = reader_.take("looking for contents");
  auto row = database->query(
      "SELECT code FROM held_letters WHERE content <> '' AND content_key <> ?"
      " ORDER BY at, code LIMIT ?",
      key, static_cast<std::int64_t>(most));
  std::vector<std::string> codes;
  while (row.step()) codes.push_back(row.text(0));
  return codes;
}

bool SqliteHeld::reseal(std::string_view code, std::string_view before,
                        const SealedContent& sealed, Seconds now) {
  const std::string content = new_code();
  const std::string_view bytes = sealed.bytes;
  const std::size_t written = write_ahead(content, bytes, now);
  std::string unneeded = content;
  {
    const auto database = write("sealing a content anew");
    Transaction transaction(*database);
    auto row = database->query(
        "SELECT content FROM held_letters"
        " WHERE code = ? AND content <> '' AND content_key = ?",
        code, before);
    if (row.step()) {
      unneeded = row.text(0);
      write_pieces(*database, content, written / kPieceSize,
                   bytes.substr(written), kStepSize, now);
      database
          ->query(
              "UPDATE held_letters SET content = ?, content_key = ?"
              " WHERE code = ?",
              content, sealed.key, code)
          .run();
      commit(transaction, FailPoint::kResealWritten,
             FailPoint::kResealCommitted);
    }
  }
  remove_content(*writer_, unneeded);
  return unneeded != content;
}

}  // namespace lostletter::store
