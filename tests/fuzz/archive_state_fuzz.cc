// SPDX-License-Identifier: Apache-2.0
//
// What was under way and where a reading stood come from a store: whatever is
// in it, it is refused or stays what it is.
#include <cassert>
#include <cstdint>
#include <string>

#include "archive/detect.h"
#include "archive/position.h"
#include "archive/read.h"

using namespace lostletter;

namespace {

class Nobody final : public archive::Sink {
  void letter(const archive::Letter&) override {}
  void contact(const archive::Contact&) override {}
  void skipped(std::string_view, std::uint64_t) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  if (const auto position = archive::parse_position(text)) {
    assert(archive::parse_position(archive::to_string(*position)) == position);
  }
  Nobody nobody;
  archive::Reader reader(nobody);
  if (reader.restore(text)) {
    const auto saved = reader.under_way();
    archive::Reader again(nobody);
    assert(again.restore(saved));
    assert(again.under_way() == saved);
    again.finish();
  }
  // What waits of a part of a log, from a file of somebody's.
  archive::Reader whole(nobody);
  if (whole.go_on(text)) {
    archive::Reader again(nobody);
    assert(again.restore(whole.under_way()));
  }
  whole.finish();
  archive::detect(text);
  return 0;
}
