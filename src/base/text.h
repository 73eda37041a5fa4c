// SPDX-License-Identifier: Apache-2.0
//
// Text as bytes and as code points, without a locale. Everything here is pure
// and compiles for wasm32.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter {

// ASCII only; other bytes pass unchanged.
char ascii_lower(char c);
std::string ascii_lower(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);
bool is_ascii(std::string_view text);

// Removes spaces, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

// "a,b,,c" -> {"a", "b", "", "c"}; an empty text gives one empty piece.
// The views live as long as `text`'s bytes.
std::vector<std::string_view> split(std::string_view text, char separator);

// UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
std::optional<std::u32string> decode_utf8(std::string_view text);
std::string encode_utf8(std::u32string_view text);
bool is_valid_utf8(std::string_view text);
void append_utf8(std::string& text, char32_t code_point);

// Text from outside, safe on a terminal and in a log line: control characters
// (C0, DEL, C1), invisible and bidirectional ones and bytes that are not UTF-8
// become \xNN or \u{NNNN}; a backslash is doubled. Never longer than
// `most` bytes; what is cut is replaced by "...".
std::string printable(std::string_view text, std::size_t most = 512);

// The offending byte as error messages name it: 'x' or 0x00.
std::string describe_byte(char byte);

// A character as Unicode names it: U+00E4, U+1F4A9.
std::string code_point_name(char32_t c);

// Optimal string alignment distance (Damerau, adjacent swaps count one), at
// most `most` + 1. For options and keys that people mistype, not for names.
int typing_distance(std::string_view a, std::string_view b, int most);

// The nearest of `known` within a third of the typed length, or nothing.
std::optional<std::string> nearest(std::string_view typed,
                                   const std::vector<std::string>& known);

}  // namespace lostletter
