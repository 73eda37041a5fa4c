// SPDX-License-Identifier: Apache-2.0
//
// A bounded number of connections, lent to one worker at a time. No call waits
// longer than it is told to: connections are made by a thread of the pool's
// own, another one frees whoever waits for a server that does not answer, and
// while the database is away callers hear so at once instead of trying
// themselves.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "store/address.h"
#include "store/postgres_session.h"

namespace lostletter::store {

struct PoolOptions {
  std::size_t connections = 4;
  // For a free connection, and for another's lock.
  std::chrono::milliseconds busy{500};
  // All of a call that mail waits for; of one that reads or changes much.
  std::chrono::milliseconds quick{2000};
  std::chrono::milliseconds patient{60000};
};

class PostgresPool {
 public:
  enum class Patience { kQuick, kPatient };

  // Connects once. Throws PostgresError.
  PostgresPool(const StoreAddress& address, PoolOptions options);
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;
  ~PostgresPool();

  // Runs `work(session)` and returns what it returns. It may run several times:
  // it must begin anew each time, and what it sends must bear being sent twice.
  // `doing` names the work in errors: "saving a question".
  template <typename Work>
  auto run(std::string_view doing, Work work,
           Patience patience = Patience::kQuick) {
    return returned(doing, patience, false, work);
  }

  // The same within a transaction: begun again when somebody else was faster,
  // or when the connection broke before its end. A connection that breaks at
  // its very end leaves open whether it came to be: an error then.
  template <typename Work>
  auto transact(std::string_view doing, Work work,
                Patience patience = Patience::kQuick) {
    return returned(doing, patience, true, work);
  }

  const std::string& name() const { return name_; }  // for people

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Job = std::function<void(PostgresSession&)>;
  class Watch;
  struct Call {
    std::string_view doing;
    Patience patience;
    bool transaction;
    Time deadline;
  };

  template <typename Work>
  auto returned(std::string_view doing, Patience patience, bool transaction,
                Work& work) {
    using Result = decltype(work(std::declval<PostgresSession&>()));
    if constexpr (std::is_void_v<Result>) {
      perform(doing, patience, transaction, work);
    } else {
      std::optional<Result> result;
      perform(doing, patience, transaction,
              [&](PostgresSession& session) { result.emplace(work(session)); });
      return std::move(*result);
    }
  }

  void perform(std::string_view doing, Patience patience, bool transaction,
               const Job& job);
  // True when it is done, false when it may be tried again.
  bool attempt(const Call& call, const Job& job, bool last);
  void work_in(PostgresSession& session, const Call& call, const Job& job,
               bool& committing);

  std::unique_ptr<PostgresSession> take(const Call& call);
  void give_back(std::unique_ptr<PostgresSession> session);
  void drop(std::unique_ptr<PostgresSession> session);
  [[noreturn]] void refuse(std::string_view doing, std::string_view why) const;

  SessionOptions session_options() const;
  void connect();  // the connecting thread
  bool is_wanted() const;
  void watch();  // the watching thread

  const std::string name_;
  const std::string conninfo_;
  const PoolOptions options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<PostgresSession>> idle_;
  std::size_t open_ = 0;     // lent, idle or being made
  std::size_t waiting_ = 0;  // callers
  std::size_t failures_ = 0;
  std::string last_failure_;
  Time next_attempt_;
  std::chrono::milliseconds pause_;
  bool stopping_ = false;

  struct Watched {
    PostgresSession* session;
    Time deadline;
  };
  std::mutex watch_mutex_;
  std::condition_variable watch_changed_;
  std::vector<Watched> watched_;
  bool watch_stopping_ = false;

  std::thread connecting_;
  std::thread watching_;
};

}  // namespace lostletter::store
