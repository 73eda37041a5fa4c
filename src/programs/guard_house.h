// SPDX-License-Identifier: Apache-2.0
//
// The guard as one process: store, gate, milter listeners and page, opened in
// the order that lets a port below 1024 be root's and the database be ours, and
// closed in the order in which nothing is lost.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/worker.h"
#include "config/config.h"
#include "gate/gate.h"
#include "http/server.h"
#include "learning/pupil.h"
#include "milter/server.h"
#include "programs/engine.h"
#include "programs/hold_house.h"
#include "programs/privileges.h"
#include "programs/settings.h"
#include "store/recorder.h"
#include "store/store.h"

namespace lostletter::programs {

class GuardHouse {
 public:
  // `identity`: whom to become once the sockets are open. REQUIRES: with one,
  // that the process is root's.
  GuardHouse(Flags flags, config::Config config, Groundwork ground,
             std::optional<Identity> identity);
  ~GuardHouse();
  GuardHouse(const GuardHouse&) = delete;
  GuardHouse& operator=(const GuardHouse&) = delete;

  // Locks the state, opens the sockets, drops privileges, opens the store. The
  // error says what is taken, and by whom.
  Result<void> open();

  // What a person at the terminal wants to know now. REQUIRES: open().
  std::string welcome() const;

  // Serves until a signal ends it. REQUIRES: open().
  void run();

 private:
  Result<void> lock_state();
  Result<void> open_milters();
  Result<void> open_hold();
  Result<void> open_page();
  Result<void> drop_privileges();
  Result<void> open_store();
  void start_gate();
  void watch_signals();
  void watch_time();

  void stop();
  void reload();       // on its own thread
  void learn_names();  // likewise
  std::optional<std::vector<store::Familiar>> familiar() const;
  void serve_by(const std::shared_ptr<const gate::Policy>& policy);
  void expire();  // on the worker
  std::optional<std::string> trouble() const;

  const Flags flags_;
  const config::Config started_;  // what the sockets were opened from
  const std::optional<Identity> identity_;

  mutable std::mutex mutex_;  // of the next five
  std::shared_ptr<const gate::Policy> policy_;
  store::Retention retention_;
  std::chrono::milliseconds drain_time_;
  store::Store* serving_ = nullptr;  // once it is open
  HoldHouse* holding_ = nullptr;     // likewise, where letters are held

  // Of the thread of reloads: what the assessor in force was taught on, and
  // which addresses.
  Groundwork ground_;
  store::FamiliarAddresses learnt_;

  // From here on in the order of destruction's reverse: the page goes first,
  // then reloads, then the listeners; lessons and records are written last.
  std::optional<FileLock> lock_;
  std::vector<int> descriptors_;      // in the order of started_.milters
  std::vector<std::uint16_t> ports_;  // of each, or 0
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Recorder> recorder_;
  std::unique_ptr<HoldHouse> hold_;
  std::unique_ptr<learning::Pupil> pupil_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<milter::Server> server_;
  std::unique_ptr<Worker> reloads_;
  std::unique_ptr<http::Server> page_;
};

}  // namespace lostletter::programs
