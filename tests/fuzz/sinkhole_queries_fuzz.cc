// SPDX-License-Identifier: Apache-2.0
//
// What name servers write down of strangers' questions, as frames and as lines;
// the first byte chooses. Whatever it is, what is counted can be written, read
// and reported.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "sinkhole/frame_stream.h"
#include "sinkhole/page.h"
#include "sinkhole/queries.h"
#include "sinkhole/query.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void note(const sinkhole::Query& query, sinkhole::QueryTally& tally) {
  require(query.day.size() == 10);
  tally.note(query, {query.name, query.name, "example.test", "example.test"});
}

void read_frames(std::string_view bytes, sinkhole::QueryTally& tally) {
  sinkhole::FrameReader frames;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, 7);
    bytes.remove_prefix(piece.size());
    frames.feed(piece);
    for (;;) {
      const auto frame = frames.next();
      if (!frame) return;
      if (!*frame) break;
      require((*frame)->data.size() <= sinkhole::FrameReader::kMostData);
      const auto query = sinkhole::read_dnstap((*frame)->data);
      if (query && *query) note(**query, tally);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  sinkhole::QueryTally tally;
  switch (data[0] % 4) {
    case 0:
      read_frames(text, tally);
      break;
    case 1: {
      sinkhole::QueryLog log(Seconds(Duration(1'764'000'000)));
      for (const auto line : split(text, '\n')) {
        if (const auto query = log.read(line)) note(*query, tally);
      }
      break;
    }
    case 2:
      if (!tally.read(text)) return 0;
      break;
    default:
      for (const std::string& one : sinkhole::contacts_of(text)) {
        require(is_ascii(one) && one.find('\n') == one.npos);
      }
      return 0;
  }
  std::set<std::string> days;
  for (const auto& [key, count] : tally.rows()) days.insert(key.day);
  sinkhole::QueryTally again;
  for (const std::string& day : days) {
    require(again.read(tally.write(day)).has_value());
  }
  require(again.rows() == tally.rows());
  (void)sinkhole::to_html({}, sinkhole::make_query_reports(tally));
  return 0;
}
