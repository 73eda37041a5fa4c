// SPDX-License-Identifier: Apache-2.0
//
// A part of a scan comes from another machine. The checksum keeps accidents
// away, not people: whatever the body is, it is refused or adds up.
#include <cassert>
#include <cstdint>
#include <string_view>

#include "scan/ledger_coder.h"
#include "scan/ledger_file.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scan::load_part(text, {});
  scan::Decoder in(text);
  scan::Ledger part({}, scan::Corrections::Scope::kPart);
  if (!scan::LedgerCoder::read(in, part)) return 0;
  // What was read is written, and read again.
  const auto again = scan::load_part(scan::save_part(part, ""), {});
  assert(again.has_value());
  scan::Ledger sum;
  sum.add(part);
  sum.add(*again->ledger);
  sum.finish();
  assert(sum.letters == 2 * part.letters);
  assert(sum.passed().size() <= part.passed().size());
  sum.sides();
  return 0;
}
