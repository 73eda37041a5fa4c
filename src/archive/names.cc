// SPDX-License-Identifier: Apache-2.0
#include "archive/names.h"

#include <mutex>
#include <string>
#include <utility>

#include <gmime/gmime.h>

#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kLongest = 512;

void start_gmime() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Line breaks and tabs become spaces, other controls go; cut between
// characters.
std::string clean(std::string text) {
  for (char& c : text) {
    if (c == '\t' || c == '\r' || c == '\n') c = ' ';
  }
  std::erase_if(text, is_control);
  if (text.size() > kLongest) {
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
      --end;
    }
    text.resize(end);
  }
  return std::string(trim(text));
}

std::string convert(std::string_view bytes, const std::string& charset) {
  start_gmime();
  iconv_t converter = g_mime_iconv_open("UTF-8", charset.c_str());
  // iconv_open(3) says it so. NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (converter == reinterpret_cast<iconv_t>(-1)) return {};
  char* converted = g_mime_iconv_strndup(converter, bytes.data(), bytes.size());
  std::string text(converted == nullptr ? "" : converted);
  g_free(converted);
  g_mime_iconv_close(converter);
  return text;
}

// Every byte means something here: those without a character count as Latin-1.
std::string from_windows_1252(std::string_view bytes) {
  constexpr char32_t kHigh[32] = {
      0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
      0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
      0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
      0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(text, byte >= 0x80 && byte < 0xa0 ? kHigh[byte - 0x80] : byte);
  }
  return text;
}

std::string to_utf8(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : from_windows_1252(bytes);
}

}  // namespace

std::string decode_name(std::string_view raw) {
  raw = raw.substr(0, std::size_t{16} << 10U);
  if (is_ascii(raw) && raw.find("=?") == raw.npos) {
    return clean(std::string(raw));
  }
  std::string text = to_utf8(raw);
  if (text.find("=?") != text.npos) {
    start_gmime();
    std::erase(text, '\0');
    char* decoded = g_mime_utils_header_decode_text(nullptr, text.c_str());
    if (decoded != nullptr) text = to_utf8(decoded);
    g_free(decoded);
  }
  return clean(std::move(text));
}

std::string decode_charset(std::string_view bytes, std::string_view charset) {
  bytes = bytes.substr(0, std::size_t{16} << 10U);
  const std::string name(charset);
  if (!name.empty() && name.find('\0') == name.npos && name.size() < 64 &&
      !ascii_iequals(name, "utf-8")) {
    auto text = convert(bytes, name);
    if (!text.empty() && is_valid_utf8(text)) return clean(std::move(text));
  }
  return clean(to_utf8(bytes));
}

std::string decode_quoted_printable(std::string_view text) {
  const auto hex = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && hex(text[i + 1]) >= 0 &&
        hex(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace lostletter::archive
