// SPDX-License-Identifier: Apache-2.0
//
// What was learnt of names of the DNS, for as long as it holds. No address, and
// nothing that cannot be asked again or learnt anew: a file of its own,
// DIRECTORY/names.db, that may be thrown away, and that guards which share a
// database need not share.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace lostletter::store {

struct NameFact {
  std::string kind;   // "answer", "hosts": whose business `value` is
  std::string name;   // of that kind
  std::string value;  // any bytes
  Seconds until{};    // it holds

  bool operator==(const NameFact&) const = default;
};

// One thread at a time. Throws StoreError (store.h).
class NameFacts {
 public:
  virtual ~NameFacts() = default;

  // All or none; each replaces the one of its kind and name.
  virtual void save(std::span<const NameFact> facts) = 0;
  // Nothing when there is none that still holds.
  virtual std::optional<NameFact> find(std::string_view kind,
                                       std::string_view name, Seconds now) = 0;
  // Removes what no longer holds; how many rows.
  virtual std::size_t expire(Seconds now) = 0;
};

// For check, which must not leave files of its user in a guard's directory:
// save() and expire() do nothing, and without a file nothing is found.
enum class NamesAccess { kWrite, kRead };

// The error says what to do.
Result<std::unique_ptr<NameFacts>> open_sqlite_names(
    const std::string& directory, NamesAccess access = NamesAccess::kWrite);

}  // namespace lostletter::store
