// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index_entry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "domain/skeleton.h"
#include "lookalike/distance.h"

namespace lostletter::lookalike {
namespace {

// A skeleton maps character by character, and no ASCII character decomposes or
// combines: 128 skeletons are all there is to know of ASCII.
const std::array<std::string, 128>& ascii_skeletons() {
  static const auto kTable = [] {
    std::array<std::string, 128> table;
    for (std::size_t c = 0; c < table.size(); ++c) {
      table[c] = domain::skeleton(std::string(1, static_cast<char>(c)));
    }
    return table;
  }();
  return kTable;
}

template <typename Text>
bool append_ascii_skeleton(const Text& text, std::string& skeleton) {
  const auto& table = ascii_skeletons();
  for (const auto c : text) {
    const auto value = static_cast<std::make_unsigned_t<
        std::conditional_t<sizeof(c) == 1, char, std::int32_t>>>(c);
    if (value >= table.size()) return false;
    skeleton += table[value];
  }
  return true;
}

}  // namespace

std::string skeleton_of(std::u32string_view text) {
  std::string skeleton;
  if (append_ascii_skeleton(text, skeleton)) return skeleton;
  return domain::skeleton(encode_utf8(text));
}

std::string skeleton_of(std::string_view utf8) {
  std::string skeleton;
  if (append_ascii_skeleton(utf8, skeleton)) return skeleton;
  return domain::skeleton(utf8);
}

Entry make_entry(std::u32string text, std::size_t suffix) {
  std::string skeleton = skeleton_of(text);
  return {std::move(text), suffix, std::move(skeleton)};
}

std::u32string_view without_first_label(const Entry& entry) {
  const std::u32string_view text = entry.text;
  const auto dot = text.find(U'.');
  if (dot == text.npos || dot + 1 >= entry.suffix) return {};
  return text.substr(dot + 1);
}

std::u32string_view stem(const Entry& entry) {
  if (entry.suffix < 2 || entry.suffix >= entry.text.size()) return {};
  return std::u32string_view(entry.text).substr(0, entry.suffix);
}

bool is_candidate(const Entry& known, const Entry& typed) {
  const int most = most_slips(std::min(known.text.size(), typed.text.size()));
  return osa_distance(known.text, typed.text, most) <= most ||
         known.skeleton == typed.skeleton ||
         (!typed.text.empty() && without_first_label(known) == typed.text) ||
         (!stem(known).empty() && stem(known) == stem(typed));
}

}  // namespace lostletter::lookalike
