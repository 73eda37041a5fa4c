// SPDX-License-Identifier: Apache-2.0
//
// What SQLite adds to the contract: locks, full disks, crashes, files that are
// wrong.
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "store/evidence_contract_test.h"
#include "store/held_contract_test.h"
#include "store/migrations.h"
#include "store/temporary_test.h"

namespace lostletter::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;

std::unique_ptr<Store> open_or_fail(const std::string& directory,
                                    milliseconds busy = milliseconds(20000)) {
  auto store = open_sqlite(directory, busy);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    throw std::runtime_error("no store");
  }
  return std::move(*store);
}

struct SqliteBackend {
  TemporaryDirectory directory;
  std::unique_ptr<Store> open() { return open_or_fail(directory.path()); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, SqliteBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, CorrespondenceContract, SqliteBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, EvidenceContract, SqliteBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, HeldContract, SqliteBackend);

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

std::string open_trouble(const std::string& directory) {
  const auto store = open_sqlite(directory, milliseconds(50));
  return store ? "none" : store.error().message;
}

std::string reader_trouble(const std::string& directory) {
  const auto store = open_sqlite_reader(directory);
  return store ? "none" : store.error().message;
}

// Another program at the same file.
class Sqlite3 {
 public:
  explicit Sqlite3(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
  }
  Sqlite3(const Sqlite3&) = delete;
  Sqlite3& operator=(const Sqlite3&) = delete;
  ~Sqlite3() { sqlite3_close(handle_); }
  void execute(const char* sql) {
    EXPECT_EQ(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(handle_);
  }

 private:
  sqlite3* handle_ = nullptr;
};

class SqliteStoreTest : public testing::Test {
 protected:
  std::string named(const std::string& rest) const {
    return "store " + directory_.database() + ": " + rest;
  }
  TemporaryDirectory directory_;
};

TEST_F(SqliteStoreTest, LockedByAnotherProgram) {
  const auto store = open_or_fail(directory_.path(), milliseconds(50));
  store->save_question(question("ann", "x@army.ml"));
  Sqlite3 other(directory_.database());
  other.execute("BEGIN EXCLUSIVE");

  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(trouble([&] { store->save_question(question("a", "b@army.ml")); }),
            named("saving a question: database is locked"));
  EXPECT_EQ(
      trouble([&] { store->confirm(confirmation("ann", "x@army.ml", kNoon)); }),
      named("saving a confirmation: database is locked"));
  EXPECT_EQ(trouble([&] { store->save_verdicts(verdicts(3, "v")); }),
            named("saving verdicts: database is locked"));
  EXPECT_EQ(trouble([&] { store->expire(kNoon, {}); }),
            named("removing expired questions: database is locked"));
  EXPECT_EQ(trouble([&] { store->secret(); }),
            named("making the secret: database is locked"));
  EXPECT_EQ(trouble([&] { store->probe(); }),
            named("trying to write: database is locked"));
  // Six waits of 50 ms each; the rest is for a loaded machine.
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::seconds(20));

  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));  // reading goes on
  other.execute("COMMIT");
  store->probe();
  store->confirm(confirmation("ann", "x@army.ml", kNoon + Duration(9)));
  EXPECT_TRUE(store->find_confirmation("ann", "x@army.ml", kNoon));
}

TEST_F(SqliteStoreTest, ThreadsWaitForEachOtherNoLongerThanAllowed) {
  const auto store = open_or_fail(directory_.path(), milliseconds(300));
  Sqlite3 other(directory_.database());
  other.execute("BEGIN EXCLUSIVE");
  // The first one waits for the lock, the others for the first one, and all
  // give up: in turn they would need 300 ms each.
  std::vector<std::thread> threads(40);
  std::atomic<int> refused = 0;
  const auto before = std::chrono::steady_clock::now();
  for (auto& thread : threads) {
    thread = std::thread([&] {
      if (trouble([&] { store->probe(); }) != "none") ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 40);
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            milliseconds(300) * 40 / 2);
  other.execute("COMMIT");
  EXPECT_NO_THROW(store->probe());
}

TEST_F(SqliteStoreTest, TurnsAreTakenInOrderAndNamedWhenRefused) {
  const auto store = open_or_fail(directory_.path(), milliseconds(200));
  Sqlite3 other(directory_.database());
  other.execute("BEGIN EXCLUSIVE");
  std::thread first(
      [&] { trouble([&] { store->save_verdicts(verdicts(1, "v")); }); });
  std::string text;
  std::thread second([&] { text = trouble([&] { store->probe(); }); });
  first.join();
  second.join();
  EXPECT_THAT(
      text, testing::AnyOf(named("trying to write: database is locked"),
                           named("trying to write: other work of this process "
                                 "takes longer than 200 ms")));
  other.execute("COMMIT");
}

TEST_F(SqliteStoreTest, RemovedUnderneath) {
  const auto store = open_or_fail(directory_.path());
  store->probe();
  fs::remove(directory_.database());
  const std::string text = named(
      "trying to write: the file was removed or replaced; restart "
      "lostletter");
  EXPECT_EQ(trouble([&] { store->probe(); }), text);
  ASSERT_TRUE(write_file(directory_.database(), ""));
  EXPECT_EQ(trouble([&] { store->probe(); }), text);
}

TEST_F(SqliteStoreTest, OpeningALockedFile) {
  open_or_fail(directory_.path());
  Sqlite3 other(directory_.database());
  other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  EXPECT_EQ(open_trouble(directory_.path()),
            named("opening: database is locked; another process holds it: stop "
                  "that one, or try again"));
}

// Fills `directory` up, as somebody else's log does.
class Filler {
 public:
  explicit Filler(const std::string& directory) : path_(directory + "/filler") {
    std::ofstream file(path_);
    const std::string block(4096, 'x');
    while (file.write(block.data(), 4096).flush()) {
    }
  }
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;
  ~Filler() { fs::remove(path_); }

 private:
  std::string path_;
};

// In a mount namespace of its own, so that nothing remains.
bool mount_small_disk(const std::string& directory) {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", directory.c_str(), "tmpfs", 0, "size=1m") == 0;
}

TEST_F(SqliteStoreTest, DiskFull) {
  constexpr int kNotAllowed = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    if (!mount_small_disk(directory_.path())) ::_exit(kNotAllowed);
    const auto store = open_or_fail(directory_.path());
    store->save_question(question("ann", "x@army.ml"));
    {
      const Filler filler(directory_.path());
      EXPECT_EQ(trouble([&] { store->save_verdicts(verdicts(500, "v")); }),
                named("saving verdicts: database or disk is full"));
      EXPECT_EQ(store->find_verdict("v0"), std::nullopt);
      EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
    }
    EXPECT_NO_THROW(store->save_verdicts(verdicts(500, "v")));
    EXPECT_NO_THROW(
        store->confirm(confirmation("ann", "x@army.ml", kNoon + Duration(9))));
    EXPECT_TRUE(store->find_verdict("v499"));
    std::fflush(nullptr);
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotAllowed) {
    GTEST_SKIP() << "no right to mount a small disk here";
  }
  EXPECT_EQ(status, 0);
}

TEST_F(SqliteStoreTest, OpeningOnAFullDisk) {
  constexpr int kNotAllowed = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    if (!mount_small_disk(directory_.path())) ::_exit(kNotAllowed);
    {
      const Filler filler(directory_.path());
      EXPECT_THAT(open_trouble(directory_.path()),
                  testing::MatchesRegex(".*/lostletter.db: opening: database "
                                        "or disk is full; make room on its "
                                        "disk"));
    }
    EXPECT_EQ(open_trouble(directory_.path()), "none");
    std::fflush(nullptr);
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotAllowed) {
    GTEST_SKIP() << "no right to mount a small disk here";
  }
  EXPECT_EQ(status, 0);
}

// The same without rights: no file may grow beyond a limit.
TEST_F(SqliteStoreTest, FileLimit) {
  in_child([&] {
    const auto store = open_or_fail(directory_.path());
    store->save_question(question("ann", "x@army.ml"));
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit = {};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit small = {300000, limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_EQ(trouble([&] { store->save_verdicts(verdicts(5000, "v")); }),
              named("saving verdicts: disk I/O error"));
    EXPECT_EQ(store->find_verdict("v0"), std::nullopt);
    EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_NO_THROW(store->save_verdicts(verdicts(5000, "v")));
    EXPECT_TRUE(store->find_verdict("v4999"));
  });
}

// Confirms addresses and saves batches for ever, and tells after each.
[[noreturn]] void work_until_killed(const std::string& directory, int told) {
  const auto store = open_or_fail(directory);
  for (int i = 0;; ++i) {
    const std::string recipient = std::to_string(i) + "@army.ml";
    store->save_question(question("ann", recipient));
    store->save_verdicts(verdicts(7, "batch" + std::to_string(i) + "-"));
    store->confirm(confirmation("ann", recipient, kNoon + Duration(9)));
    if (::write(told, &i, sizeof i) != sizeof i) ::_exit(1);
  }
}

TEST_F(SqliteStoreTest, KilledInTheMiddleOfWriting) {
  int told[2] = {};
  ASSERT_EQ(::pipe(told), 0);
  int done = -1;
  for (int round = 1; round <= 5; ++round) {
    fs::remove_all(directory_.path());
    const pid_t child = ::fork();
    if (child == 0) work_until_killed(directory_.path(), told[1]);
    while (done < round * 7) ASSERT_GT(::read(told[0], &done, sizeof done), 0);
    ::usleep(static_cast<useconds_t>(round * 300));  // at another moment
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::fcntl(told[0], F_SETFL, O_NONBLOCK);
    while (::read(told[0], &done, sizeof done) > 0) {
    }
    ::fcntl(told[0], F_SETFL, 0);

    const auto store = open_or_fail(directory_.path());
    for (int i = 0; i <= done + 1; ++i) {
      const std::string recipient = std::to_string(i) + "@army.ml";
      const bool confirmed =
          store->find_confirmation("ann", recipient, kNoon).has_value();
      EXPECT_TRUE(confirmed || i > done) << i;  // what has returned is there
      if (confirmed) {
        EXPECT_FALSE(store->find_question("ann", recipient)) << i;
      }
      int saved = 0;
      for (int j = 0; j < 7; ++j) {
        const auto id = "batch" + std::to_string(i) + "-" + std::to_string(j);
        saved += store->find_verdict(id) ? 1 : 0;
      }
      EXPECT_TRUE(saved == 7 || (saved == 0 && i > done)) << i << ": " << saved;
    }
    done = -1;
  }
  ::close(told[0]);
  ::close(told[1]);
}

TEST_F(SqliteStoreTest, SeveralProcessesMakeOneStore) {
  for (int round = 0; round < 10; ++round) {
    fs::remove_all(directory_.path());
    int secrets[2] = {};
    ASSERT_EQ(::pipe(secrets), 0);
    pid_t children[4] = {};
    for (pid_t& child : children) {
      child = ::fork();
      if (child != 0) continue;
      const std::string secret = open_or_fail(directory_.path())->secret();
      (void)!::write(secrets[1], secret.data(), 32);
      ::_exit(HasFailure() ? 1 : 0);
    }
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    const std::string ours = open_or_fail(directory_.path())->secret();
    for (int i = 0; i < 4; ++i) {
      std::string theirs(32, '\0');
      ASSERT_EQ(::read(secrets[0], theirs.data(), 32), 32);
      EXPECT_EQ(theirs, ours);
    }
    ::close(secrets[0]);
    ::close(secrets[1]);
  }
}

TEST_F(SqliteStoreTest, NoDatabase) {
  ASSERT_TRUE(write_file(directory_.database(),
                         "Dear Sir,\n" + std::string(5000, 'x')));
  const std::string text = named(
      "opening: file is not a database; move the file away, or name another "
      "state directory");
  EXPECT_EQ(open_trouble(directory_.path()), text);
  EXPECT_EQ(reader_trouble(directory_.path()), text);
}

TEST_F(SqliteStoreTest, AnEmptyFileIsANewStore) {
  ASSERT_TRUE(write_file(directory_.database(), ""));
  EXPECT_EQ(reader_trouble(directory_.path()),
            named("opening: its schema has version 0, this program reads 8: "
                  "start 'lostletter serve' once"));
  EXPECT_EQ(open_trouble(directory_.path()), "none");
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabase) {
  Sqlite3(directory_.database()).execute("CREATE TABLE cookies (id)");
  const auto before = read_file(directory_.database());
  EXPECT_EQ(open_trouble(directory_.path()),
            named("opening: the file belongs to another program; move the file "
                  "away, or name another state directory"));
  EXPECT_EQ(read_file(directory_.database()), before);  // untouched
}

TEST_F(SqliteStoreTest, ANewerSchema) {
  open_or_fail(directory_.path());
  Sqlite3(directory_.database()).execute("PRAGMA user_version = 99");
  const std::string text = named(
      "opening: its schema has version 99, this program knows up to 8: "
      "it was written by a newer lostletter; run that one, or restore a "
      "copy from before the upgrade");
  EXPECT_EQ(open_trouble(directory_.path()), text);
  EXPECT_EQ(reader_trouble(directory_.path()), text);
}

TEST_F(SqliteStoreTest, DamagedPages) {
  open_or_fail(directory_.path())->save_verdicts(verdicts(2000, "v"));
  {
    std::fstream file(directory_.database(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 80);  // the schema, on the first pages, stays whole
    file << std::string(std::size_t{4096} * 60, '\x55');
  }
  const auto store = open_or_fail(directory_.path());
  const std::string text = trouble([&] {
    for (const auto& record : verdicts(2000, "v")) {
      store->find_verdict(record.id);
    }
  });
  EXPECT_EQ(text,
            named("looking for a verdict: database disk image is malformed"));
}

TEST_F(SqliteStoreTest, WhatIsForgottenIsGoneFromTheFiles) {
  const auto store = open_or_fail(directory_.path());
  std::vector<guard::Lesson> lessons;
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    lessons.push_back(letter_to(number, {{"person" + number + "@army.mil"},
                                         {"gone.person@army.mil", "Gone P."}}));
  }
  store->learn(lessons, kNoon, {});
  store->save_question(question("login:ann", "gone.person@army.mil"));
  const auto files_have = [&](std::string_view text) {
    bool found = false;
    for (const auto& entry : fs::directory_iterator(directory_.path())) {
      const auto content = read_file(entry.path());
      found = found || (content && content->contains(text));
    }
    return found;
  };
  EXPECT_TRUE(files_have("gone.person"));
  EXPECT_TRUE(files_have("Gone P."));
  store->forget("Gone.Person@army.mil");
  EXPECT_FALSE(files_have("gone.person"));
  EXPECT_FALSE(files_have("Gone P."));
  EXPECT_TRUE(files_have("person299"));
}

TEST_F(SqliteStoreTest, AStoreFromBeforeCorrespondence) {
  {
    Database old(directory_.database(), Database::Access::kWrite);
    migrate(old, migrations().first(1));
    old.execute(
        "INSERT INTO questions (submitter, recipient, reference, asked_at)"
        " VALUES ('ann', 'x@army.ml', 'ref', 5)");
  }
  const auto store = open_or_fail(directory_.path());
  EXPECT_TRUE(store->find_question("ann", "x@army.ml"));
  store->learn({{sent("1", "x@army.mil")}}, kNoon, {});
  EXPECT_EQ(store->holdings().edges, 4U);
}

TEST_F(SqliteStoreTest, WhatCannotBeReadIsUnknown) {
  open_or_fail(directory_.path())
      ->learn({{sent("1", "x@army.mil")}}, kNoon, {});
  const auto store = open_or_fail(directory_.path());
  Database(directory_.database(), Database::Access::kWrite)
      .execute("DROP TABLE address_exchanges");
  StoredCorrespondence correspondence(*store);
  EXPECT_EQ(correspondence.ask(about("x@army.mil")), std::nullopt);
}

TEST_F(SqliteStoreTest, AReaderDoesNotLearn) {
  open_or_fail(directory_.path());
  auto store = open_sqlite_reader(directory_.path());
  ASSERT_TRUE(store);
  EXPECT_EQ(trouble([&] { (*store)->learn({}, kNoon, {}); }),
            named("learning: opened for reading"));
  EXPECT_EQ(trouble([&] { (*store)->forget("x@army.mil"); }),
            named("forgetting an address: opened for reading"));
  EXPECT_EQ((*store)->find_evidence(about("x@army.mil")).typed,
            guard::Relation());
}

TEST_F(SqliteStoreTest, ATruncatedFile) {
  open_or_fail(directory_.path())->save_verdicts(verdicts(2000, "v"));
  fs::resize_file(directory_.database(), 5000);
  EXPECT_EQ(open_trouble(directory_.path()),
            named("opening: database disk image is malformed; restore a copy, "
                  "or move the file away and begin anew (confirmed addresses "
                  "are then asked about again)"));
}

TEST_F(SqliteStoreTest, WithoutTheRightToWrite) {
  fs::permissions(directory_.path(), fs::perms(0755));
  in_unprivileged_child([&] {
    // A directory that cannot be made.
    EXPECT_EQ(open_trouble("/proc/state"),
              "cannot create directory /proc/state: No such file or directory; "
              "create it, or name another state directory");
  });
  fs::permissions(directory_.path(), fs::perms(0555));
  in_unprivileged_child([&] {
    const std::string user = std::to_string(::geteuid());
    EXPECT_EQ(
        open_trouble(directory_.path()),
        named("opening: unable to open database file; the directory and its "
              "files must be writable by user id " +
              user));
  });
  fs::permissions(directory_.path(), fs::perms(0755));
  open_or_fail(directory_.path());
  fs::permissions(directory_.database(), fs::perms(0444));
  in_unprivileged_child([&] {
    const std::string user = std::to_string(::geteuid());
    EXPECT_EQ(open_trouble(directory_.path()),
              named("opening: attempt to write a readonly database; the "
                    "directory and its files "
                    "must be writable by user id " +
                    user));
  });
  ASSERT_TRUE(write_file(directory_.database(), ""));
  fs::permissions(directory_.database(), fs::perms(0444));
  in_unprivileged_child([&] {
    EXPECT_THAT(
        open_trouble(directory_.path()),
        testing::StartsWith(named("opening: attempt to write a readonly "
                                  "database; the directory")));
  });
}

TEST_F(SqliteStoreTest, NobodyElseMayRead) {
  const mode_t umask_before = ::umask(0);
  const auto store = open_or_fail(directory_.path() + "/state");
  store->probe();
  ::umask(umask_before);
  for (const auto& entry :
       fs::recursive_directory_iterator(directory_.path())) {
    const auto mode = static_cast<unsigned>(entry.status().permissions());
    EXPECT_EQ(mode & 07U, 0U) << entry.path();
  }
}

TEST_F(SqliteStoreTest, ReaderBesideARunningWriter) {
  const auto writer = open_or_fail(directory_.path());
  writer->save_verdicts(verdicts(3, "a"));
  const auto reader = open_sqlite_reader(directory_.path());
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->find_verdict("a2"), verdict("a2"));
  writer->save_verdicts(verdicts(3, "b"));
  EXPECT_EQ((*reader)->find_verdict("b2"), verdict("b2"));
  const std::string secret = writer->secret();
  EXPECT_EQ((*reader)->secret(), secret);
  EXPECT_EQ(trouble([&] { (*reader)->probe(); }),
            named("trying to write: opened for reading"));
  EXPECT_EQ(trouble([&] { (*reader)->expire(kNoon, {}); }),
            named("removing what has expired: opened for reading"));
}

TEST_F(SqliteStoreTest, ReaderWithoutTheRightToWrite) {
  const auto read = [&] {
    const auto reader = open_sqlite_reader(directory_.path());
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->find_verdict("a2"), verdict("a2"));
  };
  const auto let_read = [&] {
    for (const auto& entry : fs::directory_iterator(directory_.path())) {
      fs::permissions(entry.path(), fs::perms(0444));
    }
    fs::permissions(directory_.path(), fs::perms(0555));
  };
  auto writer = open_or_fail(directory_.path());
  writer->save_verdicts(verdicts(3, "a"));
  let_read();
  in_unprivileged_child(read);  // the writer runs
  writer.reset();
  let_read();
  in_unprivileged_child(read);  // it has ended in order
}

TEST_F(SqliteStoreTest, ReaderAfterACrash) {
  fs::permissions(directory_.path(), fs::perms(0755));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto writer = open_or_fail(directory_.path());
    writer->save_verdicts(verdicts(3, "a"));
    ::_exit(0);  // without closing: the WAL stays behind
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(fs::exists(directory_.database() + "-wal"));
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    fs::permissions(entry.path(), fs::perms(0444));
  }
  in_unprivileged_child([&] {
    const auto reader = open_sqlite_reader(directory_.path());
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->find_verdict("a2"), verdict("a2"));
  });
}

TEST_F(SqliteStoreTest, ReaderOfNothing) {
  EXPECT_EQ(reader_trouble(directory_.path()),
            named("there is none; 'lostletter serve' makes it, or name another "
                  "state directory"));
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(SqliteStoreTest, AnyBytes) {
  const auto store = open_or_fail(directory_.path());
  const std::string texts[] = {std::string("a\0b", 3), std::string("a\0c", 3),
                               "a", "\xFF\xFE", std::string(1, '\0')};
  for (const std::string& text : texts) {
    store->save_question(question(text, text));
  }
  for (const std::string& text : texts) {
    EXPECT_EQ(store->find_question(text, text), question(text, text));
    EXPECT_EQ(store->count_questions(text, kNoon), 1U);
  }
}

TEST_F(SqliteStoreTest, PathsAreEscapedInErrors) {
  const std::string odd = directory_.path() + "/a b%?#\n";
  open_or_fail(odd)->save_verdicts(verdicts(3, "a"));
  fs::permissions(directory_.path(), fs::perms(0755));
  fs::permissions(odd, fs::perms(0555));
  fs::permissions(odd + "/lostletter.db", fs::perms(0444));
  in_unprivileged_child([&] {  // by the URI of an immutable file
    const auto reader = open_sqlite_reader(odd);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->find_verdict("a2"), verdict("a2"));
  });
  EXPECT_EQ(reader_trouble(directory_.path() + "/\x1b[31m"),
            "store " + directory_.path() +
                "/\\x1b[31m/lostletter.db: there is none; 'lostletter serve' "
                "makes it, or name another state directory");
}

}  // namespace
}  // namespace lostletter::store
