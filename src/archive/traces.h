// SPDX-License-Identifier: Apache-2.0
//
// Exports of mail services: Exchange message tracking, Microsoft 365 message
// traces, Google Workspace's e-mail log. Rows of one letter may stand far
// apart, in any order, in several files, and be told more than once; so what
// is told of a recipient is never taken back by a weaker word: bounced is more
// than delivered, that is more than deferred.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "archive/columns.h"
#include "archive/log_line.h"
#include "archive/recent.h"
#include "archive/row.h"
#include "archive/table_date.h"
#include "archive/told.h"
#include "archive/under_way.h"

namespace lostletter::archive {

// The kind of export that `head`, the first bytes of a file, belongs to.
std::optional<Kind> detect_trace(std::string_view head);

// One export: lines in, what its rows tell out. Keeps one row, of 1 MiB and 100
// lines at most.
class TraceTable {
 public:
  using Tell = std::function<void(const Told&, std::uint64_t line)>;
  using Skip = std::function<void(std::string_view reason, std::uint64_t line)>;

  // `head`: the first bytes of the file, which may tell how it writes dates.
  TraceTable(Kind kind, std::string_view head, Tell tell, Skip skip);

  void line(std::string_view text, std::uint64_t number);
  void end();
  // Nothing is kept that was not told.
  bool is_between() const { return row_.empty(); }

 private:
  void learn(std::string_view head);
  bool read_comment(std::string_view text);
  void row(std::string_view text, std::uint64_t number);
  void give_up();

  Kind kind_;
  Tell tell_;
  Skip skip_;
  std::optional<Columns> columns_;
  char separator_ = ',';
  TableDate dates_;
  Row cutter_;
  std::string row_;  // lines of a row whose quotes are open, LF behind each
  std::uint64_t number_ = 0;  // of its first
  std::size_t lines_ = 0;     // of it
};

// Joins what is told to letters.
class Traces {
 public:
  // `letters` must outlive this.
  explicit Traces(UnderWay& letters) : letters_(&letters) {}

  // Empty, or kWaits.
  std::string_view apply(const Told& told, std::uint64_t number);

  // What waits of a part, as a line of a log, and back.
  static bool is_program(std::string_view program);
  static LogLine to_line(const Told& told, std::string& bytes);

 private:
  bool is_known(const Told& told) const;
  void note(std::string_view key, std::string_view address);

  UnderWay* letters_;
  // Hashes of recipients whose end was told, the last ones: it may be told
  // again by another file.
  Recent ended_{500'000};
};

}  // namespace lostletter::archive
