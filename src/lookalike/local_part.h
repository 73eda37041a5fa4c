// SPDX-License-Identifier: Apache-2.0
//
// What stands before the '@', as likeness is measured on it. Only the receiving
// host may interpret a local-part (RFC 5321 2.3.11); to compare two of them we
// guess as nearly all hosts do: case says nothing, "+news" is a tag of one
// mailbox (RFC 5233), ".", "_" and "-" stand between the names of a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lostletter::lookalike {

struct LocalPart {
  std::u32string base;  // lower case, unquoted, without the tag
  std::u32string tag;   // "+news", or nothing
};

// `written` may be quoted, may be no local-part at all, may be no UTF-8.
LocalPart read_local_part(std::string_view written);

// "ann.lee" -> ann, lee
std::vector<std::u32string_view> names_of(std::u32string_view base);
bool is_separator(char32_t c);
bool is_digit(char32_t c);

// Without separators: "annlee".
std::u32string joined(std::u32string_view base);
// joined(a) == joined(b), without making them.
bool is_same_joined(std::u32string_view a, std::u32string_view b);

// The other ways to write a person of two or three names, without separators:
// names swapped ("leeann"), first or last name as an initial ("alee", "annl"),
// the middle one left out.
enum class Rewriting { kSwapped, kInitial, kMiddleLost };
struct Form {
  Rewriting how;
  std::u32string text;
};
std::vector<Form> forms_of(std::u32string_view base);

}  // namespace lostletter::lookalike
