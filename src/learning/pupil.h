// SPDX-License-Identifier: Apache-2.0
//
// Learns from letters as they pass, off the reply path: a bounded queue and one
// thread that reads what was taken down of them, and writes lessons in batches.
// When the store fails the letters wait; when too many wait the oldest are
// dropped, counted and logged: mail never waits for what it teaches.
//
// Nobody vouches for mail that passes but our own Authentication-Results, so
// received mail teaches when they say that it is authentic, and only then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "archive/passing.h"
#include "base/clock.h"
#include "guard/correspondence.h"
#include "store/store.h"

namespace lostletter::learning {

// What a reload may change.
struct PupilRules {
  // As in Us::parse(). Empty: those who log in are, and those who receive what
  // comes from outside.
  std::vector<std::string> us = {};
  // Whose Authentication-Results are believed. Empty: the MTA's that shows us
  // the letter.
  std::vector<std::string> believed = {};
  store::Retention retention = {};
};

struct PupilOptions {
  std::size_t most_waiting = 20'000;
  std::size_t most_bytes = std::size_t{32} << 20U;
  // Letters a transaction: a question to be saved waits for it.
  std::size_t batch = 100;
  std::chrono::milliseconds linger{1000};  // how long one may wait for more
};

class Pupil {
 public:
  // `store` and `clock` must outlive the pupil. REQUIRES: Us::parse(rules.us)
  // succeeds.
  Pupil(store::Store& store, const Clock& clock, PupilRules rules,
        PupilOptions options);
  ~Pupil();  // learns what is waiting, for at most two seconds

  // Never blocks on the store. Any thread.
  void hear(archive::Passing letter);

  // From the next batch on. REQUIRES: as the constructor. Any thread.
  void set_rules(PupilRules rules);

  // Waits until nothing is waiting or the time is up; true when everything
  // heard was learnt. Any thread.
  bool flush(std::chrono::milliseconds most);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::learning
