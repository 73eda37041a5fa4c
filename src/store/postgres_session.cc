// SPDX-License-Identifier: Apache-2.0
#include "store/postgres_session.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <pqxx/pqxx>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter::store {
namespace {

using Kind = PostgresError::Kind;

struct StateRow {
  std::string_view begins;
  Kind kind;
};
// Appendix A of the manual of PostgreSQL.
constexpr StateRow kStates[] = {
    {"08", Kind::kAway},         // connection exceptions
    {"57P", Kind::kAway},        // shut down, crashed, cannot connect now
    {"25006", Kind::kAway},      // read only: no primary any more
    {"40", Kind::kConflict},     // serialization failure, deadlock
    {"55P03", Kind::kConflict},  // a lock did not come in time
};

Kind kind_of(std::string_view state) {
  for (const StateRow& row : kStates) {
    if (state.starts_with(row.begins)) return row.kind;
  }
  return Kind::kOther;
}

// The first line, without its "ERROR:  ": what follows quotes values.
std::string first_line(std::string_view text) {
  text = trim(text);
  text = text.substr(0, text.find('\n'));
  for (const std::string_view word : {"ERROR:", "FATAL:"}) {
    if (text.starts_with(word)) text.remove_prefix(word.size());
  }
  return printable(trim(text));
}

std::string settings(const SessionOptions& options) {
  return fmt::format(
      "SET statement_timeout = {}; SET lock_timeout = {};"
      "SET idle_in_transaction_session_timeout = 60000;"
      "SET client_encoding = 'UTF8'; SET bytea_output = 'hex';"
      "SET standard_conforming_strings = on; SET client_min_messages = error",
      options.statement_timeout.count(), options.lock_timeout.count());
}

}  // namespace

Rows::Rows(pqxx::result result)
    : result_(std::make_shared<const pqxx::result>(std::move(result))) {}

std::size_t Rows::size() const { return result_->size(); }
std::size_t Rows::changed() const { return result_->affected_rows(); }

std::string_view Rows::raw(std::size_t row, int column) const {
  const pqxx::field field =
      (*result_)[static_cast<pqxx::result::size_type>(row)][column];
  return {field.c_str(), field.size()};
}

bool Rows::is_null(std::size_t row, int column) const {
  return (*result_)[static_cast<pqxx::result::size_type>(row)][column]
      .is_null();
}

std::string Rows::text(std::size_t row, int column) const {
  return from_database_text(raw(row, column));
}

std::string Rows::bytes(std::size_t row, int column) const {
  return from_database_bytes(raw(row, column));
}

std::int64_t Rows::integer(std::size_t row, int column) const {
  return std::strtoll(std::string(raw(row, column)).c_str(), nullptr, 10);
}

bool Rows::truth(std::size_t row, int column) const {
  return raw(row, column) == "t";
}

double Rows::real(std::size_t row, int column) const {
  if (is_null(row, column)) return std::nan("");
  return std::strtod(std::string(raw(row, column)).c_str(), nullptr);
}

Seconds Rows::time(std::size_t row, int column) const {
  return Seconds(Duration(integer(row, column)));
}

struct PostgresSession::Impl {
  explicit Impl(const std::string& conninfo)
      : connection(conninfo), quiet(connection) {
    // A connection that broke stays broken: the pool makes new ones.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    work.emplace(connection, "store");
    // Our own descriptor: libpq may close its one at any time, and the number
    // would be another file's.
    descriptor = ::fcntl(connection.sock(), F_DUPFD_CLOEXEC, 0);
  }
  ~Impl() {
    if (descriptor >= 0) ::close(descriptor);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[noreturn]] void fail(std::string_view what, const std::string& state) {
    const Kind kind = connection.is_open() ? kind_of(state) : Kind::kAway;
    throw PostgresError(
        kind, interrupted ? "it does not answer in time" : first_line(what),
        state);
  }

  template <typename Work>
  Rows guarded(const Work& statement) {
    try {
      return Rows(statement());
    } catch (const pqxx::sql_error& error) {
      fail(error.what(), error.sqlstate());
    } catch (const pqxx::transaction_rollback& error) {
      fail(error.what(), "40001");
    } catch (const pqxx::failure& error) {
      fail(error.what(), "08006");
    }
  }

  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet;  // else notices go to stderr
  // Statements go one by one; BEGIN and COMMIT are sent as such.
  std::optional<pqxx::nontransaction> work;
  std::map<std::string_view, std::string> prepared;
  int descriptor = -1;
  std::atomic<bool> interrupted = false;
};

PostgresSession::PostgresSession(const std::string& conninfo,
                                 const SessionOptions& options) {
  try {
    impl_ = std::make_unique<Impl>(conninfo);
  } catch (const pqxx::failure& error) {
    throw PostgresError(Kind::kAway, first_line(error.what()));
  }
  execute(settings(options));
}

PostgresSession::~PostgresSession() = default;

Rows PostgresSession::execute(const std::string& sql) {
  return impl_->guarded([&] { return impl_->work->exec(sql); });
}

Rows PostgresSession::query_values(std::string_view sql,
                                   const std::vector<Value>& values) {
  std::vector<const char*> pointers;
  pointers.reserve(values.size());
  for (const Value& value : values) {
    pointers.push_back(value ? value->c_str() : nullptr);
  }
  return impl_->guarded([&] {
    auto [known, fresh] = impl_->prepared.try_emplace(sql);
    if (fresh) {
      known->second = "s" + std::to_string(impl_->prepared.size());
      impl_->connection.prepare(known->second, std::string(sql));
    }
    return impl_->work->exec_prepared(
        known->second, pqxx::prepare::make_dynamic_params(pointers));
  });
}

bool PostgresSession::is_open() const {
  return !impl_->interrupted && impl_->connection.is_open();
}

void PostgresSession::interrupt() {
  impl_->interrupted = true;
  ::shutdown(impl_->descriptor, SHUT_RDWR);
}

}  // namespace lostletter::store
