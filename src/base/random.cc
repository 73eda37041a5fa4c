// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <array>
#include <cassert>
#include <cstdlib>

#include <sodium.h>

namespace lostletter {
namespace {

void require_sodium() {
  static const int ready = sodium_init();
  if (ready < 0) std::abort();  // no source of randomness: nothing is safe
}

}  // namespace

std::string random_bytes(std::size_t size) {
  require_sodium();
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string random_id() {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id = random_bytes(10);
  for (char& c : id) c = kDigits[static_cast<unsigned char>(c) % 32];
  return id;
}

std::string keyed_hash(std::string_view key, std::string_view text) {
  require_sodium();
  assert(key.size() >= crypto_generichash_KEYBYTES_MIN &&
         key.size() <= crypto_generichash_KEYBYTES_MAX);
  const auto bytes = [](std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
  };
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes(text), text.size(),
                     bytes(key), key.size());
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace lostletter
