// SPDX-License-Identifier: Apache-2.0
//
// Lines of a file, however many and however long, in bounded memory.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::programs {

struct Line {
  std::string_view text;  // without its end (LF or CR LF); valid until next()
  bool whole = true;      // false: longer than allowed, the rest is skipped
};

class LineReader {
 public:
  // Does not own `fd`. `most` bounds the text of a line.
  LineReader(int fd, std::size_t most) : fd_(fd), most_(most) {}

  // Called before every wait for input: what was made of the lines until now
  // can be shown.
  void before_reading(std::function<void()> call) { call_ = std::move(call); }

  // Nothing at the end of the file, or after an error.
  std::optional<Line> next();
  // Why reading ended early: an errno, or 0.
  int error() const { return error_; }

 private:
  bool fill();

  int fd_;
  std::size_t most_;
  std::function<void()> call_;
  std::string buffer_;
  std::size_t start_ = 0;  // of the next line, in buffer_
  bool at_end_ = false;
  int error_ = 0;
};

// Calls `take` with the number, from 1, and the text of each line of the file.
// The error names the path and the reason.
Result<void> for_each_line(
    const std::string& path,
    const std::function<void(std::size_t number, const Line& line)>& take);

}  // namespace lostletter::programs
