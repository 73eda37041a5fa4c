// SPDX-License-Identifier: Apache-2.0
//
// Replies of a server (RFC 5321 4.2), which arrive in any pieces. Pure, and
// fuzzed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mail/reply.h"

namespace lostletter::smtp {

class ReplyReader {
 public:
  static constexpr std::size_t kMostLine = 2048;
  static constexpr std::size_t kMostLines = 100;

  void feed(std::string_view bytes) { buffer_ += bytes; }
  // The next whole reply, or nothing yet. An error is final: what came is no
  // reply, or too much of one. The code is 200 to 599; an enhanced code is
  // taken from each line when the first has one of the code's class.
  Result<std::optional<mail::Reply>> next();
  // Nothing of another reply is here.
  bool is_empty() const { return buffer_.empty() && reply_.lines.empty(); }

 private:
  Result<bool> take_line(std::string_view line);

  std::string buffer_;
  mail::Reply reply_;  // its lines so far
};

}  // namespace lostletter::smtp
