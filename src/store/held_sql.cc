// SPDX-License-Identifier: Apache-2.0
#include "store/held_sql.h"

#include <algorithm>

namespace lostletter::store {
namespace {

std::int64_t number_of(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

// The columns that both readers of recipients ask for, in their order.
HeldRecipient recipient_in(const Query& row) {
  HeldRecipient one;
  one.number = static_cast<std::size_t>(row.integer(0));
  one.address = row.text(1);
  one.parameters = row.text(2);
  one.intended = row.text(3);
  one.reference = row.text(4);
  one.reason = row.text(5);
  one.probability = row.real(6);
  one.doubtful = row.integer(7) != 0;
  // A state that only a newer program knows: the schema's version forbids it.
  one.state = parse_held_state(row.text(8)).value();
  one.changed_at = row.time(9);
  one.target = row.text(10);
  one.attempts = static_cast<std::size_t>(row.integer(11));
  one.token = row.text(12);
  one.next_at = row.time(13);
  one.trouble = row.text(14);
  return one;
}

}  // namespace

std::vector<HeldRecipient> read_recipients(Database& database,
                                           std::string_view code) {
  std::vector<HeldRecipient> recipients;
  auto row = database.query(
      "SELECT number, address, parameters, intended, reference, reason,"
      " probability, doubtful, state, changed_at, target, attempts, token,"
      " next_at, trouble FROM held_recipients WHERE code = ? ORDER BY number",
      code);
  while (row.step()) recipients.push_back(recipient_in(row));
  return recipients;
}

std::optional<HeldRecipient> read_recipient(Database& database,
                                            std::string_view code,
                                            std::size_t number) {
  auto row = database.query(
      "SELECT number, address, parameters, intended, reference, reason,"
      " probability, doubtful, state, changed_at, target, attempts, token,"
      " next_at, trouble FROM held_recipients WHERE code = ? AND number = ?",
      code, number_of(number));
  if (!row.step()) return std::nullopt;
  return recipient_in(row);
}

std::optional<HeldLetter> read_letter(Database& database,
                                      std::string_view code) {
  HeldLetter letter;
  {
    auto row = database.query(
        "SELECT code, at, deadline, listener, queue_id, submitter,"
        " reverse_path, parameters, others, subject, message_id, automatic,"
        " size, notices FROM held_letters WHERE code = ?",
        code);
    if (!row.step()) return std::nullopt;
    letter = {.code = row.text(0),
              .at = row.time(1),
              .deadline = row.time(2),
              .listener = row.text(3),
              .queue_id = row.text(4),
              .submitter = row.text(5),
              .reverse_path = row.text(6),
              .parameters = row.text(7),
              .others = row.text(8),
              .subject = row.text(9),
              .message_id = row.text(10),
              .automatic = row.integer(11) != 0,
              .size = static_cast<std::uint64_t>(row.integer(12)),
              .notices = static_cast<std::size_t>(row.integer(13)),
              .recipients = {}};
  }
  letter.recipients = read_recipients(database, code);
  return letter;
}

std::vector<HeldLetter> read_letters(Database& database, Query& codes) {
  std::vector<HeldLetter> letters;
  while (codes.step()) {
    auto letter = read_letter(database, codes.text(0));
    if (letter) letters.push_back(std::move(*letter));
  }
  return letters;
}

void append_action(Database& database, ActionLine line) {
  std::string before;
  line.number = 1;
  {
    auto row = database.query(
        "SELECT number, hash FROM actions ORDER BY number DESC LIMIT 1");
    if (row.step()) {
      line.number = static_cast<std::uint64_t>(row.integer(0)) + 1;
      before = row.text(1);
    }
  }
  line.hash = chain_hash(line, before);
  database
      .query(
          "INSERT INTO actions"
          " (number, at, who, event, code, recipient, detail, hash)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          static_cast<std::int64_t>(line.number), line.at, line.who, line.event,
          line.code, number_of(line.recipient), line.detail, line.hash)
      .run();
}

bool move(Database& database, const Place& place, HeldState from,
          HeldEvent event, const Actor& actor, std::string_view detail,
          Seconds now) {
  const auto to = after(from, event);
  if (!to) return false;
  database
      .query(
          "UPDATE held_recipients SET state = ?, ended = ?, changed_at = ?,"
          " leased_until = 0 WHERE code = ? AND number = ? AND state = ?",
          to_string(*to), std::int64_t{is_final(*to)}, now, place.code,
          number_of(place.number), to_string(from))
      .run();
  if (database.changes() == 0) return false;
  std::string words(detail);
  if (!words.empty() && !actor.reason.empty()) words += ": ";
  words += actor.reason;
  append_action(database, {.number = 0,
                           .at = now,
                           .who = actor.who,
                           .event = std::string(to_string(event)),
                           .code = place.code,
                           .recipient = place.number,
                           .detail = std::move(words),
                           .hash = {}});
  return true;
}

void commit(Transaction& transaction, FailPoint written, FailPoint committed) {
  fail_point(written);
  transaction.commit();
  fail_point(committed);
}

std::size_t write_pieces(Database& database, std::string_view content,
                         std::size_t number, std::string_view bytes,
                         std::size_t most, Seconds now) {
  const auto part = bytes.substr(0, most);
  for (std::size_t begin = 0; begin < part.size(); begin += kPieceSize) {
    database
        .query(
            "INSERT INTO held_pieces (content, number, at, bytes)"
            " VALUES (?, ?, ?, ?)",
            content, number_of(number++), now,
            Blob{part.substr(begin, kPieceSize)})
        .run();
  }
  return part.size();
}

std::size_t remove_content(Connection& writer, const std::string& content) {
  constexpr std::int64_t kPieces = kStepSize / kPieceSize;
  std::size_t removed = 0;
  while (true) {
    const auto database = writer.take("removing a content");
    Transaction transaction(*database);
    database
        ->query(
            "DELETE FROM held_pieces WHERE rowid IN (SELECT rowid FROM"
            " held_pieces WHERE content = ? LIMIT ?)",
            std::string_view(content), kPieces)
        .run();
    const std::size_t step = database->changes();
    transaction.commit();
    removed += step;
    if (step < kPieces) return removed;
  }
}

}  // namespace lostletter::store
