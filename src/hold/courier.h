// SPDX-License-Identifier: Apache-2.0
//
// Does what is due about held letters: asks their senders, hands released ones
// to the MTA, reports those that nobody answered for. All it knows is in the
// store, so it may be killed at any moment, and any guard goes on with its
// work; only what the MTA said while the store was away is kept until it is
// back.
//
// Guarantee: a letter is handed over at most once (store/held_states.h). A
// notice or a report may be sent twice, when a crash hides that it was sent.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "hold/mta.h"
#include "hold/options.h"
#include "hold/vault.h"
#include "store/held.h"
#include "store/store.h"

namespace lostletter::hold {

class Courier {
 public:
  // All references must outlive it. `name`: of this guard, for the action log.
  Courier(store::Store& store, Vault& vault, Mta& mta, const Clock& clock,
          Options options, std::string name);

  // One round; true when there was something to do, so that more may be due.
  // What the store throws goes on to the caller; nothing is lost by it.
  bool work();

 private:
  bool ask_senders();
  bool remind_senders();
  bool end_waiting();
  bool hand_over();
  bool report_returns();

  bool notify(std::size_t notices, Seconds before, std::size_t kind);
  void notify_one(const store::HeldLetter& letter, std::size_t kind);
  void hand_over_one(const store::Claim& claim);
  void report_one(const store::Claim& claim);
  // What the MTA said of a claim, or that it was never asked.
  struct Said {
    store::Claim claim;
    store::HeldEvent event{};
    std::string words;
  };
  void settle(Said said);
  void settle_those_left();
  Receipt hand_to_mta(const store::Claim& claim, const Parcel& parcel);
  Result<std::string> content_of(const store::Claim& claim);
  Receipt send(const std::string& sender, const std::string& to,
               const std::string& content);
  Seconds next_attempt(const store::HeldRecipient& recipient) const;

  store::Store& store_;
  Vault& vault_;
  Mta& mta_;
  const Clock& clock_;
  const Options options_;
  const store::Actor actor_;
  const std::string secret_;
  std::vector<Said> left_;  // the store did not hear of it yet
};

}  // namespace lostletter::hold
