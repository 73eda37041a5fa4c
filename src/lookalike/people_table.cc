// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "lookalike/distance.h"
#include "lookalike/local_part.h"
#include "lookalike/person_prior.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

// To look at so many takes as long as to ask the index.
constexpr std::size_t kMany = 400;

constexpr std::size_t kFirst = 64;  // of hash tables

// "ann@googlemail.com" is ann@gmail.com.
constexpr std::string_view kOtherName = "googlemail.com";
std::string_view canonical(std::string_view domain) {
  return domain == kOtherName ? "gmail.com" : domain;
}

// Two of the same value at `domain` are one mailbox.
std::u32string mailbox(std::u32string_view base, std::string_view domain) {
  std::u32string same(base);
  if (ignores_dots(domain)) std::erase(same, U'.');
  return same;
}

std::uint32_t hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

// Never 0, and the same with and without separators.
std::uint32_t hash_of(std::u32string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char32_t c : text) {
    if (!is_separator(c)) hash = (hash ^ c) * 0x100000001B3U;  // FNV-1a
  }
  hash = (hash ^ hash >> 31U) * 0x9E3779B97F4A7C15U;
  return static_cast<std::uint32_t>(hash >> 32U) | 1U;
}

std::array<std::uint32_t, 4> forms_in(std::u32string_view base) {
  std::array<std::uint32_t, 4> hashes{hash_of(base)};
  std::size_t count = 1;
  for (const Form& form : forms_of(base)) hashes[count++] = hash_of(form.text);
  return hashes;
}

// Which characters it has an odd number of, and its length in Gray code: a slip
// changes two of its bits at most, a transposition none.
std::uint32_t signature_of(std::u32string_view base) {
  constexpr std::uint32_t kCharacters = 27;
  std::uint32_t bits = 0;
  for (const char32_t c : base) {
    bits ^= std::uint32_t{1} << (static_cast<std::uint32_t>(c) % kCharacters);
  }
  const auto length = static_cast<std::uint32_t>(base.size() & 31U);
  return bits ^ (length ^ length >> 1U) << kCharacters;
}
bool may_be_two_slips(std::uint32_t a, std::uint32_t b) {
  std::uint32_t differing = a ^ b;
  for (int i = 0; i < 4; ++i) differing &= differing - 1;
  return differing == 0;
}

// Four hashes at once.
using Four = std::uint32_t __attribute__((vector_size(16)));
Four four_of(const std::array<std::uint32_t, 4>& all) {
  return Four{all[0], all[1], all[2], all[3]};
}

// Is one of them, without separators, a form of the other?
bool share_form(Four known, Four typed) {
  const Four first = {known[0], known[0], known[0], known[0]};
  const Four asked = {typed[0], typed[0], typed[0], typed[0]};
  const auto equal = (known == asked) | (first == typed);
  return (equal[0] | equal[1] | equal[2] | equal[3]) != 0;
}

bool has_no_nul(std::string_view text) { return text.find('\0') == text.npos; }

std::uint32_t size_of(std::string_view text) {
  return static_cast<std::uint32_t>(text.size());
}

}  // namespace

PeopleTable::Asked::Asked(std::u32string_view base)
    : base_(base), signature_(signature_of(base)), forms_(forms_in(base)) {
  const bool is_plain =
      std::ranges::all_of(base, [](char32_t c) { return c > 0 && c < 0x80; });
  if (!is_plain) return;
  for (const char32_t c : base) bytes_ += static_cast<char>(c);
}

std::size_t PeopleTable::find_number(std::string_view domain,
                                     std::uint32_t hash) const {
  const std::size_t mask = numbers_.size() - 1;
  std::size_t at = hash & mask;
  while (numbers_[at].found != kFree &&
         (numbers_[at].hash != hash ||
          this->domain(places_[numbers_[at].found]) != domain)) {
    at = (at + 1) & mask;
  }
  return at;
}

void PeopleTable::grow_numbers() {
  const auto old = std::exchange(
      numbers_, std::vector<Slot>(std::max(kFirst, 2 * numbers_.size())));
  const std::size_t mask = numbers_.size() - 1;
  for (const Slot& one : old) {
    if (one.found == kFree) continue;
    std::size_t at = one.hash & mask;
    while (numbers_[at].found != kFree) at = (at + 1) & mask;
    numbers_[at] = one;
  }
}

std::uint32_t PeopleTable::intern_place(std::string_view domain) {
  if (10 * (places_.size() + 1) > 7 * numbers_.size()) grow_numbers();
  const std::uint32_t hash = hash_of(domain);
  Slot& slot = numbers_[find_number(domain, hash)];
  if (slot.found == kFree) {
    slot = {hash, static_cast<std::uint32_t>(places_.size())};
    places_.push_back({size_of(domains_), size_of(domain)});
    domains_ += domain;
  }
  return slot.found;
}

const PeopleTable::Place* PeopleTable::find_place(
    std::string_view domain) const {
  if (numbers_.empty()) return nullptr;
  domain = canonical(domain);
  const Slot& slot = numbers_[find_number(domain, hash_of(domain))];
  return slot.found == kFree ? nullptr : &places_[slot.found];
}

bool PeopleTable::put_text(Row& row, std::string_view written,
                           std::string_view base) {
  if (texts_.size() + written.size() + base.size() >= kFree) return false;
  row.text = size_of(texts_);
  row.size = size_of(written);
  row.base = written == base ? kSameText : size_of(base);
  texts_ += written;
  if (written != base) texts_ += base;
  return true;
}

void PeopleTable::add(std::string_view local_part, std::string_view domain,
                      double weight, Standing standing) {
  Row row;
  const std::string base = encode_utf8(read_local_part(local_part).base);
  if (!put_text(row, local_part, base)) return;
  row.place = intern_place(canonical(domain)) |
              (domain == canonical(domain) ? 0 : kOther) |
              (standing == Standing::kKnown ? 0 : kWrittenTo);
  row.weight = weight;
  rows_.push_back(row);
}

std::string_view PeopleTable::written(const Row& row) const {
  return std::string_view(texts_).substr(row.text, row.size);
}

std::string_view PeopleTable::base_text(const Row& row) const {
  return row.base == kSameText
             ? written(row)
             : std::string_view(texts_).substr(row.text + row.size, row.base);
}

std::u32string PeopleTable::base(std::uint32_t number) const {
  return decode_utf8(base_text(rows_[number])).value_or(std::u32string());
}

Person PeopleTable::person(std::uint32_t number) const {
  const Row& row = rows_[number];
  const bool is_other = (row.place & kOther) != 0;
  const std::string_view name = domain(places_[row.number()]);
  return {std::string(written(row)),
          std::string(is_other ? kOtherName : name),
          base(number),
          std::string(name),
          row.weight,
          row.is_known() ? Standing::kKnown : Standing::kWrittenTo};
}

// Those of a place one behind the other, in the order they came.
void PeopleTable::group() {
  std::vector<std::uint32_t> next(places_.size() + 1, 0);
  for (const Row& row : rows_) ++next[row.number() + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i].first = next[i];
    places_[i].end = next[i + 1];
  }
  std::vector<Row> grouped(rows_.size());
  for (const Row& row : rows_) grouped[next[row.number()]++] = row;
  rows_ = std::move(grouped);
}

// Those of one mailbox become one, the rest moves up to the end of what is
// merged already.
void PeopleTable::merge(Place& place, std::uint32_t first, std::uint32_t end) {
  std::unordered_map<std::u32string, std::uint32_t> boxes;
  const bool is_alone = end - first == 1;
  auto next = place.first;
  for (std::uint32_t i = first; i < end; ++i) {
    const Row row = rows_[i];
    place.weight += row.weight;
    if (is_alone) {
      rows_[next++] = row;
      break;
    }
    const auto [box, fresh] =
        boxes.try_emplace(mailbox(base(i), domain(place)), next);
    if (fresh) {
      rows_[next++] = row;
      continue;
    }
    Row& known = rows_[box->second];
    known.weight += row.weight;
    if (row.is_known()) known.place &= ~kWrittenTo;
    const std::string text(written(row));
    if (!read_local_part(text).tag.empty()) continue;
    put_text(known, text, std::string(base_text(known)));
  }
  place.end = next;
}

void PeopleTable::finish() {
  group();
  std::uint32_t next = 0;
  for (Place& place : places_) {
    const auto first = std::exchange(place.first, next);
    merge(place, first, place.end);
    next = place.end;
    weight_ += place.weight;
  }
  rows_.resize(next);
  rows_.shrink_to_fit();
  describe();
}

void PeopleTable::describe() {
  signatures_.reserve(rows_.size());
  forms_.reserve(rows_.size());
  slots_.resize(std::bit_ceil(rows_.size() + rows_.size() / 2 + 1));
  for (std::uint32_t place = 0; place < places_.size(); ++place) {
    const bool is_indexed = places_[place].people() > kMany;
    for (auto i = places_[place].first; i < places_[place].end; ++i) {
      const std::u32string text = base(i);
      signatures_.push_back(signature_of(text));
      forms_.push_back(forms_in(text));
      names_.add(text, rows_[i].is_known());
      if (rows_[i].is_known()) {
        add_same(i, forms_.back()[0]);
        ++places_[place].known;
      }
      if (is_indexed) index_.add(i, place, text);
    }
  }
  index_.finish();
  names_.finish();
}

std::size_t PeopleTable::find_slot(std::uint32_t hash,
                                   std::u32string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].found != kFree; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const std::uint32_t found = slots_[at].found;
    const auto number =
        (found & kShared) != 0 ? shared_[found & ~kShared].first : found;
    if (is_same_joined(base(number), text)) break;
  }
  return at;
}

void PeopleTable::add_same(std::uint32_t number, std::uint32_t hash) {
  Slot& slot = slots_[find_slot(hash, base(number))];
  if (slot.found == kFree) {
    slot = {hash, number};
    return;
  }
  if ((slot.found & kShared) == 0) {
    shared_.push_back({false, slot.found, rows_[slot.found].weight});
    slot.found = static_cast<std::uint32_t>(shared_.size() - 1) | kShared;
  }
  shared_[slot.found & ~kShared].weight += rows_[number].weight;
}

std::optional<PeopleTable::Same> PeopleTable::same(const Asked& asked) const {
  if (slots_.empty()) return std::nullopt;
  const auto found = slots_[find_slot(asked.forms_[0], asked.base_)].found;
  if (found == kFree) return std::nullopt;
  if ((found & kShared) != 0) return shared_[found & ~kShared];
  return Same{true, found, rows_[found].weight};
}

// What slip_of_hand() asks first, where it can be told from bytes.
bool PeopleTable::is_within(std::uint32_t number, const Asked& asked) const {
  const std::string_view known = base_text(rows_[number]);
  if (asked.bytes_.empty() || !is_ascii(known) || !has_no_nul(known)) {
    return true;
  }
  return is_within_slips(
      known, asked.bytes_,
      most_edits(std::min(known.size(), asked.bytes_.size())));
}

PeopleTable::Near PeopleTable::near(const Place& place,
                                    const Asked& asked) const {
  Near near;
  if (place.people() > kMany) {
    const auto number = static_cast<std::uint32_t>(&place - places_.data());
    auto found = index_.near(number, asked.base_);
    const auto is_elsewhere = [&](std::uint32_t one) {
      return one < place.first || one >= place.end;
    };
    std::erase_if(found.by_hand, is_elsewhere);
    std::erase_if(found.by_memory, is_elsewhere);
    return {std::move(found.by_hand), std::move(found.by_memory)};
  }
  for (auto i = place.first; i < place.end; ++i) {
    if (may_be_two_slips(signatures_[i], asked.signature_) &&
        is_within(i, asked)) {
      near.by_hand.push_back(i);
    }
  }
  const Four typed = four_of(asked.forms_);
  for (auto i = place.first; i < place.end; ++i) {
    if (share_form(four_of(forms_[i]), typed)) near.by_memory.push_back(i);
  }
  return near;
}

template <typename Use>
void PeopleTable::each_same(const Place& place, const Asked& asked,
                            const Use& use) const {
  const auto check = [&](std::uint32_t one) {
    const std::u32string text = base(one);
    if (is_same_joined(text, asked.base_)) use(one, text);
  };
  if (place.people() > kMany) {
    for (const auto one : near(place, asked).by_memory) check(one);
    return;
  }
  for (auto i = place.first; i < place.end; ++i) {
    if (forms_[i][0] == asked.forms_[0]) check(i);
  }
}

std::optional<Standing> PeopleTable::standing(const Place& place,
                                              const Asked& asked) const {
  std::optional<Standing> found;
  each_same(place, asked, [&](std::uint32_t one, std::u32string_view text) {
    if (mailbox(text, domain(place)) != mailbox(asked.base_, domain(place))) {
      return;
    }
    found = rows_[one].is_known() ? Standing::kKnown : Standing::kWrittenTo;
  });
  return found;
}

bool PeopleTable::has_same(const Place& place, const Asked& asked) const {
  bool found = false;
  each_same(place, asked, [&](std::uint32_t one, std::u32string_view) {
    found = found || rows_[one].is_known();
  });
  return found;
}

}  // namespace lostletter::lookalike
