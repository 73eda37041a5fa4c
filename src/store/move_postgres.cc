// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include <fmt/format.h>

#include "store/move_side.h"
#include "store/postgres_session.h"

namespace lostletter::store {
namespace {

std::string_view type_of(CellKind kind) {
  switch (kind) {
    case CellKind::kInteger:
      return "bigint";
    case CellKind::kReal:
      return "double precision";
    case CellKind::kBytes:
      return "bytea";
    default:
      return "text";
  }
}

Value value_of(const Cell& cell, CellKind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return to_value(*number);
  }
  if (const auto* real = std::get_if<double>(&cell)) return to_value(*real);
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return std::nullopt;
  if (kind == CellKind::kBytes) return to_value(Bytes{*text});
  return to_value(kind == CellKind::kKey ? key_text(*text) : *text);
}

// Cells of one column, as one parameter.
struct ColumnOf {
  std::span<const Row> rows;
  std::size_t index;
  CellKind kind;
};
Value to_value(const ColumnOf& column) {
  std::vector<Value> values;
  values.reserve(column.rows.size());
  for (const Row& row : column.rows) {
    values.push_back(value_of(row[column.index], column.kind));
  }
  return to_array(values);
}

class PostgresSide final : public MoveSide {
 public:
  explicit PostgresSide(const StoreAddress& address)
      : session_(to_conninfo(address),
                 {.lock_timeout = std::chrono::seconds(20),
                  .statement_timeout = std::chrono::minutes(30)}) {
    session_.execute("SET idle_in_transaction_session_timeout = 0");
    session_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
  }

  std::size_t count(const Table& table) override {
    const Rows rows =
        session_.execute(fmt::format("SELECT count(*) FROM {}", table.name));
    return static_cast<std::size_t>(rows.integer(0, 0));
  }

  void read(const Table& table,
            const std::function<void(std::span<const Row>)>& take) override {
    // A piece of a content has a quarter of a megabyte.
    const std::size_t most = table.name == "held_pieces" ? 8 : kMoveRows;
    session_.execute(fmt::format("DECLARE moved CURSOR FOR SELECT {} FROM {}",
                                 column_list(table), table.name));
    while (true) {
      const Rows found =
          session_.execute(fmt::format("FETCH {} FROM moved", most));
      if (found.empty()) break;
      std::vector<Row> rows;
      for (std::size_t i = 0; i < found.size(); ++i) {
        rows.push_back(row_of(table, found, i));
      }
      take(rows);
    }
    session_.execute("CLOSE moved");
  }

  void write(const Table& table, std::span<const Row> rows) override {
    std::string marks;
    std::vector<Value> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const CellKind kind = table.columns[i].kind;
      marks +=
          fmt::format("{}${}::{}[]", i == 0 ? "" : ", ", i + 1, type_of(kind));
      values.push_back(to_value(ColumnOf{rows, i, kind}));
    }
    session_.query_values(
        sql(fmt::format("INSERT INTO {} ({}) SELECT * FROM unnest({})",
                        table.name, column_list(table), marks)),
        values);
  }

  void settle(std::span<const Table> tables) override {
    for (const Table& table : tables) {
      if (!table.gives_ids) continue;
      session_.execute(
          fmt::format("SELECT setval(pg_get_serial_sequence('{0}', 'id'),"
                      " (SELECT coalesce(max(id), 0) + 1 FROM {0}), false)",
                      table.name));
    }
    session_.execute(
        "UPDATE action_head SET"
        " number = (SELECT coalesce(max(number), 0) FROM actions),"
        " hash = coalesce((SELECT hash FROM actions"
        "  ORDER BY number DESC LIMIT 1), '') WHERE id = 1");
  }

  void commit() override { session_.execute("COMMIT"); }

 private:
  static Row row_of(const Table& table, const Rows& found, std::size_t i) {
    Row row;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const int column = static_cast<int>(c);
      if (found.is_null(i, column)) {
        row.emplace_back();
      } else if (table.columns[c].kind == CellKind::kInteger) {
        row.emplace_back(found.integer(i, column));
      } else if (table.columns[c].kind == CellKind::kReal) {
        row.emplace_back(found.real(i, column));
      } else if (table.columns[c].kind == CellKind::kBytes) {
        row.emplace_back(found.bytes(i, column));
      } else {
        row.emplace_back(found.text(i, column));
      }
    }
    return row;
  }

  std::string_view sql(const std::string& text) {
    for (const std::string& known : texts_) {
      if (known == text) return known;
    }
    return texts_.emplace_back(text);
  }

  std::deque<std::string> texts_;
  PostgresSession session_;
};

}  // namespace

std::unique_ptr<MoveSide> postgres_side(const StoreAddress& address) {
  return std::make_unique<PostgresSide>(address);
}

}  // namespace lostletter::store
