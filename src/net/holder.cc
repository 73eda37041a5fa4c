// SPDX-License-Identifier: Apache-2.0
#include "net/holder.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/text.h"

namespace lostletter::net {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  for (const auto piece : split(line, ' ')) {
    if (!piece.empty()) found.push_back(piece);
  }
  return found;
}

template <typename Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

// The kernel prints each 32-bit word of an address in the host's byte order.
std::string kernel_hex(std::string_view host) {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
  const std::string text(host == "localhost" ? "127.0.0.1" : host);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    size = 4;
  } else if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    size = 16;
  }
  std::string hex;
  for (std::size_t at = 0; at < size; at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    std::array<char, 9> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%08X", word);
    hex += digits.data();
  }
  return hex;
}

bool is_every_address(std::string_view hex) {
  return hex.find_first_not_of('0') == hex.npos;
}

bool holds_socket(const fs::path& process, const std::string& socket) {
  std::error_code error;
  // A process may end, or be another user's, while we look: not ours to know.
  for (fs::directory_iterator at(process / "fd", error), end;
       !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (fs::read_symlink(at->path(), ignored) == socket) return true;
  }
  return false;
}

std::optional<std::string> process_with(std::uint64_t inode) {
  const std::string socket = "socket:[" + std::to_string(inode) + "]";
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    const std::string id = at->path().filename();
    if (!number<int>(id, 10) || !holds_socket(at->path(), socket)) continue;
    const std::string name = slurp(at->path() / "comm");
    return "process " + id + " (" + printable(trim(name), 64) + ")";
  }
  return std::nullopt;
}

std::optional<std::uint64_t> inode_of(const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::kUnix) {
    return find_unix_inode(slurp("/proc/net/unix"), endpoint.path);
  }
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto inode =
        find_tcp_inode(slurp(table), endpoint.host, endpoint.port);
    if (inode) return inode;
  }
  return std::nullopt;
}

}  // namespace

// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
std::optional<std::uint64_t> find_tcp_inode(std::string_view table,
                                            std::string_view host,
                                            std::uint16_t port) {
  constexpr std::string_view kListening = "0A";
  const std::string wanted = kernel_hex(host);
  for (const auto line : split(table, '\n')) {
    const auto columns = words(line);
    if (columns.size() < 10 || columns[3] != kListening) continue;
    const auto halves = split(columns[1], ':');
    if (halves.size() != 2 || number<std::uint16_t>(halves[1], 16) != port) {
      continue;
    }
    if (halves[0] == wanted || is_every_address(halves[0]) ||
        is_every_address(wanted)) {
      return number<std::uint64_t>(columns[9], 10);
    }
  }
  return std::nullopt;
}

// Num: RefCount Protocol Flags Type St Inode Path
std::optional<std::uint64_t> find_unix_inode(std::string_view table,
                                             std::string_view path) {
  constexpr unsigned kAcceptsConnections = 0x10000;  // __SO_ACCEPTCON
  for (const auto line : split(table, '\n')) {
    if (!line.ends_with(path)) continue;
    const auto columns = words(line.substr(0, line.size() - path.size()));
    if (columns.size() != 7) continue;
    const auto flags = number<unsigned>(columns[3], 16);
    if (!flags || (*flags & kAcceptsConnections) == 0) continue;
    return number<std::uint64_t>(columns[6], 10);
  }
  return std::nullopt;
}

std::string holder_of(const Endpoint& endpoint) {
  const auto inode = inode_of(endpoint);
  if (!inode) return "another process";
  return process_with(*inode).value_or("another process");
}

}  // namespace lostletter::net
