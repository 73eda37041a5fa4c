// SPDX-License-Identifier: Apache-2.0
//
// A ledger, seen from our side: what we sent to whom, and what came back.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/large_pages.h"
#include "guard/correspondence.h"
#include "guard/us.h"
#include "scan/judge.h"
#include "scan/ledger.h"

namespace lostletter::scan {

// Letters between all of us and one address, or one domain.
struct Exchanged {
  Passed out;
  std::uint32_t received = 0;
  std::uint32_t senders = 0;  // of ours, distinct

  bool is_two_way() const { return out.arrived() > 0 && received > 0; }
  guard::Exchange exchange() const;
};

class Traffic {
 public:
  // `ledger` must outlive it.
  Traffic(const Ledger& ledger, const guard::Us& us);

  template <typename T>
  using Large = std::vector<T, LargePages<T>>;

  // What one of us wrote to another.
  struct Edge {
    Id to = 0;
    Id from = 0;
    Passed passed = {};

    std::uint64_t key() const { return key_of(to, from); }
  };

  bool is_ours(Id id) const { return ours_[id]; }
  const Exchanged& with(Id address) const { return addresses_[address]; }
  const Exchanged& with_domain(Id domain) const { return domains_[domain]; }
  // Others whom we wrote to, by the number of the domain and by address: so
  // whoever asks about one after the other finds the names of both, and what
  // was exchanged with them, nearly in the order they lie in.
  const Large<Id>& correspondents() const { return correspondents_; }
  // Who of us wrote there, by number.
  std::span<const Edge> senders(Id to) const;

  void each_partner(const std::function<void(Partner)>& use) const;

  // What the store would answer, if it had learnt this log. What one of us has
  // exchanged is here what those of us have who wrote to the typed address.
  guard::Evidence evidence(Id typed, const guard::Inquiry& inquiry) const;

  // Of addresses that got `letters` or more: the share that never answered.
  double silent_share(std::uint32_t letters) const;

 private:
  void add(Id from, Id to, const Passed& passed);
  void add_senders();
  std::span<const Id> at(Id domain) const;
  bool is_candidate(Id domain) const;
  guard::Relation relation(Id address, Id domain) const;
  std::vector<Id> busiest_senders(Id to) const;
  guard::Exchange between(const std::vector<Id>& senders, Id other) const;

  const Ledger& ledger_;
  std::vector<bool> ours_;
  Large<Exchanged> addresses_;
  Large<Exchanged> domains_;
  Large<Id> correspondents_;
  Large<Edge> edges_;  // by key()
};

}  // namespace lostletter::scan
