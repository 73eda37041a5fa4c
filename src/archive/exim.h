// SPDX-License-Identifier: Apache-2.0
//
// Exim's main log (Exim specification, chapter "Log files"), in its own file or
// through syslog.
//
//   ID <= ann@example.com H=host [192.0.2.1] A=plain:ann S=1234 id=...
//   ID => bob@example.org R=dnslookup T=remote_smtp H=host [192.0.2.2] X=TLS...
//   ID ** bob@example.org R=... : 550 5.1.1 ...
//   ID == bob@example.org R=... defer (-44): ...
//   ID Completed
//   H=host [192.0.2.1] F=<ann@example.com> rejected RCPT <bob@example.org>: ...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/log_line.h"
#include "archive/under_way.h"

namespace lostletter::archive {

class Exim {
 public:
  // Both must outlive this.
  Exim(UnderWay& letters, Sink& sink) : letters_(&letters), sink_(&sink) {}

  static bool is_program(std::string_view program);
  // Whether `text`, behind its date, is surely Exim's.
  static bool is_line(std::string_view text);

  // Empty, or a reason (reasons.h), or kWaits.
  std::string_view read(const LogLine& line, std::uint64_t number);

 private:
  std::string_view read_arrival(const LogLine& line, std::uint64_t number,
                                std::string_view text);
  std::string_view read_delivery(const LogLine& line, std::uint64_t number,
                                 Outcome outcome, std::string_view text);
  std::string_view read_refusal(const LogLine& line);

  UnderWay* letters_;
  Sink* sink_;
  std::string key_;
};

}  // namespace lostletter::archive
