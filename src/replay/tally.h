// SPDX-License-Identifier: Apache-2.0
//
// What came of a replay, for people and for programs: how often each of two
// policies would have asked and stopped, whom, and what was right and wrong of
// it; and each letter whose fate differs, with the reasons.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/zone.h"
#include "replay/stage.h"

namespace lostletter::replay {

// Recipients, under one policy.
struct Score {
  std::uint64_t judged = 0;
  std::map<std::string, std::uint64_t, std::less<>> verdicts = {};
  std::map<std::string, std::uint64_t, std::less<>> actions = {};
  std::uint64_t questions = 0;  // put, and not repeated
  // Of one person in one month.
  std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> of_person = {};
  std::uint64_t caught = 0;         // mistakes that were stopped
  std::uint64_t missed = 0;         // mistakes that were let pass
  std::uint64_t asked_rightly = 0;  // questions about mistakes
  std::uint64_t refused_right = 0;  // right, and refused without a question
};

class Tally {
 public:
  explicit Tally(Zone zone = {}) : zone_(std::move(zone)) {}

  void take(const Case& one);

  // In which somebody of ours wrote.
  std::uint64_t person_months() const { return active_.size(); }
  std::uint64_t people() const;
  double questions_per_person_month(const Score& score) const;
  std::uint32_t most_of_a_person_month(const Score& score) const;

  Score current;
  Score wanted;
  std::uint64_t changed = 0;  // recipients whose fate differs

 private:
  void add(const Case& one, const Ruling* ruling, std::uint32_t month,
           Score& score) const;

  Zone zone_;
  std::set<std::pair<std::string, std::uint32_t>> active_;
};

// Do the two do different things with it?
bool is_changed(const Case& one);
// Did either find anything to say?
bool is_remarkable(const Case& one);

// One object, without its line end.
std::string to_json(const Case& one);
std::string to_json(const Tally& tally, std::uint64_t letters,
                    std::uint64_t disordered);
// One letter that changes, in two lines; and the table of both policies.
std::string to_text(const Case& one);
std::string to_text(const Tally& tally, std::uint64_t letters);

}  // namespace lostletter::replay
