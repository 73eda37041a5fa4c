// SPDX-License-Identifier: Apache-2.0
//
// Standard output with errors that are heard: a full disk ends the program with
// 74 and a message, a reader that left (EPIPE) with 74 and without one.
#pragma once

#include <string>
#include <string_view>

namespace lostletter::programs {

class Output {
 public:
  explicit Output(int fd = 1) : fd_(fd) {}

  // Buffered; after a failure nothing is written any more.
  void write(std::string_view text);
  // The same for those who append themselves: write_with([](std::string& to)).
  template <typename Append>
  void write_with(const Append& append) {
    if (failed()) return;
    append(buffer_);
    flush_when_full();
  }
  // False when something could not be written, now or before.
  bool flush();
  bool failed() const { return error_ != 0; }

  // Flushes; `code`, or kIo after a failure, which is told to standard error.
  int finish(int code);

  // Is there a person in front of it who sees colours (no-color.org)?
  bool has_colour() const;

 private:
  void flush_when_full();

  int fd_;
  int error_ = 0;
  std::string buffer_;
};

// "lostletter: message" on standard error, each line of it.
void complain(std::string_view message);
// The same, and `code`: how a subcommand ends that cannot go on.
int give_up(int code, std::string_view message);

}  // namespace lostletter::programs
