// SPDX-License-Identifier: Apache-2.0
//
// One side of a move (store/move.h): tables as rows of cells.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/address.h"

namespace lostletter::store {

enum class CellKind { kText, kKey, kInteger, kReal, kBytes };

struct Column {
  std::string name;
  CellKind kind;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  bool is_counted = true;  // says that a store is not empty
  bool gives_ids = false;  // its column `id` is numbered by the database
};

// "id, name": for SQL.
std::string column_list(const Table& table);

// NULL is std::monostate; text and bytes are as the program has them.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;
using Row = std::vector<Cell>;

// Reads one moment of a store, or writes it in one transaction, which is taken
// back unless commit() was called. Throws StoreError.
class MoveSide {
 public:
  virtual ~MoveSide() = default;
  virtual std::size_t count(const Table& table) = 0;
  // Some rows at a time.
  virtual void read(const Table& table,
                    const std::function<void(std::span<const Row>)>& take) = 0;
  virtual void write(const Table& table, std::span<const Row> rows) = 0;
  // Whatever the back end derives from the tables.
  virtual void settle(std::span<const Table> tables) = 0;
  virtual void commit() = 0;
};

// So many rows, or bytes, at a time.
inline constexpr std::size_t kMoveRows = 500;
inline constexpr std::size_t kMoveBytes = std::size_t{2} << 20U;

std::unique_ptr<MoveSide> sqlite_side(const StoreAddress& address);
std::unique_ptr<MoveSide> postgres_side(const StoreAddress& address);

}  // namespace lostletter::store
