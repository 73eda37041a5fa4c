// SPDX-License-Identifier: Apache-2.0
//
// Opening the SQLite store: whatever can be wrong with a state directory is
// found here, at the start, and said with what to do about it.
#include <algorithm>
#include <cerrno>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/migrations.h"
#include "store/sqlite_store.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;

std::string advice(int code) {
  switch (code) {
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return fmt::format(
          "; the directory and its files must be writable by user id {}",
          ::geteuid());
    case SQLITE_NOTADB:
      return "; move the file away, or name another state directory";
    case SQLITE_CORRUPT:
      return "; restore a copy, or move the file away and begin anew "
             "(confirmed addresses are then asked about again)";
    case SQLITE_BUSY:
      return "; another process holds it: stop that one, or try again";
    case SQLITE_FULL:
      return "; make room on its disk";
    default:
      return "";
  }
}

std::string file_in(const std::string& directory) {
  return directory + "/lostletter.db";
}

// Addresses are nobody else's business; the group may be let in on purpose.
void close_to_others(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 07U) != 0) {
    ::chmod(path.c_str(), status.st_mode & 0770U);
  }
}

// Going over to WAL wants the database for itself for a moment, and SQLite
// does not wait for that by itself.
void use_wal(Database& database, milliseconds busy) {
  const auto deadline = system_clock().steady() + busy;
  while (true) {
    try {
      if (database.text("PRAGMA journal_mode = WAL") == "wal") return;
      database.fail(SQLITE_ERROR,
                    "no WAL here: is the directory on a network file system?");
    } catch (const SqliteError& error) {
      const bool busy_now = error.code() == SQLITE_BUSY;
      if (!busy_now || system_clock().steady() > deadline) throw;
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
}

Database open_writer(const std::string& path, milliseconds busy) {
  Database database(path, Database::Access::kWrite);
  close_to_others(path);  // before -wal and -shm take over its mode
  database.set_busy(busy);
  require_known(database, read_schema(database), migrations());
  if (database.is_read_only()) {
    database.fail(SQLITE_READONLY, sqlite3_errstr(SQLITE_READONLY));
  }
  use_wal(database, busy);
  // secure_delete: what has expired is gone from the file too.
  database.execute(
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;"
      "PRAGMA journal_size_limit = 16777216;"
      // Taken as it is used: learning touches pages all over the file.
      "PRAGMA cache_size = -65536;");
  migrate(database, migrations());
  return database;
}

// A question reads pages all over the file. Each that is not in memory is a
// system call; a large file deserves more of them.
std::int64_t cache_kib(Database& database) {
  constexpr std::int64_t kLeast = 64 << 10;
  constexpr std::int64_t kMost = 256 << 10;
  constexpr std::int64_t kShare = 4;
  const auto bytes = database.integer("PRAGMA page_count") *
                     database.integer("PRAGMA page_size");
  return std::clamp(bytes / 1024 / kShare, kLeast, kMost);
}

Database open_second(const std::string& path, milliseconds busy) {
  Database database(path, Database::Access::kWrite);
  database.set_busy(busy);
  database.execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;");
  database.execute(
      fmt::format("PRAGMA cache_size = -{};", cache_kib(database)).c_str());
  return database;
}

void require_current(Database& database) {
  const Schema schema = read_schema(database);
  require_known(database, schema, migrations());
  if (schema.version < migrations().back().version) {
    database.fail(SQLITE_SCHEMA,
                  fmt::format("its schema has version {}, this program reads "
                              "{}: start 'lostletter serve' once",
                              schema.version, migrations().back().version));
  }
}

// A reader too needs a place for the index of the WAL. Where it may not make
// one, and no WAL is there to be read, the file is whole by itself.
Database open_reader(const std::string& path, milliseconds busy) {
  using enum Database::Access;
  try {
    Database database(path, kRead);
    database.set_busy(busy);
    require_current(database);
    return database;
  } catch (const SqliteError& error) {
    const bool unwritable =
        error.code() == SQLITE_CANTOPEN || error.code() == SQLITE_READONLY;
    const bool has_wal = ::access((path + "-wal").c_str(), F_OK) == 0;
    if (!unwritable || has_wal) throw;
  }
  Database database(path, kImmutable);
  require_current(database);
  return database;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& directory,
                                           milliseconds busy) {
  if (const auto made = make_directory(directory); !made) {
    return fail(made.error().message +
                "; create it, or name another state directory");
  }
  const std::string path = file_in(directory);
  try {
    auto writer = std::make_unique<Connection>(open_writer(path, busy), busy);
    auto reader = std::make_unique<Connection>(open_second(path, busy), busy);
    return std::make_unique<SqliteStore>(std::move(reader), std::move(writer));
  } catch (const SqliteError& error) {
    return fail(error.what() + advice(error.code()));
  }
}

Result<std::unique_ptr<Store>> open_sqlite_reader(
    const std::string& directory) {
  constexpr milliseconds kBusy(2000);
  const std::string path = file_in(directory);
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return fail(fmt::format(
        "store {}: there is none; 'lostletter serve' makes it, or name "
        "another state directory",
        printable(path)));
  }
  try {
    auto reader = std::make_unique<Connection>(open_reader(path, kBusy), kBusy);
    return std::make_unique<SqliteStore>(std::move(reader), nullptr);
  } catch (const SqliteError& error) {
    return fail(error.what() + advice(error.code()));
  }
}

}  // namespace lostletter::store
