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

// Apart from the keys of one domain.
constexpr std::uint32_t kAnywhere = 0xFFFFFFFF;

// What a key is made of beside the text.
enum class Tag : std::uint32_t { kDelete = 1, kForm = 2, kSame = 3 };

class Hash {
 public:
  Hash(Tag tag, std::uint32_t domain) {
    add(static_cast<std::uint32_t>(tag));
    add(domain);
  }
  void add(std::uint32_t value) {
    value_ = (value_ ^ value) * 0x100000001B3U;  // FNV-1a
  }
  std::uint64_t value() const {
    return (value_ ^ (value_ >> 31)) * 0x9E3779B97F4A7C15U;
  }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

std::uint64_t key_of(Tag tag, std::uint32_t domain, std::u32string_view text) {
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

void sort_once(PeopleIndex::Numbers& numbers) {
  std::ranges::sort(numbers);
  const auto repeated = std::ranges::unique(numbers);
  numbers.erase(repeated.begin(), repeated.end());
}

}  // namespace

void PeopleIndex::add(std::uint32_t person, std::uint32_t domain,
                      std::u32string_view base) {
  const auto put = [&](std::uint64_t key) {
    slots_.push_back({static_cast<std::uint32_t>(key >> 32), person});
  };
  for_each_delete(domain, base, put);
  for_each_form(domain, base, put);
  put(key_of(Tag::kSame, kAnywhere, joined(base)));
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

void PeopleIndex::append(std::uint64_t key, Numbers& found) const {
  if (slots_.empty()) return;
  const auto hash = static_cast<std::uint32_t>(key >> 32);
  const std::size_t group = hash >> shift_;
  for (auto i = starts_[group]; i < starts_[group + 1]; ++i) {
    if (slots_[i].hash == hash) found.push_back(slots_[i].person);
  }
}

PeopleIndex::Numbers PeopleIndex::near(std::uint32_t domain,
                                       std::u32string_view base) const {
  Numbers found;
  const auto collect = [&](std::uint64_t key) { append(key, found); };
  for_each_delete(domain, base, collect);
  for_each_form(domain, base, collect);
  sort_once(found);
  return found;
}

PeopleIndex::Numbers PeopleIndex::same(std::u32string_view base) const {
  Numbers found;
  append(key_of(Tag::kSame, kAnywhere, joined(base)), found);
  sort_once(found);
  return found;
}

}  // namespace lostletter::lookalike
