// SPDX-License-Identifier: Apache-2.0
#include "store/move.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "store/move_side.h"
#include "store/open.h"

namespace lostletter::store {
namespace {

// Every table that both back ends have (a test compares with their schemas).
// After each column: t text, k a text that is part of a key, i integer, r real,
// b bytes.
struct Shape {
  std::string_view name;
  std::string_view columns;
  bool is_counted = true;
  bool gives_ids = false;
};
constexpr Shape kShapes[] = {
    {"secrets", "name:k value:b"},
    {"questions",
     "submitter:k recipient:k reference:t asked_at:i stale_date:i"},
    {"confirmations",
     "submitter:k recipient:k reference:t confirmed_at:i expires_at:i"},
    {"verdicts",
     "id:k at:i queue_id:t listener:t submitter:t recipient:t verdict:t"
     " action:t probability:r evidence:t"},
    {"scores", "person:k recipient:i at:i score:r asked_at:i"},
    {"domains", "id:i name:k", true, true},
    {"addresses", "id:i local_part:k domain:i name:t name_key:k noted_at:i",
     true, true},
    {"address_exchanges",
     "owner:i other:i sent:i received:i bounced:i first_at:i last_at:i"
     " weight:r"},
    {"domain_exchanges",
     "owner:i other:i sent:i received:i bounced:i first_at:i last_at:i"
     " weight:r"},
    {"co_recipients", "owner:i low:i high:i letters:i last_day:i"},
    {"lessons", "letter:i owner:i other:i passage:i day:i"},
    {"beginnings", "owner:i beginning:i other:i"},
    {"readings", "fingerprint:k position:t at:i"},
    {"under_way", "id:i letters:b at:i"},
    {"held_letters",
     "code:t at:i deadline:i listener:t queue_id:t submitter:t reverse_path:t"
     " parameters:t others:t subject:t message_id:t automatic:i size:i"
     " notices:i noticed_by:i content:t content_key:t"},
    {"held_recipients",
     "code:t number:i address:t parameters:t intended:t reference:t reason:t"
     " probability:r doubtful:i state:t changed_at:i target:t attempts:i"
     " token:t next_at:i trouble:t leased_until:i ended:i"},
    {"held_attempts", "token:t code:t number:i at:i"},
    {"held_pieces", "content:t number:i at:i bytes:b"},
    {"actions",
     "number:i at:i who:t event:t code:t recipient:i detail:t hash:t"},
    // Of our own housekeeping.
    {"counters", "name:k value:i", false},
    {"sweeps", "name:k key1:i key2:i key3:i", false},
    {"probes", "id:i times:i", false},
};

CellKind kind_of(char letter) {
  switch (letter) {
    case 'k':
      return CellKind::kKey;
    case 'i':
      return CellKind::kInteger;
    case 'r':
      return CellKind::kReal;
    case 'b':
      return CellKind::kBytes;
    default:
      return CellKind::kText;
  }
}

std::vector<Table> tables() {
  std::vector<Table> all;
  for (const Shape& shape : kShapes) {
    Table table = {
        std::string(shape.name), {}, shape.is_counted, shape.gives_ids};
    for (const std::string_view column : split(shape.columns, ' ')) {
      const auto colon = column.find(':');
      table.columns.push_back(
          {std::string(column.substr(0, colon)), kind_of(column[colon + 1])});
    }
    all.push_back(std::move(table));
  }
  return all;
}

std::unique_ptr<MoveSide> open_side(const StoreAddress& address) {
  return address.kind == StoreAddress::Kind::kSqlite ? sqlite_side(address)
                                                     : postgres_side(address);
}

// What is there already, of what counts: "questions 3, lessons 12".
std::string contents(MoveSide& side, std::span<const Table> all) {
  std::vector<std::string> found;
  for (const Table& table : all) {
    const std::size_t rows = table.is_counted ? side.count(table) : 0;
    if (rows > 0) found.push_back(fmt::format("{} {}", table.name, rows));
  }
  return fmt::format("{}", fmt::join(found, ", "));
}

// Our own housekeeping may have begun there.
Result<std::vector<MovedTable>> copy_tables(MoveSide& source, MoveSide& target,
                                            std::span<const Table> all) {
  std::vector<MovedTable> moved;
  for (const Table& table : all) {
    if (target.count(table) > 0) continue;  // not counted
    source.read(table,
                [&](std::span<const Row> rows) { target.write(table, rows); });
    moved.push_back({table.name, source.count(table), target.count(table)});
    if (moved.back().before != moved.back().after) {
      return fail(fmt::format(
          "table {}: {} rows became {}: nothing was moved; is a guard still "
          "writing to the source?",
          table.name, moved.back().before, moved.back().after));
    }
  }
  return moved;
}

}  // namespace

std::string column_list(const Table& table) {
  std::string text;
  for (const Column& column : table.columns) {
    text += (text.empty() ? "" : ", ") + column.name;
  }
  return text;
}

Result<std::vector<MovedTable>> move_store(const StoreAddress& from,
                                           const StoreAddress& to) {
  if (from == to) return fail("source and target are the same store");
  for (const StoreAddress& address : {from, to}) {
    // Brings its schema up to date.
    if (auto store = open_store(address, std::chrono::seconds(20)); !store) {
      return std::unexpected(store.error());
    }
  }
  try {
    const std::vector<Table> all = tables();
    const auto source = open_side(from);
    const auto target = open_side(to);
    if (const std::string there = contents(*target, all); !there.empty()) {
      return fail(fmt::format(
          "{} is not empty ({}): move into a new one, or remove what is there",
          to.to_string(), there));
    }
    auto moved = copy_tables(*source, *target, all);
    if (!moved) return moved;
    target->settle(all);
    target->commit();
    return moved;
  } catch (const StoreError& error) {
    return fail(error.what());
  }
}

}  // namespace lostletter::store
