// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/diary.h"

#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"

namespace lostletter::sinkhole {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytes = 32;
constexpr std::chrono::days kKeyAge(30);
constexpr std::chrono::days kRetention(400);
constexpr std::chrono::days kAddressRetention(30);
constexpr std::string_view kRollEnding = ".addresses.tsv";
constexpr std::size_t kMostFile = std::size_t{1} << 28;

std::string day_of(Seconds time) { return to_rfc3339(time).substr(0, 10); }

std::string folder_of(const std::string& directory) {
  return directory + "/sinkhole";
}

bool is_day_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() == 14 && name.ends_with(".tsv");
}

}  // namespace

Result<Diary> Diary::open(const std::string& directory, const Clock& clock) {
  Diary diary(directory.empty() ? "" : folder_of(directory), clock);
  diary.day_ = day_of(clock.now());
  if (!diary.folder_.empty()) {
    if (auto made = make_directory(diary.folder_); !made) {
      return std::unexpected(made.error());
    }
    diary.remove_old();
    for (const auto load : {&Diary::load_day, &Diary::load_key}) {
      if (auto loaded = (diary.*load)(); !loaded) {
        return std::unexpected(loaded.error());
      }
    }
  }
  if (diary.key_.empty() || diary.key_is_old()) {
    if (auto renewed = diary.renew_key(); !renewed) {
      return std::unexpected(renewed.error());
    }
  }
  return diary;
}

Result<void> Diary::load_day() {
  const std::string page = folder_ + "/" + day_ + ".tsv";
  std::error_code ignored;
  if (!fs::exists(page, ignored)) return {};
  const auto text = read_file(page, kMostFile);
  if (!text) return std::unexpected(text.error());
  if (auto read = tally_.read(*text); !read) {
    return fail(page + ": " + read.error().message);
  }
  return {};
}

Result<void> Diary::load_key() {
  std::error_code ignored;
  const std::string key = folder_ + "/key";
  if (!fs::exists(key, ignored)) return {};
  const auto bytes = read_file(key, 1000);
  if (!bytes) return std::unexpected(bytes.error());
  // The day it was made, then the key.
  if (bytes->size() != 10 + kKeyBytes) {
    return fail(key + " is no key: remove it, and a new one is made");
  }
  key_day_ = bytes->substr(0, 10);
  key_ = bytes->substr(10);
  return {};
}

bool Diary::key_is_old() const {
  return key_day_ <= day_of(clock_->now() - kKeyAge);
}

Result<void> Diary::renew_key() {
  key_ = random_bytes(kKeyBytes);
  key_day_ = day_of(clock_->now());
  if (folder_.empty()) return {};
  return write_file(folder_ + "/key", key_day_ + key_);
}

const std::string& Diary::key() {
  if (key_is_old()) {
    if (auto renewed = renew_key(); !renewed) {
      log_event(Event::kStoreFailed, {{"problem", renewed.error().message}});
    }
  }
  return key_;
}

void Diary::note(const Refusal& refusal) {
  if (folder_.empty()) return;
  if (refusal.day != day_) turn_to(refusal.day);
  tally_.note(refusal);
  fresh_ = true;
}

// A clock that was set back turns to a page that is written already.
void Diary::turn_to(const std::string& day) {
  save();
  tally_ = Tally();
  day_ = day;
  remove_old();
  if (auto loaded = load_day(); !loaded) {
    log_event(Event::kStoreFailed, {{"problem", loaded.error().message}});
  }
}

std::string Diary::roll_path() const {
  return folder_ + "/" + roll_day_ + std::string(kRollEnding);
}

Result<void> Diary::retain_addresses(const std::string& legal_note) {
  legal_note_ = legal_note;
  roll_day_ = day_of(clock_->now());
  std::error_code ignored;
  if (!fs::exists(roll_path(), ignored)) return {};
  const auto text = read_file(roll_path(), kMostFile);
  if (!text) return std::unexpected(text.error());
  roll_.read(*text);
  return {};
}

void Diary::enrol(const Entry& entry) {
  const std::string day = day_of(entry.at);
  if (day != roll_day_) {
    save();
    roll_ = Roll();
    roll_day_ = day;
    remove_old();
  }
  roll_.add(entry);
  roll_fresh_ = true;
}

Result<void> Diary::write() {
  if (fresh_) {
    auto written =
        write_file(folder_ + "/" + day_ + ".tsv", tally_.write(day_));
    if (!written) return written;
    fresh_ = false;
  }
  if (roll_fresh_) {
    auto written = write_file(roll_path(), roll_.write(legal_note_));
    if (!written) return written;
    roll_fresh_ = false;
  }
  return {};
}

// Once a day. Where no letter comes, time passes all the same.
void Diary::forget() {
  const std::string today = day_of(clock_->now());
  if (folder_.empty() || today == forgot_day_) return;
  forgot_day_ = today;
  key();
  remove_old();
}

bool Diary::save() {
  forget();
  const auto written = write();
  if (!written) {
    log_event(Event::kStoreFailed, {{"problem", written.error().message}});
  }
  return written.has_value();
}

void Diary::remove_old() const {
  const std::string oldest = day_of(clock_->now() - kRetention) + ".tsv";
  const std::string oldest_roll =
      day_of(clock_->now() - kAddressRetention) + std::string(kRollEnding);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if ((is_day_file(entry.path()) && name < oldest) ||
        (name.ends_with(kRollEnding) && name < oldest_roll)) {
      fs::remove(entry.path(), error);
    }
  }
}

Result<Tally> Diary::read_all(const std::string& directory) {
  Tally tally;
  std::error_code error;
  const std::string folder = folder_of(directory);
  fs::directory_iterator files(folder, error);
  if (error) return fail("cannot read " + folder + ": " + error.message());
  for (const auto& entry : files) {
    if (!is_day_file(entry.path())) continue;
    const auto text = read_file(entry.path().string(), kMostFile);
    if (!text) return std::unexpected(text.error());
    if (auto read = tally.read(*text); !read) {
      return fail(entry.path().string() + ": " + read.error().message);
    }
  }
  return tally;
}

}  // namespace lostletter::sinkhole
