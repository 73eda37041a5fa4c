// SPDX-License-Identifier: Apache-2.0
#include "store/open.h"

#include <fmt/format.h>

#include "store/postgres_migrations.h"
#include "store/postgres_store.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;

PoolOptions pool_options(milliseconds busy) {
  PoolOptions options;
  options.busy = busy;
  options.quick = 4 * busy;
  options.patient = std::max(options.patient, options.quick);
  return options;
}

std::string advice(const PostgresError& error) {
  if (error.state() == "42501") {
    return "; its user must own the schema of the database, or be granted "
           "CREATE in it";
  }
  if (error.kind() == PostgresError::Kind::kAway) {
    return "; is the server up, does it let this host and user in "
           "(pg_hba.conf), and is one of the hosts a primary?";
  }
  return "";
}

// Without the name twice: a pool that never was cannot say it.
Error opening_error(const StoreAddress& address, const PostgresError& error) {
  const std::string name = fmt::format("store {}: ", address.to_string());
  std::string text = error.what();
  if (!text.starts_with(name)) text = name + "opening: " + text;
  return {text + advice(error)};
}

Result<std::unique_ptr<Store>> open_postgres(const StoreAddress& address,
                                             milliseconds busy) {
  try {
    auto pool = std::make_unique<PostgresPool>(address, pool_options(busy));
    migrate(*pool, postgres_migrations());
    return std::make_unique<PostgresStore>(std::move(pool));
  } catch (const PostgresError& error) {
    return std::unexpected(opening_error(address, error));
  }
}

Result<std::unique_ptr<Store>> open_postgres_reader(
    const StoreAddress& address) {
  try {
    auto pool = std::make_unique<PostgresPool>(
        address, pool_options(milliseconds(2000)));
    const auto steps = postgres_migrations();
    const int version = postgres_schema(*pool);
    require_known(*pool, version, steps);
    if (version < steps.back().version) {
      return fail(fmt::format(
          "store {}: its schema has version {}, this program reads {}: start "
          "'lostletter serve' once",
          pool->name(), version, steps.back().version));
    }
    return std::make_unique<PostgresStore>(std::move(pool));
  } catch (const PostgresError& error) {
    return std::unexpected(opening_error(address, error));
  }
}

Replication replication_of(PostgresSession& session) {
  using enum Replication::State;
  const std::string commit =
      session.query("SHOW synchronous_commit").text(0, 0);
  const std::string names =
      session.query("SHOW synchronous_standby_names").text(0, 0);
  // Rights to see more than the names of standbys are not needed.
  const auto standbys =
      session.query("SELECT count(*) FROM pg_stat_replication").integer(0, 0);
  if (commit == "off" || commit == "local") {
    return {standbys > 0 ? kAsynchronous : kNotReplicated,
            fmt::format("synchronous_commit is '{}': the server says 'done' "
                        "before its disk, or its standby, has it",
                        commit)};
  }
  if (!names.empty()) {
    return {kSynchronous,
            fmt::format("synchronous_standby_names is '{}', {} standby servers "
                        "are connected",
                        names, standbys)};
  }
  if (standbys == 0) return {kNotReplicated, "no standby is connected"};
  return {kAsynchronous,
          "synchronous_standby_names is empty: when the primary is lost, so "
          "are the last seconds; with Patroni set 'synchronous_mode: true'"};
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const StoreAddress& address,
                                          milliseconds busy) {
  if (address.kind == StoreAddress::Kind::kSqlite) {
    return open_sqlite(address.where, busy);
  }
  return open_postgres(address, busy);
}

Result<std::unique_ptr<Store>> open_store_reader(const StoreAddress& address) {
  if (address.kind == StoreAddress::Kind::kSqlite) {
    return open_sqlite_reader(address.where);
  }
  return open_postgres_reader(address);
}

Result<Replication> replication_state(const StoreAddress& address) {
  if (address.kind == StoreAddress::Kind::kSqlite) {
    return Replication{Replication::State::kNotReplicated,
                       "SQLite is on the disk of this host alone"};
  }
  try {
    PostgresPool pool(address, pool_options(milliseconds(2000)));
    return pool.run("asking about replication", replication_of);
  } catch (const PostgresError& error) {
    return std::unexpected(opening_error(address, error));
  }
}

}  // namespace lostletter::store
