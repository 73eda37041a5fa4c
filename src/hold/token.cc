// SPDX-License-Identifier: Apache-2.0
//
//   code (32)  number (4, hexadecimal)  purpose (1)  proof (24, hexadecimal)
//
// The proof is the front of a keyed hash: 96 bits, far beyond what anybody can
// try against a server.
#include "hold/token.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include <fmt/format.h>
#include <sodium.h>

#include "base/random.h"
#include "base/text.h"

namespace lostletter::hold {
namespace {

constexpr std::size_t kCode = 32;
constexpr std::size_t kNumber = 4;
constexpr std::size_t kProof = 24;
constexpr std::size_t kSize = kCode + kNumber + 1 + kProof;
static_assert(kSize <= 64);

bool is_purpose(char c) {
  return std::string_view("msdr").find(c) != std::string_view::npos;
}

std::string proof_of(std::string_view secret, std::string_view said) {
  return keyed_hash(secret, "answer " + std::string(said)).substr(0, kProof);
}

}  // namespace

std::string make_token(std::string_view secret, const Token& token) {
  assert(token.code.size() == kCode && token.recipient < 65536);
  const std::string said =
      fmt::format("{}{:04x}{}", token.code, token.recipient,
                  static_cast<char>(token.purpose));
  return said + proof_of(secret, said);
}

std::optional<Token> read_token(std::string_view secret,
                                std::string_view given) {
  if (given.size() != kSize) return std::nullopt;
  const std::string text = ascii_lower(given);
  const std::string_view said =
      std::string_view(text).substr(0, kSize - kProof);
  const std::string proof = proof_of(secret, said);
  if (sodium_memcmp(proof.data(), text.data() + said.size(), kProof) != 0) {
    return std::nullopt;
  }
  Token token{.code = text.substr(0, kCode)};
  const std::string_view number = said.substr(kCode, kNumber);
  const auto read = std::from_chars(
      number.data(), number.data() + number.size(), token.recipient, 16);
  if (read.ptr != number.data() + number.size() || !is_purpose(said.back())) {
    return std::nullopt;
  }
  token.purpose = static_cast<Purpose>(said.back());
  return token;
}

}  // namespace lostletter::hold
