// SPDX-License-Identifier: Apache-2.0
//
// The contract with a real PostgreSQL, and what PostgreSQL adds to it: a server
// that is away, that hangs, that comes back; guards that race.
#include <cstdio>

#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "store/evidence_contract_test.h"
#include "store/held_contract_test.h"
#include "store/move.h"
#include "store/postgres_migrations.h"
#include "store/postgres_server_test.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreContract, PostgresBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, CorrespondenceContract,
                               PostgresBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, EvidenceContract, PostgresBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, HeldContract, PostgresBackend);

class PostgresStoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(milliseconds busy = milliseconds(20000)) {
    auto store = open_store(address_, busy);
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }
  std::string open_trouble() {
    const auto store = open_store(address_);
    return store ? "none" : store.error().message;
  }
  std::string sql(const std::string& text) {
    return server_.sql(address_, text);
  }
  std::string named(const std::string& rest) const {
    return "store " + address_.to_string() + ": " + rest;
  }

  PostgresServer& server_ = PostgresServer::get();
  StoreAddress address_ = server_.make_place();
};

// The message of the StoreError that `work` throws.
template <typename Work>
std::string trouble(Work work) {
  try {
    work();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "none";
}

TEST_F(PostgresStoreTest, BytesThatAreNoTextComeBack) {
  const auto store = open();
  for (const std::string& text :
       {std::string("j\xFFrg@example.com"), std::string("a\0b@x.test", 10),
        std::string("\xF4\x8F\xBC\x80@x.test")}) {
    store->save_question(question("ann", text));
    store->confirm(confirmation("bob", text, kNoon + Duration(9)));
    EXPECT_EQ(store->find_question("ann", text), question("ann", text));
    EXPECT_TRUE(store->find_confirmation("bob", text, kNoon));
  }
  EXPECT_EQ(store->count_questions("ann", kNoon), 3U);
}

TEST_F(PostgresStoreTest, TextsThatNoIndexTakes) {
  const auto store = open();
  std::string text;
  for (int i = 0; i < 4000; ++i) text += std::to_string(i * 7919);
  store->save_question(question(text, text + "1"));
  EXPECT_EQ(store->find_question(text, text + "1"), question(text, text + "1"));
  EXPECT_FALSE(store->find_question(text, text + "2"));
}

TEST_F(PostgresStoreTest, ALockThatIsHeldIsWaitedForNoLongerThanAllowed) {
  const auto store = open(milliseconds(100));
  store->save_question(question("ann", "x@army.ml"));
  PostgresSession other(to_conninfo(address_), {});
  other.execute("BEGIN; LOCK TABLE questions IN EXCLUSIVE MODE");
  EXPECT_THAT(
      trouble([&] { store->save_question(question("a", "b@army.ml")); }),
      HasSubstr("saving a question: canceling statement due to"));
  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));  // reading goes on
  other.execute("COMMIT");
  store->save_question(question("a", "b@army.ml"));
}

TEST_F(PostgresStoreTest, AServerThatDoesNotAnswerIsNotWaitedFor) {
  const auto store = open(milliseconds(100));
  store->probe();
  const int backend =
      std::stoi(sql("SELECT pid FROM pg_stat_activity WHERE application_name = "
                    "'lostletter' LIMIT 1"));
  ASSERT_EQ(::kill(backend, SIGSTOP), 0);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(trouble([&] { store->find_question("ann", "x@army.ml"); }),
            named("looking for a question: it does not answer in time"));
  // 400 ms; the rest is for a loaded machine.
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::seconds(20));
  // The next connection leads to another process.
  store->save_question(question("ann", "x@army.ml"));
  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
  ASSERT_EQ(::kill(backend, SIGCONT), 0);
}

// Waits until `work` succeeds.
template <typename Work>
void soon(Work work) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (true) {
    try {
      work();
      return;
    } catch (const StoreError& error) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << error.what();
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
}

TEST_F(PostgresStoreTest, AServerThatWasAwayIsFoundAgain) {
  const auto store = open(milliseconds(1000));
  store->save_question(question("ann", "x@army.ml"));
  server_.stop();
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(trouble([&] { store->probe(); }),
                HasSubstr("trying to write: "));
  }
  // Nobody tries to connect at every call: that would be a second each.
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::seconds(60));
  EXPECT_THAT(open_trouble(), HasSubstr("is the server up"));
  server_.start();
  soon([&] { store->probe(); });
  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
}

TEST_F(PostgresStoreTest, IdleConnectionsThatBrokeAreReplacedUnseen) {
  const auto store = open();
  store->save_question(question("ann", "x@army.ml"));
  sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
      " WHERE application_name = 'lostletter'");
  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
  sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
      " WHERE application_name = 'lostletter'");
  EXPECT_EQ(store->learn({{sent("1", "x@army.mil")}}, kNoon, {}),
            (Learnt{.fresh = 1}));
}

TEST_F(PostgresStoreTest, ANewerSchemaIsRefused) {
  open();
  sql("UPDATE lostletter_schema SET version = 9000");
  const std::string expected = named(fmt::format(
      "its schema has version 9000, this program knows up to {}: it was "
      "written by a newer lostletter; run that one, or restore a copy from "
      "before the upgrade",
      postgres_migrations().back().version));
  EXPECT_EQ(open_trouble(), expected);
  const auto reader = open_store_reader(address_);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().message, expected);
}

TEST_F(PostgresStoreTest, AReaderMakesNothing) {
  const auto reader = open_store_reader(address_);
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message,
              HasSubstr("its schema has version 0, this program reads"));
  EXPECT_EQ(
      sql("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"),
      "0");
  open()->save_question(question("ann", "x@army.ml"));
  EXPECT_TRUE(
      open_store_reader(address_).value()->find_question("ann", "x@army.ml"));
}

TEST_F(PostgresStoreTest, AnotherProgramsTablesAreLeftAlone) {
  sql("CREATE TABLE questions (id int)");
  EXPECT_THAT(open_trouble(), HasSubstr("already exists"));
  EXPECT_EQ(sql("SELECT count(*) FROM questions"), "0");
}

TEST_F(PostgresStoreTest, ManyGuardsMakeTheTablesAtOnce) {
  std::vector<std::thread> threads(6);
  for (auto& thread : threads) {
    thread = std::thread(
        [this] { EXPECT_EQ(trouble([this] { open()->probe(); }), "none"); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sql("SELECT times FROM probes"), "6");
}

// The same letters through two guards: each teaches once.
TEST_F(PostgresStoreTest, TwoGuardsLearnTheSameAtOnce) {
  const std::unique_ptr<Store> guards[] = {open(), open()};
  std::vector<Lesson> lessons;
  for (int i = 0; i < 50; ++i) {
    lessons.push_back(
        letter_to(std::to_string(i),
                  {{std::to_string(i % 10) + "@army.mil"}, {"all@army.mil"}}));
  }
  std::atomic<std::size_t> fresh = 0;
  std::vector<std::thread> threads;
  for (const auto& guard : guards) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < lessons.size(); i += 5) {
        fresh +=
            guard->learn(std::span(lessons).subspan(i, 5), kNoon, {}).fresh;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fresh, 100U);
  EXPECT_EQ(counts(guards[0]->find_evidence(about("all@army.mil")).typed),
            "50/0/0 50/0/0 100/0/0 100/0/0");
  EXPECT_EQ(sql("SELECT value FROM counters WHERE name = 'edges'"),
            std::to_string(guards[0]->holdings().edges));
}

TEST_F(PostgresStoreTest, WhatConflictsIsDoneAgain) {
  open();
  PostgresPool pool(address_, {});
  int attempts = 0;
  const int value = pool.transact("counting", [&](PostgresSession& session) {
    session.query("INSERT INTO probes (id, times) VALUES (1, 7)");
    if (++attempts < 3) {
      throw PostgresError(PostgresError::Kind::kConflict, "again", "40001");
    }
    return attempts;
  });
  EXPECT_EQ(value, 3);
  EXPECT_EQ(sql("SELECT times FROM probes"), "7");
  EXPECT_EQ(trouble([&] {
              pool.transact("counting", [](PostgresSession&) {
                throw PostgresError(PostgresError::Kind::kConflict, "again");
              });
            }),
            named("counting: again"));
}

TEST_F(PostgresStoreTest, MoreWorkersThanConnectionsTakeTurns) {
  open();
  PostgresPool pool(address_, {.connections = 2, .busy = milliseconds(20000)});
  std::vector<std::thread> threads(8);
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  for (auto& thread : threads) {
    thread = std::thread([&] {
      pool.run("waiting", [&](PostgresSession& session) {
        const int mine = ++now;
        for (int seen = most; mine > seen;) {
          if (most.compare_exchange_weak(seen, mine)) break;
        }
        session.execute("SELECT pg_sleep(0.05)");
        --now;
      });
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, 2);
}

TEST_F(PostgresStoreTest, TellsOfReplication) {
  const auto state = replication_state(address_);
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->state, Replication::State::kNotReplicated);
  EXPECT_EQ(state->detail, "no standby is connected");
}

// Every table of ours but those of PostgreSQL alone.
TEST_F(PostgresStoreTest, EverythingMovesThereAndBack) {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  const StoreAddress from = {StoreAddress::Kind::kSqlite, first.path()};
  const StoreAddress back = {StoreAddress::Kind::kSqlite, second.path()};
  std::string secret;
  {
    const auto store = open_store(from).value();
    secret = store->secret();
    store->probe();
    store->save_question(question("ann", "j\xFFrg@army.ml"));
    store->confirm(confirmation("ann", "x@army.ml", kNoon + Duration(9)));
    auto records = verdicts(1200, "v");
    records[7].probability = std::nan("");
    store->save_verdicts(records);
    const ScoreRecord score = {"ann@example.com", "x@army.mil", kNoon, -0.1};
    store->save_scores({&score, 1});
    store->learn({{letter_to("1", {{"a@army.mil", "A"}, {"b@army.mil"}})}},
                 kNoon, {});
    store->save_reading({"abc", "17", std::string("\0\xFF", 2)}, kNoon);
    HeldLetters& held = store->held();
    held.expect(held_letter("code1", 2));
    held.arrive(arrival("code1", std::string(700000, '\xFE')), kNoon);
    held.answer("code1", 0, HeldEvent::kRelease, {}, kAnn, kNoon);
    const auto claims = held.claim(HeldState::kReleasing, kNoon, kNoon, 1);
    ASSERT_EQ(claims.size(), 1U);
    held.hand(claims[0], kGuard, kNoon);
    store->expire(kNoon, {});
  }
  const auto there = move_store(from, address_);
  ASSERT_TRUE(there) << there.error().message;
  std::string tables = sql(
      "SELECT string_agg(table_name, ',' ORDER BY table_name)"
      " FROM information_schema.tables WHERE table_schema = current_schema()"
      " AND table_name NOT IN ('action_head', 'lostletter_schema')");
  std::vector<std::string> moved;
  for (const MovedTable& table : *there) {
    moved.push_back(table.name);
    EXPECT_EQ(table.before, table.after) << table.name;
    EXPECT_GT(table.before, 0U) << table.name;
  }
  std::ranges::sort(moved);
  EXPECT_EQ(tables, fmt::format("{}", fmt::join(moved, ",")));
  {
    const auto store = open();
    EXPECT_EQ(store->secret(), secret);
    EXPECT_TRUE(store->find_question("ann", "j\xFFrg@army.ml"));
    EXPECT_TRUE(std::isnan(store->find_verdict("v7")->probability));
    EXPECT_EQ(store->held().held_content("code1")->bytes,
              std::string(700000, '\xFE'));
    // Numbers go on after the highest, and the chain after its end.
    EXPECT_EQ(store->learn({{sent("2", "new@new.test")}}, kNoon, {}),
              (Learnt{.fresh = 1}));
    store->held().expect(held_letter("code2"));
    const auto lines = store->held().read_actions(0, 100);
    EXPECT_EQ(lines.size(), 6U);
    EXPECT_EQ(first_broken(lines, {}), std::nullopt);
  }
  const auto again = move_store(from, address_);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("is not empty (secrets 1, "));
  const auto home = move_store(address_, back);
  ASSERT_TRUE(home) << home.error().message;
  const auto store = open_store(back).value();
  EXPECT_EQ(store->secret(), secret);
  EXPECT_TRUE(store->find_question("ann", "j\xFFrg@army.ml"));
  EXPECT_EQ(store->under_way(), std::string("\0\xFF", 2));
  EXPECT_EQ(counts(store->find_evidence(about("new@new.test")).typed),
            "1/0/0 1/0/0 1/0/0 1/0/0");
  EXPECT_EQ(first_broken(store->held().read_actions(0, 100), {}), std::nullopt);
}

}  // namespace
}  // namespace lostletter::store

// libpqxx 6.4 asks the connection for its encoding while it takes over a result
// of libpq; where the server has just died that throws, and the error result is
// nobody's. Results that did come to be pqxx's are watched through their owner.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:PQmakeEmptyPGresult\n";
}

int main(int count, char** values) {
  testing::InitGoogleMock(&count, values);
  if (lostletter::store::PostgresServer::programs().empty()) {
    std::puts("skipped: no PostgreSQL server here (tools/install-deps test)");
    return 77;
  }
  return RUN_ALL_TESTS();
}
