// SPDX-License-Identifier: Apache-2.0
//
// One connection that a thread waits on: every wait has an end.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/endpoint.h"

namespace lostletter::net {

class Stream {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The error says where, and why not. An inherited endpoint has no address to
  // connect to.
  static Result<Stream> connect(const Endpoint& endpoint, Time until);

  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  // All of it. After an error some of it may have gone.
  Result<void> write(std::string_view bytes, Time until);
  // What is there, at least one byte; empty: the peer closed.
  Result<std::string> read(Time until);
  // Bytes, an end or an error are there: read() would not wait.
  bool has_news() const;
  void close();

 private:
  explicit Stream(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace lostletter::net
