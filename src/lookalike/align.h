// SPDX-License-Identifier: Apache-2.0
//
// How likely is it that someone who meant one name typed the other, and by
// which slips? The plain formula: a dynamic programme over both names (Damerau
// 1964, optimal string alignment) whose steps are weighed by the channel.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "lookalike/channel.h"
#include "lookalike/edit.h"

namespace lostletter::lookalike {

struct Alignment {
  double log_likelihood = 0;  // ln P(typed | intended)
  std::vector<Edit> edits;    // from the left; empty when they are equal
};

// A name as the engine compares it: code points of its U-labels, and where its
// public suffix begins (the suffix's first character; size() when it has none).
struct Shape {
  std::u32string_view text;
  std::size_t suffix = 0;
};

// The most likely explanation by slips of single characters, or nothing when
// more than `most` would be needed.
std::optional<Alignment> align(const Channel& channel, const Shape& intended,
                               std::u32string_view typed, std::size_t most = 3);

// The explanations by larger pieces. A label lost in front ("army.mil" for
// "us.army.mil").
std::optional<Alignment> align_label_lost(const Channel& channel,
                                          const Shape& intended,
                                          std::u32string_view typed);

// The same stem with another end: the suffix exchanged ("gmail.net" for
// "gmail.com"), one of its labels lost ("shop.uk" for "shop.co.uk") or added
// ("gmail.com.br"), the whole lost ("gmail").
std::optional<Alignment> align_suffix(const Channel& channel,
                                      const Shape& intended,
                                      std::u32string_view typed);

// ln P(of all wrong suffixes, this one): mostly one that many names have, or
// one of the same registry (com.bd for org.bd).
double log_suffix_choice(std::u32string_view intended,
                         std::u32string_view typed);

// A word of the trade glued to the name: "wwwgmail.com", "yahoomail.com".
std::optional<Alignment> align_word_added(const Channel& channel,
                                          const Shape& intended,
                                          std::u32string_view typed);

// The likeliest of all of these, with at most `most` slips of characters.
std::optional<Alignment> explain(const Channel& channel, const Shape& intended,
                                 std::u32string_view typed, std::size_t most);

// Words that align_word_added knows.
inline constexpr std::array<std::string_view, 5> kGluedWords = {
    "www", "mail", "email", "smtp", "web"};

// The place of a slip that takes `length` intended characters from `at`.
EditPlace place_of(const Shape& intended, std::size_t at, std::size_t length);

// The same of an edit that an alignment holds.
EditPlace place_of_edit(const Shape& intended, const Edit& edit);

}  // namespace lostletter::lookalike
