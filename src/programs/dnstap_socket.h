// SPDX-License-Identifier: Apache-2.0
//
// The socket to which name servers of this host write dnstap: a few writers,
// one thread.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace lostletter::programs {

struct DnstapCalls {
  // One payload of dnstap.
  std::function<void(std::string_view)> payload;
  // What a writer sent that is no dnstap; it is let go.
  std::function<void(std::string_view problem)> trouble;
  // Every few seconds.
  std::function<void()> tick;
};

// Takes over the listening descriptor and serves until SIGTERM or SIGINT.
void serve_dnstap(int descriptor, const DnstapCalls& calls);

}  // namespace lostletter::programs
