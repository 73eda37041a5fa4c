// SPDX-License-Identifier: Apache-2.0
//
// SQLite with owners: a database closes itself, a statement is prepared once
// and resets itself, a transaction not committed is rolled back, and every
// failure is a StoreError that names the file and what was being done.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace lostletter::store {

class SqliteError : public StoreError {
 public:
  SqliteError(int code, const std::string& message)
      : StoreError(message), code_(code) {}
  int code() const { return code_; }  // the primary result code

 private:
  int code_;
};

struct Blob {
  std::string_view bytes;
};

class Database;

// One run of a prepared statement. At most one at a time for the same SQL.
class Query {
 public:
  template <typename... Values>
  Query(Database& database, sqlite3_stmt* statement, const Values&... values)
      : database_(database), statement_(statement) {
    int parameter = 0;
    (bind(++parameter, values), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // Parameters count from 1; the bytes are copied.
  void bind(int parameter, std::string_view text);
  void bind(int parameter, Blob blob);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);  // NaN becomes NULL
  void bind(int parameter, Seconds time);
  void bind(int parameter, std::optional<Seconds> time);

  bool step();  // to the next row; false after the last
  void run() {
    while (step()) {
    }
  }

  // Columns count from 0. Valid after step() returned true.
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;  // NULL is NaN
  Seconds time(int column) const;
  bool is_null(int column) const;

 private:
  void check(int result) const;

  Database& database_;
  sqlite3_stmt* statement_;
};

// One connection; one thread at a time.
class Database {
 public:
  enum class Access {
    kWrite,      // created when it is not there
    kRead,       // as it is, beside a writer
    kImmutable,  // nobody writes; needs no right to write anything
  };
  Database(std::string path, Access access);

  // What failures say is being done: "saving a question". A literal.
  void set_doing(std::string_view doing) { doing_ = doing; }
  void set_busy(std::chrono::milliseconds most);

  // Statements without parameters and results.
  void execute(const char* sql);

  // `sql` must live as long as the database (a literal). The statement is
  // prepared on first use.
  template <typename... Values>
  Query query(std::string_view sql, const Values&... values) {
    return {*this, prepare(sql), values...};
  }

  // The first column of the first row.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);

  std::size_t changes() const;       // rows of the last statement
  std::int64_t last_number() const;  // of the last row inserted, in its table
  bool in_transaction() const;
  bool is_read_only() const;  // SQLite falls back to that without a word
  bool has_moved() const;     // the name leads to another file, or to none
  const std::string& path() const { return path_; }

  [[noreturn]] void fail(int code) const;
  [[noreturn]] void fail(int code, std::string_view text) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  sqlite3_stmt* prepare(std::string_view sql);

  std::string path_;
  std::string_view doing_ = "opening";
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>>
      statements_;
};

// BEGIN IMMEDIATE: waits for the right to write at its beginning, where waiting
// is harmless, not in its middle.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
};

// What several statements read is of one moment.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Database& database_;
};

}  // namespace lostletter::store
