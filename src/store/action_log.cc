// SPDX-License-Identifier: Apache-2.0
//
// The chain of the action log (store/held.h). What a line hashes is written as
// netstrings, so that no text can pass for two fields or for another's. Nothing
// secret goes in: whoever can rewrite all lines can hash them anew, and whoever
// cuts off the last ones leaves a whole chain. The hash of a last line, kept
// somewhere else, proves both (docs/states.md).
#include <array>

#include <sodium.h>

#include "store/held.h"

namespace lostletter::store {
namespace {

std::string_view view(std::string_view text) { return text; }
std::string view(std::uint64_t number) { return std::to_string(number); }

template <typename... Fields>
std::string netstrings(const Fields&... fields) {
  std::string all;
  const auto add = [&all](std::string_view text) {
    all += std::to_string(text.size());
    all += ':';
    all += text;
    all += ',';
  };
  (add(view(fields)), ...);
  return all;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(),
                     reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace

std::string chain_hash(const ActionLine& line, std::string_view before) {
  const auto at = std::to_string(line.at.time_since_epoch().count());
  return sha256(netstrings(before, line.number, std::string_view(at), line.who,
                           line.event, line.code, std::uint64_t{line.recipient},
                           line.detail));
}

std::optional<ActionLine> first_broken(std::span<const ActionLine> lines,
                                       std::string_view before) {
  std::uint64_t expected = 1;
  if (!before.empty() && !lines.empty()) expected = lines.front().number;
  for (const ActionLine& line : lines) {
    if (line.number != expected || line.hash != chain_hash(line, before)) {
      return line;
    }
    before = line.hash;
    ++expected;
  }
  return std::nullopt;
}

}  // namespace lostletter::store
