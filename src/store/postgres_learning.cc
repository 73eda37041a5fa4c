// SPDX-License-Identifier: Apache-2.0
//
// The reading and deciding half of PostgresLearning; postgres_learnt.cc writes.
#include "store/postgres_learning.h"

#include <algorithm>

#include "store/postgres_store.h"

namespace lostletter::store {

using guard::Correspondent;
using guard::Lesson;
using guard::Passage;

bool PostgresLearning::is_in_time(const Lesson& lesson) const {
  const Seconds at = time_of(lesson);
  return at > oldest_ && at > Seconds();
}

Seconds PostgresLearning::time_of(const Lesson& lesson) const {
  return std::min(lesson.at, now_);
}

const PostgresLearning::Address& PostgresLearning::address(
    const std::string& text) const {
  return addresses_.at(text);
}

void PostgresLearning::find_domains(const std::vector<std::string>& names) {
  const Rows rows = session_.query(
      "SELECT id, name FROM domains WHERE name = ANY($1::text[])", names);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    domains_[rows.text(i, 1)] = rows.integer(i, 0);
  }
}

void PostgresLearning::find_addresses(const std::vector<std::string>& texts) {
  std::vector<std::int64_t> places;
  std::vector<std::string> local_parts;
  std::vector<std::int64_t> domains;
  for (const std::string& text : texts) {
    const AddressParts parts = split_address(text);
    places.push_back(static_cast<std::int64_t>(places.size()));
    local_parts.push_back(key_text(parts.local_part));
    domains.push_back(domains_.at(key_text(parts.domain)));
  }
  const Rows rows = session_.query(
      "SELECT q.place, a.id, a.domain, a.name <> '', a.local_part"
      " FROM unnest($1::bigint[], $2::text[], $3::bigint[])"
      "  AS q(place, local_part, domain)"
      " JOIN addresses a"
      "  ON a.local_part = q.local_part AND a.domain = q.domain",
      places, local_parts, domains);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto place = static_cast<std::size_t>(rows.integer(i, 0));
    addresses_[texts[place]] = {rows.integer(i, 1), rows.integer(i, 2),
                                rows.truth(i, 3)};
    local_parts_[rows.integer(i, 1)] = rows.text(i, 4);
  }
}

// Mostly all is known: two statements. Numbers are asked for only when needed,
// since every attempt to insert uses one up.
void PostgresLearning::intern(const std::set<std::string>& addresses) {
  std::set<std::string> names;
  for (const std::string& text : addresses) {
    names.insert(key_text(split_address(text).domain));
  }
  find_domains({names.begin(), names.end()});
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!domains_.contains(name)) missing.push_back(name);
  }
  if (!missing.empty()) {
    session_.query(
        "INSERT INTO domains (name) SELECT unnest($1::text[])"
        " ON CONFLICT (name) DO NOTHING",
        missing);
    find_domains(missing);
  }

  find_addresses({addresses.begin(), addresses.end()});
  missing.clear();
  std::set<std::pair<std::string, std::int64_t>> keys;
  for (const std::string& text : addresses) {
    if (addresses_.contains(text)) continue;
    missing.push_back(text);
    const AddressParts parts = split_address(text);
    keys.emplace(key_text(parts.local_part),
                 domains_.at(key_text(parts.domain)));
  }
  if (missing.empty()) return;
  std::vector<std::string> local_parts;
  std::vector<std::int64_t> domains;
  for (const auto& [local_part, domain] : keys) {
    local_parts.push_back(local_part);
    domains.push_back(domain);
  }
  session_.query(
      "INSERT INTO addresses (local_part, domain, name, name_key)"
      " SELECT l, d, '', '' FROM unnest($1::text[], $2::bigint[]) AS q(l, d)"
      " ON CONFLICT (local_part, domain) DO NOTHING",
      local_parts, domains);
  find_addresses(missing);
}

// The first one stays: whoever writes to us later may call themselves what
// they like.
void PostgresLearning::give_names(std::span<const Correspondent> people) {
  std::map<std::int64_t, std::string> names;
  for (const Correspondent& one : people) {
    if (one.name.empty() || one.name.size() > kMostName) continue;
    const Address& found = address(one.address);
    if (!found.named) names.try_emplace(found.number, one.name);
  }
  if (names.empty()) return;
  std::vector<std::int64_t> numbers;
  std::vector<std::string> texts;
  std::vector<std::string> keys;
  for (const auto& [number, name] : names) {
    numbers.push_back(number);
    texts.push_back(name);
    keys.push_back(key_text(guard::name_key(name)));
  }
  session_.query(
      "UPDATE addresses SET name = q.name, name_key = q.name_key"
      " FROM unnest($1::bigint[], $2::text[], $3::text[])"
      "  AS q(id, name, name_key)"
      " WHERE addresses.id = q.id AND addresses.name = ''",
      numbers, texts, keys);
}

void PostgresLearning::read_lessons(std::span<const Lesson> lessons) {
  std::set<LessonKey> keys;
  for (const Lesson& lesson : lessons) {
    if (!is_in_time(lesson)) continue;
    for (const Correspondent& other : lesson.with) {
      if (other.passage == Passage::kBeside) continue;
      keys.insert({stable_hash(lesson.letter), address(lesson.person).number,
                   address(other.address).number});
    }
  }
  if (keys.empty()) return;
  std::vector<std::int64_t> letters;
  std::vector<std::int64_t> owners;
  std::vector<std::int64_t> others;
  for (const LessonKey& key : keys) {
    letters.push_back(key.letter);
    owners.push_back(key.owner);
    others.push_back(key.other);
  }
  const Rows rows = session_.query(
      "SELECT l.letter, l.owner, l.other, l.passage, l.day FROM lessons l"
      " JOIN unnest($1::bigint[], $2::bigint[], $3::bigint[])"
      "  AS q(letter, owner, other)"
      " ON l.letter = q.letter AND l.owner = q.owner AND l.other = q.other"
      " ORDER BY l.letter, l.owner, l.other FOR UPDATE OF l",
      letters, owners, others);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lessons_[{rows.integer(i, 0), rows.integer(i, 1), rows.integer(i, 2)}] = {
        .known = true,
        .passage = rows.integer(i, 3),
        .day = rows.integer(i, 4)};
  }
}

void PostgresLearning::change(std::int64_t owner, const Address& other,
                              const Change& by) {
  const auto add = [&](const Edge& edge) {
    Change& sum = changes_[edge];
    sum.sent += by.sent;
    sum.received += by.received;
    sum.bounced += by.bounced;
    sum.first = std::min(sum.first, by.first);
    sum.last = std::max(sum.last, by.last);
    sum.weight += by.weight;
  };
  for (const std::int64_t one : {owner, kOrganisation}) {
    add({Kind::kAddress, one, other.number});
    add({Kind::kDomain, one, other.domain});
  }
}

// True when it is a letter to them, and new.
bool PostgresLearning::teach(std::int64_t letter, std::int64_t owner,
                             Seconds at, const Correspondent& other) {
  const Address& found = address(other.address);
  const bool undo = undoes(other.passage);
  const auto [row, fresh] = lessons_.try_emplace({letter, owner, found.number});
  LessonState& state = row->second;
  // What somebody received does not come back to them.
  if (!fresh && (!undo || state.passage != kLearntSent)) {
    ++learnt_.known;
    return false;
  }
  Change by = {.first = at, .last = at};
  by.bounced = other.passage == Passage::kBounced ? 1 : 0;
  if (!fresh) {
    by.sent = -1;
    by.weight = -guard::stored_weight(at);
  } else if (!undo) {
    (other.passage == Passage::kReceived ? by.received : by.sent) = 1;
    by.weight = guard::stored_weight(at);
  }
  change(owner, found, by);
  state.changed = true;
  state.passage = taught(other.passage);
  if (fresh) state.day = day_of(at);
  ++(undo ? learnt_.undone : learnt_.fresh);
  return other.passage == Passage::kSent;
}

void PostgresLearning::remember(std::int64_t letter, std::int64_t owner,
                                Seconds at, std::string_view text) {
  const AddressParts parts = split_address(text);
  for (const std::string& mark :
       {parts.local_part + '@' + parts.domain, '@' + parts.domain}) {
    marks_.try_emplace({letter, owner, beside_mark(mark)}, day_of(at));
  }
}

void PostgresLearning::see_together(std::int64_t owner, Seconds at,
                                    std::vector<std::int64_t> numbers) {
  if (numbers.size() < 2 || numbers.size() > kMostTogether) return;
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = i + 1; j < numbers.size(); ++j) {
      for (const std::int64_t of : {owner, kOrganisation}) {
        Together& pair = pairs_[{of, numbers[i], numbers[j]}];
        ++pair.letters;
        pair.last_day = std::max<std::int64_t>(pair.last_day, day_of(at));
      }
    }
  }
}

void PostgresLearning::decide(const Lesson& lesson) {
  if (!is_in_time(lesson)) {
    learnt_.too_old += lesson.with.size();
    return;
  }
  const Seconds at = time_of(lesson);
  const std::int64_t letter = stable_hash(lesson.letter);
  const std::int64_t owner = address(lesson.person).number;
  std::vector<std::int64_t> sent_to;
  std::size_t beside = 0;
  for (const Correspondent& other : lesson.with) {
    if (other.passage == Passage::kBeside) {
      if (++beside <= kMostBeside) remember(letter, owner, at, other.address);
    } else if (teach(letter, owner, at, other)) {
      sent_to.push_back(address(other.address).number);
    }
  }
  see_together(owner, at, std::move(sent_to));
}

Learnt PostgresLearning::learn(std::span<const Lesson> lessons) {
  std::set<std::string> all;
  std::vector<Correspondent> people;
  for (const Lesson& lesson : lessons) {
    if (!is_in_time(lesson)) continue;
    all.insert(lesson.person);
    for (const Correspondent& other : lesson.with) {
      if (other.passage == Passage::kBeside) continue;
      all.insert(other.address);
      people.push_back(other);
    }
  }
  if (!all.empty()) intern(all);
  give_names(people);
  read_lessons(lessons);
  for (const Lesson& lesson : lessons) decide(lesson);
  write_lessons();
  write_marks();
  write_edges(Kind::kAddress);
  write_edges(Kind::kDomain);
  write_pairs();
  count_edges();
  return learnt_;
}

std::size_t PostgresLearning::note(std::span<const Correspondent> contacts) {
  if (contacts.empty()) return 0;
  std::set<std::string> all;
  for (const Correspondent& one : contacts) all.insert(one.address);
  intern(all);
  give_names(contacts);
  std::set<std::int64_t> numbers;
  for (const Correspondent& one : contacts) {
    numbers.insert(address(one.address).number);
  }
  return session_
      .query(
          "UPDATE addresses SET noted_at = $2"
          " WHERE id = ANY($1::bigint[]) AND noted_at IS NULL",
          std::vector<std::int64_t>(numbers.begin(), numbers.end()), now_)
      .changed();
}

}  // namespace lostletter::store
