// SPDX-License-Identifier: Apache-2.0
//
// Where counts of questions to name servers are kept: DIR/sinkhole/
// DAY.queries.tsv, beside a sinkhole's own.
#pragma once

#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sinkhole/queries.h"

namespace lostletter::programs {

// One thread.
class QueryDiary {
 public:
  static Result<QueryDiary> open(const std::string& directory,
                                 const Clock& clock);

  // The error names a file of that day that cannot be read; nothing is counted
  // then.
  Result<void> note(const sinkhole::Query& query, const sinkhole::Match& match);
  // Writes what is new; the next call tries again what failed.
  Result<void> save();

  // All days together; nothing when there are none.
  static Result<sinkhole::QueryTally> read_all(const std::string& directory);

 private:
  QueryDiary(std::string folder, const Clock& clock)
      : folder_(std::move(folder)), clock_(&clock) {}
  std::string path_of(const std::string& day) const;
  void remove_old() const;

  std::string folder_;
  const Clock* clock_;
  sinkhole::QueryTally tally_;
  std::set<std::string> days_;   // whose files are in the tally
  std::set<std::string> fresh_;  // of which there is something to write
};

}  // namespace lostletter::programs
