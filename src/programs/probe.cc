// SPDX-License-Identifier: Apache-2.0
#include "programs/probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "net/connect.h"
#include "store/seal.h"

extern char** environ;

namespace lostletter::programs {
namespace {

std::string why() { return std::strerror(errno); }

struct User {
  uid_t id{};
  std::vector<gid_t> groups;
};

std::optional<User> find_user(const std::string& name) {
  const passwd* const entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  User user{entry->pw_uid, std::vector<gid_t>(64)};
  int count = static_cast<int>(user.groups.size());
  ::getgrouplist(name.c_str(), entry->pw_gid, user.groups.data(), &count);
  user.groups.resize(static_cast<std::size_t>(std::clamp(count, 0, 64)));
  return user;
}

// By the classic rule: one of owner, group and others counts (path_resolution).
bool may(const User& user, const struct stat& file, mode_t bit) {
  if (user.id == 0) return true;
  if (file.st_uid == user.id) return (file.st_mode & (bit << 6U)) != 0;
  if (std::ranges::find(user.groups, file.st_gid) != user.groups.end()) {
    return (file.st_mode & (bit << 3U)) != 0;
  }
  return (file.st_mode & bit) != 0;
}

// What a program prints on standard output; empty when it cannot be run.
std::string output_of(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr,
                                   arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t size = 0; error == 0 && (size = ::read(ends[0], piece.data(),
                                                      piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  if (error == 0) ::waitpid(child, nullptr, 0);
  return std::string(trim(text));
}

// "hash:/etc/x, regexp:{ {/a/ b} }" -> each map.
std::vector<std::string> split_maps(std::string_view setting) {
  std::vector<std::string> maps(1);
  int depth = 0;
  for (const char c : setting) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth == 0 && (c == ' ' || c == ',')) {
      if (!maps.back().empty()) maps.emplace_back();
      continue;
    }
    maps.back() += c;
  }
  if (maps.back().empty()) maps.pop_back();
  return maps;
}

}  // namespace

Result<void> connect_once(const net::Endpoint& endpoint) {
  // A socket of the service manager is its business.
  if (endpoint.kind == net::Endpoint::Kind::kInherited) return {};
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  const auto stream = net::Stream::connect(endpoint, until);
  if (!stream) return std::unexpected(stream.error());
  return {};
}

Result<void> may_connect(const std::string& user, const std::string& path) {
  const auto who = find_user(user);
  if (!who) return {};
  std::filesystem::path way;
  for (const auto& part : std::filesystem::path(path)) {
    way /= part;
    struct stat file{};
    if (::stat(way.c_str(), &file) != 0) {
      return fail(fmt::format("{}: {}", way.string(), why()));
    }
    const bool folder = S_ISDIR(file.st_mode);
    if (!may(*who, file, folder ? S_IXOTH : S_IWOTH)) {
      return fail(fmt::format("user {} may not {} {}", user,
                              folder ? "enter" : "write to", way.string()));
    }
  }
  return {};
}

Result<void> check_key_file(const std::string& path) {
  std::error_code trouble;
  if (!std::filesystem::exists(path, trouble)) {
    return fail(path + " is not there yet: 'lostletter serve' makes it");
  }
  const auto keys = store::KeyFile(path).keys();
  if (!keys) return std::unexpected(keys.error());
  return {};
}

Postfix::Postfix(std::string directory) : directory_(std::move(directory)) {}

std::string Postfix::ask(std::vector<std::string> words) const {
  if (!directory_.empty()) {
    words.insert(words.begin() + 1, {"-c", directory_});
  }
  return output_of(std::move(words));
}

bool Postfix::is_there() const { return !get("mail_version").empty(); }

std::string Postfix::get(std::string_view key) const {
  return ask({"postconf", "-x", "-h", std::string(key)});
}

std::string Postfix::get_raw(std::string_view key) const {
  return ask({"postconf", "-h", std::string(key)});
}

bool Postfix::master_names(std::string_view key,
                           const net::Endpoint& endpoint) const {
  const std::string text = ask({"postconf", "-P"});
  return std::ranges::any_of(split(text, '\n'), [&](std::string_view line) {
    const auto equals = line.find(" = ");
    return line.substr(0, equals).ends_with(fmt::format("/{}", key)) &&
           line.find(fmt::format(":{}", endpoint.port)) != line.npos;
  });
}

std::string Postfix::transport_of(const std::string& address) const {
  const std::string domain = address.substr(address.rfind('@') + 1);
  std::vector<std::string> questions = {address, domain};
  for (auto dot = domain.find('.'); dot != domain.npos;
       dot = domain.find('.', dot + 1)) {
    questions.push_back(domain.substr(dot));
  }
  for (const std::string& map : split_maps(get("transport_maps"))) {
    for (const std::string& question : questions) {
      auto found = ask({"postmap", "-q", question, map});
      if (!found.empty()) return found;
    }
  }
  return {};
}

}  // namespace lostletter::programs
