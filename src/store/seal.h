// SPDX-License-Identifier: Apache-2.0
//
// Contents of held letters as nobody reads them without the key file: libsodium
// secretstream (XChaCha20-Poly1305) over pieces of 64 KiB, each bound to the
// letter's code and the key's name, so that a piece that is changed, moved,
// lost, or put into another letter does not open.
//
// The key file stands outside the database, mode 0600, and is made on first
// use. Whoever has both reads the letters; whoever loses it has lost them. It
// is text:
//
//   lostletter-keys 1
//   k3v9x0q2mz 6f1d...   (a name, and 32 bytes in hexadecimal)
//
// The last key seals; all of them open. Lines that begin with # are comments.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/held.h"

namespace lostletter::store {

struct SealKey {
  std::string name;
  std::array<unsigned char, 32> bytes{};

  SealKey() = default;
  SealKey(const SealKey&) = default;
  SealKey(SealKey&&) = default;
  SealKey& operator=(const SealKey&) = default;
  SealKey& operator=(SealKey&&) = default;
  ~SealKey();  // wipes it
};
SealKey new_seal_key();

// At least one key, newest last, names once.
class SealKeys {
 public:
  // The error names the line, and never shows a key.
  static Result<SealKeys> parse(std::string_view text);
  std::string to_text() const;

  const SealKey& newest() const { return keys_.back(); }
  const SealKey* find(std::string_view name) const;
  std::size_t size() const { return keys_.size(); }
  void add(SealKey key) { keys_.push_back(std::move(key)); }

 private:
  std::vector<SealKey> keys_;
};

// The key file of a running program. Any thread.
class KeyFile {
 public:
  explicit KeyFile(std::string path) : path_(std::move(path)) {}

  // As the file is now: it is read again when it has changed. Made when it is
  // not there. Errors say what is wrong with it and what to do.
  Result<std::shared_ptr<const SealKeys>> keys();
  // Adds a key, which seals from now on; its name. Other guards must get a copy
  // of the file before they can open what it seals.
  Result<std::string> add_key();

  const std::string& path() const { return path_; }

 private:
  struct Mark {  // tells whether the file is still the one that was read
    unsigned long long inode = 0;
    long long size = 0;
    long long seconds = 0;
    long long nanoseconds = 0;
    bool operator==(const Mark&) const = default;
  };
  Result<std::shared_ptr<const SealKeys>> read();

  std::string path_;
  std::mutex mutex_;
  Mark mark_;
  std::shared_ptr<const SealKeys> keys_;
};

// Seals what comes in any portions. add()* finish()
class Sealer {
 public:
  // Under the newest key.
  Sealer(const SealKeys& keys, std::string_view code);
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  ~Sealer();

  void add(std::string_view clear);
  SealedContent finish();
  // So far, in the clear.
  std::uint64_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Opens a content in the order of its pieces, and gives each to `take`. What
// was given before an error is a true beginning, but not the whole: nobody may
// send a final dot then.
Result<void> unseal(const SealKeys& keys, const SealedContent& sealed,
                    std::string_view code,
                    const std::function<void(std::string_view)>& take);

// Both at once, for what is small.
SealedContent seal(const SealKeys& keys, std::string_view code,
                   std::string_view clear);
Result<std::string> unseal(const SealKeys& keys, const SealedContent& sealed,
                           std::string_view code);

// Seals every content under the newest key that another one seals. Others may
// work meanwhile.
struct Resealed {
  std::size_t done = 0;
  std::size_t gone = 0;       // ended meanwhile, or another did it
  std::vector<Error> failed;  // cannot be opened: left as they are
};
Resealed reseal_all(HeldLetters& held, const SealKeys& keys, Seconds now,
                    const std::function<void(std::size_t done)>& progress = {});

}  // namespace lostletter::store
