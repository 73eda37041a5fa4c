// SPDX-License-Identifier: Apache-2.0
//
// One loop over lines for each family of kinds, each in a file of its own:
// logs, exports and address books, messages and Maildirs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "archive/bytes.h"
#include "archive/exim.h"
#include "archive/lines.h"
#include "archive/log_line.h"
#include "archive/position.h"
#include "archive/postfix.h"
#include "archive/programs.h"
#include "archive/read.h"
#include "archive/sendmail.h"
#include "archive/tally.h"
#include "archive/traces.h"
#include "archive/under_way.h"
#include "archive/waiting.h"

namespace lostletter::archive {

class Reader::Impl {
 public:
  Impl(Sink& sink, Options options)
      : options_(std::move(options)),
        tally_(sink),
        letters_(tally_, options_.most_under_way, part()),
        postfix_(letters_, tally_, part()),
        exim_(letters_, tally_),
        sendmail_(letters_, part()),
        traces_(letters_) {}

  Result<Counts> read(Source& source, std::string_view text);

  Position position;
  UnderWay& letters() { return letters_; }
  std::string waiting();
  Result<void> go_on(std::string_view text);

 private:
  static constexpr std::uint64_t kStep = std::uint64_t{4} << 20U;  // bytes

  Waiting* part() { return options_.is_part ? &waiting_ : nullptr; }
  Result<void> read_log(Source& source);
  Result<void> read_json(Source& source);
  Result<void> read_trace(Source& source);
  Result<void> read_messages(Source& source);
  void read_maildir(Source& source);
  template <typename Book>
  void read_book(Source& source);
  void read_csv(Source& source);
  void read_vcard(Source& source);

  void read_log_text(const Lines& lines, LogLines& parser);
  void read_log_line(const LogLine& line, std::uint64_t number);
  void take_told(const Told& told, std::uint64_t number);
  Seconds begin_of(const Source& source) const;
  // Progress is to be told.
  bool is_due(std::uint64_t offset) const {
    return offset >= reported_ + kStep;
  }
  void report(const Source& source, std::uint64_t offset);

  Options options_;
  Tally tally_;
  Waiting waiting_;
  Seconds latest_{};  // line
  Programs programs_;
  UnderWay letters_;
  Postfix postfix_;
  Exim exim_;
  Sendmail sendmail_;
  Traces traces_;
  std::uint64_t reported_ = 0;
};

// Why reading cannot go on where it stopped.
Error not_its_position(const Source& source);

}  // namespace lostletter::archive
