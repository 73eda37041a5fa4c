// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <gtest/gtest.h>

#include "store/correspondence_sql.h"
#include "store/temporary_test.h"

namespace lostletter::store {
namespace {

constexpr Migration kSteps[] = {
    {1, "CREATE TABLE letters (id INTEGER PRIMARY KEY);"},
    {2,
     "ALTER TABLE letters ADD COLUMN note TEXT NOT NULL DEFAULT 'none';"
     "INSERT INTO letters (id) VALUES (2);"},
    {3,
     "INSERT INTO letters (id, note) SELECT max(id) + 1, 'three' "
     "FROM letters;"},
};
const std::span kAll(kSteps);

class Migrations : public testing::Test {
 protected:
  // What require_known() or migrate() throw.
  std::string trouble(std::span<const Migration> steps) {
    try {
      migrate(database_, steps);
    } catch (const StoreError& error) {
      return error.what();
    }
    return "none";
  }
  std::int64_t version() { return database_.integer("PRAGMA user_version"); }

  TemporaryDirectory directory_;
  Database database_{directory_.database(), Database::Access::kWrite};
};

TEST_F(Migrations, TheRealOnesAreNumberedWithoutGaps) {
  int expected = 1;
  for (const Migration& step : migrations()) {
    EXPECT_EQ(step.version, expected++);
  }
  EXPECT_EQ(trouble(migrations()), "none");
  EXPECT_EQ(version(), migrations().back().version);
}

// What was learnt before is found by how it begins, and counts for all of us.
TEST_F(Migrations, ThirdStepTakesOverWhatWasLearnt) {
  migrate(database_, migrations().first(2));
  database_.execute(
      "INSERT INTO addresses (id, local_part, domain, name, name_key) VALUES"
      " (1, 'ann', 1, '', ''), (2, 'an', 1, '', ''), (3, 'änne', 1, '', '');"
      "INSERT INTO address_exchanges SELECT o.owner, a.id, 1, 0, 0, 1, 1, 1"
      " FROM addresses a, (SELECT 0 AS owner UNION SELECT 7) o;"
      "INSERT INTO co_recipients VALUES (7, 1, 2, 3, 10), (8, 1, 2, 4, 9)");
  migrate(database_, migrations());
  EXPECT_EQ(database_.integer("SELECT count(*) FROM beginnings"), 3);
  int other = 0;
  for (const char* local_part : {"ann", "an", "änne"}) {
    EXPECT_EQ(database_
                  .query("SELECT 1 FROM beginnings WHERE owner = 7 AND"
                         " beginning = ? AND other = ?",
                         beginning_of(local_part), std::int64_t{++other})
                  .step(),
              true)
        << local_part;
  }
  EXPECT_EQ(database_.text("SELECT low || ' ' || high || ' ' || letters || ' '"
                           " || last_day FROM co_recipients WHERE owner = 0"),
            "1 2 7 10");
}

TEST_F(Migrations, EachStepIsTakenOnce) {
  migrate(database_, kAll.first(1));
  EXPECT_EQ(version(), 1);
  database_.execute("INSERT INTO letters (id) VALUES (1)");
  migrate(database_, kAll.first(2));
  EXPECT_EQ(version(), 2);
  migrate(database_, kAll);
  migrate(database_, kAll);
  EXPECT_EQ(version(), 3);
  EXPECT_EQ(database_.text("SELECT group_concat(id || note, ' ') FROM letters"),
            "1none 2none 3three");
}

TEST_F(Migrations, AllAtOnceGivesTheSame) {
  migrate(database_, kAll);
  EXPECT_EQ(database_.text("SELECT group_concat(id || note, ' ') FROM letters"),
            "2none 3three");
}

TEST_F(Migrations, AStepThatFailsChangesNothing) {
  constexpr Migration kBroken[] = {
      kSteps[0], kSteps[1], {3, "INSERT INTO nowhere VALUES (1)"}};
  migrate(database_, kAll.first(1));
  EXPECT_EQ(trouble(kBroken), "store " + directory_.database() +
                                  ": opening: no such table: nowhere");
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(database_.integer("SELECT count(*) FROM letters"), 0);
  EXPECT_EQ(trouble(kAll), "none");  // the next program does it right
}

TEST_F(Migrations, ANewerSchemaIsRefused) {
  migrate(database_, kAll);
  EXPECT_EQ(trouble(kAll.first(2)),
            "store " + directory_.database() +
                ": opening: its schema has version 3, this program knows up "
                "to 2: it was written by a newer lostletter; run that one, or "
                "restore a copy from before the upgrade");
  EXPECT_EQ(version(), 3);
}

TEST_F(Migrations, AnotherProgramsDatabaseIsRefused) {
  database_.execute("CREATE TABLE cookies (id)");
  EXPECT_EQ(trouble(kAll), "store " + directory_.database() +
                               ": opening: the file belongs to another "
                               "program");
  EXPECT_EQ(version(), 0);
}

TEST_F(Migrations, TwoAtOnce) {
  Database other(directory_.database(), Database::Access::kWrite);
  migrate(database_, kAll);
  migrate(other, kAll);  // sees what the first one did
  EXPECT_EQ(other.integer("SELECT count(*) FROM letters"), 2);
}

}  // namespace
}  // namespace lostletter::store
