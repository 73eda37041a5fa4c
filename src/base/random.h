// SPDX-License-Identifier: Apache-2.0
//
// Randomness from the kernel, and names made of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lostletter {

// `size` unpredictable bytes. Any thread.
std::string random_bytes(std::size_t size);

// A reference people can read aloud: 10 characters of Crockford's base 32
// (digits and letters without i, l, o, u), 50 bits.
std::string random_id();

// Keyed BLAKE2b of `text` as 32 hexadecimal digits: the same text under the
// same key gives the same hash, and without the key it cannot be guessed.
// REQUIRES: key.size() is 16 to 64.
std::string keyed_hash(std::string_view key, std::string_view text);

}  // namespace lostletter
