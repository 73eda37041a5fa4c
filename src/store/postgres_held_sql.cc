// SPDX-License-Identifier: Apache-2.0
#include "store/postgres_held_sql.h"

#include <algorithm>
#include <map>

#include "store/held_sql.h"

namespace lostletter::store {
namespace {

// The columns that readers of recipients ask for, from `column` on.
HeldRecipient recipient_in(const Rows& rows, std::size_t row, int column) {
  HeldRecipient one;
  const auto text = [&](int i) { return rows.text(row, column + i); };
  one.number = static_cast<std::size_t>(rows.integer(row, column));
  one.address = text(1);
  one.parameters = text(2);
  one.intended = text(3);
  one.reference = text(4);
  one.reason = text(5);
  one.probability = rows.real(row, column + 6);
  one.doubtful = rows.integer(row, column + 7) != 0;
  // A state that only a newer program knows: the schema's version forbids it.
  one.state = parse_held_state(text(8)).value();
  one.changed_at = rows.time(row, column + 9);
  one.target = text(10);
  one.attempts = static_cast<std::size_t>(rows.integer(row, column + 11));
  one.token = text(12);
  one.next_at = rows.time(row, column + 13);
  one.trouble = text(14);
  return one;
}

HeldLetter letter_in(const Rows& rows, std::size_t row) {
  return {.code = rows.text(row, 0),
          .at = rows.time(row, 1),
          .deadline = rows.time(row, 2),
          .listener = rows.text(row, 3),
          .queue_id = rows.text(row, 4),
          .submitter = rows.text(row, 5),
          .reverse_path = rows.text(row, 6),
          .parameters = rows.text(row, 7),
          .others = rows.text(row, 8),
          .subject = rows.text(row, 9),
          .message_id = rows.text(row, 10),
          .automatic = rows.integer(row, 11) != 0,
          .size = static_cast<std::uint64_t>(rows.integer(row, 12)),
          .notices = static_cast<std::size_t>(rows.integer(row, 13)),
          .recipients = {}};
}

}  // namespace

std::vector<std::string> first_column(const Rows& rows) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < rows.size(); ++i)
    texts.push_back(rows.text(i, 0));
  return texts;
}

void take_snapshot(PostgresSession& session) {
  session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
}

std::vector<HeldLetter> read_letters(PostgresSession& session,
                                     const std::vector<std::string>& codes) {
  if (codes.empty()) return {};
  std::map<std::string, HeldLetter> found;
  const Rows letters = session.query(
      "SELECT code, at, deadline, listener, queue_id, submitter,"
      " reverse_path, parameters, others, subject, message_id, automatic,"
      " size, notices FROM held_letters WHERE code = ANY($1::text[])",
      codes);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    found.emplace(letters.text(i, 0), letter_in(letters, i));
  }
  const Rows recipients = session.query(
      "SELECT code, number, address, parameters, intended, reference, reason,"
      " probability, doubtful, state, changed_at, target, attempts, token,"
      " next_at, trouble FROM held_recipients WHERE code = ANY($1::text[])"
      " ORDER BY code, number",
      codes);
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    const auto letter = found.find(recipients.text(i, 0));
    if (letter == found.end()) continue;
    letter->second.recipients.push_back(recipient_in(recipients, i, 1));
  }
  std::vector<HeldLetter> ordered;
  for (const std::string& code : codes) {
    const auto letter = found.find(code);
    if (letter != found.end()) ordered.push_back(std::move(letter->second));
  }
  return ordered;
}

HeldChange::HeldChange(PostgresSession& session, std::string_view code)
    : session_(session), code_(code) {
  const Rows rows = session.query(
      "SELECT number, address, parameters, intended, reference, reason,"
      " probability, doubtful, state, changed_at, target, attempts, token,"
      " next_at, trouble FROM held_recipients WHERE code = $1"
      " ORDER BY number FOR UPDATE",
      code);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    recipients_.push_back(recipient_in(rows, i, 0));
  }
}

HeldRecipient* HeldChange::find(std::size_t number) {
  const auto one =
      std::ranges::find(recipients_, number, &HeldRecipient::number);
  return one == recipients_.end() ? nullptr : &*one;
}

bool HeldChange::has_ended() const {
  return std::ranges::all_of(recipients_, [](const HeldRecipient& one) {
    return is_final(one.state);
  });
}

bool HeldChange::move(HeldRecipient& one, HeldEvent event, const Actor& actor,
                      std::string_view detail, Seconds now) {
  const auto to = after(one.state, event);
  if (!to) return false;
  one.state = *to;
  one.changed_at = now;
  std::string words(detail);
  if (!words.empty() && !actor.reason.empty()) words += ": ";
  words += actor.reason;
  lines_.push_back({.number = 0,
                    .at = now,
                    .who = actor.who,
                    .event = std::string(to_string(event)),
                    .code = code_,
                    .recipient = one.number,
                    .detail = std::move(words),
                    .hash = {}});
  return true;
}

// Of those that a line speaks of: nobody has a claim on them any more.
void HeldChange::write_recipients() {
  std::vector<std::int64_t> numbers, attempts, ended;
  std::vector<std::string> states, targets, tokens, troubles;
  std::vector<Seconds> changed, next;
  for (const HeldRecipient& one : recipients_) {
    if (std::ranges::find(lines_, one.number, &ActionLine::recipient) ==
        lines_.end()) {
      continue;
    }
    numbers.push_back(static_cast<std::int64_t>(one.number));
    states.emplace_back(to_string(one.state));
    ended.push_back(is_final(one.state) ? 1 : 0);
    changed.push_back(one.changed_at);
    targets.push_back(one.target);
    attempts.push_back(static_cast<std::int64_t>(one.attempts));
    tokens.push_back(one.token);
    next.push_back(one.next_at);
    troubles.push_back(one.trouble);
  }
  session_.query(
      "UPDATE held_recipients r SET state = q.state, ended = q.ended,"
      " changed_at = q.changed_at, target = q.target, attempts = q.attempts,"
      " token = q.token, next_at = q.next_at, trouble = q.trouble,"
      " leased_until = 0"
      " FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[],"
      "  $6::text[], $7::bigint[], $8::text[], $9::bigint[], $10::text[])"
      "  AS q(number, state, ended, changed_at, target, attempts, token,"
      "   next_at, trouble)"
      " WHERE r.code = $1 AND r.number = q.number",
      code_, numbers, states, ended, changed, targets, attempts, tokens, next,
      troubles);
}

void HeldChange::finish() {
  if (lines_.empty()) return;
  write_recipients();
  append_actions(session_, std::move(lines_));
}

void append_actions(PostgresSession& session, std::vector<ActionLine> lines) {
  const Rows head = session.query(
      "SELECT number, hash FROM action_head WHERE id = 1 FOR UPDATE");
  std::int64_t number = head.integer(0, 0);
  std::string hash = head.text(0, 1);
  std::vector<std::int64_t> numbers, recipients;
  std::vector<Seconds> at;
  std::vector<std::string> who, events, codes, details, hashes;
  for (ActionLine& line : lines) {
    line.number = static_cast<std::uint64_t>(++number);
    hash = chain_hash(line, hash);
    numbers.push_back(number);
    at.push_back(line.at);
    who.push_back(line.who);
    events.push_back(line.event);
    codes.push_back(line.code);
    recipients.push_back(static_cast<std::int64_t>(line.recipient));
    details.push_back(line.detail);
    hashes.push_back(hash);
  }
  session.query(
      "INSERT INTO actions"
      " (number, at, who, event, code, recipient, detail, hash)"
      " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[],"
      "  $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[])",
      numbers, at, who, events, codes, recipients, details, hashes);
  session.query(
      "UPDATE action_head SET number = $1::bigint, hash = $2 WHERE id = 1",
      number, hash);
}

void write_pieces(PostgresSession& session, const std::string& content,
                  std::size_t number, std::string_view bytes, Seconds now) {
  for (std::size_t begin = 0; begin < bytes.size(); begin += kPieceSize) {
    session.query(
        "INSERT INTO held_pieces (content, number, at, bytes)"
        " VALUES ($1, $2, $3, $4::bytea)"
        " ON CONFLICT (content, number) DO NOTHING",
        content, static_cast<std::int64_t>(number++), now,
        Bytes{bytes.substr(begin, kPieceSize)});
  }
}

}  // namespace lostletter::store
