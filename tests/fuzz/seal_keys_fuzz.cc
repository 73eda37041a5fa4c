// SPDX-License-Identifier: Apache-2.0
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/seal.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto keys = store::SealKeys::parse(text);
  if (!keys) {
    assert(!keys.error().message.empty());
    return 0;
  }
  assert(keys->size() > 0);
  assert(keys->find(keys->newest().name) == &keys->newest());
  const auto again = store::SealKeys::parse(keys->to_text());
  assert(again && again->to_text() == keys->to_text());
  return 0;
}
