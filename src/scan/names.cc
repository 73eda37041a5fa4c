// SPDX-License-Identifier: Apache-2.0
#include "scan/names.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::scan {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18U;
constexpr std::size_t kFirst = 1024;

std::uint32_t hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

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

std::size_t Texts::find_place(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = hash & mask;
  while (places_[place] != 0) {
    const Entry& entry = entries_[places_[place] - 1];
    if (entry.hash == hash && at(places_[place]) == text) break;
    place = (place + 1) & mask;
  }
  return place;
}

Id Texts::find(std::string_view text) const {
  return places_.empty() ? 0 : places_[find_place(text, hash_of(text))];
}

Id Texts::intern(std::string_view text) {
  if (10 * (entries_.size() + 1) > 7 * places_.size()) grow();
  const std::uint32_t hash = hash_of(text);
  const std::size_t place = find_place(text, hash);
  if (places_[place] == 0) {
    entries_.push_back(
        {keep(text), static_cast<std::uint32_t>(text.size()), hash});
    places_[place] = static_cast<Id>(entries_.size());
  }
  return places_[place];
}

const char* Texts::keep(std::string_view text) {
  if (text.size() > room_) {
    room_ = std::max(kChunk, text.size());
    chunks_.push_back(std::make_unique<char[]>(room_));
    next_ = chunks_.back().get();
  }
  char* const begin = next_;
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
  next_ += text.size();
  room_ -= text.size();
  return begin;
}

void Texts::grow() {
  places_.assign(places_.empty() ? kFirst : 2 * places_.size(), 0);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t place = entries_[i].hash & mask;
    while (places_[place] != 0) place = (place + 1) & mask;
    places_[place] = static_cast<Id>(i + 1);
  }
}

Id Names::intern(std::string_view text) {
  const Id id = texts_.intern(text);
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
