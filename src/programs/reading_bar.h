// SPDX-License-Identifier: Apache-2.0
//
// How far the reading of archives has come: one line of a terminal, written
// over and over, on standard error; nothing where that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/read.h"

namespace lostletter::programs {

class ReadingBar {
 public:
  explicit ReadingBar(const std::vector<archive::Input>& inputs);
  ~ReadingBar();
  ReadingBar(const ReadingBar&) = delete;
  ReadingBar& operator=(const ReadingBar&) = delete;

  void show(const archive::Progress& progress, std::uint64_t letters);
  // Of work whose amount is known.
  void show(std::string_view what, std::uint64_t done, std::uint64_t all);

 private:
  bool is_time();
  std::string bar(double part) const;
  std::string time_left(double part) const;

  bool shows_;
  bool shown_ = false;
  std::uint64_t total_ = 0;
  std::uint64_t before_ = 0;  // bytes of the files before this one
  std::uint64_t last_ = 0;
  std::string name_;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point told_{};
};

}  // namespace lostletter::programs
