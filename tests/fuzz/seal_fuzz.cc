// SPDX-License-Identifier: Apache-2.0
//
// A sealed content from a database somebody wrote to: nothing but what was
// sealed opens.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/seal.h"

using namespace lostletter;

namespace {

// Fixed, so that an input that was sealed stays one.
const store::SealKeys& keys() {
  static const store::SealKeys fixed =
      *store::SealKeys::parse("lostletter-keys 1\nk1 " + std::string(64, '1') +
                              "\nk2 " + std::string(64, '2') + "\n");
  return fixed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  // As it is: nobody without the key can make one that opens. (The seeds in
  // the corpus open under k1.)
  const store::SealedContent foreign = {.key = data[0] % 4 == 0   ? "k1"
                                               : data[0] % 4 == 1 ? "k2"
                                                                  : "k3",
                                        .bytes = std::string(text)};
  const auto opened = store::unseal(keys(), foreign, "code");
  assert(opened || opened.error().message.starts_with("content of code: "));
  assert(!store::unseal(keys(), foreign, "other"));

  // Sealed by us, then changed at one place.
  store::SealedContent sealed = store::seal(keys(), "code", text);
  assert(store::unseal(keys(), sealed, "code") == std::string(text));
  const std::size_t at =
      (data[0] * std::size_t{2654435761U}) % sealed.bytes.size();
  sealed.bytes[at] = static_cast<char>(sealed.bytes[at] ^ 1);
  assert(!store::unseal(keys(), sealed, "code"));
  sealed.bytes.resize(at);
  assert(!store::unseal(keys(), sealed, "code"));
  return 0;
}
