// SPDX-License-Identifier: Apache-2.0
//
// Where a sinkhole's counts are kept: DIR/sinkhole/DAY.tsv, one file a day,
// written whole or not at all, and DIR/sinkhole/key, the key of the hashes in
// them. The key is thrown away after a month; what was hashed with it can then
// be compared with nothing.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sinkhole/roll.h"
#include "sinkhole/tally.h"

namespace lostletter::sinkhole {

// Days are UTC's. What is noted says itself on which day it came; the page is
// turned when the first of another day does. One thread.
class Diary {
 public:
  // An empty directory name: nothing is kept.
  static Result<Diary> open(const std::string& directory, const Clock& clock);

  void note(const Refusal& refusal);
  // Keeps addresses in the clear from now on, in DAY.addresses.tsv, for a
  // month; the note stands on each file.
  Result<void> retain_addresses(const std::string& legal_note);
  void enrol(const Entry& entry);
  // Of today's hashes.
  const std::string& key();
  // Writes what is new, and forgets what is too old: whether or not letters
  // come. False, and a line in the log, when that fails; the next
  // call tries again.
  bool save();

  // All days together.
  static Result<Tally> read_all(const std::string& directory);

 private:
  Diary(std::string folder, const Clock& clock)
      : folder_(std::move(folder)), clock_(&clock) {}

  Result<void> load_key();
  Result<void> load_day();
  void turn_to(const std::string& day);
  bool key_is_old() const;
  Result<void> renew_key();
  void forget();
  Result<void> write();
  void remove_old() const;

  std::string roll_path() const;

  std::string folder_;  // empty: nothing is kept
  const Clock* clock_;
  Tally tally_;
  std::string key_;
  std::string key_day_;
  std::string forgot_day_;
  std::string day_;         // of what is in the tally
  bool fresh_ = false;      // there is something to write
  std::string legal_note_;  // empty: no addresses
  Roll roll_;
  std::string roll_day_;
  bool roll_fresh_ = false;
};

}  // namespace lostletter::sinkhole
