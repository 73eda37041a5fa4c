// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "store/seal.h"

namespace lostletter::store {
namespace {

constexpr std::string_view kFirstLine = "lostletter-keys 1";
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

std::unexpected<Error> fail_line(std::size_t line, std::string_view what) {
  return fail(fmt::format("line {}: {}", line, what));
}

// "NAME HEX"
Result<SealKey> parse_key(std::string_view line, std::size_t number) {
  const auto space = line.find(' ');
  const auto hex = space == line.npos ? "" : trim(line.substr(space));
  SealKey key;
  key.name = line.substr(0, space);
  if (!is_name(key.name)) {
    return fail_line(number,
                     "a key begins with a name of at most 32 small "
                     "letters and digits");
  }
  std::size_t size = 0;
  const char* end = nullptr;
  const int result =
      sodium_hex2bin(key.bytes.data(), key.bytes.size(), hex.data(), hex.size(),
                     nullptr, &size, &end);
  if (result != 0 || size != key.bytes.size() ||
      end != hex.data() + hex.size()) {
    return fail_line(
        number, fmt::format("key {} is not 64 hexadecimal digits", key.name));
  }
  return key;
}

// What is wrong with the rights; empty: nothing.
std::string wrong_with(const struct stat& status, std::string_view path) {
  if (!S_ISREG(status.st_mode)) return "is not a file";
  if ((status.st_mode & 077U) != 0) {
    return fmt::format("may be read by others (mode {:04o}): chmod 600 {}",
                       status.st_mode & 07777U, printable(path));
  }
  return {};
}

}  // namespace

SealKey::~SealKey() { sodium_memzero(bytes.data(), bytes.size()); }

SealKey new_seal_key() {
  SealKey key;
  key.name = random_id();
  const std::string bytes = random_bytes(key.bytes.size());
  std::ranges::copy(bytes, key.bytes.begin());
  return key;
}

Result<SealKeys> SealKeys::parse(std::string_view text) {
  SealKeys keys;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (++number == 1) {
      if (line == kFirstLine) continue;
      return fail_line(1,
                       fmt::format("it does not begin with '{}'", kFirstLine));
    }
    if (line.empty() || line.front() == '#') continue;
    auto key = parse_key(line, number);
    if (!key) return std::unexpected(key.error());
    if (keys.find(key->name) != nullptr) {
      return fail_line(number, fmt::format("key {} is there twice", key->name));
    }
    keys.add(std::move(*key));
  }
  if (keys.size() == 0) return fail("there is no key in it");
  return keys;
}

std::string SealKeys::to_text() const {
  std::string text(kFirstLine);
  text +=
      "\n# Whoever has this file and the store can read held letters; without "
      "it nobody can.\n";
  for (const SealKey& key : keys_) {
    std::string hex(2 * key.bytes.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), key.bytes.data(), key.bytes.size());
    hex.pop_back();
    text += key.name + ' ' + hex + '\n';
  }
  return text;
}

const SealKey* SealKeys::find(std::string_view name) const {
  const auto key = std::ranges::find(keys_, name, &SealKey::name);
  return key == keys_.end() ? nullptr : &*key;
}

// Reads the file that is open, not the one that has its name a moment later.
Result<std::shared_ptr<const SealKeys>> KeyFile::read() {
  struct stat status = {};
  if (::stat(path_.c_str(), &status) != 0) {
    return fail(fmt::format("key file {}: {}", printable(path_),
                            std::generic_category().message(errno)));
  }
  const Mark mark = {status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec};
  if (keys_ != nullptr && mark == mark_) return keys_;
  if (const auto wrong = wrong_with(status, path_); !wrong.empty()) {
    return fail(fmt::format("key file {} {}", printable(path_), wrong));
  }
  auto text = read_file(path_, kMostBytes);
  if (!text) return fail("key file: " + text.error().message);
  auto keys = SealKeys::parse(*text);
  sodium_memzero(text->data(), text->size());
  if (!keys) {
    return fail(
        fmt::format("key file {}: {}; restore a copy: what it sealed "
                    "cannot be read without it",
                    printable(path_), keys.error().message));
  }
  keys_ = std::make_shared<const SealKeys>(std::move(*keys));
  mark_ = mark;
  return keys_;
}

Result<std::shared_ptr<const SealKeys>> KeyFile::keys() {
  const std::lock_guard lock(mutex_);
  if (::access(path_.c_str(), F_OK) == 0 || errno != ENOENT) return read();
  // Once used it must not vanish: a new one would not open what is sealed.
  if (keys_ != nullptr) {
    return fail(
        fmt::format("key file {} is gone: restore a copy, what it "
                    "sealed cannot be read without it",
                    printable(path_)));
  }
  SealKeys made;
  made.add(new_seal_key());
  const auto created = create_file(path_, made.to_text());
  if (!created) return fail("key file: " + created.error().message);
  return read();
}

Result<std::string> KeyFile::add_key() {
  const auto lock = FileLock::take(path_ + ".lock");
  if (!lock) return fail("key file: " + lock.error().message);
  const auto before = keys();
  if (!before) return std::unexpected(before.error());
  SealKeys more = **before;
  more.add(new_seal_key());
  const auto written = write_file(path_, more.to_text());
  if (!written) return fail("key file: " + written.error().message);
  return more.newest().name;
}

}  // namespace lostletter::store
