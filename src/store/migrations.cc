// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <cassert>

#include <fmt/format.h>
#include <sqlite3.h>

namespace lostletter::store {
namespace {

// Times are seconds since 1970. Texts from outside are compared byte by byte.
constexpr Migration kMigrations[] = {
    {1, R"(
      CREATE TABLE questions (
        submitter  TEXT NOT NULL,
        recipient  TEXT NOT NULL,
        reference  TEXT NOT NULL,
        asked_at   INTEGER NOT NULL,
        stale_date INTEGER,
        PRIMARY KEY (submitter, recipient)
      ) STRICT;
      CREATE INDEX questions_by_submitter ON questions (submitter, asked_at);
      CREATE INDEX questions_by_time ON questions (asked_at);

      CREATE TABLE confirmations (
        submitter    TEXT NOT NULL,
        recipient    TEXT NOT NULL,
        reference    TEXT NOT NULL,
        confirmed_at INTEGER NOT NULL,
        expires_at   INTEGER NOT NULL,
        PRIMARY KEY (submitter, recipient)
      ) STRICT;
      CREATE INDEX confirmations_by_expiry ON confirmations (expires_at);

      CREATE TABLE verdicts (
        id          TEXT NOT NULL UNIQUE,
        at          INTEGER NOT NULL,
        queue_id    TEXT NOT NULL,
        listener    TEXT NOT NULL,
        submitter   TEXT NOT NULL,
        recipient   TEXT NOT NULL,
        verdict     TEXT NOT NULL,
        action      TEXT NOT NULL,
        probability REAL,
        evidence    TEXT NOT NULL
      ) STRICT;
      CREATE INDEX verdicts_by_time ON verdicts (at);

      CREATE TABLE secrets (
        name  TEXT NOT NULL PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT;

      -- One row, written to learn whether writing works.
      CREATE TABLE probes (
        id    INTEGER PRIMARY KEY CHECK (id = 1),
        times INTEGER NOT NULL
      ) STRICT;
    )"},
    // Who writes to whom (guard/correspondence.h). Addresses are stored once,
    // in lower case; an owner is the address of one of us, or 0 for all of us.
    // Weights are guard::stored_weight(), days count from 1970. A number is
    // never given twice: rows may outlive the address they speak of.
    {2, R"(
      CREATE TABLE domains (
        id   INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE
      ) STRICT;
      CREATE TABLE addresses (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        local_part TEXT NOT NULL,
        domain     INTEGER NOT NULL,
        name       TEXT NOT NULL,
        name_key   TEXT NOT NULL,
        noted_at   INTEGER,
        UNIQUE (local_part, domain)
      ) STRICT;
      CREATE INDEX addresses_by_name ON addresses (name_key)
        WHERE name_key <> '';

      CREATE TABLE address_exchanges (
        owner    INTEGER NOT NULL,
        other    INTEGER NOT NULL,
        sent     INTEGER NOT NULL,
        received INTEGER NOT NULL,
        bounced  INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at  INTEGER NOT NULL,
        weight   REAL NOT NULL,
        PRIMARY KEY (owner, other)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE domain_exchanges (
        owner    INTEGER NOT NULL,
        other    INTEGER NOT NULL,
        sent     INTEGER NOT NULL,
        received INTEGER NOT NULL,
        bounced  INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at  INTEGER NOT NULL,
        weight   REAL NOT NULL,
        PRIMARY KEY (owner, other)
      ) STRICT, WITHOUT ROWID;

      -- Letters of one of us to both; low < high.
      CREATE TABLE co_recipients (
        owner    INTEGER NOT NULL,
        low      INTEGER NOT NULL,
        high     INTEGER NOT NULL,
        letters  INTEGER NOT NULL,
        last_day INTEGER NOT NULL,
        PRIMARY KEY (owner, low, high)
      ) STRICT, WITHOUT ROWID;

      -- What was learnt already, and with whom a letter of a thread was
      -- exchanged. `letter` is a hash of its id.
      CREATE TABLE lessons (
        letter  INTEGER NOT NULL,
        owner   INTEGER NOT NULL,
        other   INTEGER NOT NULL,
        passage INTEGER NOT NULL,
        day     INTEGER NOT NULL,
        PRIMARY KEY (letter, owner, other)
      ) STRICT, WITHOUT ROWID;

      -- How far archives were read; the letters whose end is still to come.
      CREATE TABLE readings (
        fingerprint TEXT NOT NULL PRIMARY KEY,
        position    TEXT NOT NULL,
        at          INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE under_way (
        id      INTEGER PRIMARY KEY CHECK (id = 1),
        letters BLOB NOT NULL,
        at      INTEGER NOT NULL
      ) STRICT;

      -- How many edges there are.
      CREATE TABLE counters (
        name  TEXT NOT NULL PRIMARY KEY,
        value INTEGER NOT NULL
      ) STRICT;

      -- How far the removal of old rows has come in each table: up to here.
      CREATE TABLE sweeps (
        name TEXT NOT NULL PRIMARY KEY,
        key1 INTEGER NOT NULL,
        key2 INTEGER NOT NULL,
        key3 INTEGER NOT NULL
      ) STRICT;
    )"},
    // Whose local parts begin alike, for each of us (beginning_of()). Rows of
    // co_recipients with owner 0 are of the letters of all of us. A row of
    // lessons with an `other` below 0 is a hash of an address, or of "@" and a
    // domain, that was in the thread and nothing more.
    {3, R"(
      CREATE TABLE beginnings (
        owner     INTEGER NOT NULL,
        beginning INTEGER NOT NULL,
        other     INTEGER NOT NULL,
        PRIMARY KEY (owner, beginning, other)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO beginnings (owner, beginning, other)
        SELECT e.owner,
          (coalesce(unicode(a.local_part), 0) << 42)
            | (coalesce(unicode(substr(a.local_part, 2)), 0) << 21)
            | coalesce(unicode(substr(a.local_part, 3)), 0),
          a.id
        FROM address_exchanges e JOIN addresses a ON a.id = e.other
        WHERE e.owner <> 0;
      INSERT INTO co_recipients (owner, low, high, letters, last_day)
        SELECT 0, low, high, sum(letters), max(last_day)
        FROM co_recipients GROUP BY low, high;
    )"},
    // Scores of recipients (store.h); `recipient` is a hash. The row of a
    // person with the recipient 0 tells when they were first met.
    {4, R"(
      CREATE TABLE scores (
        person    TEXT NOT NULL,
        recipient INTEGER NOT NULL,
        at        INTEGER NOT NULL,
        score     REAL NOT NULL,
        asked_at  INTEGER,
        PRIMARY KEY (person, recipient)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX scores_by_time ON scores (at);
    )"},
    // Letters that wait (held.h). `content` names their pieces, empty: none;
    // `ended` says that the state is final.
    // Attempts are known by their token after the letter is gone. Actions are
    // for ever, each with its hash over the one before.
    {5, R"(
      CREATE TABLE held_letters (
        code         TEXT NOT NULL PRIMARY KEY,
        at           INTEGER NOT NULL,
        deadline     INTEGER NOT NULL,
        listener     TEXT NOT NULL,
        queue_id     TEXT NOT NULL,
        submitter    TEXT NOT NULL,
        reverse_path TEXT NOT NULL,
        parameters   TEXT NOT NULL,
        others       TEXT NOT NULL,
        subject      TEXT NOT NULL,
        message_id   TEXT NOT NULL,
        automatic    INTEGER NOT NULL,
        size         INTEGER NOT NULL,
        notices      INTEGER NOT NULL,
        noticed_by   INTEGER NOT NULL,
        content      TEXT NOT NULL,
        content_key  TEXT NOT NULL
      ) STRICT;
      CREATE INDEX held_letters_by_time ON held_letters (at);
      CREATE INDEX held_letters_with_content ON held_letters (content)
        WHERE content <> '';

      CREATE TABLE held_recipients (
        code         TEXT NOT NULL,
        number       INTEGER NOT NULL,
        address      TEXT NOT NULL,
        parameters   TEXT NOT NULL,
        intended     TEXT NOT NULL,
        reference    TEXT NOT NULL,
        reason       TEXT NOT NULL,
        probability  REAL,
        doubtful     INTEGER NOT NULL,
        state        TEXT NOT NULL,
        changed_at   INTEGER NOT NULL,
        target       TEXT NOT NULL,
        attempts     INTEGER NOT NULL,
        token        TEXT NOT NULL,
        next_at      INTEGER NOT NULL,
        trouble      TEXT NOT NULL,
        leased_until INTEGER NOT NULL,
        ended        INTEGER NOT NULL,
        PRIMARY KEY (code, number)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX held_recipients_by_state
        ON held_recipients (state, next_at);
      CREATE INDEX held_recipients_by_token ON held_recipients (token)
        WHERE token <> '';

      CREATE TABLE held_attempts (
        token  TEXT NOT NULL PRIMARY KEY,
        code   TEXT NOT NULL,
        number INTEGER NOT NULL,
        at     INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX held_attempts_by_time ON held_attempts (at);

      CREATE TABLE held_pieces (
        content TEXT NOT NULL,
        number  INTEGER NOT NULL,
        at      INTEGER NOT NULL,
        bytes   BLOB NOT NULL,
        UNIQUE (content, number)
      ) STRICT;

      CREATE TABLE actions (
        number    INTEGER PRIMARY KEY,
        at        INTEGER NOT NULL,
        who       TEXT NOT NULL,
        event     TEXT NOT NULL,
        code      TEXT NOT NULL,
        recipient INTEGER NOT NULL,
        detail    TEXT NOT NULL,
        hash      TEXT NOT NULL
      ) STRICT;
    )"},
    // Who is mostly written to together with one (sqlite_evidence.cc).
    {6, R"(
      CREATE INDEX co_recipients_by_high ON co_recipients (owner, high);
    )"},
    // To whom a person's last letters were (store/past_letters.h). With all
    // columns that are asked for: no row of lessons is looked at.
    {7, R"(
      CREATE INDEX lessons_by_person
        ON lessons (owner, day DESC, letter, other, passage)
        WHERE passage = 0;
    )"},
    // How many have confirmed an address (sqlite_evidence.cc).
    {8, R"(
      CREATE INDEX confirmations_by_recipient ON confirmations (recipient);
    )"},
};

constexpr std::int64_t kApplicationId = 0x4C6F4C65;  // "LoLe"

int newest(std::span<const Migration> steps) { return steps.back().version; }

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Schema read_schema(Database& database) {
  database.query("BEGIN").run();  // one snapshot, also while another creates it
  Schema schema;
  try {
    schema.empty = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
    schema.ours = database.integer("PRAGMA application_id") == kApplicationId;
    schema.version = static_cast<int>(database.integer("PRAGMA user_version"));
  } catch (...) {
    if (database.in_transaction()) database.query("ROLLBACK").run();
    throw;
  }
  database.query("COMMIT").run();
  return schema;
}

void require_known(const Database& database, const Schema& schema,
                   std::span<const Migration> steps) {
  if (!schema.ours && !schema.empty) {
    database.fail(SQLITE_NOTADB, "the file belongs to another program");
  }
  if (schema.version > newest(steps)) {
    database.fail(
        SQLITE_MISMATCH,
        fmt::format("its schema has version {}, this program knows up to {}: "
                    "it was written by a newer lostletter; run that one, or "
                    "restore a copy from before the upgrade",
                    schema.version, newest(steps)));
  }
}

void migrate(Database& database, std::span<const Migration> steps) {
  const Schema before = read_schema(database);
  require_known(database, before, steps);
  if (before.version == newest(steps)) return;

  Transaction transaction(database);
  // Another process may have been here first.
  const auto version = database.integer("PRAGMA user_version");
  for (const Migration& step : steps) {
    assert(&step == &steps[static_cast<std::size_t>(step.version - 1)]);
    if (step.version > version) database.execute(step.sql);
  }
  const auto reached = std::max<std::int64_t>(version, newest(steps));
  database.execute(fmt::format("PRAGMA application_id = {};"
                               "PRAGMA user_version = {};",
                               kApplicationId, reached)
                       .c_str());
  transaction.commit();
}

}  // namespace lostletter::store
