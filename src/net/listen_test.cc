// SPDX-License-Identifier: Apache-2.0
//
// Real sockets on loopback and in a directory of our own.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/holder.h"

namespace lostletter::net {
namespace {

std::string error_of(const Result<int>& result) {
  return result ? "" : result.error().message;
}

std::string own_process() {
  std::ifstream comm("/proc/self/comm");
  std::string name;
  std::getline(comm, name);
  return "process " + std::to_string(getpid()) + " (" + name + ")";
}

class Listen : public testing::Test {
 protected:
  Listen() {
    std::string name = testing::TempDir() + "listenXXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~Listen() override {
    for (const int descriptor : open_) close(descriptor);
    std::filesystem::remove_all(directory_);
  }
  int keep(const Result<int>& descriptor) {
    EXPECT_TRUE(descriptor) << error_of(descriptor);
    if (descriptor) open_.push_back(*descriptor);
    return descriptor.value_or(-1);
  }
  Endpoint local(const std::string& name) const {
    return Endpoint::parse("unix:" + directory_ + "/" + name).value();
  }

  std::string directory_;
  std::vector<int> open_;
};

bool can_connect(const Endpoint& endpoint) {
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  endpoint.path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool connected = connect(client, reinterpret_cast<sockaddr*>(&address),
                                 sizeof address) == 0;
  close(client);
  return connected;
}

TEST_F(Listen, AnyFreePortIsTold) {
  for (const auto* text : {"inet:127.0.0.1:0", "inet:localhost:0"}) {
    const int descriptor = keep(listen(Endpoint::parse(text).value()));
    EXPECT_NE(bound_port(descriptor), 0);
    EXPECT_NE(fcntl(descriptor, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST_F(Listen, TakenPortNamesTheProcess) {
  const int first = keep(listen(Endpoint::parse("inet:127.0.0.1:0").value()));
  const std::string port = std::to_string(bound_port(first));
  const auto second = listen(Endpoint::parse("inet:127.0.0.1:" + port).value());
  EXPECT_EQ(error_of(second),
            "port 127.0.0.1:" + port + " is in use by " + own_process());
  const auto every = listen(Endpoint::parse("inet:0.0.0.0:" + port).value());
  EXPECT_EQ(error_of(every),
            "port 0.0.0.0:" + port + " is in use by " + own_process());
}

TEST_F(Listen, AddressOfNobodyHere) {
  const auto nowhere = listen(Endpoint::parse("inet:192.0.2.1:0").value());
  EXPECT_EQ(error_of(nowhere),
            "inet:192.0.2.1:0: cannot bind: Cannot assign requested address; "
            "no interface of this host has it");
}

TEST_F(Listen, UnixSocketHasItsMode) {
  const Endpoint endpoint = local("milter.sock");
  EXPECT_EQ(bound_port(keep(listen(endpoint, {.mode = 0620, .group = {}}))), 0);
  struct stat file{};
  ASSERT_EQ(stat(endpoint.path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0620U);
  EXPECT_TRUE(can_connect(endpoint));
}

TEST_F(Listen, UnixSocketHasItsGroup) {
  // Our own group is the one that everybody may give a file to.
  const group* entry = getgrgid(getegid());
  if (entry == nullptr) GTEST_SKIP() << "our group has no name";
  const Endpoint endpoint = local("milter.sock");
  keep(listen(endpoint, {.group = entry->gr_name}));
  struct stat file{};
  ASSERT_EQ(stat(endpoint.path.c_str(), &file), 0);
  EXPECT_EQ(file.st_gid, getegid());
}

TEST_F(Listen, UnknownGroupLeavesNothingBehind) {
  const Endpoint endpoint = local("milter.sock");
  const auto refused = listen(endpoint, {.group = "no-such-group-here"});
  EXPECT_EQ(error_of(refused),
            endpoint.to_string() + ": there is no group 'no-such-group-here'");
  EXPECT_FALSE(std::filesystem::exists(endpoint.path));
}

TEST_F(Listen, StaleUnixSocketIsReplaced) {
  const Endpoint endpoint = local("milter.sock");
  const auto crashed = listen(endpoint);
  ASSERT_TRUE(crashed);
  close(*crashed);  // the file stays, as after a crash
  ASSERT_TRUE(std::filesystem::exists(endpoint.path));
  keep(listen(endpoint));
  EXPECT_TRUE(can_connect(endpoint));
}

TEST_F(Listen, LiveUnixSocketIsNot) {
  const Endpoint endpoint = local("milter.sock");
  keep(listen(endpoint));
  EXPECT_EQ(error_of(listen(endpoint)),
            endpoint.path + " is in use by " + own_process());
  EXPECT_TRUE(can_connect(endpoint));
}

TEST_F(Listen, FileThatIsNoSocketIsKept) {
  const Endpoint endpoint = local("precious");
  std::ofstream(endpoint.path) << "data";
  EXPECT_EQ(error_of(listen(endpoint)),
            endpoint.to_string() +
                ": there is something else than a socket; move it away");
  EXPECT_EQ(std::filesystem::file_size(endpoint.path), 4U);
}

TEST_F(Listen, MissingDirectory) {
  const Endpoint endpoint = local("not/there.sock");
  EXPECT_EQ(error_of(listen(endpoint)),
            endpoint.to_string() +
                ": cannot bind: No such file or directory; is the directory "
                "there?");
}

// --- socket activation: a child with descriptors 3 and 4, as systemd gives

constexpr int kGood = 0;

// Runs `check` in a child that was passed the sockets; it returns an exit code.
template <typename Check>
int with_sockets(const std::vector<int>& sockets, const std::string& names,
                 Check check) {
  const pid_t child = fork();
  if (child == 0) {
    std::vector<int> high;
    high.reserve(sockets.size());
    for (const int descriptor : sockets) {
      high.push_back(fcntl(descriptor, F_DUPFD, 100));
    }
    int place = 3;
    for (const int descriptor : high) dup2(descriptor, place++);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", std::to_string(sockets.size()).c_str(), 1);
    setenv("LISTEN_FDNAMES", names.c_str(), 1);
    _exit(check());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Listen, InheritedByName) {
  const int milter = keep(listen(local("a.sock")));
  const int http = keep(listen(Endpoint::parse("inet:127.0.0.1:0").value()));
  const std::uint16_t port = bound_port(http);
  const auto by_name = [](const char* text) {
    return listen(Endpoint::parse(text).value());
  };
  EXPECT_EQ(with_sockets({milter, http}, "milter:http",
                         [&] {
                           const auto got = by_name("fd:http");
                           if (!got || *got != 4) return 1;
                           if (bound_port(*got) != port) return 2;
                           if ((fcntl(4, F_GETFL) & O_NONBLOCK) == 0) return 3;
                           if ((fcntl(4, F_GETFD) & FD_CLOEXEC) == 0) return 4;
                           return kGood;
                         }),
            kGood);
  EXPECT_EQ(
      with_sockets({milter, http}, "milter:http",
                   [&] {
                     const auto got = by_name("fd:hold");
                     return error_of(got) ==
                                    "fd:hold: the service manager passed no "
                                    "(further) socket of that name; it passed "
                                    "milter, http"
                                ? kGood
                                : 1;
                   }),
      kGood);
  // Two sockets of one unit have one name: each is given once, in order.
  EXPECT_EQ(with_sockets({milter, http}, "milter:milter",
                         [&] {
                           if (by_name("fd:milter").value_or(-1) != 3) return 1;
                           if (by_name("fd:milter").value_or(-1) != 4) return 2;
                           return by_name("fd:milter") ? 3 : kGood;
                         }),
            kGood);
}

TEST_F(Listen, InheritedByAddress) {
  const Endpoint path = local("a.sock");
  const int milter = keep(listen(path));
  const int tcp = keep(listen(Endpoint::parse("inet:127.0.0.1:0").value()));
  const auto address =
      Endpoint::parse("inet:127.0.0.1:" + std::to_string(bound_port(tcp)));
  EXPECT_EQ(with_sockets({milter, tcp}, "x:y",
                         [&] {
                           if (listen(*address).value_or(-1) != 4) return 1;
                           if (listen(path).value_or(-1) != 3) return 2;
                           // Port 0 means a port of one's own.
                           const auto any =
                               Endpoint::parse("inet:127.0.0.1:0").value();
                           return listen(any).value_or(3) <= 4 ? 3 : kGood;
                         }),
            kGood);
}

TEST_F(Listen, InheritedSocketMustListen) {
  const int idle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  open_.push_back(idle);
  EXPECT_EQ(with_sockets(
                {idle}, "milter",
                [] {
                  const auto got = listen(Endpoint::parse("fd:milter").value());
                  return error_of(got) ==
                                 "fd:milter: the socket that the service "
                                 "manager passed does not listen; it needs "
                                 "ListenStream= and Accept=no"
                             ? kGood
                             : 1;
                }),
            kGood);
}

TEST_F(Listen, NothingInherited) {
  EXPECT_EQ(error_of(listen(Endpoint::parse("fd:milter").value())),
            "fd:milter: the service manager passed no (further) socket of that "
            "name; it passed none");
}

// --- the kernel's tables

constexpr std::string_view kTcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:22BE 00000000:0000 0A 00000000:00000000 00:00000000 "
    "00000000     0        0 4711 1 0000000000000000 100 0 0 10 0\n"
    "   1: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 "
    "00000000     0        0 4712 1 0000000000000000 100 0 0 10 0\n"
    "   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 "
    "00000000     0        0 4713 1 0000000000000000 20 4 30 10 -1\n"
    "   3: garbage\n";
constexpr std::string_view kTcp6 =
    "   0: 00000000000000000000000001000000:22BE "
    "00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 "
    "00000000     0        0 4714 1 0000000000000000 100 0 0 10 0\n";

TEST(Holder, FindTcpInode) {
  struct Case {
    std::string_view table, host;
    std::uint16_t port;
    std::optional<std::uint64_t> inode;
  };
  const Case cases[] = {
      {kTcp, "127.0.0.1", 8894, 4711},
      {kTcp, "localhost", 8894, 4711},
      {kTcp, "0.0.0.0", 8894, 4711},
      {kTcp, "127.0.0.2", 8894, std::nullopt},
      {kTcp, "192.0.2.1", 25, 4712},
      {kTcp, "127.0.0.1", 8080, std::nullopt},  // connected, not listening
      {kTcp6, "::1", 8894, 4714},
      {kTcp6, "::", 8894, 4714},
      {kTcp6, "2001:db8::1", 8894, std::nullopt},
      {"", "127.0.0.1", 8894, std::nullopt},
  };
  for (const auto& [table, host, port, inode] : cases) {
    EXPECT_EQ(find_tcp_inode(table, host, port), inode) << host << ' ' << port;
  }
}

TEST(Holder, FindUnixInode) {
  constexpr std::string_view kUnix =
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "0000000000000000: 00000003 00000000 00000000 0001 03 20 /run/a\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 21 /run/a\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 22 /run/b c\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 23\n";
  EXPECT_EQ(find_unix_inode(kUnix, "/run/a"), 21U);
  EXPECT_EQ(find_unix_inode(kUnix, "/run/b c"), 22U);
  EXPECT_EQ(find_unix_inode(kUnix, "/a"), std::nullopt);
  EXPECT_EQ(find_unix_inode(kUnix, "/run/none"), std::nullopt);
}

// --- the service manager

TEST(Service, WatchdogInterval) {
  EXPECT_EQ(watchdog_interval_us(), 0U);
  setenv("WATCHDOG_USEC", "30000000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  EXPECT_EQ(watchdog_interval_us(), 15000000U);
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_interval_us(), 0U);
  unsetenv("WATCHDOG_USEC");
  unsetenv("WATCHDOG_PID");
}

TEST(Service, NotifyReachesTheManager) {
  notify("READY=1");  // nobody listens: nothing happens
  const int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path =
      testing::TempDir() + "notify" + std::to_string(getpid());
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(
      bind(manager, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify("READY=1");
  unsetenv("NOTIFY_SOCKET");
  std::string text(64, '\0');
  const ssize_t size = recv(manager, text.data(), text.size(), MSG_DONTWAIT);
  EXPECT_EQ(text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0),
            "READY=1");
  close(manager);
  unlink(path.c_str());
}

}  // namespace
}  // namespace lostletter::net
