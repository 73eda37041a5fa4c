// SPDX-License-Identifier: Apache-2.0
//
// A hash of names that knows what a slip does to it. A text is a polynomial in
// kBase, its octets the coefficients, modulo 2^64; so the hash of a name with
// two slips follows from those of the names with one of them, and millions of
// texts need not be read to be looked up. Equal texts have equal hashes;
// whether texts of equal hashes are equal has to be seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lostletter::exposure {

// Modulo 2^64, of an odd number. Newton's iteration: each step doubles the bits
// that are right.
constexpr std::uint64_t inverse_of(std::uint64_t number) {
  std::uint64_t inverse = number;
  for (int step = 0; step < 6; ++step) inverse *= 2 - number * inverse;
  return inverse;
}

class TextHash {
  // Any odd number that is no small power of another.
  static constexpr std::uint64_t kBase = 0xD1B54A32D192ED03ULL;
  static constexpr std::uint64_t kInverse = inverse_of(kBase);
  static_assert(kBase * kInverse == 1);

 public:
  TextHash() = default;
  explicit TextHash(std::string_view text) {
    for (const char c : text) {
      value_ = value_ * kBase + static_cast<unsigned char>(c) + 1;
    }
  }
  // Of what becomes of `whole` when a slip that takes so many octets and gives
  // so many others makes `text` of it. REQUIRES: 2 of each at most.
  static TextHash of_slip(std::string_view text, TextHash whole,
                          std::size_t taken, std::size_t given) {
    TextHash made(text);
    made.shift_ = kPowers[2 + given - taken];
    made.change_ = made.value_ - whole.value_;
    return made;
  }

  // Of both slips in one name. REQUIRES: `other` lies behind this one, and does
  // not overlap.
  std::uint64_t with(const TextHash& other) const {
    return change_ * other.shift_ + other.value_;
  }
  std::uint64_t value() const { return value_; }

 private:
  static constexpr std::uint64_t kPowers[5] = {kInverse * kInverse, kInverse, 1,
                                               kBase, kBase* kBase};

  std::uint64_t value_ = 0;
  std::uint64_t shift_ = 1;   // by what octets before the slip are multiplied
  std::uint64_t change_ = 0;  // that the slip makes
};

}  // namespace lostletter::exposure
