// SPDX-License-Identifier: Apache-2.0
//
// A tally's file, which somebody may have had in an editor: what is read is
// written the same and reported on without harm.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "sinkhole/report.h"
#include "sinkhole/tally.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sinkhole::Tally tally;
  if (!tally.read(text)) return 0;
  std::set<std::string> days;
  for (const auto& [key, count] : tally.rows()) days.insert(key.day);
  sinkhole::Tally again;
  for (const std::string& day : days) {
    // A row without a day is written as "-", and read so.
    require(again.read(tally.write(day)).has_value());
  }
  require(again.rows() == tally.rows());
  (void)sinkhole::make_reports(tally);
  return 0;
}
