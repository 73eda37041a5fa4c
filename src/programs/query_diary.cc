// SPDX-License-Identifier: Apache-2.0
#include "programs/query_diary.h"

#include <filesystem>
#include <system_error>

#include "base/file.h"

namespace lostletter::programs {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::days kRetention(400);
// Days before today that are still in memory: answers come late, never later.
constexpr std::chrono::days kOpen(2);
constexpr std::size_t kMostFile = std::size_t{1} << 28;
constexpr std::string_view kEnding = ".queries.tsv";

std::string day_of(Seconds time) { return to_rfc3339(time).substr(0, 10); }

bool is_ours(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() == 10 + kEnding.size() && name.ends_with(kEnding);
}

Result<void> read_into(const std::string& path, sinkhole::QueryTally& tally) {
  const auto text = read_file(path, kMostFile);
  if (!text) return std::unexpected(text.error());
  if (auto read = tally.read(*text); !read) {
    return fail(path + ": " + read.error().message);
  }
  return {};
}

}  // namespace

Result<QueryDiary> QueryDiary::open(const std::string& directory,
                                    const Clock& clock) {
  const std::string folder = directory + "/sinkhole";
  if (auto made = make_directory(folder); !made) {
    return std::unexpected(made.error());
  }
  return QueryDiary(folder, clock);
}

std::string QueryDiary::path_of(const std::string& day) const {
  return folder_ + "/" + day + std::string(kEnding);
}

Result<void> QueryDiary::note(const sinkhole::Query& query,
                              const sinkhole::Match& match) {
  if (!days_.contains(query.day)) {
    std::error_code ignored;
    const std::string path = path_of(query.day);
    if (fs::exists(path, ignored)) {
      if (auto read = read_into(path, tally_); !read) return read;
    }
    days_.insert(query.day);
  }
  tally_.note(query, match);
  fresh_.insert(query.day);
  return {};
}

Result<void> QueryDiary::save() {
  while (!fresh_.empty()) {
    const std::string day = *fresh_.begin();
    if (auto written = write_file(path_of(day), tally_.write(day)); !written) {
      return written;
    }
    fresh_.erase(fresh_.begin());
  }
  const std::string oldest = day_of(clock_->now() - kOpen);
  if (!days_.empty() && *days_.begin() < oldest) {
    tally_.forget_before(oldest);
    std::erase_if(days_, [&](const auto& day) { return day < oldest; });
    remove_old();
  }
  return {};
}

void QueryDiary::remove_old() const {
  const std::string oldest = day_of(clock_->now() - kRetention);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (is_ours(entry.path()) && entry.path().filename() < oldest) {
      fs::remove(entry.path(), error);
    }
  }
}

Result<sinkhole::QueryTally> QueryDiary::read_all(
    const std::string& directory) {
  sinkhole::QueryTally tally(SIZE_MAX);
  std::error_code error;
  const std::string folder = directory + "/sinkhole";
  fs::directory_iterator files(folder, error);
  if (error) return fail("cannot read " + folder + ": " + error.message());
  for (const auto& entry : files) {
    if (!is_ours(entry.path())) continue;
    if (auto read = read_into(entry.path().string(), tally); !read) {
      return std::unexpected(read.error());
    }
  }
  return tally;
}

}  // namespace lostletter::programs
