// SPDX-License-Identifier: Apache-2.0
#include "gate/shared.h"

#include <utility>

#include "base/log.h"
#include "base/metrics.h"

namespace lostletter::gate {

Generation::Generation(std::shared_ptr<const Policy> policy,
                       const std::string& secret)
    : policy_(std::move(policy)),
      ours_(policy_->options.our_domains),
      privacy_(policy_->options.log_addresses, secret),
      dial_(guard::Dial::parse(policy_->options.questions).value()) {}

ListenerOptions Generation::listener(const milter::Listener& listener) const {
  if (listener.id < policy_->listeners.size()) {
    return policy_->listeners[listener.id];
  }
  ListenerOptions options;
  options.on_failure = listener.on_failure;
  return options;
}

Shared::Shared(std::shared_ptr<const Policy> policy, store::Store& the_store,
               store::Recorder& the_recorder, Worker& the_worker,
               const Clock& the_clock, HearLetter hear)
    : store(the_store),
      recorder(the_recorder),
      worker(the_worker),
      clock(the_clock),
      hear_letter(std::move(hear)),
      secret_(store.secret()) {
  set_policy(std::move(policy));
}

std::shared_ptr<const Generation> Shared::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void Shared::set_policy(std::shared_ptr<const Policy> policy) {
  auto next = std::make_shared<const Generation>(std::move(policy), secret_);
  const std::lock_guard lock(mutex_);
  generation_.swap(next);
}

void Shared::store_failed(std::string_view why) {
  count(Metric::kStoreErrors);
  if (store_is_down_.exchange(true)) return;
  log_event(Event::kStoreFailed, {{"error", std::string(why)}});
}

void Shared::store_works() {
  if (store_is_down_.exchange(false)) log_event(Event::kStoreRecovered);
}

}  // namespace lostletter::gate
