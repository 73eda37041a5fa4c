// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people_index.h"

#include <algorithm>
#include <array>
#include <bit>

#include "lookalike/local_part.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

// Two strings within two edits share a string made of the first kPrefix
// characters of each by at most two deletions.
constexpr std::size_t kPrefix = 7;

// What a key is made of beside the text.
enum class Tag : std::uint32_t { kDelete = 1, kForm = 2 };

class Hash {
 public:
  Hash(Tag tag, std::uint32_t domain) {
    add(static_cast<std::uint32_t>(tag));
    add(domain);
  }
  void add(std::uint32_t value) {
    value_ = (value_ ^ value) * 0x100000001B3U;  // FNV-1a
  }
  std::uint32_t value() const {
    return static_cast<std::uint32_t>(
        ((value_ ^ (value_ >> 31)) * 0x9E3779B97F4A7C15U) >> 32);
  }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

std::uint32_t key_of(Tag tag, std::uint32_t domain, std::u32string_view text) {
  Hash hash(tag, domain);
  for (const char32_t c : text) hash.add(c);
  return hash.value();
}

// Calls use(key) for every string made from the first characters of `base` by
// as many deletions as its length allows; the same one may come twice.
template <typename Use>
void for_each_delete(std::uint32_t domain, std::u32string_view base,
                     const Use& use) {
  const std::u32string_view text = base.substr(0, kPrefix);
  const std::size_t n = text.size();
  const auto without = [&](std::size_t a, std::size_t b) {
    Hash hash(Tag::kDelete, domain);
    for (std::size_t i = 0; i < n; ++i) {
      if (i != a && i != b) hash.add(text[i]);
    }
    return hash.value();
  };
  use(without(n, n));
  for (std::size_t a = 0; a < n; ++a) use(without(a, a));
  if (most_edits(base.size()) < 2) return;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = a + 1; b < n; ++b) use(without(a, b));
  }
}

template <typename Use>
void for_each_form(std::uint32_t domain, std::u32string_view base,
                   const Use& use) {
  use(key_of(Tag::kForm, domain, joined(base)));
  for (const Form& form : forms_of(base)) {
    use(key_of(Tag::kForm, domain, form.text));
  }
}

}  // namespace

void PeopleIndex::add(std::uint32_t person, std::uint32_t domain,
                      std::u32string_view base) {
  const auto put = [&](std::uint32_t hash) {
    slots_.push_back({hash, person});
  };
  for_each_delete(domain, base, put);
  for_each_form(domain, base, put);
}

void PeopleIndex::finish() {
  // About two slots a group: a counting sort.
  const int bits =
      std::clamp(static_cast<int>(std::bit_width(slots_.size() / 2)), 1, 28);
  shift_ = 32 - bits;
  starts_.assign((std::size_t{1} << bits) + 1, 0);
  for (const Slot& slot : slots_) ++starts_[(slot.hash >> shift_) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  std::vector<Slot> grouped(slots_.size());
  std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (const Slot& slot : slots_) grouped[next[slot.hash >> shift_]++] = slot;
  slots_ = std::move(grouped);
}

// All groups are asked for before the first is read: each is a line of memory
// far from the others.
PeopleIndex::Numbers PeopleIndex::find(
    std::span<const std::uint32_t> hashes) const {
  Numbers found;
  if (slots_.empty()) return found;
  for (const std::uint32_t hash : hashes) {
    __builtin_prefetch(&starts_[hash >> shift_]);
  }
  for (const std::uint32_t hash : hashes) {
    __builtin_prefetch(slots_.data() + starts_[hash >> shift_]);
  }
  for (const std::uint32_t hash : hashes) {
    const std::size_t group = hash >> shift_;
    for (auto i = starts_[group]; i < starts_[group + 1]; ++i) {
      if (slots_[i].hash == hash) found.push_back(slots_[i].person);
    }
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

PeopleIndex::Near PeopleIndex::near(std::uint32_t domain,
                                    std::u32string_view base) const {
  // 29 deletes of seven characters, or a few forms.
  std::array<std::uint32_t, 32> hashes{};
  std::size_t count = 0;
  const auto note = [&](std::uint32_t hash) { hashes[count++] = hash; };
  for_each_delete(domain, base, note);
  Near near;
  near.by_hand = find({hashes.data(), count});
  count = 0;
  for_each_form(domain, base, note);
  near.by_memory = find({hashes.data(), count});
  return near;
}

}  // namespace lostletter::lookalike
