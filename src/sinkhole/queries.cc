// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/queries.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "sinkhole/days.h"
#include "sinkhole/tally.h"

namespace lostletter::sinkhole {
namespace {

constexpr std::size_t kColumns = 7;
constexpr std::string_view kOthers = "*";

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() &&
         !text.empty();
}

bool is_field(std::string_view text) {
  return !text.empty() && text.size() <= 300 &&
         std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) > ' ' && c != 127;
         });
}

struct Gathered {
  QueryReport report;
  Totals days;
  Totals names;
  Totals networks;
};

void finish(Gathered& gathered) {
  QueryReport& report = gathered.report;
  const Days first = day_of(report.first_day);
  const Days end = day_of(report.last_day) + std::chrono::days(1);
  const std::chrono::days week(7);
  const auto days = std::max(1L, (end - first).count());
  report.per_day =
      static_cast<double>(report.queries) / static_cast<double>(days);
  const auto last = total_within(gathered.days, end - week, end);
  const auto before = total_within(gathered.days, end - 2 * week, end - week);
  report.last_week = static_cast<double>(last) / 7;
  report.week_before = static_cast<double>(before) / 7;
  if (end - first >= 2 * week) report.trend = trend_of(last, before);
  for (Days at = std::max(first, end - kMostDays); at < end;
       at += std::chrono::days(1)) {
    const auto found = gathered.days.find(text_of(at));
    report.by_day.emplace_back(
        text_of(at), found == gathered.days.end() ? 0 : found->second);
  }
  report.wrong_names = by_count(gathered.names);
  report.networks = by_count(gathered.networks);
}

}  // namespace

void QueryTally::note(const Query& query, const Match& match) {
  QueryKey key{query.day, match.wrong, match.intended, match.owner,
               query.client.empty() ? "unknown" : network_of(query.client)};
  auto row = rows_.find(key);
  if (row == rows_.end()) {
    if (rows_.size() >= most_) {
      key.wrong = key.intended = key.network = kOthers;
    }
    row = rows_.try_emplace(std::move(key)).first;
  }
  ++(query.answered == Answered::kNotTold ? row->second.questions
                                          : row->second.answers);
}

std::string QueryTally::write(std::string_view day) const {
  std::string text =
      "# day, wrong, intended, owner, network, questions, answers\n";
  for (const auto& [key, count] : rows_) {
    if (key.day != day) continue;
    for (const auto* field :
         {&key.day, &key.wrong, &key.intended, &key.owner, &key.network}) {
      text += *field + '\t';
    }
    text += std::to_string(count.questions) + '\t' +
            std::to_string(count.answers) + '\n';
  }
  return text;
}

Result<void> QueryTally::read(std::string_view text) {
  std::size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const auto fields = split(line, '\t');
    bool good = fields.size() == kColumns;
    QueryCount count;
    for (std::size_t i = 0; good && i < 5; ++i) good = is_field(fields[i]);
    good = good && read_number(fields[5], count.questions) &&
           read_number(fields[6], count.answers);
    if (!good) {
      return fail("line " + std::to_string(number) + " is no row of a tally");
    }
    QueryCount& row = rows_[{std::string(fields[0]), std::string(fields[1]),
                             std::string(fields[2]), std::string(fields[3]),
                             std::string(fields[4])}];
    row.questions += count.questions;
    row.answers += count.answers;
  }
  return {};
}

void QueryTally::forget_before(std::string_view day) {
  std::erase_if(rows_, [&](const auto& row) { return row.first.day < day; });
}

std::vector<QueryReport> make_query_reports(const QueryTally& tally) {
  std::map<std::string, Gathered> by_owner;
  for (const auto& [key, count] : tally.rows()) {
    Gathered& gathered = by_owner[key.owner];
    QueryReport& report = gathered.report;
    report.owner = key.owner;
    if (report.first_day.empty() || key.day < report.first_day) {
      report.first_day = key.day;
    }
    report.last_day = std::max(report.last_day, key.day);
    report.queries += count.asked();
    gathered.days[key.day] += count.asked();
    gathered.names[key.wrong] += count.asked();
    gathered.networks[key.network] += count.asked();
  }
  std::vector<QueryReport> reports;
  for (auto& [owner, gathered] : by_owner) {
    finish(gathered);
    reports.push_back(std::move(gathered.report));
  }
  std::ranges::stable_sort(reports,
                           [](const QueryReport& a, const QueryReport& b) {
                             return a.queries > b.queries;
                           });
  return reports;
}

}  // namespace lostletter::sinkhole
