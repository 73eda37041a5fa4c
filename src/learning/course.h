// SPDX-License-Identifier: Apache-2.0
//
// Years of mail read into a store, file after file. What was read stays read:
// after an interruption, or when a log has grown, reading goes on where it
// stopped; and a letter teaches once, in however many files it stands.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"
#include "base/clock.h"
#include "base/result.h"
#include "learning/teacher.h"
#include "learning/us.h"
#include "store/store.h"

namespace lostletter::learning {

// Thrown by a callback that wants the reading to end: what was read is saved
// then.
class Stopped : public std::exception {};

struct Summary {
  std::uint64_t files = 0;
  std::uint64_t letters = 0;
  std::uint64_t contacts = 0;
  std::uint64_t noted = 0;  // of the contacts, new ones
  std::map<std::string, std::uint64_t> skipped = {};  // by reason
  std::vector<std::string> unreadable = {};           // messages, one a file
  store::Learnt learnt = {};
  Tally tally = {};
};

struct CourseOptions {
  store::Retention retention = {};
  std::vector<std::string> believed = {};  // archive::Options::trusted
  bool again = false;  // from the beginning, although it was read before
  // Called now and then, when everything read until then is in the store.
  std::function<void(const archive::Progress&, const Summary&)> progress = {};
};

class Course final : private archive::Sink {
 public:
  // `store` and `clock` must outlive it. Throws what the store throws.
  Course(store::Store& store, const Clock& clock, Teacher teacher,
         CourseOptions options);

  // A file that cannot be read is told in the summary, and the next one is.
  // REQUIRES: called once.
  void read(const std::vector<archive::Input>& inputs);
  Summary summary() const;

 private:
  void letter(const archive::Letter& letter) override;
  void contact(const archive::Contact& contact) override;
  void skipped(std::string_view reason, std::uint64_t line) override;

  void read(const archive::Input& input);
  std::string find_position(const archive::Source& source);
  void flush();
  void tell(const archive::Progress& progress);
  void save(const archive::Source& source);

  store::Store& store_;
  const Clock& clock_;
  Teacher teacher_;
  CourseOptions options_;
  archive::Reader reader_;
  std::vector<guard::Lesson> lessons_;
  std::vector<guard::Correspondent> contacts_;
  store::Reading reading_;  // of the file at hand
  std::chrono::steady_clock::time_point saved_;
  Summary summary_;
};

// Who we are, from the beginnings of the inputs: as many letters as are enough.
// Reads none of standard input. `progress` may throw Stopped.
Result<Guess> guess_us(
    const std::vector<archive::Input>& inputs,
    const std::function<void(const archive::Progress&)>& progress);

}  // namespace lostletter::learning
