// SPDX-License-Identifier: Apache-2.0
//
// libidn2's twin for wasm32 makes of every label what libidn2 makes of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "domain/idna_label.h"
#include "domain/idna_tables.h"

namespace {

using namespace lostletter;
using namespace lostletter::domain;

// What idna.cc never asks: NUL, the full stops of UTS 46, and too much of it.
bool may_be_asked(const std::u32string& label) {
  return label.size() <= 253 && label.find_first_of(std::u32string(
                                    U"\0.\u3002\uFF0E\uFF61", 5)) == label.npos;
}

// Somebody wrote "xn--", in full width perhaps: libidn2 judges what follows
// less strictly than idna.cc, which decodes and maps it once more.
bool is_a_label(const std::u32string& label) {
  std::u32string mapped;
  for (const char32_t c : label) append_idna_mapped(mapped, c);
  return ascii_lower(encode_utf8(mapped)).starts_with("xn--");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string label(reinterpret_cast<const char*>(data), size);
  const auto code_points = decode_utf8(label);
  if (!code_points || !may_be_asked(*code_points)) return 0;
  if (is_a_label(*code_points)) return 0;
  const Converted want = by_libidn2::map_label(label);
  const Converted got = by_tables::map_label(label);
  if (got.text != want.text || got.fault != want.fault) std::abort();
  if (!want.text.starts_with("xn--")) return 0;
  if (by_tables::decode_label(want.text).text !=
      by_libidn2::decode_label(want.text).text) {
    std::abort();
  }
  return 0;
}
