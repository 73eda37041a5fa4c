// SPDX-License-Identifier: Apache-2.0
//
// The names are those of RFC 3492 sections 5 and 6, where the procedures are.
// A label has at most some thousand code points (idna.cc), so that 32 bits hold
// every sum of the encoder; the decoder looks for overflow as the RFC asks.
#include "domain/punycode.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace lostletter::domain {
namespace {

constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kInitialBias = 72;
constexpr std::uint32_t kInitialN = 0x80;
constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

// Section 6.1.
std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta /= first ? kDamp : 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) {
    delta /= kBase - kTMin;
  }
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) {
  return k <= bias ? kTMin : std::min(k - bias, kTMax);
}

char digit(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// The value of a digit, or kBase.
std::uint32_t value_of(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return kBase;
}

// A delta as an integer of variable length.
void append_delta(std::string& text, std::uint32_t delta, std::uint32_t bias) {
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t t = threshold(k, bias);
    if (delta < t) break;
    text += digit(t + (delta - t) % (kBase - t));
    delta = (delta - t) / (kBase - t);
  }
  text += digit(delta);
}

// Reads one such integer and adds it to i; false where there is none.
bool read_delta(std::string_view& text, std::uint32_t bias, std::uint32_t& i) {
  std::uint32_t weight = 1;
  for (std::uint32_t k = kBase;; k += kBase) {
    if (text.empty()) return false;
    const std::uint32_t value = value_of(text.front());
    text.remove_prefix(1);
    if (value == kBase || value > (kMost - i) / weight) return false;
    i += value * weight;
    const std::uint32_t t = threshold(k, bias);
    if (value < t) return true;
    if (weight > kMost / (kBase - t)) return false;
    weight *= kBase - t;
  }
}

bool is_scalar(std::uint32_t c) {
  return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

}  // namespace

std::string encode_punycode(std::u32string_view label) {
  std::string text;
  for (const char32_t c : label) {
    if (c < kInitialN) text += static_cast<char>(c);
  }
  auto handled = static_cast<std::uint32_t>(text.size());
  const std::uint32_t basic = handled;
  if (basic > 0) text += '-';
  std::uint32_t n = kInitialN;
  std::uint32_t delta = 0;
  std::uint32_t bias = kInitialBias;
  while (handled < label.size()) {
    char32_t next = kMost;
    for (const char32_t c : label) next = c >= n ? std::min(next, c) : next;
    delta += (next - n) * (handled + 1);
    n = next;
    for (const char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      append_delta(text, delta, bias);
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return text;
}

std::optional<std::u32string> decode_punycode(std::string_view text) {
  std::u32string label;
  // At the very beginning it would be a digit, and is none.
  const std::size_t hyphen = text.rfind('-');
  if (hyphen != text.npos && hyphen > 0) {
    for (const char c : text.substr(0, hyphen)) {
      if (value_of(c) == kBase && c != '-' && c != '_') return std::nullopt;
      label += static_cast<unsigned char>(c);
    }
    text.remove_prefix(hyphen + 1);
  }
  if (text.empty()) return std::nullopt;
  std::uint32_t n = kInitialN;
  std::uint32_t i = 0;
  std::uint32_t bias = kInitialBias;
  while (!text.empty()) {
    const std::uint32_t before = i;
    if (!read_delta(text, bias, i)) return std::nullopt;
    const auto points = static_cast<std::uint32_t>(label.size()) + 1;
    bias = adapt(i - before, points, before == 0);
    if (i / points > kMost - n) return std::nullopt;
    n += i / points;
    i %= points;
    if (!is_scalar(n)) return std::nullopt;
    label.insert(i++, 1, n);
  }
  return label;
}

}  // namespace lostletter::domain
