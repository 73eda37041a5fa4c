// SPDX-License-Identifier: Apache-2.0
//
// Lessons become rows, inside the caller's transaction, a batch at a time: what
// is known of all its addresses and letters is read first, then decided, then
// written, each table in one or two statements and in the order of its keys, so
// that two guards that learn at once wait for each other but never in a circle.
// store/learning.h decides the same for SQLite, a row at a time.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/learning.h"
#include "store/postgres_session.h"

namespace lostletter::store {

class PostgresLearning {
 public:
  PostgresLearning(PostgresSession& session, Seconds now, Duration retention)
      : session_(session), now_(now), oldest_(now - retention) {}

  // Throws PostgresError of kConflict when another guard was faster with one of
  // the letters: the whole transaction is to begin again.
  Learnt learn(std::span<const guard::Lesson> lessons);
  // How many are new in the address book.
  std::size_t note(std::span<const guard::Correspondent> contacts);

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
    std::int64_t last_day = 0;
  };
  struct LessonKey {
    std::int64_t letter;
    std::int64_t owner;
    std::int64_t other;
    auto operator<=>(const LessonKey&) const = default;
  };
  struct LessonState {
    bool known = false;    // in the database before
    bool changed = false;  // by this batch
    std::int64_t passage = 0;
    std::int64_t day = 0;
  };
  using Edges = std::vector<std::pair<Edge, Change>>;

  bool is_in_time(const guard::Lesson& lesson) const;
  Seconds time_of(const guard::Lesson& lesson) const;
  const Address& address(const std::string& text) const;

  // Numbers for all of these, new ones where there are none.
  void intern(const std::set<std::string>& addresses);
  void find_domains(const std::vector<std::string>& names);
  void find_addresses(const std::vector<std::string>& texts);
  void give_names(std::span<const guard::Correspondent> people);

  void read_lessons(std::span<const guard::Lesson> lessons);
  void decide(const guard::Lesson& lesson);
  bool teach(std::int64_t letter, std::int64_t owner, Seconds at,
             const guard::Correspondent& other);
  void change(std::int64_t owner, const Address& other, const Change& by);
  void see_together(std::int64_t owner, Seconds at,
                    std::vector<std::int64_t> numbers);
  void remember(std::int64_t letter, std::int64_t owner, Seconds at,
                std::string_view address);

  void write_lessons();
  void write_marks();
  void write_edges(Kind kind);
  void insert_edges(Kind kind, const Edges& edges);
  void add_to_edges(Kind kind, const Edges& edges);
  void write_pairs();
  void write_beginnings(const Edges& fresh);
  void count_edges();

  PostgresSession& session_;
  const Seconds now_;
  const Seconds oldest_;
  std::map<std::string, std::int64_t> domains_;
  std::map<std::string, Address> addresses_;         // by the text in lessons
  std::map<std::int64_t, std::string> local_parts_;  // of their numbers
  std::map<LessonKey, LessonState> lessons_;
  std::map<LessonKey, std::int64_t> marks_;  // the day
  std::map<Edge, Change> changes_;
  std::map<Pair, Together> pairs_;
  std::int64_t fresh_edges_ = 0;
  Learnt learnt_;
};

}  // namespace lostletter::store
