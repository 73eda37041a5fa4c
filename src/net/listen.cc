// SPDX-License-Identifier: Apache-2.0
//
// A listening socket comes from the service manager when it passed one for the
// address, else it is opened here. A unix socket is bound, given its group and
// mode, and only then listens: until that moment connecting is refused, so
// nobody slips in through a wider mode.
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/holder.h"
#include "net/socket_address.h"

namespace lostletter::net {
namespace {

using Address = SocketAddress;

std::string reason(int error) { return std::generic_category().message(error); }

// Closes on every way out but the good one.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// --- sockets of the service manager

struct Inherited {
  int descriptor;
  std::string name;
};

// sd_listen_fds_with_names(3), in the order of the socket unit. The environment
// stays as it is: every listener asks again.
std::vector<Inherited> inherited_sockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(0, &names);
  std::vector<Inherited> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back({SD_LISTEN_FDS_START + i, names[i]});
    std::free(names[i]);  // NOLINT: the C library allocated it
  }
  std::free(static_cast<void*>(names));
  return sockets;
}

// Each is given away once; a unit with two ListenStream= passes two sockets of
// one name.
bool take(int descriptor) {
  static std::mutex mutex;
  static std::set<int> taken;
  const std::lock_guard lock(mutex);
  return taken.insert(descriptor).second;
}

bool is_listening(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) ==
             0 &&
         listening != 0;
}

bool has_address(int descriptor, const Endpoint& endpoint) {
  Address ours = socket_address(endpoint);
  Address theirs;
  theirs.size = sizeof theirs.storage;
  if (getsockname(descriptor, theirs.get(), &theirs.size) != 0) return false;
  if (ours.family() != theirs.family()) return false;
  if (ours.family() == AF_UNIX) {
    // Both were zeroed before they were filled.
    return std::memcmp(&ours.storage, &theirs.storage, sizeof(sockaddr_un)) ==
           0;
  }
  if (endpoint.port == 0) return false;
  // Flow label and scope are zero for what we can write down.
  return ours.size == theirs.size &&
         std::memcmp(&ours.storage, &theirs.storage, ours.size) == 0;
}

Result<int> use_inherited(const Inherited& socket) {
  if (!is_listening(socket.descriptor)) {
    return fail("fd:" + socket.name +
                ": the socket that the service manager passed does not listen; "
                "it needs ListenStream= and Accept=no");
  }
  const int flags = fcntl(socket.descriptor, F_GETFL);
  fcntl(socket.descriptor, F_SETFL, flags | O_NONBLOCK);
  fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC);
  return socket.descriptor;
}

Result<int> listen_inherited(const Endpoint& endpoint) {
  std::string passed;
  for (const Inherited& socket : inherited_sockets()) {
    if (socket.name == endpoint.path && take(socket.descriptor)) {
      return use_inherited(socket);
    }
    passed += (passed.empty() ? "" : ", ") + socket.name;
  }
  return fail(endpoint.to_string() +
              ": the service manager passed no (further) socket of that name; "
              "it passed " +
              (passed.empty() ? "none" : passed));
}

std::optional<Result<int>> inherited_for(const Endpoint& endpoint) {
  for (const Inherited& socket : inherited_sockets()) {
    if (has_address(socket.descriptor, endpoint) && take(socket.descriptor)) {
      return use_inherited(socket);
    }
  }
  return std::nullopt;
}

// --- sockets of our own

std::string in_use(const Endpoint& endpoint) {
  const std::string where =
      endpoint.kind == Endpoint::Kind::kUnix
          ? endpoint.path
          : "port " + endpoint.to_string().substr(sizeof "inet:" - 1);
  return where + " is in use by " + holder_of(endpoint);
}

std::string cannot(const Endpoint& endpoint, std::string_view what, int error) {
  std::string message = endpoint.to_string() + ": cannot " + std::string(what) +
                        ": " + reason(error);
  if (error == EACCES && endpoint.kind == Endpoint::Kind::kInet) {
    message += "; ports below 1024 need CAP_NET_BIND_SERVICE or a socket unit";
  } else if (error == ENOENT) {
    message += "; is the directory there?";
  } else if (error == EADDRNOTAVAIL) {
    message += "; no interface of this host has it";
  }
  return message;
}

// Makes way for a new socket when the file at the path is a socket that nobody
// answers at: what is left after a crash.
Result<void> remove_stale(const Endpoint& endpoint) {
  struct stat file{};
  if (lstat(endpoint.path.c_str(), &file) != 0) return {};
  if (!S_ISSOCK(file.st_mode)) {
    return fail(endpoint.to_string() +
                ": there is something else than a socket; move it away");
  }
  const Descriptor probe(
      socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  Address address = socket_address(endpoint);
  // EAGAIN: alive, and its backlog is full.
  if (connect(probe.get(), address.get(), address.size) == 0 ||
      errno == EAGAIN) {
    return fail(in_use(endpoint));
  }
  if (errno != ECONNREFUSED) {
    return fail(cannot(endpoint, "tell whether it is in use", errno));
  }
  if (unlink(endpoint.path.c_str()) != 0 && errno != ENOENT) {
    return fail(cannot(endpoint, "replace the stale socket", errno));
  }
  return {};
}

Result<gid_t> group_id(const Endpoint& endpoint, const std::string& name) {
  std::vector<char> buffer(16384);
  group entry{};
  group* found = nullptr;
  getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return fail(endpoint.to_string() + ": there is no group '" + name + "'");
  }
  return found->gr_gid;
}

Result<void> give_rights(const Endpoint& endpoint,
                         const ListenOptions& options) {
  if (!options.group.empty()) {
    const auto group = group_id(endpoint, options.group);
    if (!group) return std::unexpected(group.error());
    constexpr auto kSameUser = static_cast<uid_t>(-1);
    if (lchown(endpoint.path.c_str(), kSameUser, *group) != 0) {
      return fail(cannot(endpoint, "give it to group " + options.group, errno));
    }
  }
  if (chmod(endpoint.path.c_str(), options.mode) != 0) {
    return fail(cannot(endpoint, "set its mode", errno));
  }
  return {};
}

void set_inet_options(int descriptor, int family) {
  const int on = 1;
  // A restart must not wait for TIME_WAIT; two listeners stay impossible.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // [::] and 0.0.0.0 are two listeners that may be configured side by side.
  if (family == AF_INET6) {
    setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
}

Result<int> open_listener(const Endpoint& endpoint,
                          const ListenOptions& options) {
  const bool local = endpoint.kind == Endpoint::Kind::kUnix;
  if (local) {
    if (const auto clear = remove_stale(endpoint); !clear) {
      return std::unexpected(clear.error());
    }
  }
  Address address = socket_address(endpoint);
  Descriptor opened(
      socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (opened.get() < 0) return fail(cannot(endpoint, "open", errno));
  if (!local) set_inet_options(opened.get(), address.family());
  if (bind(opened.get(), address.get(), address.size) != 0) {
    if (errno == EADDRINUSE) return fail(in_use(endpoint));
    return fail(cannot(endpoint, "bind", errno));
  }
  if (local) {
    if (const auto given = give_rights(endpoint, options); !given) {
      unlink(endpoint.path.c_str());
      return std::unexpected(given.error());
    }
  }
  // With SO_REUSEADDR, a second listener is found out here.
  if (::listen(opened.get(), options.backlog) != 0) {
    if (errno == EADDRINUSE) return fail(in_use(endpoint));
    return fail(cannot(endpoint, "listen", errno));
  }
  return opened.release();
}

}  // namespace

Result<int> listen(const Endpoint& endpoint, const ListenOptions& options) {
  if (endpoint.kind == Endpoint::Kind::kInherited) {
    return listen_inherited(endpoint);
  }
  if (auto inherited = inherited_for(endpoint)) return *inherited;
  return open_listener(endpoint, options);
}

std::uint16_t bound_port(int descriptor) {
  Address address;
  address.size = sizeof address.storage;
  if (getsockname(descriptor, address.get(), &address.size) != 0) return 0;
  if (address.family() == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address.storage, sizeof ipv4);
    return ntohs(ipv4.sin_port);
  }
  if (address.family() == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address.storage, sizeof ipv6);
    return ntohs(ipv6.sin6_port);
  }
  return 0;
}

}  // namespace lostletter::net
