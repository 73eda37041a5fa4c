// SPDX-License-Identifier: Apache-2.0
//
// The gate: a letter at our MTA. Judges every recipient of mail that leaves,
// answers at RCPT, and proves a resend by its headers at the end of the
// message. docs/life-of-a-letter.md tells the whole story.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/worker.h"
#include "gate/notes.h"
#include "gate/options.h"
#include "guard/assess.h"
#include "guard/name_service.h"
#include "milter/handler.h"
#include "store/recorder.h"
#include "store/store.h"

namespace lostletter::gate {

// What one generation of the configuration says; a reload makes a new one. A
// message that has begun ends under the rules it began with.
struct Policy {
  Options options;
  std::vector<ListenerOptions> listeners;  // by milter::Listener::id
  std::shared_ptr<const guard::Assessor> assessor;
  // Asked about names that are not clear; may be null.
  std::shared_ptr<guard::NameService> names = nullptr;
};

class Gate {
 public:
  // All references, and what `hear` refers to, must outlive the gate and every
  // handler it made.
  Gate(std::shared_ptr<const Policy> policy, store::Store& store,
       store::Recorder& recorder, Worker& worker, const Clock& clock,
       HearLetter hear = {});
  ~Gate();

  // Thread: the milter server's.
  std::unique_ptr<milter::Handler> make_handler(
      const milter::Listener& listener);

  // From the next message on. Any thread.
  void set_policy(std::shared_ptr<const Policy> policy);
  std::shared_ptr<const Policy> policy() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::gate
