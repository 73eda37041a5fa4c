// SPDX-License-Identifier: Apache-2.0
#include "store/postgres_pool.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;
using Kind = PostgresError::Kind;

constexpr milliseconds kFirstPause(100);  // after a failure, then twice as long
constexpr milliseconds kLongestPause(3000);
constexpr int kMostAttempts = 8;

std::chrono::steady_clock::time_point steady_now() {
  return system_clock().steady();
}

// Guards that failed together shall not come back together.
milliseconds jittered(milliseconds pause) {
  const auto byte = static_cast<unsigned char>(random_bytes(1)[0]);
  return pause / 2 + pause * byte / 256;
}

}  // namespace

// Frees the caller when the time is up.
class PostgresPool::Watch {
 public:
  Watch(PostgresPool& pool, PostgresSession& session, Time deadline)
      : pool_(pool), session_(session) {
    const std::lock_guard lock(pool_.watch_mutex_);
    pool_.watched_.push_back({&session, deadline});
    if (pool_.watched_.size() == 1) pool_.watch_changed_.notify_one();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    const std::lock_guard lock(pool_.watch_mutex_);
    std::erase_if(pool_.watched_, [this](const Watched& one) {
      return one.session == &session_;
    });
  }

 private:
  PostgresPool& pool_;
  PostgresSession& session_;
};

void PostgresPool::watch() {
  // Looked at so often while anybody is at work: a deadline may be passed by
  // as much.
  constexpr milliseconds kTick(50);
  std::unique_lock lock(watch_mutex_);
  while (!watch_stopping_) {
    if (watched_.empty()) {
      watch_changed_.wait(lock);
      continue;
    }
    watch_changed_.wait_for(lock, kTick);
    const Time now = steady_now();
    for (Watched& one : watched_) {
      if (one.deadline > now) continue;
      one.session->interrupt();
      one.deadline = Time::max();
    }
  }
}

PostgresPool::PostgresPool(const StoreAddress& address, PoolOptions options)
    : name_(address.to_string()),
      conninfo_(to_conninfo(address)),
      options_(options),
      pause_(kFirstPause) {
  idle_.push_back(
      std::make_unique<PostgresSession>(conninfo_, session_options()));
  open_ = 1;
  connecting_ = std::thread([this] { connect(); });
  watching_ = std::thread([this] { watch(); });
}

PostgresPool::~PostgresPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  {
    const std::lock_guard lock(watch_mutex_);
    watch_stopping_ = true;
  }
  changed_.notify_all();
  watch_changed_.notify_all();
  connecting_.join();
  watching_.join();
}

SessionOptions PostgresPool::session_options() const {
  return {.lock_timeout = options_.busy, .statement_timeout = options_.quick};
}

bool PostgresPool::is_wanted() const {
  return waiting_ > idle_.size() && open_ < options_.connections;
}

void PostgresPool::connect() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || is_wanted(); });
    if (stopping_) return;
    ++open_;
    lock.unlock();
    std::unique_ptr<PostgresSession> session;
    std::string failure;
    try {
      session = std::make_unique<PostgresSession>(conninfo_, session_options());
    } catch (const std::exception& error) {
      failure = error.what();
    }
    lock.lock();
    if (session) {
      idle_.push_back(std::move(session));
      pause_ = kFirstPause;
      next_attempt_ = Time();
    } else {
      --open_;
      ++failures_;
      last_failure_ = failure;
      next_attempt_ = steady_now() + jittered(pause_);
      pause_ = std::min(2 * pause_, kLongestPause);
    }
    changed_.notify_all();
    changed_.wait_until(lock, next_attempt_, [this] { return stopping_; });
  }
}

void PostgresPool::refuse(std::string_view doing, std::string_view why) const {
  throw PostgresError(Kind::kAway,
                      fmt::format("store {}: {}: {}", name_, doing, why));
}

std::unique_ptr<PostgresSession> PostgresPool::take(const Call& call) {
  std::unique_lock lock(mutex_);
  const Time until = std::min(steady_now() + options_.busy, call.deadline);
  const std::size_t failures = failures_;
  ++waiting_;
  changed_.notify_all();
  const auto leave = [this](const void*) { --waiting_; };
  const std::unique_ptr<void, decltype(leave)> place(this, leave);
  while (idle_.empty()) {
    // Why wait for what failed a moment ago?
    const bool away = open_ == 0 && steady_now() < next_attempt_;
    if (failures_ != failures || away) refuse(call.doing, last_failure_);
    if (changed_.wait_until(lock, until) == std::cv_status::timeout &&
        idle_.empty()) {
      refuse(call.doing, fmt::format("no connection is free within {} ms",
                                     options_.busy.count()));
    }
  }
  auto session = std::move(idle_.back());
  idle_.pop_back();
  return session;
}

void PostgresPool::give_back(std::unique_ptr<PostgresSession> session) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(session));
  }
  changed_.notify_all();
}

// The others lead to the same server.
void PostgresPool::drop(std::unique_ptr<PostgresSession> session) {
  std::vector<std::unique_ptr<PostgresSession>> gone;
  {
    const std::lock_guard lock(mutex_);
    gone.swap(idle_);
    open_ -= gone.size() + 1;
  }
  session.reset();
  gone.clear();
  changed_.notify_all();
}

void PostgresPool::work_in(PostgresSession& session, const Call& call,
                           const Job& job, bool& committing) {
  if (call.patience == Patience::kPatient) {
    session.execute(
        fmt::format("SET statement_timeout = {}", options_.patient.count()));
  }
  if (call.transaction) session.execute("BEGIN");
  job(session);
  if (call.transaction) {
    committing = true;
    session.execute("COMMIT");
    committing = false;
  }
  if (call.patience == Patience::kPatient) {
    session.execute(
        fmt::format("SET statement_timeout = {}", options_.quick.count()));
  }
}

bool PostgresPool::attempt(const Call& call, const Job& job, bool last) {
  auto session = take(call);
  const auto fail = [&](const PostgresError& error) {
    throw PostgresError(
        error.kind(),
        fmt::format("store {}: {}: {}", name_, call.doing, error.what()),
        error.state());
  };
  bool committing = false;
  std::exception_ptr trouble;
  try {
    const Watch watch(*this, *session, call.deadline);
    work_in(*session, call, job, committing);
  } catch (...) {
    trouble = std::current_exception();
  }
  // The time may have been up just after the work was done.
  bool usable = session->is_open();
  if (!trouble) {
    usable ? give_back(std::move(session)) : drop(std::move(session));
    return true;
  }
  if (usable && (call.transaction || call.patience == Patience::kPatient)) {
    try {
      const Watch watch(*this, *session, steady_now() + options_.quick);
      if (call.transaction) session->execute("ROLLBACK");
      session->execute(
          fmt::format("SET statement_timeout = {}", options_.quick.count()));
    } catch (const PostgresError&) {
      usable = false;
    }
  }
  try {
    std::rethrow_exception(trouble);
  } catch (const PostgresError& error) {
    if (error.kind() == Kind::kAway) usable = false;
    usable ? give_back(std::move(session)) : drop(std::move(session));
    // Of a lock that does not come in time mail has waited for long enough.
    const bool waited =
        error.state() == "55P03" && call.patience == Patience::kQuick;
    const bool again = (error.kind() == Kind::kConflict && !waited) ||
                       (error.kind() == Kind::kAway && !committing);
    if (!again || last || steady_now() > call.deadline) {
      fail(error);
    }
    return false;
  } catch (...) {
    usable ? give_back(std::move(session)) : drop(std::move(session));
    throw;
  }
}

void PostgresPool::perform(std::string_view doing, Patience patience,
                           bool transaction, const Job& job) {
  const Call call = {
      doing, patience, transaction,
      steady_now() +
          (patience == Patience::kQuick ? options_.quick : options_.patient)};
  for (int i = 1; !attempt(call, job, i == kMostAttempts); ++i) {
    std::this_thread::sleep_for(jittered(milliseconds(i * i)));
  }
}

}  // namespace lostletter::store
