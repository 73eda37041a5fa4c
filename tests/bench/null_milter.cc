// SPDX-License-Identifier: Apache-2.0
//
// A milter that does nothing, as small as one can be: the price of having any
// milter at all. It negotiates what the guard negotiates (recipients and the
// end of message are answered, headers are sent, the body is not) and says
// CONTINUE.
//
//   null_milter PORT
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::uint32_t kNoHelo = 0x02;
constexpr std::uint32_t kNoBody = 0x10;
constexpr std::uint32_t kNoEoh = 0x40;
constexpr std::uint32_t kNoUnknown = 0x100;
constexpr std::uint32_t kNoData = 0x200;
// No reply to headers, connect, mail: SMFIP_NR_*.
constexpr std::uint32_t kNoReply = 0x80 | 0x1000 | 0x4000;
constexpr std::uint32_t kWanted =
    kNoHelo | kNoBody | kNoEoh | kNoUnknown | kNoData | kNoReply;

std::uint32_t read_u32(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}

bool send_frame(int fd, std::string_view payload) {
  const std::uint32_t length =
      htonl(static_cast<std::uint32_t>(payload.size()));
  std::string frame(reinterpret_cast<const char*>(&length), sizeof length);
  frame += payload;
  return ::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(frame.size());
}

bool read_all(int fd, char* to, std::size_t size) {
  while (size > 0) {
    const int on = 1;  // or Postfix waits 40 ms for our acknowledgement
    ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    const ssize_t got = ::recv(fd, to, size, 0);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool answer(int fd, std::string_view frame) {
  switch (frame[0]) {
    case 'O': {
      if (frame.size() < 13) return false;
      const std::array<std::uint32_t, 3> offer = {
          htonl(6), 0, htonl(read_u32(&frame[9]) & kWanted)};
      std::string reply = "O";
      reply.append(reinterpret_cast<const char*>(offer.data()), sizeof offer);
      return send_frame(fd, reply);
    }
    case 'R':
    case 'E':
      return send_frame(fd, "c");
    case 'Q':
      return false;
    default:
      return true;
  }
}

void serve(int fd) {
  std::string frame;
  char header[4];
  while (read_all(fd, header, sizeof header)) {
    const std::uint32_t length = read_u32(header);
    if (length == 0 || length > (1U << 20)) break;
    frame.resize(length);
    if (!read_all(fd, frame.data(), length) || !answer(fd, frame)) break;
  }
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view text = argc == 2 ? argv[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), port).ec !=
      std::errc()) {
    std::fputs("usage: null_milter PORT\n", stderr);
    return 64;
  }
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) !=
          0 ||
      ::listen(listener, 512) != 0) {
    std::perror("null_milter");
    return 69;
  }
  while (true) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) std::thread(serve, fd).detach();
  }
}
