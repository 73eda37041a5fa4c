// SPDX-License-Identifier: Apache-2.0
#include "archive/utf16.h"

#include <utility>

#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr char16_t kMark = 0xfeff;

bool is_high(char16_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(char16_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

}  // namespace

bool has_utf16_mark(std::string_view bytes) {
  return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

void Utf16::unit(char16_t one, std::string& out) {
  const char16_t high = std::exchange(high_, u'\0');
  if (high != 0 && is_low(one)) {
    append_utf8(out, 0x10000 +
                         ((static_cast<char32_t>(high) - 0xd800U) << 10U) +
                         (static_cast<char32_t>(one) - 0xdc00U));
    return;
  }
  if (high != 0) append_utf8(out, kReplacement);
  if (is_high(one)) {
    high_ = one;
  } else {
    append_utf8(out, is_low(one) ? kReplacement : char32_t{one});
  }
}

std::string Utf16::decode(std::string_view block) {
  std::string out;
  out.reserve(block.size());
  for (const char c : block) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (!std::exchange(has_half_, !has_half_)) {
      half_ = byte;
      continue;
    }
    if (!std::exchange(has_mark_, true)) {
      little_ = half_ == 0xff;
      continue;
    }
    const unsigned first = half_;
    const unsigned second = byte;
    const auto one = static_cast<char16_t>(little_ ? first | second << 8U
                                                   : first << 8U | second);
    if (one != kMark) unit(one, out);
  }
  return out;
}

}  // namespace lostletter::archive
