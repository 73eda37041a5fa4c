// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <optional>

#include <fmt/format.h>

#include "store/move_side.h"
#include "store/sqlite.h"

namespace lostletter::store {
namespace {

class SqliteSide final : public MoveSide {
 public:
  explicit SqliteSide(const std::string& directory)
      : database_(directory + "/lostletter.db", Database::Access::kWrite) {
    database_.set_busy(std::chrono::seconds(20));
    database_.set_doing("moving");
    database_.execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
    // Also to read: nobody writes meanwhile.
    transaction_.emplace(database_);
  }

  std::size_t count(const Table& table) override {
    return static_cast<std::size_t>(database_.integer(
        sql(fmt::format("SELECT count(*) FROM {}", table.name))));
  }

  void read(const Table& table,
            const std::function<void(std::span<const Row>)>& take) override {
    auto found = database_.query(
        sql(fmt::format("SELECT {} FROM {}", column_list(table), table.name)));
    std::vector<Row> rows;
    std::size_t bytes = 0;
    while (found.step()) {
      Row& row = rows.emplace_back();
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        row.push_back(cell(found, static_cast<int>(i), table.columns[i].kind));
        if (const auto* text = std::get_if<std::string>(&row.back())) {
          bytes += text->size();
        }
      }
      if (rows.size() < kMoveRows && bytes < kMoveBytes) continue;
      take(rows);
      rows.clear();
      bytes = 0;
    }
    if (!rows.empty()) take(rows);
  }

  void write(const Table& table, std::span<const Row> rows) override {
    std::string marks = "?";
    for (std::size_t i = 1; i < table.columns.size(); ++i) marks += ", ?";
    const std::string_view text =
        sql(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name,
                        column_list(table), marks));
    for (const Row& row : rows) {
      auto insert = database_.query(text);
      for (std::size_t i = 0; i < row.size(); ++i) {
        bind(insert, static_cast<int>(i) + 1, row[i], table.columns[i].kind);
      }
      insert.run();
    }
  }

  void settle(std::span<const Table> /*tables*/) override {}
  void commit() override { transaction_->commit(); }

 private:
  static Cell cell(const Query& row, int column, CellKind kind) {
    if (row.is_null(column)) return {};
    if (kind == CellKind::kInteger) return row.integer(column);
    if (kind == CellKind::kReal) return row.real(column);
    return row.text(column);
  }

  static void bind(Query& query, int parameter, const Cell& cell,
                   CellKind kind) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      query.bind(parameter, *number);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      query.bind(parameter, *real);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      kind == CellKind::kBytes ? query.bind(parameter, Blob{*text})
                               : query.bind(parameter, std::string_view(*text));
    }
  }

  // Statements are known by their text, which lives as long as the database.
  std::string_view sql(const std::string& text) {
    for (const std::string& known : texts_) {
      if (known == text) return known;
    }
    return texts_.emplace_back(text);
  }

  std::deque<std::string> texts_;
  Database database_;
  std::optional<Transaction> transaction_;
};

}  // namespace

std::unique_ptr<MoveSide> sqlite_side(const StoreAddress& address) {
  return std::make_unique<SqliteSide>(address.where);
}

}  // namespace lostletter::store
