// SPDX-License-Identifier: Apache-2.0
//
// Lessons become rows, inside the caller's transaction. What one batch changes
// is gathered first and written in the order of the tables: a row that many
// letters of the batch change is read and written once.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/correspondence_sql.h"

namespace lostletter::store {

// Of a row of `lessons`.
enum Taught : std::int64_t {
  kLearntSent = 0,
  kUndone = 1,
  kLearntReceived = 2,
};

Taught taught(guard::Passage passage);
// A bounce, or taken back by the sender.
bool undoes(guard::Passage passage);

// Who stands in a letter to many says little of who belongs together.
inline constexpr std::size_t kMostTogether = 12;
// A thread of more is not remembered whole.
inline constexpr std::size_t kMostBeside = 30;
inline constexpr std::size_t kMostName = 100;  // bytes of a display name

class Learning {
 public:
  // Knows nothing that a rollback could take back: one for each transaction.
  Learning(Database& database, Seconds now, Duration retention)
      : database_(database), now_(now), oldest_(now - retention) {}

  void learn(const guard::Lesson& lesson);
  // True when it is new in the address book.
  bool note(const guard::Correspondent& contact);
  // Writes what was gathered. Nothing may follow.
  Learnt finish();

 private:
  struct Address {
    std::int64_t number = 0;
    std::int64_t domain = 0;
    bool named = false;
  };
  struct Edge {
    Kind kind;
    std::int64_t owner;
    std::int64_t other;
    auto operator<=>(const Edge&) const = default;
  };
  struct Pair {
    std::int64_t owner;
    std::int64_t low;
    std::int64_t high;
    auto operator<=>(const Pair&) const = default;
  };
  struct Together {
    std::int64_t letters = 0;
    std::int32_t last_day = 0;
  };

  Address& intern(const std::string& address);
  std::int64_t intern_domain(const std::string& name);
  void give_name(Address& address, std::string_view name);
  bool teach(std::int64_t letter, std::int64_t owner, Seconds at,
             const guard::Correspondent& other, const Address& address);
  void change(std::int64_t owner, const Address& other, const Change& by);
  void see_together(std::int64_t owner, Seconds at,
                    std::vector<std::int64_t> numbers);
  // That it was in the thread.
  void remember(std::int64_t letter, std::int64_t owner, Seconds at,
                std::string_view address);
  void write_beginning(std::int64_t owner, std::int64_t other);
  void write_pair(const Pair& pair, const Together& together);

  Database& database_;
  const Seconds now_;
  const Seconds oldest_;
  std::unordered_map<std::string, Address> addresses_;
  std::unordered_map<std::string, std::int64_t> domains_;
  std::map<Edge, Change> changes_;
  std::map<Pair, Together> pairs_;
  Learnt learnt_;
};

}  // namespace lostletter::store
