// SPDX-License-Identifier: Apache-2.0
//
// One line of a log, whoever wrote it down: syslog (RFC 3164, RFC 5424, ISO
// dates as rsyslog writes them, Postfix's own maillog_file), journalctl -o
// json, Exim's main log.
#pragma once

#include <string>
#include <string_view>

#include "archive/log_date.h"
#include "base/clock.h"

namespace lostletter::archive {

struct LogLine {
  Seconds at{};
  std::string_view host;     // empty: not told
  std::string_view program;  // "postfix/smtpd", "exim"
  std::string_view process;  // its number
  std::string_view text;
};

class LogLines {
 public:
  LogLines(Seconds modified, Seconds last) : date_(modified, last) {}

  // Empty, or a reason (reasons.h). The views live until the next call, and as
  // long as `text`'s bytes.
  std::string_view read(std::string_view text, LogLine& line);

  Seconds last() const { return date_.last(); }

 private:
  std::string_view read_journal(std::string_view text, LogLine& line);
  std::string_view read_5424(std::string_view text, LogLine& line);
  bool read_tag(std::string_view text, LogLine& line);

  LogDate date_;
  std::string message_, host_, program_, process_;  // of a journal's line
};

}  // namespace lostletter::archive
