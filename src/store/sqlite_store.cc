// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_store.h"

#include "base/random.h"
#include "store/sqlite_confirm.h"
#include "store/sweep.h"

namespace lostletter::store {
namespace {

// Removing has no limit of its own time, so that it never keeps others waiting:
// it goes in steps of so many rows, each a transaction.
constexpr std::int64_t kExpireStep = 500;

struct Expiry {
  std::string_view doing;
  std::string_view sql;
};
constexpr Expiry kExpireQuestions = {
    "removing expired questions",
    "DELETE FROM questions WHERE rowid IN "
    "(SELECT rowid FROM questions WHERE asked_at <= ?1 LIMIT ?2)"};
// They speak for an address longer than they let anybody through.
constexpr Expiry kExpireConfirmations = {
    "removing expired confirmations",
    "DELETE FROM confirmations WHERE rowid IN "
    "(SELECT rowid FROM confirmations WHERE expires_at <= ?1 LIMIT ?2)"};
constexpr Expiry kExpireVerdicts = {
    "removing expired verdicts",
    "DELETE FROM verdicts WHERE rowid IN "
    "(SELECT rowid FROM verdicts WHERE at <= ?1 LIMIT ?2)"};

// The row of the person itself (recipient 0) goes with the last of the others.
constexpr Expiry kExpireScores = {
    "removing old scores",
    "DELETE FROM scores WHERE (person, recipient) IN "
    "(SELECT person, recipient FROM scores s WHERE at <= ?1 AND (recipient <> 0"
    " OR NOT EXISTS (SELECT 1 FROM scores o"
    "  WHERE o.person = s.person AND o.at > ?1)) LIMIT ?2)"};

constexpr Expiry kExpireReadings = {
    "removing old readings",
    "DELETE FROM readings WHERE fingerprint IN "
    "(SELECT fingerprint FROM readings WHERE at <= ?1 LIMIT ?2)"};
constexpr Expiry kExpireUnderWay = {
    "removing old letters under way",
    "DELETE FROM under_way WHERE id IN "
    "(SELECT id FROM under_way WHERE at <= ?1 LIMIT ?2)"};

std::size_t remove_until(Connection& writer, const Expiry& expiry,
                         Seconds until) {
  std::size_t removed = 0;
  while (true) {
    const auto database = writer.take(expiry.doing);
    Transaction transaction(*database);
    database->query(expiry.sql, until, kExpireStep).run();
    const std::size_t step = database->changes();
    transaction.commit();
    removed += step;
    if (step < static_cast<std::size_t>(kExpireStep)) return removed;
  }
}

std::string find_secret(Database& database) {
  return database.text("SELECT value FROM secrets WHERE name = 'addresses'");
}

}  // namespace

Connection::Turn SqliteStore::write(std::string_view doing) {
  if (writer_ == nullptr) reader_->take(doing)->fail(0, "opened for reading");
  return writer_->take(doing);
}

void SqliteStore::save_question(const Question& question) {
  const auto database = write("saving a question");
  Transaction transaction(*database);
  database
      ->query(
          "INSERT INTO questions"
          " (submitter, recipient, reference, asked_at, stale_date)"
          " VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (submitter, recipient) DO UPDATE SET"
          " reference = excluded.reference, asked_at = excluded.asked_at,"
          " stale_date = excluded.stale_date",
          question.submitter, question.recipient, question.reference,
          question.asked_at, question.stale_date)
      .run();
  transaction.commit();
}

std::optional<Question> SqliteStore::find_question(std::string_view submitter,
                                                   std::string_view recipient) {
  const auto database = reader_->take("looking for a question");
  auto row = database->query(
      "SELECT submitter, recipient, reference, asked_at, stale_date"
      " FROM questions WHERE submitter = ? AND recipient = ?",
      submitter, recipient);
  if (!row.step()) return std::nullopt;
  Question question = {row.text(0), row.text(1), row.text(2), row.time(3), {}};
  if (!row.is_null(4)) question.stale_date = row.time(4);
  return question;
}

std::size_t SqliteStore::count_questions(std::string_view submitter,
                                         Seconds since) {
  const auto database = reader_->take("counting questions");
  auto row = database->query(
      "SELECT count(*) FROM questions WHERE submitter = ? AND asked_at >= ?",
      submitter, since);
  row.step();
  return static_cast<std::size_t>(row.integer(0));
}

void SqliteStore::confirm(const Confirmation& confirmation) {
  const auto database = write("saving a confirmation");
  Transaction transaction(*database);
  write_confirmation(*database, confirmation);
  transaction.commit();
}

std::optional<Confirmation> SqliteStore::find_confirmation(
    std::string_view submitter, std::string_view recipient, Seconds now) {
  const auto database = reader_->take("looking for a confirmation");
  auto row = database->query(
      "SELECT submitter, recipient, reference, confirmed_at, expires_at"
      " FROM confirmations"
      " WHERE submitter = ? AND recipient = ? AND expires_at > ?",
      submitter, recipient, now);
  if (!row.step()) return std::nullopt;
  return Confirmation{row.text(0), row.text(1), row.text(2), row.time(3),
                      row.time(4)};
}

void SqliteStore::save_verdicts(std::span<const VerdictRecord> records) {
  if (records.empty()) return;
  const auto database = write("saving verdicts");
  Transaction transaction(*database);
  for (const VerdictRecord& record : records) {
    database
        ->query(
            "INSERT INTO verdicts (id, at, queue_id, listener, submitter,"
            " recipient, verdict, action, probability, evidence)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            record.id, record.at, record.queue_id, record.listener,
            record.submitter, record.recipient, record.verdict, record.action,
            record.probability, record.evidence)
        .run();
  }
  transaction.commit();
}

std::optional<VerdictRecord> SqliteStore::find_verdict(std::string_view id) {
  const auto database = reader_->take("looking for a verdict");
  auto row = database->query(
      "SELECT id, at, queue_id, listener, submitter, recipient, verdict,"
      " action, probability, evidence FROM verdicts WHERE id = ?",
      id);
  if (!row.step()) return std::nullopt;
  return VerdictRecord{row.text(0), row.time(1), row.text(2), row.text(3),
                       row.text(4), row.text(5), row.text(6), row.text(7),
                       row.real(8), row.text(9)};
}

std::size_t SqliteStore::expire(Seconds now, const Retention& retention) {
  write("removing what has expired");  // may it?
  return remove_until(*writer_, kExpireQuestions, now - retention.questions) +
         remove_until(*writer_, kExpireConfirmations,
                      now - retention.correspondence) +
         remove_until(*writer_, kExpireVerdicts, now - retention.verdicts) +
         remove_until(*writer_, kExpireScores, now - guard::Dial::kMostMemory) +
         remove_until(*writer_, kExpireReadings,
                      now - retention.correspondence) +
         remove_until(*writer_, kExpireUnderWay,
                      now - retention.correspondence) +
         sweep_correspondence(*writer_, now, retention) +
         held_.sweep_held(now - retention.held_expected,
                          now - retention.held_ended, now);
}

std::string SqliteStore::secret() {
  {
    const auto database = reader_->take("reading the secret");
    std::string known = find_secret(*database);
    if (!known.empty()) return known;
  }
  const auto database = write("making the secret");
  Transaction transaction(*database);
  database
      ->query(
          "INSERT INTO secrets (name, value) VALUES ('addresses', ?)"
          " ON CONFLICT (name) DO NOTHING",
          Blob{random_bytes(32)})
      .run();
  std::string made = find_secret(*database);  // perhaps another process's
  transaction.commit();
  return made;
}

void SqliteStore::probe() {
  const auto database = write("trying to write");
  // Writing would still work, into a file that nobody will ever open again.
  if (database->has_moved()) {
    database->fail(0, "the file was removed or replaced; restart lostletter");
  }
  Transaction transaction(*database);
  database
      ->query(
          "INSERT INTO probes (id, times) VALUES (1, 1)"
          " ON CONFLICT (id) DO UPDATE SET times = times + 1")
      .run();
  transaction.commit();
}

}  // namespace lostletter::store
