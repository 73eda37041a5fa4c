// SPDX-License-Identifier: Apache-2.0
//
// One connection to PostgreSQL with an owner: statements are prepared once,
// failures say of what kind they are, and whoever holds the connection can be
// freed from a server that does not answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/postgres_text.h"
#include "store/store.h"

namespace pqxx {  // NOLINT(readability-identifier-naming): theirs
class result;
}

namespace lostletter::store {

class PostgresError : public StoreError {
 public:
  enum class Kind {
    kAway,      // the connection broke, or leads to no primary any more
    kConflict,  // somebody else was faster: begin again
    kOther,
  };
  PostgresError(Kind kind, const std::string& message, std::string state = "")
      : StoreError(message), kind_(kind), state_(std::move(state)) {}
  Kind kind() const { return kind_; }
  const std::string& state() const { return state_; }  // SQLSTATE, or empty

 private:
  Kind kind_;
  std::string state_;
};

// The rows of one statement. Rows and columns count from 0.
class Rows {
 public:
  explicit Rows(pqxx::result result);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  std::size_t changed() const;  // by INSERT, UPDATE, DELETE

  bool is_null(std::size_t row, int column) const;
  std::string text(std::size_t row, int column) const;
  std::string bytes(std::size_t row, int column) const;
  std::int64_t integer(std::size_t row, int column) const;
  bool truth(std::size_t row, int column) const;
  double real(std::size_t row, int column) const;  // NULL is NaN
  Seconds time(std::size_t row, int column) const;

 private:
  std::string_view raw(std::size_t row, int column) const;
  std::shared_ptr<const pqxx::result> result_;
};

struct SessionOptions {
  std::chrono::milliseconds lock_timeout{500};
  std::chrono::milliseconds statement_timeout{2000};
};

// One thread at a time, but for interrupt().
class PostgresSession {
 public:
  // Connects; takes as long as connect_timeout says for each host.
  PostgresSession(const std::string& conninfo, const SessionOptions& options);
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;
  ~PostgresSession();

  // `sql` must live as long as the session (a literal); it is prepared on first
  // use. Parameters are $1, $2, ...
  template <typename... Values>
  Rows query(std::string_view sql, const Values&... values) {
    return query_values(sql, {to_value(values)...});
  }
  Rows query_values(std::string_view sql, const std::vector<Value>& values);

  // Statements without parameters, not prepared.
  Rows execute(const std::string& sql);

  bool is_open() const;
  // Breaks the connection, so that whoever waits for an answer gets an error.
  // Any thread.
  void interrupt();

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::store
