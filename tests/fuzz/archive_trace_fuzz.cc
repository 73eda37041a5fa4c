// SPDX-License-Identifier: Apache-2.0
//
// Exports of mail services and letters as JSON: what is read as a part, and
// then taken over, is what is read in one piece; what was read is not read
// again; letters have recipients, and never a subject.
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/read.h"
#include "archive/table_date.h"
#include "archive/told.h"
#include "archive_letters.h"

using namespace lostletter;

namespace {

constexpr Seconds kModified{Duration(1'795'521'600)};

bool is_trace(archive::Kind kind) {
  using archive::Kind;
  return kind == Kind::kExchange || kind == Kind::kTrace ||
         kind == Kind::kGoogle || kind == Kind::kLetters;
}

void check_bytes(const std::string& text) {
  if (const auto told = archive::told_in(text)) {
    const auto bytes = archive::to_bytes(*told);
    const auto again = archive::told_in(bytes);
    assert(again && archive::to_bytes(*again) == bytes);
  }
  archive::TableDate dates;
  dates.learn(text);
  if (const auto at = dates.read(text)) {
    assert(dates.read(to_rfc3339(*at)) == at);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  check_bytes(text);
  auto source = archive::Source::of_bytes("x", text, kModified);
  if (!source || !is_trace(source->kind())) return 0;
  Letters expected(false);
  archive::Reader reader(expected);
  const auto counts = reader.read(*source);
  assert(counts && counts->letters == expected.all.size());
  const auto position = reader.position();
  reader.finish();
  const auto given = expected.all.size();
  reader.finish();
  assert(expected.all.size() == given);

  // What was given is not given again.
  auto again = archive::Source::of_bytes("x", text, kModified);
  assert(reader.read(*again, position));
  if (text.ends_with('\n') && source->packing().empty()) {
    reader.finish();
    assert(expected.all.size() == given);
  }
  expected.all.resize(given);

  Letters got(false);
  archive::Options options;
  options.is_part = true;
  archive::Reader part(got, options);
  auto same = archive::Source::of_bytes("x", text, kModified);
  assert(part.read(*same));
  archive::Reader whole(got);
  assert(whole.go_on(part.waiting()));
  whole.finish();
  std::ranges::sort(got.all);
  std::ranges::sort(expected.all);
  assert(got.all == expected.all);
  return 0;
}
