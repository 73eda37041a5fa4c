// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/text.h"

namespace lostletter::store {
namespace {

constexpr int kPrimary = 0xFF;  // of an extended result code

// sqlite.org/uri.html: the only way to ask for an immutable database.
std::string immutable_uri(std::string_view path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || c == '/' || c == '.' ||
                       c == '-' || c == '_';
    if (plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return uri + "?immutable=1";
}

int flags_for(Database::Access access) {
  // Connections are serialised by their owners.
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Database::Access::kWrite:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Access::kRead:
      return kCommon | SQLITE_OPEN_READONLY;
    case Database::Access::kImmutable:
      return kCommon | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  std::unreachable();
}

void roll_back(Database& database) {
  // SQLite has rolled back already after some failures.
  if (!database.in_transaction()) return;
  try {
    database.query("ROLLBACK").run();
  } catch (const StoreError&) {  // NOLINT(bugprone-empty-catch)
    // The failure that brought us here is on its way to the caller.
  }
}

// A view without bytes may point nowhere, which SQLite takes for NULL.
const char* bytes_of(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);  // lets go of the copies
}

void Query::check(int result) const {
  if (result != SQLITE_OK) database_.fail(result);
}

void Query::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement_, parameter, bytes_of(text), text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int parameter, Blob blob) {
  check(sqlite3_bind_blob64(statement_, parameter, bytes_of(blob.bytes),
                            blob.bytes.size(), SQLITE_TRANSIENT));
}

void Query::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter, value));
}

void Query::bind(int parameter, double value) {
  check(sqlite3_bind_double(statement_, parameter, value));
}

void Query::bind(int parameter, Seconds time) {
  bind(parameter, std::int64_t{time.time_since_epoch().count()});
}

void Query::bind(int parameter, std::optional<Seconds> time) {
  if (time) {
    bind(parameter, *time);
  } else {
    check(sqlite3_bind_null(statement_, parameter));
  }
}

bool Query::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) database_.fail(result);
  return false;
}

std::string Query::text(int column) const {
  // column_blob gives the bytes as they are stored, for either type.
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
  if (is_null(column)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_, column);
}

Seconds Query::time(int column) const {
  return Seconds(Duration(integer(column)));
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Database::Database(std::string path, Access access) : path_(std::move(path)) {
  const std::string name =
      access == Access::kImmutable ? immutable_uri(path_) : path_;
  sqlite3* handle = nullptr;
  const int result =
      sqlite3_open_v2(name.c_str(), &handle, flags_for(access), nullptr);
  handle_.reset(handle);  // also after a failure: it holds the reason
  if (result != SQLITE_OK) fail(result);
}

void Database::set_busy(std::chrono::milliseconds most) {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(most.count()));
}

void Database::execute(const char* sql) {
  const int result =
      sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result);
}

sqlite3_stmt* Database::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) {
    assert(sqlite3_stmt_busy(known->second.get()) == 0);
    return known->second.get();
  }
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(
      handle_.get(), sql.data(), static_cast<int>(sql.size()),
      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) fail(result);
  statements_.emplace(sql, statement);
  return statement;
}

std::int64_t Database::integer(std::string_view sql) {
  auto row = query(sql);
  return row.step() ? row.integer(0) : 0;
}

std::string Database::text(std::string_view sql) {
  auto row = query(sql);
  return row.step() ? row.text(0) : std::string();
}

std::size_t Database::changes() const {
  return static_cast<std::size_t>(sqlite3_changes64(handle_.get()));
}

std::int64_t Database::last_number() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

bool Database::is_read_only() const {
  return sqlite3_db_readonly(handle_.get(), "main") == 1;
}

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void Database::fail(int code) const {
  if (handle_ == nullptr) fail(code, sqlite3_errstr(code));  // no memory
  fail(code, sqlite3_errmsg(handle_.get()));
}

void Database::fail(int code, std::string_view text) const {
  throw SqliteError(code & kPrimary,
                    fmt::format("store {}: {}: {}", printable(path_), doing_,
                                printable(text)));
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.query("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() { roll_back(database_); }

void Transaction::commit() { database_.query("COMMIT").run(); }

Snapshot::Snapshot(Database& database) : database_(database) {
  database_.query("BEGIN").run();
}

Snapshot::~Snapshot() { roll_back(database_); }

}  // namespace lostletter::store
