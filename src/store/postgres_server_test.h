// SPDX-License-Identifier: Apache-2.0
//
// A real PostgreSQL for tests: a private server in a directory of its own, on a
// Unix socket, run by nobody, gone with the test program. Nothing is synced to
// the disk: what crashes here is the server, not the machine.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/open.h"
#include "store/temporary_test.h"

namespace lostletter::store {

class PostgresServer {
 public:
  // The newest one installed; empty: none.
  static std::string programs() {
    namespace fs = std::filesystem;
    std::string found;
    std::error_code ignored;
    for (const auto& version :
         fs::directory_iterator("/usr/lib/postgresql", ignored)) {
      const std::string bin = version.path().string() + "/bin";
      if (fs::exists(bin + "/initdb", ignored)) found = std::max(found, bin);
    }
    return found;
  }

  // One for the whole program.
  static PostgresServer& get() {
    static PostgresServer server;
    return server;
  }

  PostgresServer() {
    give_away(directory_.path());
    run({programs() + "/initdb", "-D", data(), "-U", "lostletter", "-A",
         "trust", "-E", "UTF8", "--locale", "C", "-N"});
    start();
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() { stop(SIGQUIT); }

  void start() {
    process_ =
        spawn({programs() + "/postgres", "-D", data(), "-k", directory_.path(),
               "-c", "listen_addresses=", "-c", "fsync=off", "-c",
               "full_page_writes=off", "-c", "max_connections=200",
               // A killed server leaves nothing in /dev/shm.
               "-c", "dynamic_shared_memory_type=mmap"});
    for (int i = 0; i < 600; ++i) {
      if (system(fmt::format("{}/pg_isready -q -h {}", programs(),
                             directory_.path())) == 0) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "the server does not start:\n" << log();
  }

  // SIGQUIT: at once, as if it had crashed.
  void stop(int signal = SIGQUIT) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  // A new place without tables. A schema: making a database is slow.
  StoreAddress make_place() {
    static std::atomic<int> last = 0;
    const std::string name = fmt::format("place{}", ++last);
    sql(address("public"), "CREATE SCHEMA " + name);
    return address(name);
  }

  StoreAddress address(const std::string& schema) const {
    return {StoreAddress::Kind::kPostgres,
            fmt::format("host={} user=lostletter dbname=postgres"
                        " options=-csearch_path={}",
                        directory_.path(), schema)};
  }

  // What psql prints.
  std::string sql(const StoreAddress& place, const std::string& text) const {
    const std::string file = directory_.path() + "/answer";
    EXPECT_EQ(system(fmt::format("{}/psql -qAtX -v ON_ERROR_STOP=1 -d '{}' -c "
                                 "\"{}\" > {} 2>&1",
                                 programs(), place.where, text, file)),
              0)
        << text << "\n"
        << read(file);
    std::string answer = read(file);
    while (answer.ends_with('\n')) answer.pop_back();
    return answer;
  }

 private:
  static constexpr uid_t kNobody = 65534;

  std::string data() const { return directory_.path() + "/data"; }
  std::string log() const { return read(directory_.path() + "/log"); }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static int system(const std::string& command) {
    return std::system(command.c_str());
  }
  static void give_away(const std::string& path) {
    if (::geteuid() == 0) {
      EXPECT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
    }
  }

  // PostgreSQL refuses to be root.
  pid_t spawn(const std::vector<std::string>& command) const {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (::geteuid() == 0 && (::setresgid(kNobody, kNobody, kNobody) != 0 ||
                             ::setresuid(kNobody, kNobody, kNobody) != 0)) {
      ::_exit(126);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent) ::_exit(126);
    const std::string log = directory_.path() + "/log";
    if (std::freopen(log.c_str(), "a", stdout) == nullptr ||
        std::freopen(log.c_str(), "a", stderr) == nullptr) {
      ::_exit(126);
    }
    std::vector<char*> words;
    for (const std::string& word : command) {
      words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
  }

  void run(const std::vector<std::string>& command) const {
    int status = 0;
    ::waitpid(spawn(command), &status, 0);
    ASSERT_EQ(status, 0) << command[0] << ":\n" << log();
  }

  TemporaryDirectory directory_;
  pid_t process_ = 0;
};

// For the contract tests.
struct PostgresBackend {
  StoreAddress address = PostgresServer::get().make_place();

  std::unique_ptr<Store> open() {
    // Long waits: what is tested is not how fast a loaded machine is.
    auto store = open_store(address, std::chrono::milliseconds(20000));
    if (!store) {
      ADD_FAILURE() << store.error().message;
      throw std::runtime_error("no store");
    }
    return std::move(*store);
  }
};

}  // namespace lostletter::store
