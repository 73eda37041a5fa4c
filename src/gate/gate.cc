// SPDX-License-Identifier: Apache-2.0
#include "gate/gate.h"

#include <utility>

#include "gate/connection.h"
#include "gate/shared.h"

namespace lostletter::gate {

struct Gate::Impl {
  std::shared_ptr<Shared> shared;
};

Gate::Gate(std::shared_ptr<const Policy> policy, store::Store& store,
           store::Recorder& recorder, Worker& worker, const Clock& clock,
           HearLetter hear)
    : impl_(std::make_unique<Impl>(
          Impl{std::make_shared<Shared>(std::move(policy), store, recorder,
                                        worker, clock, std::move(hear))})) {}

Gate::~Gate() = default;

std::unique_ptr<milter::Handler> Gate::make_handler(
    const milter::Listener& listener) {
  return std::make_unique<Connection>(impl_->shared, listener);
}

void Gate::set_policy(std::shared_ptr<const Policy> policy) {
  impl_->shared->set_policy(std::move(policy));
}

std::shared_ptr<const Policy> Gate::policy() const {
  return impl_->shared->generation()->policy();
}

}  // namespace lostletter::gate
