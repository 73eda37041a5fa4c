// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/migrations.h"
#include "store/names.h"
#include "store/sqlite.h"

namespace lostletter::store {
namespace {

constexpr std::chrono::milliseconds kBusy(500);

constexpr Migration kSteps[] = {
    {1, R"(
      CREATE TABLE facts (
        kind   TEXT NOT NULL,
        name   TEXT NOT NULL,
        value  BLOB NOT NULL,
        until  INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX facts_by_end ON facts (until);
    )"},
};

class SqliteNames final : public NameFacts {
 public:
  SqliteNames(Database database, bool writes)
      : database_(std::move(database)), writes_(writes) {}

  void save(std::span<const NameFact> facts) override {
    if (!writes_ || facts.empty()) return;
    database_.set_doing("saving what the DNS said");
    Transaction transaction(database_);
    for (const NameFact& fact : facts) {
      database_
          .query(
              "INSERT OR REPLACE INTO facts (kind, name, value, until)"
              " VALUES (?, ?, ?, ?)",
              std::string_view(fact.kind), std::string_view(fact.name),
              Blob{fact.value}, fact.until)
          .run();
    }
    transaction.commit();
  }

  std::optional<NameFact> find(std::string_view kind, std::string_view name,
                               Seconds now) override {
    database_.set_doing("looking up what the DNS said");
    auto query = database_.query(
        "SELECT value, until FROM facts"
        " WHERE kind = ? AND name = ? AND until > ?",
        kind, name, now);
    if (!query.step()) return std::nullopt;
    return NameFact{std::string(kind), std::string(name), query.text(0),
                    query.time(1)};
  }

  std::size_t expire(Seconds now) override {
    if (!writes_) return 0;
    database_.set_doing("forgetting what the DNS said");
    database_.query("DELETE FROM facts WHERE until <= ?", now).run();
    return database_.changes();
  }

 private:
  Database database_;
  bool writes_;
};

// Without a file.
class NoNames final : public NameFacts {
 public:
  void save(std::span<const NameFact>) override {}
  std::optional<NameFact> find(std::string_view, std::string_view,
                               Seconds) override {
    return std::nullopt;
  }
  std::size_t expire(Seconds) override { return 0; }
};

std::unique_ptr<NameFacts> open_writer(const std::string& path) {
  Database database(path, Database::Access::kWrite);
  ::chmod(path.c_str(), 0640);
  database.set_busy(kBusy);
  require_known(database, read_schema(database), kSteps);
  // What the last moments knew may be asked again after a power cut.
  database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
      "PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 4194304;");
  migrate(database, kSteps);
  return std::make_unique<SqliteNames>(std::move(database), true);
}

}  // namespace

Result<std::unique_ptr<NameFacts>> open_sqlite_names(
    const std::string& directory, NamesAccess access) {
  const std::string path = directory + "/names.db";
  try {
    if (access == NamesAccess::kRead) {
      if (::access(path.c_str(), R_OK) != 0) return std::make_unique<NoNames>();
      Database database(path, Database::Access::kRead);
      database.set_busy(kBusy);
      require_known(database, read_schema(database), kSteps);
      return std::make_unique<SqliteNames>(std::move(database), false);
    }
    if (const auto made = make_directory(directory); !made) {
      return std::unexpected(made.error());
    }
    return open_writer(path);
  } catch (const SqliteError& error) {
    return fail(
        fmt::format("{}; nothing in it is lost for good: move the file "
                    "away, and a new one is made",
                    error.what()));
  }
}

}  // namespace lostletter::store
