// SPDX-License-Identifier: Apache-2.0
//
// One database connection shared by threads. They take turns, first come first
// served; waiting for a turn and for SQLite's own lock together never takes
// longer than `busy`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>

#include "store/sqlite.h"

namespace lostletter::store {

class Connection {
 public:
  Connection(Database database, std::chrono::milliseconds busy)
      : database_(std::move(database)), busy_(busy) {}

  // The right to use the database, given back on destruction.
  class Turn {
   public:
    Turn(Connection& connection, std::string_view doing);
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();
    Database& operator*() const { return connection_.database_; }
    Database* operator->() const { return &connection_.database_; }

   private:
    Connection& connection_;
  };

  // `doing` names the work in errors: "saving a question". Throws when the
  // turn does not come in time.
  Turn take(std::string_view doing) { return {*this, doing}; }

 private:
  void wait(std::string_view doing);
  void give_back();

  Database database_;
  const std::chrono::milliseconds busy_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::uint64_t> line_;  // tickets; the first one has the turn
  std::uint64_t last_ticket_ = 0;
};

}  // namespace lostletter::store
