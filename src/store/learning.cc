// SPDX-License-Identifier: Apache-2.0
#include "store/learning.h"

#include <algorithm>

#include "guard/correspondence.h"

namespace lostletter::store {
namespace {

using guard::Passage;

Change once(Seconds at) { return {.first = at, .last = at}; }

}  // namespace

bool undoes(Passage passage) {
  return passage == Passage::kBounced || passage == Passage::kDiscarded;
}

Taught taught(Passage passage) {
  if (undoes(passage)) return kUndone;
  return passage == Passage::kReceived ? kLearntReceived : kLearntSent;
}

std::int64_t Learning::intern_domain(const std::string& name) {
  const auto [known, fresh] = domains_.try_emplace(name, 0);
  if (!fresh) return known->second;
  if (const auto number = find_domain_number(database_, name)) {
    return known->second = *number;
  }
  database_
      .query("INSERT INTO domains (name) VALUES (?)", std::string_view(name))
      .run();
  return known->second = database_.last_number();
}

Learning::Address& Learning::intern(const std::string& address) {
  const auto [known, fresh] = addresses_.try_emplace(address);
  Address& found = known->second;
  if (!fresh) return found;
  const AddressParts parts = split_address(address);
  found.domain = intern_domain(parts.domain);
  auto row = database_.query(
      "SELECT id, name <> '' FROM addresses"
      " WHERE local_part = ? AND domain = ?",
      std::string_view(parts.local_part), found.domain);
  if (row.step()) {
    found.number = row.integer(0);
    found.named = row.integer(1) != 0;
    return found;
  }
  database_
      .query(
          "INSERT INTO addresses (local_part, domain, name, name_key)"
          " VALUES (?, ?, '', '')",
          std::string_view(parts.local_part), found.domain)
      .run();
  found.number = database_.last_number();
  return found;
}

// The first one stays: whoever writes to us later may call themselves what
// they like.
void Learning::give_name(Address& address, std::string_view name) {
  if (address.named || name.empty() || name.size() > kMostName) return;
  address.named = true;
  database_
      .query("UPDATE addresses SET name = ?2, name_key = ?3 WHERE id = ?1",
             address.number, name, std::string_view(guard::name_key(name)))
      .run();
}

void Learning::change(std::int64_t owner, const Address& other,
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
bool Learning::teach(std::int64_t letter, std::int64_t owner, Seconds at,
                     const guard::Correspondent& other,
                     const Address& address) {
  std::optional<std::int64_t> before;
  {
    auto row = database_.query(
        "SELECT passage FROM lessons"
        " WHERE letter = ? AND owner = ? AND other = ?",
        letter, owner, address.number);
    if (row.step()) before = row.integer(0);
  }
  const bool undo = undoes(other.passage);
  // What somebody received does not come back to them.
  if (before && (!undo || *before != kLearntSent)) {
    ++learnt_.known;
    return false;
  }
  Change by = once(at);
  by.bounced = other.passage == Passage::kBounced ? 1 : 0;
  if (before) {
    by.sent = -1;
    by.weight = -guard::stored_weight(at);
  } else if (!undo) {
    (other.passage == Passage::kReceived ? by.received : by.sent) = 1;
    by.weight = guard::stored_weight(at);
  }
  change(owner, address, by);
  database_
      .query(
          "INSERT INTO lessons (letter, owner, other, passage, day)"
          " VALUES (?, ?, ?, ?, ?) ON CONFLICT (letter, owner, other)"
          " DO UPDATE SET passage = excluded.passage",
          letter, owner, address.number, std::int64_t{taught(other.passage)},
          std::int64_t{day_of(at)})
      .run();
  ++(undo ? learnt_.undone : learnt_.fresh);
  return other.passage == Passage::kSent;
}

void Learning::learn(const guard::Lesson& lesson) {
  const Seconds at = std::min(lesson.at, now_);
  if (at <= oldest_ || at <= Seconds()) {
    learnt_.too_old += lesson.with.size();
    return;
  }
  const std::int64_t letter = stable_hash(lesson.letter);
  const std::int64_t owner = intern(lesson.person).number;
  std::vector<std::int64_t> sent_to;
  std::size_t beside = 0;
  for (const guard::Correspondent& other : lesson.with) {
    if (other.passage == Passage::kBeside) {
      if (++beside <= kMostBeside) remember(letter, owner, at, other.address);
      continue;
    }
    Address& address = intern(other.address);
    give_name(address, other.name);
    if (teach(letter, owner, at, other, address)) {
      sent_to.push_back(address.number);
    }
  }
  see_together(owner, at, std::move(sent_to));
}

void Learning::remember(std::int64_t letter, std::int64_t owner, Seconds at,
                        std::string_view address) {
  const AddressParts parts = split_address(address);
  for (const std::string& mark :
       {parts.local_part + '@' + parts.domain, '@' + parts.domain}) {
    database_
        .query(
            "INSERT OR IGNORE INTO lessons (letter, owner, other, passage, day)"
            " VALUES (?, ?, ?, ?, ?)",
            letter, owner, beside_mark(mark), std::int64_t{kLearntReceived},
            std::int64_t{day_of(at)})
        .run();
  }
}

void Learning::see_together(std::int64_t owner, Seconds at,
                            std::vector<std::int64_t> numbers) {
  if (numbers.size() < 2 || numbers.size() > kMostTogether) return;
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = i + 1; j < numbers.size(); ++j) {
      for (const std::int64_t of : {owner, kOrganisation}) {
        Together& pair = pairs_[{of, numbers[i], numbers[j]}];
        ++pair.letters;
        pair.last_day = std::max(pair.last_day, day_of(at));
      }
    }
  }
}

bool Learning::note(const guard::Correspondent& contact) {
  Address& address = intern(contact.address);
  give_name(address, contact.name);
  database_
      .query(
          "UPDATE addresses SET noted_at = ?2 WHERE id = ?1 AND noted_at IS "
          "NULL",
          address.number, now_)
      .run();
  return database_.changes() > 0;
}

void Learning::write_pair(const Pair& pair, const Together& together) {
  database_
      .query(
          "INSERT INTO co_recipients (owner, low, high, letters, last_day)"
          " VALUES (?, ?, ?, ?, ?) ON CONFLICT (owner, low, high) DO UPDATE"
          " SET letters = co_recipients.letters + excluded.letters,"
          " last_day = CASE WHEN excluded.last_day > co_recipients.last_day"
          " THEN excluded.last_day ELSE co_recipients.last_day END",
          pair.owner, pair.low, pair.high, together.letters,
          std::int64_t{together.last_day})
      .run();
}

void Learning::write_beginning(std::int64_t owner, std::int64_t other) {
  std::string local_part;
  {
    auto row =
        database_.query("SELECT local_part FROM addresses WHERE id = ?", other);
    if (row.step()) local_part = row.text(0);
  }
  database_
      .query(
          "INSERT OR IGNORE INTO beginnings (owner, beginning, other)"
          " VALUES (?, ?, ?)",
          owner, beginning_of(local_part), other)
      .run();
}

Learnt Learning::finish() {
  std::int64_t fresh = 0;
  for (const auto& [edge, by] : changes_) {
    const int rows = apply(database_, edge.kind, edge.owner, edge.other, by);
    if (rows > 0 && edge.kind == Kind::kAddress &&
        edge.owner != kOrganisation) {
      write_beginning(edge.owner, edge.other);
    }
    fresh += rows;
  }
  for (const auto& [pair, together] : pairs_) write_pair(pair, together);
  if (fresh > 0) {
    set_counter(database_, kEdges, counter(database_, kEdges) + fresh);
  }
  return learnt_;
}

}  // namespace lostletter::store
