// SPDX-License-Identifier: Apache-2.0
//
// What every connection at the gate shares: the configuration in force, the
// store and those who write to it. Held by whoever still needs it, also by a
// job that outlives its connection.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/worker.h"
#include "gate/gate.h"
#include "gate/privacy.h"
#include "gate/submission.h"
#include "guard/budget.h"
#include "milter/handler.h"
#include "store/recorder.h"
#include "store/store.h"

namespace lostletter::gate {

// One generation of the configuration, made ready. Immutable; a message keeps
// the one it began with.
class Generation {
 public:
  // REQUIRES: guard::Dial::parse(policy->options.questions) succeeds.
  Generation(std::shared_ptr<const Policy> policy, const std::string& secret);

  const std::shared_ptr<const Policy>& policy() const { return policy_; }
  const Options& options() const { return policy_->options; }
  const guard::Assessor& assessor() const { return *policy_->assessor; }
  const OwnDomains& ours() const { return ours_; }
  const Privacy& privacy() const { return privacy_; }
  const guard::Dial& dial() const { return dial_; }
  // A connection may be older than the list of listeners: then the defaults.
  ListenerOptions listener(const milter::Listener& listener) const;

 private:
  std::shared_ptr<const Policy> policy_;
  OwnDomains ours_;
  Privacy privacy_;
  guard::Dial dial_;
};

class Shared {
 public:
  Shared(std::shared_ptr<const Policy> policy, store::Store& the_store,
         store::Recorder& the_recorder, Worker& the_worker,
         const Clock& the_clock, HearLetter hear);

  std::shared_ptr<const Generation> generation() const;
  void set_policy(std::shared_ptr<const Policy> policy);

  // `why` for the operator. Logged once, until the store works again.
  void store_failed(std::string_view why);
  void store_works();

  store::Store& store;
  store::Recorder& recorder;
  Worker& worker;
  const Clock& clock;
  const HearLetter hear_letter;  // may be empty

 private:
  const std::string secret_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> generation_;  // under the mutex
  std::atomic<bool> store_is_down_ = false;
};

}  // namespace lostletter::gate
