// SPDX-License-Identifier: Apache-2.0
#include "smtp/probe.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter::smtp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostReply = 8192;

class Line {
 public:
  explicit Line(Clock::time_point until) : until_(until) {}
  ~Line() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  bool connect(const std::string& address, std::uint16_t port) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
      return connect(reinterpret_cast<sockaddr*>(&v4), sizeof v4);
    }
    return inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1 &&
           connect(reinterpret_cast<sockaddr*>(&v6), sizeof v6);
  }

  bool say(std::string_view text) {
    while (!text.empty()) {
      if (!wait(POLLOUT)) return false;
      const auto sent =
          ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // A whole reply: its code, 0 when none came, -1 for what is none.
  int hear() {
    heard_.clear();
    for (;;) {
      const int code = reply_code(heard_);
      if (code != 0) return code;
      std::array<char, 1024> piece{};
      if (heard_.size() > kMostReply) return -1;
      if (!wait(POLLIN)) return 0;
      const auto size = ::recv(descriptor_, piece.data(), piece.size(), 0);
      if (size <= 0) return 0;
      heard_.append(piece.data(), static_cast<std::size_t>(size));
    }
  }
  std::string last_line() const {
    auto text = trim(heard_);
    const auto begin = text.rfind('\n');
    if (begin != text.npos) text.remove_prefix(begin + 1);
    return printable(trim(text), 200);
  }

 private:
  bool connect(const sockaddr* address, socklen_t size) {
    descriptor_ = ::socket(address->sa_family,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor_ < 0) return false;
    if (::connect(descriptor_, address, size) == 0) return true;
    if (errno != EINPROGRESS || !wait(POLLOUT)) return false;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length) ==
               0 &&
           error == 0;
  }
  bool wait(short events) const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now());
    if (left.count() <= 0) return false;
    pollfd polled{descriptor_, events, 0};
    return ::poll(&polled, 1, static_cast<int>(left.count())) == 1;
  }

  int descriptor_ = -1;
  Clock::time_point until_;
  std::string heard_;
};

Probed meaning_of(int code) {
  if (code < 0) return Probed::kNoSmtp;
  switch (code / 100) {
    case 2:
      return Probed::kTaken;
    case 4:
      return Probed::kLater;
    case 5:
      return Probed::kRefused;
    default:
      return code == 0 ? Probed::kUnreachable : Probed::kNoSmtp;
  }
}

}  // namespace

std::string_view to_string(Probed probed) {
  switch (probed) {
    case Probed::kTaken:
      return "taken";
    case Probed::kRefused:
      return "refused";
    case Probed::kLater:
      return "later";
    case Probed::kUnreachable:
      return "unreachable";
    case Probed::kNoSmtp:
      break;
  }
  return "no-smtp";
}

int reply_code(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto line = bytes.substr(0, end);
    for (std::size_t i = 0; i < std::min<std::size_t>(3, line.size()); ++i) {
      const char low = i == 0 ? '2' : '0';
      const char high = i == 0 ? '5' : '9';
      if (line[i] < low || line[i] > high) return -1;
    }
    if (end == bytes.npos) return 0;
    if (line.size() < 3) return -1;
    const char mark = line.size() > 3 ? line[3] : ' ';
    if (mark == ' ' || mark == '\r') {
      return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    }
    if (mark != '-') return -1;
    bytes.remove_prefix(end + 1);
  }
  return 0;
}

ProbeResult probe(const std::string& address, std::string_view recipient,
                  const ProbeOptions& options) {
  ProbeResult result;
  Line line(Clock::now() + options.patience);
  if (!line.connect(address, options.port)) return result;
  const std::string commands[] = {
      "EHLO " + options.host + "\r\n",
      "MAIL FROM:<>\r\n",
      "RCPT TO:<" + std::string(recipient) + ">\r\n",
  };
  result.code = line.hear();
  for (const std::string& command : commands) {
    if (meaning_of(result.code) != Probed::kTaken) break;
    result.code = line.say(command) ? line.hear() : 0;
  }
  result.text = line.last_line();
  result.probed = meaning_of(result.code);
  result.code = std::max(result.code, 0);
  if (result.code > 0) (void)line.say("RSET\r\nQUIT\r\n");
  return result;
}

}  // namespace lostletter::smtp
