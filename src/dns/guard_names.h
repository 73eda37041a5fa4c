// SPDX-License-Identifier: Apache-2.0
//
// The DNS as the guard asks it: one name at a time, for a moment. What is not
// answered in that moment goes on being asked, and is known the next time;
// after a silence nobody waits at all, until an answer comes.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "dns/resolver.h"
#include "guard/name_service.h"
#include "store/names.h"

namespace lostletter::dns {

struct Patience {
  std::chrono::milliseconds of_one{300};  // that a question may take
  // So long nobody waits after one that took longer.
  std::chrono::milliseconds rest{5000};
};

// Where it remembers, from its first question on.
struct Remembering {
  std::string directory = {};  // empty: it does not
  store::NamesAccess access = store::NamesAccess::kWrite;
};

class GuardNames final : public guard::NameService {
 public:
  static Result<std::unique_ptr<GuardNames>> open(ResolverOptions options,
                                                  Patience patience,
                                                  Remembering remembering = {});
  ~GuardNames() override;

  // Calls wait for each other, no longer than `patience` either.
  std::optional<guard::NameFacts> ask(const std::string& domain) override;
  std::optional<guard::NameFacts> ask_about(
      const guard::NameQuestion& question) override;

 private:
  struct Impl;
  explicit GuardNames(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::dns
