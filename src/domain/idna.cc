// SPDX-License-Identifier: Apache-2.0
//
// libidn2 does the mapping of UTS 46 (non-transitional: what browsers and MTAs
// ask the DNS today) and the checks of IDNA2008 (RFC 5891 section 5), one label
// at a time, so that an error can name it. Labels in ASCII never reach it.
//
// Its STD3 flag stays off: libidn2 2.3 drops the characters which that flag
// forbids, and a slash in full width between a and b would vanish. Without it
// they are mapped ("a/b"), and whoever takes the result looks for bytes that
// cannot stand in a name, as Name::parse does. What the flag would forbid
// beyond ASCII (three relation signs) is refused here.
//
// The rule of RFC 5893 about directions of writing is applied to each label,
// not to the name as a whole: "www3." before a Hebrew name is refused by the
// letter of the RFC, and is used.
#include "domain/idna.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <idn2.h>

#include "base/text.h"

namespace lostletter::domain {
namespace {

constexpr int kFlags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;
constexpr std::string_view kPrefix = "xn--";

// Every code point that stays costs an octet of 253 at least, and four bytes of
// UTF-8 at most. The encoder's time is quadratic: more is not even tried.
constexpr std::size_t kMostBytes = std::size_t{4} * 253;

struct Converted {
  int code = IDN2_OK;
  std::string text;
};

template <typename Char>
Converted take(int code, Char* text) {
  const std::unique_ptr<Char, void (*)(void*)> owner(text, idn2_free);
  if (code == IDN2_MALLOC) throw std::bad_alloc();
  if (code != IDN2_OK) return {code, {}};
  return {code, std::string(reinterpret_cast<const char*>(text))};
}

// REQUIRES: no NUL in the label, as libidn2 takes C strings.
Converted map_label(const std::string& label) {
  std::uint8_t* out = nullptr;
  const int code = idn2_lookup_u8(
      reinterpret_cast<const std::uint8_t*>(label.c_str()), &out, kFlags);
  return take(code, out);
}

Converted decode_label(const std::string& label) {
  char* out = nullptr;
  const int code = idn2_to_unicode_8z8z(label.c_str(), &out, 0);
  return take(code, out);
}

// What libidn2's own texts say, without gettext and for people.
std::string_view reason(int code) {
  switch (code) {
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_ENCODING_ERROR:
      return "its punycode does not decode";
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_TOO_BIG_LABEL:
    case IDN2_TOO_BIG_DOMAIN:
      return "it is longer than 63 octets";
    case IDN2_2HYPHEN:
      return "it has hyphens in third and fourth place";
    case IDN2_HYPHEN_STARTEND:
      return "it begins or ends with a hyphen";
    case IDN2_LEADING_COMBINING:
      return "it begins with a combining mark";
    case IDN2_CONTEXTJ:
    case IDN2_CONTEXTJ_NO_RULE:
      return "a joiner (U+200C, U+200D) stands where it joins nothing";
    case IDN2_BIDI:
      return "it mixes directions of writing (RFC 5893)";
    default:
      return "IDNA2008 does not allow it";
  }
}

bool is_about_one_character(int code) {
  return code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED ||
         code == IDN2_INVALID_NONTRANSITIONAL || code == IDN2_CONTEXTO ||
         code == IDN2_CONTEXTO_NO_RULE || code == IDN2_DOT_IN_LABEL;
}

std::string refused(char32_t c) {
  return fmt::format("IDNA2008 does not allow U+{:04X}",
                     static_cast<std::uint32_t>(c));
}

// Names the first character that is refused wherever it stands.
std::string explain(const std::string& label, int code) {
  if (is_about_one_character(code)) {
    for (const char32_t c : decode_utf8(label).value_or(U"")) {
      std::string alone;
      append_utf8(alone, c);
      // A mark is refused for its place when nothing stands before it.
      if (is_about_one_character(map_label(alone).code) ||
          is_about_one_character(map_label("a" + alone).code)) {
        return refused(c);
      }
    }
  }
  return std::string(reason(code));
}

std::string quoted(std::string_view label) {
  return "'" + printable(label, 80) + "'";
}

bool is_punycode_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// The U-label of an A-label (lower case), or what is wrong with it.
std::expected<std::string, std::string> decode(const std::string& label) {
  // RFC 3492 5: digits follow the last hyphen. libidn2 2.3 takes any byte
  // below 'a' for one.
  const auto digits = label.substr(label.rfind('-') + 1);
  if (!std::ranges::all_of(digits, is_punycode_digit)) {
    return std::unexpected(std::string(reason(IDN2_PUNYCODE_BAD_INPUT)));
  }
  Converted decoded = decode_label(label);
  if (decoded.code != IDN2_OK) {
    return std::unexpected(std::string(reason(decoded.code)));
  }
  if (is_ascii(decoded.text)) return std::unexpected("it decodes to ASCII");
  // Valid but for STD3 rules, by UTS 46; not valid at all by RFC 5892.
  for (const char32_t c : {U'\u2260', U'\u226E', U'\u226F'}) {
    if (decoded.text.find(encode_utf8({&c, 1})) != decoded.text.npos) {
      return std::unexpected(refused(c));
    }
  }
  // RFC 5891 5.4: what was decoded must be a U-label, and this one's.
  const Converted again = map_label(decoded.text);
  if (again.code != IDN2_OK) {
    return std::unexpected(explain(decoded.text, again.code));
  }
  if (again.text != label) {
    return std::unexpected("it decodes to " + quoted(decoded.text) +
                           ", which is " + quoted(again.text));
  }
  return std::move(decoded.text);
}

std::unexpected<Error> invalid(std::string_view kind, std::string_view label,
                               std::string_view why) {
  return fail(
      fmt::format("label {} is no valid {}: {}", quoted(label), kind, why));
}

Result<std::string> a_label(std::string_view label) {
  if (is_ascii(label)) return ascii_lower(label);
  const auto wrong = [&](std::string_view why) {
    return invalid("U-label", label, why);
  };
  if (label.size() > kMostBytes) return wrong(reason(IDN2_TOO_BIG_LABEL));
  // It would end the C string, and the rest be lost in silence.
  if (label.find('\0') != label.npos) return wrong("U+0000 stands in it");

  const std::string text(label);
  Converted mapped = map_label(text);
  if (mapped.code != IDN2_OK) return wrong(explain(text, mapped.code));
  if (mapped.text.empty()) return wrong("it has only invisible characters");
  if (mapped.text.starts_with(kPrefix)) {
    if (const auto u = decode(mapped.text); !u) return wrong(u.error());
  }
  return std::move(mapped.text);
}

Result<std::string> u_label(std::string_view label) {
  std::string lower = ascii_lower(label);
  if (!lower.starts_with(kPrefix)) return lower;
  const auto wrong = [&](std::string_view why) {
    return invalid("A-label", label, why);
  };
  if (lower.size() > 63) return wrong(reason(IDN2_TOO_BIG_LABEL));
  if (!is_ascii(lower)) return wrong("it is not ASCII");
  if (lower.find('\0') != lower.npos) return wrong("U+0000 stands in it");
  auto decoded = decode(lower);
  if (!decoded) return wrong(decoded.error());
  return std::move(*decoded);
}

// The length of the full stop that starts here: the ASCII one, or one of the
// three that UTS 46 section 4 maps to it (U+3002, U+FF0E, U+FF61). Else 0.
std::size_t dot_at(std::string_view text) {
  if (text.starts_with('.')) return 1;
  const bool ideographic = text.starts_with("\xE3\x80\x82") ||
                           text.starts_with("\xEF\xBC\x8E") ||
                           text.starts_with("\xEF\xBD\xA1");
  return ideographic ? 3 : 0;
}

// Every label through `convert`; dots become ASCII, empty labels stay.
Result<std::string> convert_labels(
    std::string_view text, Result<std::string> (*convert)(std::string_view)) {
  std::string result;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const std::size_t dot = i < text.size() ? dot_at(text.substr(i)) : 0;
    if (i < text.size() && dot == 0) continue;
    auto label = convert(text.substr(start, i - start));
    if (!label) return label;
    result += *label;
    if (dot == 0) break;
    result += '.';
    start = i + dot;
    i = start - 1;
  }
  return result;
}

// How many bytes the first says that the code point has; 1 if it says nothing.
std::size_t length_by(char first) {
  const auto byte = static_cast<std::uint8_t>(first);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

// Where a code point starts that is none; npos when all is UTF-8.
std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view one = text.substr(i, length_by(text[i]));
    if (!is_valid_utf8(one)) return i;
    i += one.size();
  }
  return std::string_view::npos;
}

}  // namespace

Result<std::string> to_a_labels(std::string_view utf8) {
  const std::size_t bad = find_invalid_utf8(utf8);
  if (bad != utf8.npos) {
    return fail(fmt::format("byte {} ({}) is not UTF-8", bad,
                            describe_byte(utf8[bad])));
  }
  return convert_labels(utf8, a_label);
}

Result<std::string> to_u_labels(std::string_view ascii) {
  return convert_labels(ascii, u_label);
}

}  // namespace lostletter::domain
