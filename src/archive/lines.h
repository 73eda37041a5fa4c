// SPDX-License-Identifier: Apache-2.0
//
// Lines of a stream, without copying those that lie in one block.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/bytes.h"

namespace lostletter::archive {

// Where reading stopped: the next line to read, and what the last line was, so
// that another file is not taken for this one.
struct Mark {
  std::uint64_t offset = 0;  // of the next line
  std::uint64_t lines = 0;   // before it
  std::uint64_t last = 0;    // where the last one began
  std::uint64_t hash = 0;    // of its first bytes

  bool operator==(const Mark&) const = default;
};

class Lines {
 public:
  // More of a line is not kept.
  static constexpr std::size_t kLongest = std::size_t{1} << 20U;

  explicit Lines(Bytes& bytes) : bytes_(&bytes) {}

  // Steps to the next line; false at the end.
  bool next();

  // Of the current line, without its LF or CRLF. Lives until next().
  std::string_view text() const { return text_; }
  std::uint64_t number() const { return here_.lines; }  // from 1
  std::uint64_t begin() const { return here_.last; }
  bool is_cut() const { return is_cut_; }      // longer than kLongest
  bool is_whole() const { return is_whole_; }  // a line end stands behind it

  // Behind the current line; before it, when it is not whole.
  Mark mark() const { return is_whole_ ? here_.mark() : before_.mark(); }
  // Before it.
  Mark before() const { return before_.mark(); }
  std::uint64_t offset() const { return here_.offset; }

  // Reads up to `mark`. False: the content does not have that mark; true also
  // when the content ends before it. REQUIRES: before the first next().
  bool skip_to(const Mark& mark);

 private:
  // Of a line this much is remembered: in a log, time, host and process.
  static constexpr std::size_t kBegin = 48;

  // What a mark is made of, when somebody asks for it: every line passes here.
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t lines = 0;
    std::uint64_t last = 0;
    std::size_t size = 0;  // of `begin`
    std::array<char, kBegin> begin = {};

    Mark mark() const;
  };

  bool fill();
  void take(std::string_view line, std::size_t size);

  Bytes* bytes_;
  std::string_view block_;  // the rest of it
  std::string carry_;       // a line that began in an earlier block
  std::string_view text_;
  Place here_;
  Place before_;
  bool is_cut_ = false;
  bool is_whole_ = true;
  bool at_end_ = false;
};

}  // namespace lostletter::archive
