// SPDX-License-Identifier: Apache-2.0
//
// A log in parts, read apart: by several threads, or by machines that never see
// each other's. What a line means may depend on lines before its part: it then
// waits, as it is. The letters still open at the end of a part wait behind
// those lines. Whoever has read what stood before reads all that waits, in this
// order, and knows what they would know who had read the log in one piece.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/log_line.h"
#include "archive/processes.h"
#include "base/result.h"

namespace lostletter::archive {

struct OpenLetter;

// Instead of a reason (reasons.h): the line waits.
inline constexpr std::string_view kWaits = "waits";

class Waiting {
 public:
  // A line was read at that time, whether it waits or not.
  void pass(Seconds at) { clock_ = std::max(clock_, at); }
  void line(const LogLine& line);
  // The letter under that key, if there is one, ended here for another's sake.
  void end(std::string_view key);
  void letter(const OpenLetter& open);
  // A process had said that, to a reader of `table`.
  void said(std::string_view table, std::string_view process,
            const Processes::Said& said);

  // Hashes of the letters that began and ended here; sorted.
  void ended(const std::vector<std::uint64_t>& hashes);

  // Bytes that carry all that waits.
  std::string save() const;

  struct Reader {
    std::function<void(Seconds)> pass;
    std::function<void(const LogLine&)> line;
    std::function<void(std::string_view)> end;
    std::function<void(OpenLetter)> letter;
    std::function<void(std::string_view table, std::string_view process,
                       Processes::Said)>
        said;
    std::function<void(const std::vector<std::uint64_t>&)> ended;
  };
  // Calls `reader` in the order in which things were told. An error: the bytes
  // are not from save().
  static Result<void> read(std::string_view saved, const Reader& reader);

 private:
  void begin(std::string_view kind);

  std::string text_;
  Seconds clock_{};  // the latest line since the last that waits
};

}  // namespace lostletter::archive
