// SPDX-License-Identifier: Apache-2.0
//
// Skeletons and scripts of any bytes: text that is equal for Unicode has one
// skeleton, bytes that are no text are left alone, and no label is both mixed
// and of one script.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "domain/normalize.h"
#include "domain/skeleton.h"

namespace {

using lostletter::domain::is_mixed_script;
using lostletter::domain::is_whole_script_confusable;
using lostletter::domain::to_nfd;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string skeleton = lostletter::domain::skeleton(text);
  const bool mixed = is_mixed_script(text);
  const bool whole = is_whole_script_confusable(text);
  require(!(mixed && whole));

  const auto code_points = lostletter::decode_utf8(text);
  if (!code_points) {
    require(skeleton == text && !mixed && !whole);
    return 0;
  }
  require(lostletter::is_valid_utf8(skeleton));
  const std::u32string nfd = to_nfd(*code_points);
  require(to_nfd(nfd) == nfd);
  require(lostletter::domain::skeleton(lostletter::encode_utf8(nfd)) ==
          skeleton);
  // A label is mixed whichever way it is read.
  const std::u32string backwards(code_points->rbegin(), code_points->rend());
  require(is_mixed_script(lostletter::encode_utf8(backwards)) == mixed);
  return 0;
}
