// SPDX-License-Identifier: Apache-2.0
#include "net/connect.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/socket_address.h"

namespace lostletter::net {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// 0, or why not: ETIMEDOUT when nothing happened until then.
int wait_for(int descriptor, short events, Stream::Time until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd one{descriptor, events, 0};
    const int ready = ::poll(
        &one, 1,
        static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000)));
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return errno;
    if (std::chrono::steady_clock::now() >= until) return ETIMEDOUT;
  }
}

int pending_error(int descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Result<Stream> Stream::connect(const Endpoint& endpoint, Time until) {
  const auto cannot = [&](const std::string& why) {
    return fail("cannot connect to " + endpoint.to_string() + ": " + why);
  };
  if (endpoint.kind == Endpoint::Kind::kInherited) {
    return cannot("a passed socket only listens");
  }
  SocketAddress address = socket_address(endpoint);
  Stream stream(::socket(address.family(),
                         SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (stream.descriptor_ < 0) return cannot(reason(errno));
  const int on = 1;  // fails on a unix socket, which needs none
  (void)::setsockopt(stream.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on,
                     sizeof on);
  // EAGAIN: a unix socket whose queue is full; the caller comes again.
  if (::connect(stream.descriptor_, address.get(), address.size) == 0) {
    return stream;
  }
  if (errno != EINPROGRESS && errno != EINTR) return cannot(reason(errno));
  if (const int error = wait_for(stream.descriptor_, POLLOUT, until)) {
    return cannot(reason(error));
  }
  if (const int error = pending_error(stream.descriptor_)) {
    return cannot(reason(error));
  }
  return stream;
}

Stream::Stream(Stream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Stream::~Stream() { close(); }

Result<void> Stream::write(std::string_view bytes, Time until) {
  while (!bytes.empty()) {
    const ssize_t size =
        ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      if (const int error = wait_for(descriptor_, POLLOUT, until)) {
        return fail(reason(error));
      }
    } else if (errno != EINTR) {
      return fail(reason(errno));
    }
  }
  return {};
}

Result<std::string> Stream::read(Time until) {
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t size = ::recv(descriptor_, piece.data(), piece.size(), 0);
    if (size >= 0) {
      return std::string(piece.data(), static_cast<std::size_t>(size));
    }
    if (errno == EAGAIN) {
      if (const int error = wait_for(descriptor_, POLLIN, until)) {
        return fail(reason(error));
      }
    } else if (errno != EINTR) {
      return fail(reason(errno));
    }
  }
}

bool Stream::has_news() const {
  pollfd one{descriptor_, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

void Stream::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace lostletter::net
