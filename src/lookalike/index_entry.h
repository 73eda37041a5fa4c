// SPDX-License-Identifier: Apache-2.0
//
// A name as likeness is measured on it, and the plain statement of which names
// may have been intended. The index must find exactly these.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lostletter::lookalike {

struct Entry {
  std::u32string text;     // code points of the U-labels
  std::size_t suffix = 0;  // first character of the public suffix
  std::string skeleton;    // of the whole name
};
Entry make_entry(std::u32string text, std::size_t suffix);

// The skeleton (domain/skeleton.h) with a short way for ASCII.
std::string skeleton_of(std::u32string_view text);
// The same of UTF-8.
std::string skeleton_of(std::string_view utf8);

// Two slips only between names long enough that they say something.
inline constexpr std::size_t kLongEnough = 6;

// How many slips there may be between names of which the shorter has so many
// characters.
constexpr int most_slips(std::size_t shorter) {
  return shorter >= kLongEnough ? 2 : 1;
}

// What is behind the first label; empty when that is no more than the suffix.
std::u32string_view without_first_label(const Entry& entry);

// What stands before the suffix, with its dot; empty when nothing does.
std::u32string_view stem(const Entry& entry);

// Within one or two slips, equal to the eye, a label lost in front, or another
// suffix behind the same stem.
bool is_candidate(const Entry& known, const Entry& typed);

}  // namespace lostletter::lookalike
