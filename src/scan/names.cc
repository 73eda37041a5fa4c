// SPDX-License-Identifier: Apache-2.0
#include "scan/names.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::scan {
namespace {

// The first of them; each is twice as large as the one before it, up to a
// large page.
constexpr std::size_t kChunk = std::size_t{1} << 16U;
constexpr std::size_t kFirst = 1024;
constexpr std::size_t kStep = std::size_t{1} << 10U;  // to keep within memory

// As it is compared and shown; empty when nothing can be said of it.
std::string canonical(std::string_view text) {
  if (const auto address = mail::Address::parse(text)) {
    return ascii_lower(address->to_string());
  }
  const auto at = mail::find_domain(text);
  if (!at || *at < 2 || *at == text.size()) return {};
  return ascii_lower(text);
}

}  // namespace

std::uint32_t Texts::hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

bool Texts::is_kept(const char* begin, std::string_view text) {
  std::uint32_t size = 0;
  std::memcpy(&size, begin - sizeof size, sizeof size);
  return std::string_view(begin, size) == text;
}

std::size_t Texts::find_place(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = hash & mask;
  while (places_[place].id != 0) {
    const Place& one = places_[place];
    if (one.hash == hash && is_kept(one.begin, text)) break;
    place = (place + 1) & mask;
  }
  return place;
}

Id Texts::find(std::string_view text) const {
  return places_.empty() ? 0 : places_[find_place(text, hash_of(text))].id;
}

Id Texts::intern(std::string_view text, std::uint32_t hash) {
  if (10 * (entries_.size() + 1) > 7 * places_.size()) grow();
  const std::size_t place = find_place(text, hash);
  if (places_[place].id == 0) {
    const char* const begin = keep(text);
    entries_.push_back({begin, static_cast<std::uint32_t>(text.size())});
    places_[place] = {begin, hash, static_cast<Id>(entries_.size())};
  }
  return places_[place].id;
}

void Texts::expect(std::uint32_t hash) const {
  if (places_.empty()) return;
  __builtin_prefetch(&places_[hash & (places_.size() - 1)]);
}

Id Texts::expect_text(std::uint32_t hash) const {
  if (places_.empty()) return 0;
  const std::size_t mask = places_.size() - 1;
  std::size_t place = hash & mask;
  while (places_[place].id != 0 && places_[place].hash != hash) {
    place = (place + 1) & mask;
  }
  const Place& one = places_[place];
  if (one.id != 0) __builtin_prefetch(one.begin - sizeof(std::uint32_t));
  return one.id;
}

// Behind its size.
const char* Texts::keep(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  const std::size_t whole = sizeof size + text.size();
  if (whole > room_) {
    const std::size_t doublings = std::min<std::size_t>(chunks_.size(), 16);
    room_ = std::max(std::min(kChunk << doublings, LargeMemory::kPage), whole);
    chunks_.emplace_back(Memory().allocate(room_), Free{room_});
    next_ = chunks_.back().get();
  }
  char* const begin = next_ + sizeof size;
  std::memcpy(next_, &size, sizeof size);
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
  next_ += whole;
  room_ -= whole;
  return begin;
}

void Texts::grow() {
  const auto old = std::exchange(places_, {});
  resize_large(places_, old.empty() ? kFirst : 2 * old.size());
  const std::size_t mask = places_.size() - 1;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (i % kStep == kStep - 1) LargeMemory::relieve();
    const Place& one = old[i];
    if (one.id == 0) continue;
    std::size_t place = one.hash & mask;
    while (places_[place].id != 0) place = (place + 1) & mask;
    places_[place] = one;
  }
}

Id Names::intern(std::string_view text, std::uint32_t hash) {
  const Id id = texts_.intern(text, hash);
  if (id <= cards_.size()) return cards_[id - 1].same;
  cards_.push_back({});
  const std::string address = canonical(text);
  if (address.empty()) return 0;
  if (address == text) {
    const auto at = mail::find_domain(address).value_or(0);
    cards_[id - 1] = {id, domains_.intern(address.substr(at))};
    return id;
  }
  const Id same = add(address);
  cards_[id - 1].same = same;
  return same;
}

// An address as canonical() gives it.
Id Names::add(std::string_view text) {
  const Id id = texts_.intern(text);
  if (id > cards_.size()) cards_.push_back({});
  const auto at = mail::find_domain(text).value_or(0);
  cards_[id - 1] = {id, domains_.intern(text.substr(at))};
  return id;
}

std::string_view Names::local_part(Id id) const {
  const std::string_view text = address(id);
  return text.substr(0, text.size() - domain(domain_of(id)).size() - 1);
}

}  // namespace lostletter::scan
