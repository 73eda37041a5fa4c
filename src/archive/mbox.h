// SPDX-License-Identifier: Apache-2.0
//
// Messages out of a stream of lines: the only one of a file, or those of an
// mbox (RFC 4155; mboxo and mboxrd differ in bodies only, which are not read).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/lines.h"
#include "archive/read.h"

namespace lostletter::archive {

// "From ann@example.com Thu Nov 26 18:35:18 2026": what separates messages.
bool is_from_line(std::string_view line);

// Feeds on lines and gives letters. Keeps one header section, of 256 KiB at
// most.
class Messages {
 public:
  // `is_mbox`: else everything is one message. `in_body`: begins in the middle
  // of a body, whose message was given before. All must outlive this.
  Messages(Sink& sink, const std::vector<std::string>& trusted, bool is_mbox,
           bool in_body);

  // `size`: of the line, with its end. True when it began a message of an mbox:
  // everything before it was given.
  bool line(std::string_view text, std::uint64_t size, std::uint64_t number);
  // The last message ends.
  void end();

 private:
  enum class Part { kBefore, kHeader, kBody };

  void begin(std::uint64_t number);
  void header_line(std::string_view text);
  void give();

  Sink* sink_;
  const std::vector<std::string>* trusted_;
  bool is_mbox_;
  bool is_known_;  // given by an earlier reading
  Part part_ = Part::kBefore;
  bool after_blank_ = true;
  bool is_too_long_ = false;
  bool told_before_ = false;
  std::string header_;
  std::uint64_t size_ = 0;
  std::uint64_t number_ = 0;  // of its first line
};

}  // namespace lostletter::archive
