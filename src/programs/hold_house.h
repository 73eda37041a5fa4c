// SPDX-License-Identifier: Apache-2.0
//
// What holding letters needs while the guard serves: the listener the MTA
// brings them to, and the courier that asks, hands over and reports. Each has a
// thread; all they know is in the store.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/worker.h"
#include "config/config.h"
#include "hold/answers.h"
#include "hold/courier.h"
#include "hold/key_vault.h"
#include "hold/mta.h"
#include "hold/reception.h"
#include "smtp/server.h"
#include "store/store.h"

namespace lostletter::programs {

class HoldHouse {
 public:
  // Opens the listener and stops there: sockets are root's, the store is not.
  // Null when the configuration holds nothing. REQUIRES: a state directory.
  static Result<std::unique_ptr<HoldHouse>> open(const config::Config& config);
  // Stops both threads; what they were at is done, or is not begun.
  ~HoldHouse();
  HoldHouse(const HoldHouse&) = delete;
  HoldHouse& operator=(const HoldHouse&) = delete;

  // The store must outlive it. The error says what is wrong with the key file.
  Result<void> start(store::Store& store);

  // Of the pages, once it is started. Any thread.
  hold::Answers* answers() { return answers_.get(); }

 private:
  HoldHouse(const config::Config& config, int descriptor);
  void serve();
  void run_courier(const std::stop_token& stop);
  bool work();

  const hold::Options options_;
  const std::chrono::seconds remember_;
  const std::string state_directory_;
  int descriptor_ = -1;

  hold::KeyVault vault_;
  std::unique_ptr<hold::Mta> mta_;
  std::unique_ptr<hold::Answers> answers_;
  std::unique_ptr<hold::Courier> courier_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<hold::Reception> reception_;
  std::unique_ptr<smtp::Server> server_;
  bool failed_ = false;  // the store, when the courier worked last
  std::thread listening_;
  std::jthread carrying_;
};

// The key file in use.
std::string key_file_of(const hold::Options& options,
                        const std::string& state_directory);

}  // namespace lostletter::programs
