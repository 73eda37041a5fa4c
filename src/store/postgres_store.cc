// SPDX-License-Identifier: Apache-2.0
//
// What the gate asks while mail waits: one statement each.
#include "store/postgres_store.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "store/postgres_confirm.h"

namespace lostletter::store {
namespace {

struct Expiry {
  std::string_view doing;
  std::string_view sql;
};
constexpr Expiry kExpireQuestions = {
    "removing expired questions",
    "DELETE FROM questions WHERE (submitter, recipient) IN"
    " (SELECT submitter, recipient FROM questions"
    "  WHERE asked_at <= $1::bigint LIMIT 500)"};
// They speak for an address longer than they let anybody through.
constexpr Expiry kExpireConfirmations = {
    "removing expired confirmations",
    "DELETE FROM confirmations WHERE (submitter, recipient) IN"
    " (SELECT submitter, recipient FROM confirmations"
    "  WHERE expires_at <= $1::bigint LIMIT 500)"};
constexpr Expiry kExpireVerdicts = {
    "removing expired verdicts",
    "DELETE FROM verdicts WHERE id IN"
    " (SELECT id FROM verdicts WHERE at <= $1::bigint LIMIT 500)"};
// The row of the person itself (recipient 0) goes with the last of the others.
constexpr Expiry kExpireScores = {
    "removing old scores",
    "DELETE FROM scores WHERE (person, recipient) IN"
    " (SELECT person, recipient FROM scores s WHERE at <= $1::bigint"
    "  AND (recipient <> 0 OR NOT EXISTS (SELECT 1 FROM scores o"
    "       WHERE o.person = s.person AND o.at > $1::bigint)) LIMIT 500)"};
constexpr Expiry kExpireReadings = {
    "removing old readings",
    "DELETE FROM readings WHERE fingerprint IN"
    " (SELECT fingerprint FROM readings WHERE at <= $1::bigint LIMIT 500)"};
constexpr Expiry kExpireUnderWay = {
    "removing old letters under way",
    "DELETE FROM under_way WHERE at <= $1::bigint"};

std::size_t remove_until(PostgresPool& pool, const Expiry& expiry,
                         Seconds until) {
  return remove_in_steps(pool, expiry.doing, expiry.sql, until);
}

std::string read_secret(PostgresSession& session) {
  const Rows rows =
      session.query("SELECT value FROM secrets WHERE name = 'addresses'");
  return rows.empty() ? std::string() : rows.bytes(0, 0);
}

// Columns of many records, each an array.
struct VerdictColumns {
  std::vector<std::string> ids, queue_ids, listeners, submitters, recipients,
      verdicts, actions, evidence;
  std::vector<Seconds> at;
  std::vector<double> probabilities;

  explicit VerdictColumns(std::span<const VerdictRecord> records) {
    for (const VerdictRecord& one : records) {
      ids.push_back(key_text(one.id));
      at.push_back(one.at);
      queue_ids.push_back(one.queue_id);
      listeners.push_back(one.listener);
      submitters.push_back(one.submitter);
      recipients.push_back(one.recipient);
      verdicts.push_back(one.verdict);
      actions.push_back(one.action);
      probabilities.push_back(one.probability);
      evidence.push_back(one.evidence);
    }
  }
};

// So that one statement stays of a size that servers like.
constexpr std::size_t kMostVerdicts = 1000;

void save_some(PostgresSession& session,
               std::span<const VerdictRecord> records) {
  const VerdictColumns rows(records);
  session.query(
      "INSERT INTO verdicts (id, at, queue_id, listener, submitter,"
      " recipient, verdict, action, probability, evidence)"
      " SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[],"
      " $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
      " $9::double precision[], $10::text[])"
      " ON CONFLICT (id) DO NOTHING",
      rows.ids, rows.at, rows.queue_ids, rows.listeners, rows.submitters,
      rows.recipients, rows.verdicts, rows.actions, rows.probabilities,
      rows.evidence);
}

}  // namespace

void PostgresStore::save_question(const Question& question) {
  pool_->run("saving a question", [&](PostgresSession& session) {
    session.query(
        "INSERT INTO questions"
        " (submitter, recipient, reference, asked_at, stale_date)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (submitter, recipient) DO UPDATE SET"
        " reference = excluded.reference, asked_at = excluded.asked_at,"
        " stale_date = excluded.stale_date",
        key_text(question.submitter), key_text(question.recipient),
        question.reference, question.asked_at, question.stale_date);
  });
}

std::optional<Question> PostgresStore::find_question(
    std::string_view submitter, std::string_view recipient) {
  const Rows rows =
      pool_->run("looking for a question", [&](PostgresSession& session) {
        return session.query(
            "SELECT reference, asked_at, stale_date FROM questions"
            " WHERE submitter = $1 AND recipient = $2",
            key_text(submitter), key_text(recipient));
      });
  if (rows.empty()) return std::nullopt;
  Question question = {std::string(submitter), std::string(recipient),
                       rows.text(0, 0), rows.time(0, 1), std::nullopt};
  if (!rows.is_null(0, 2)) question.stale_date = rows.time(0, 2);
  return question;
}

std::size_t PostgresStore::count_questions(std::string_view submitter,
                                           Seconds since) {
  const Rows rows =
      pool_->run("counting questions", [&](PostgresSession& session) {
        return session.query(
            "SELECT count(*) FROM questions"
            " WHERE submitter = $1 AND asked_at >= $2",
            key_text(submitter), since);
      });
  return static_cast<std::size_t>(rows.integer(0, 0));
}

void PostgresStore::confirm(const Confirmation& confirmation) {
  // One statement is one transaction.
  pool_->run("saving a confirmation", [&](PostgresSession& session) {
    write_confirmation(session, confirmation);
  });
}

std::optional<Confirmation> PostgresStore::find_confirmation(
    std::string_view submitter, std::string_view recipient, Seconds now) {
  const Rows rows =
      pool_->run("looking for a confirmation", [&](PostgresSession& session) {
        return session.query(
            "SELECT reference, confirmed_at, expires_at FROM confirmations"
            " WHERE submitter = $1 AND recipient = $2 AND expires_at > $3",
            key_text(submitter), key_text(recipient), now);
      });
  if (rows.empty()) return std::nullopt;
  return Confirmation{std::string(submitter), std::string(recipient),
                      rows.text(0, 0), rows.time(0, 1), rows.time(0, 2)};
}

void PostgresStore::save_verdicts(std::span<const VerdictRecord> records) {
  if (records.empty()) return;
  const auto save = [&](PostgresSession& session) {
    for (std::size_t i = 0; i < records.size(); i += kMostVerdicts) {
      save_some(session, records.subspan(
                             i, std::min(kMostVerdicts, records.size() - i)));
    }
  };
  constexpr std::string_view kDoing = "saving verdicts";
  if (records.size() <= kMostVerdicts) {
    pool_->run(kDoing, save);
  } else {
    pool_->transact(kDoing, save);
  }
}

std::optional<VerdictRecord> PostgresStore::find_verdict(std::string_view id) {
  const Rows rows =
      pool_->run("looking for a verdict", [&](PostgresSession& session) {
        return session.query(
            "SELECT at, queue_id, listener, submitter, recipient, verdict,"
            " action, probability, evidence FROM verdicts WHERE id = $1",
            key_text(id));
      });
  if (rows.empty()) return std::nullopt;
  return VerdictRecord{std::string(id), rows.time(0, 0), rows.text(0, 1),
                       rows.text(0, 2), rows.text(0, 3), rows.text(0, 4),
                       rows.text(0, 5), rows.text(0, 6), rows.real(0, 7),
                       rows.text(0, 8)};
}

std::size_t PostgresStore::expire(Seconds now, const Retention& retention) {
  return remove_until(*pool_, kExpireQuestions, now - retention.questions) +
         remove_until(*pool_, kExpireConfirmations,
                      now - retention.correspondence) +
         remove_until(*pool_, kExpireVerdicts, now - retention.verdicts) +
         remove_until(*pool_, kExpireScores, now - guard::Dial::kMostMemory) +
         remove_until(*pool_, kExpireReadings, now - retention.correspondence) +
         remove_until(*pool_, kExpireUnderWay, now - retention.correspondence) +
         sweep_correspondence(*pool_, now, retention) +
         held_.sweep_held(now - retention.held_expected,
                          now - retention.held_ended, now);
}

std::string PostgresStore::secret() {
  std::string known = pool_->run("reading the secret", read_secret);
  if (!known.empty()) return known;
  const std::string made = random_bytes(32);
  return pool_->run("making the secret", [&](PostgresSession& session) {
    session.query(
        "INSERT INTO secrets (name, value) VALUES ('addresses', $1::bytea)"
        " ON CONFLICT (name) DO NOTHING",
        Bytes{made});
    return read_secret(session);  // perhaps another guard's
  });
}

void PostgresStore::probe() {
  pool_->run("trying to write", [](PostgresSession& session) {
    session.query(
        "INSERT INTO probes (id, times) VALUES (1, 1)"
        " ON CONFLICT (id) DO UPDATE SET times = probes.times + 1");
  });
}

}  // namespace lostletter::store
