// SPDX-License-Identifier: Apache-2.0
#include "lookalike/names_in_use.h"

#include <algorithm>

#include "lookalike/local_part.h"

namespace lostletter::lookalike {
namespace {

// Two names in a hundred thousand share one: a guess a little off.
std::uint32_t hash_of(std::u32string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char32_t c : name) hash = (hash ^ c) * 0x100000001B3U;  // FNV-1a
  return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15U) >> 32U);
}

}  // namespace

void NamesInUse::add(std::u32string_view base, bool is_known) {
  ++people_;
  const auto names = names_of(base);
  for (auto one = names.begin(); one != names.end(); ++one) {
    if (one->size() > 1 && std::find(names.begin(), one, *one) == one) {
      names_.push_back({hash_of(*one), 1, is_known ? 1U : 0U});
    }
  }
}

void NamesInUse::finish() {
  std::ranges::sort(names_, {}, &Name::hash);
  auto last = names_.begin();
  for (auto one = names_.begin(); one != names_.end(); ++one) {
    if (one == last) continue;
    if (one->hash != last->hash) {
      *++last = *one;
      continue;
    }
    last->count += one->count;
    last->known += one->known;
  }
  if (!names_.empty()) names_.erase(last + 1, names_.end());
  names_.shrink_to_fit();
}

std::size_t NamesInUse::count(std::u32string_view name,
                              std::size_t without) const {
  const std::uint32_t hash = hash_of(name);
  const auto found = std::ranges::lower_bound(names_, hash, {}, &Name::hash);
  if (found == names_.end() || found->hash != hash) return 0;
  const std::size_t least = found->known > 0 ? 1 : 2;
  return found->count >= without + least ? found->count - without : 0;
}

}  // namespace lostletter::lookalike
