// SPDX-License-Identifier: Apache-2.0
//
// Answers that outlive the process: what was asked before a restart, or by
// another program of this host, is not asked again while it holds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "dns/answer.h"
#include "store/names.h"

namespace lostletter::dns {

// An answer as bytes, and back. The TTL is not among them.
std::string to_bytes(const Answer& answer);
Result<Answer> answer_from(std::string_view bytes);

// Trouble of the store is none of the DNS: it is as if nothing were kept.
class Shelf {
 public:
  // Both outlive it.
  Shelf(store::NameFacts& facts, const Clock& clock)
      : facts_(facts), clock_(clock) {}
  ~Shelf() { flush(); }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  // Its TTL is what is left of it. What is unknown is never kept.
  std::optional<Answer> find(const std::string& key);
  // Written with others, soon.
  void put(const std::string& key, const Answer& answer);
  void flush();

 private:
  store::NameFacts& facts_;
  const Clock& clock_;
  std::vector<store::NameFact> fresh_;
  std::chrono::steady_clock::time_point flushed_{};
};

}  // namespace lostletter::dns
