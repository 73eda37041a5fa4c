// SPDX-License-Identifier: Apache-2.0
#include "programs/memory.h"

#include <utility>

#include "base/clock.h"
#include "guard/finding_correspondence.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

// As candidates for what was mistyped: all that most organisations write to,
// and some hundred megabytes at most.

}  // namespace

Result<Memory> Memory::open(const store::StoreAddress& address,
                            std::string person) {
  Memory memory;
  memory.person_ = std::move(person);
  auto store = open_if_there(address);
  if (!store) return std::unexpected(store.error());
  if (!*store) return memory;
  memory.store_ = std::move(*store);
  memory.correspondence_ =
      std::make_unique<store::StoredCorrespondence>(*memory.store_);
  return memory;
}

std::vector<store::Familiar> Memory::familiar() const {
  if (!store_) return {};
  return store_->familiar(store::kMostFamiliar, system_clock().now());
}

guard::Exchange Memory::exchanged_with(const std::string& domain) const {
  if (!correspondence_) return {};
  guard::Inquiry inquiry;
  inquiry.address = "postmaster@" + domain;
  inquiry.now = system_clock().now();
  const auto evidence = correspondence_->ask(inquiry);
  return evidence ? evidence->typed.organisation_domain : guard::Exchange();
}

void Memory::weigh(const guard::Assessor& assessor, guard::Mode mode,
                   std::string_view name, guard::Assessment& found) const {
  if (!correspondence_) return;
  const auto inquiry =
      guard::inquiry_about(found, person_, name, system_clock().now());
  if (const auto evidence = correspondence_->ask(inquiry)) {
    assessor.reconsider(inquiry, *evidence, mode, found);
  } else {
    found.findings.push_back(
        {"correspondence.unknown", 0,
         "what was exchanged with it cannot be read at the moment"});
  }
}

}  // namespace lostletter::programs
