// SPDX-License-Identifier: Apache-2.0
//
// Names are converted one label at a time (idna_label.h), so that an error can
// name it. Labels in ASCII pass; whether they can stand in a name, whoever
// takes the result looks, as Name::parse does. What STD3 rules forbid beyond
// ASCII (three relation signs) is refused here.
//
// The rule of RFC 5893 about directions of writing is applied to each label,
// not to the name as a whole: "www3." before a Hebrew name is refused by the
// letter of the RFC, and is used.
#include "domain/idna.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/text.h"
#include "domain/idna_label.h"

namespace lostletter::domain {
namespace {

#ifdef __wasm__
using by_tables::decode_label;
using by_tables::map_label;
#else
using by_libidn2::decode_label;
using by_libidn2::map_label;
#endif

constexpr std::string_view kPrefix = "xn--";

// Every code point that stays costs an octet of 253 at least, and four bytes of
// UTF-8 at most. The encoder's time is quadratic: more is not even tried.
constexpr std::size_t kMostBytes = std::size_t{4} * 253;

std::string_view reason(Fault fault) {
  switch (fault) {
    case Fault::kPunycode:
      return "its punycode does not decode";
    case Fault::kTooLong:
      return "it is longer than 63 octets";
    case Fault::kHyphensInside:
      return "it has hyphens in third and fourth place";
    case Fault::kHyphenAtEnd:
      return "it begins or ends with a hyphen";
    case Fault::kLeadingMark:
      return "it begins with a combining mark";
    case Fault::kJoiner:
      return "a joiner (U+200C, U+200D) stands where it joins nothing";
    case Fault::kDirections:
      return "it mixes directions of writing (RFC 5893)";
    default:
      return "IDNA2008 does not allow it";
  }
}

std::string refused(char32_t c) {
  return "IDNA2008 does not allow " + code_point_name(c);
}

// Names the first character that is refused wherever it stands.
std::string explain(const std::string& label, Fault fault) {
  if (fault == Fault::kCharacter) {
    for (const char32_t c : decode_utf8(label).value_or(U"")) {
      std::string alone;
      append_utf8(alone, c);
      // A mark is refused for its place when nothing stands before it.
      if (map_label(alone).fault == Fault::kCharacter ||
          map_label("a" + alone).fault == Fault::kCharacter) {
        return refused(c);
      }
    }
  }
  return std::string(reason(fault));
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
    return std::unexpected(std::string(reason(Fault::kPunycode)));
  }
  Converted decoded = decode_label(label);
  if (decoded.fault != Fault::kNone) {
    return std::unexpected(std::string(reason(decoded.fault)));
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
  if (again.fault != Fault::kNone) {
    return std::unexpected(explain(decoded.text, again.fault));
  }
  if (again.text != label) {
    return std::unexpected("it decodes to " + quoted(decoded.text) +
                           ", which is " + quoted(again.text));
  }
  return std::move(decoded.text);
}

std::unexpected<Error> invalid(std::string_view kind, std::string_view label,
                               std::string_view why) {
  std::string text = "label " + quoted(label) + " is no valid ";
  text.append(kind).append(": ").append(why);
  return fail(std::move(text));
}

Result<std::string> a_label(std::string_view label) {
  if (is_ascii(label)) return ascii_lower(label);
  const auto wrong = [&](std::string_view why) {
    return invalid("U-label", label, why);
  };
  if (label.size() > kMostBytes) return wrong(reason(Fault::kTooLong));
  // It would end the C string, and the rest be lost in silence.
  if (label.find('\0') != label.npos) return wrong("U+0000 stands in it");

  const std::string text(label);
  Converted mapped = map_label(text);
  if (mapped.fault != Fault::kNone) return wrong(explain(text, mapped.fault));
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
  if (lower.size() > 63) return wrong(reason(Fault::kTooLong));
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
    return fail("byte " + std::to_string(bad) + " (" +
                describe_byte(utf8[bad]) + ") is not UTF-8");
  }
  return convert_labels(utf8, a_label);
}

Result<std::string> to_u_labels(std::string_view ascii) {
  return convert_labels(ascii, u_label);
}

}  // namespace lostletter::domain
