// SPDX-License-Identifier: Apache-2.0
//
// A log read in two goes, cut anywhere, gives what it gives in one go; every
// line is counted; letters have senders that were told and outcomes.
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/read.h"
#include "archive_letters.h"

using namespace lostletter;

namespace {

// Year-less dates are resolved by the last line, which is another one here.
constexpr Seconds kModified{Duration(1'795'521'600)};

bool is_log(archive::Kind kind) {
  return kind == archive::Kind::kPostfix || kind == archive::Kind::kExim ||
         kind == archive::Kind::kSendmail || kind == archive::Kind::kSyslog;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data + 1, data + size);
  auto whole = archive::Source::of_bytes("x", text, kModified);
  if (!whole || !is_log(whole->kind())) return 0;
  Letters expected(true);
  archive::Reader reader(expected);
  const auto counts = reader.read(*whole);
  assert(counts && counts->letters == expected.all.size());
  reader.finish();
  const auto given = expected.all.size();
  reader.finish();
  assert(expected.all.size() == given);
  if (!whole->packing().empty()) return 0;  // cut, it is damaged
  assert(counts->bytes == text.size());

  auto first = archive::Source::of_bytes(
      "x", text.substr(0, text.size() * data[0] / 255), kModified);
  if (!first || !is_log(first->kind())) return 0;
  Letters got(true);
  archive::Reader before(got);
  assert(before.read(*first));
  archive::Reader after(got);
  assert(after.restore(before.under_way()));
  assert(after.under_way() == before.under_way());
  auto again = archive::Source::of_bytes("x", text, kModified);
  assert(after.read(*again, before.position()));
  after.finish();
  // What is remembered of connections is lost in between; it is not compared.
  assert(got.all.size() == expected.all.size());
  return 0;
}
