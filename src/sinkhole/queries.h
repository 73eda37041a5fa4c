// SPDX-License-Identifier: Apache-2.0
//
// Questions for mail hosts of wrong names, counted by day, name and network of
// who asked. They are no letters: a mail server asks before it sends, and asks
// again only when what it heard has expired; a resolver asks once for all whom
// it serves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sinkhole/names.h"
#include "sinkhole/query.h"
#include "sinkhole/report.h"

namespace lostletter::sinkhole {

struct QueryKey {
  std::string day;
  std::string wrong;
  std::string intended;
  std::string owner;
  std::string network;

  auto operator<=>(const QueryKey&) const = default;
};

// A server may write down the question, the answer, or both.
struct QueryCount {
  std::uint64_t questions = 0;
  std::uint64_t answers = 0;

  std::uint64_t asked() const { return std::max(questions, answers); }
  bool operator==(const QueryCount&) const = default;
};

class QueryTally {
 public:
  // Beyond so many rows strangers share one of the day: "*".
  explicit QueryTally(std::size_t most_rows = 200'000) : most_(most_rows) {}

  void note(const Query& query, const Match& match);
  const std::map<QueryKey, QueryCount>& rows() const { return rows_; }

  // One day as text, a line a row, and back; read() adds to what there is. The
  // error names the line.
  std::string write(std::string_view day) const;
  Result<void> read(std::string_view text);
  void forget_before(std::string_view day);

 private:
  std::size_t most_;
  std::map<QueryKey, QueryCount> rows_;
};

struct QueryReport {
  std::string owner;
  std::string first_day;
  std::string last_day;
  std::uint64_t queries = 0;
  double per_day = 0;
  double last_week = 0;  // a day
  double week_before = 0;
  Trend trend = Trend::kUnknown;
  std::vector<std::pair<std::string, std::uint64_t>> by_day;
  // Most queries first.
  std::vector<std::pair<std::string, std::uint64_t>> wrong_names;
  std::vector<std::pair<std::string, std::uint64_t>> networks;
};

// Most queries first.
std::vector<QueryReport> make_query_reports(const QueryTally& tally);

}  // namespace lostletter::sinkhole
