// SPDX-License-Identifier: Apache-2.0
#include "base/page_style.h"

#include <array>

#include <sodium.h>

namespace lostletter::html {

std::string content_policy() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(),
                     reinterpret_cast<const unsigned char*>(kStyle.data()),
                     kStyle.size());
  constexpr auto kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::array<char, sodium_base64_ENCODED_LEN(hash.size(), kVariant)> encoded{};
  sodium_bin2base64(encoded.data(), encoded.size(), hash.data(), hash.size(),
                    kVariant);
  return "default-src 'none'; style-src 'sha256-" +
         std::string(encoded.data()) + "'";
}

}  // namespace lostletter::html
