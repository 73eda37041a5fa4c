// SPDX-License-Identifier: Apache-2.0
#include "store/connection.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;

std::chrono::steady_clock::time_point steady_now() {
  return system_clock().steady();
}

}  // namespace

Connection::Turn::Turn(Connection& connection, std::string_view doing)
    : connection_(connection) {
  const auto deadline = steady_now() + connection_.busy_;
  connection_.wait(doing);
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_now());
  connection_.database_.set_doing(doing);
  connection_.database_.set_busy(std::max(left, milliseconds(1)));
}

Connection::Turn::~Turn() { connection_.give_back(); }

void Connection::wait(std::string_view doing) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = ++last_ticket_;
  line_.push_back(ticket);
  const bool mine =
      changed_.wait_for(lock, busy_, [&] { return line_.front() == ticket; });
  if (mine) return;
  std::erase(line_, ticket);
  throw StoreError(fmt::format(
      "store {}: {}: other work of this process takes longer than {} ms",
      printable(database_.path()), doing, busy_.count()));
}

void Connection::give_back() {
  {
    const std::lock_guard lock(mutex_);
    line_.pop_front();
  }
  changed_.notify_all();
}

}  // namespace lostletter::store
