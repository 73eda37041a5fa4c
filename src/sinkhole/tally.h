// SPDX-License-Identifier: Apache-2.0
//
// What a sinkhole remembers: counts by day, names, sending domain and network.
// No address: of local parts only a keyed hash, whose key is changed, so that
// even the holder of the tally cannot tell whom it was about.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::sinkhole {

// What a refused letter looks like from outside; the layers of Szurdi and
// Christin (IMC 2017) that need no content.
enum class Kind : std::uint8_t {
  kPerhaps,      // nothing speaks against a person
  kForged,       // says it comes from a name that never writes
  kOddGreeting,  // no mail server greets so
  kAutomatic,    // a bounce, or an address that only programs have
};
inline constexpr std::size_t kKinds = 4;
std::string_view to_string(Kind kind);

// One recipient refused.
struct Refusal {
  std::string day;       // "2026-11-24"
  std::string wrong;     // the name written to
  std::string intended;  // the one probably meant
  std::string owner;     // the organisation's name
  std::string sender;    // domain of the reverse-path; empty: null
  std::string network;   // /24 or /48 of the client
  std::string recipient_hash;
  std::string sender_hash;
  Kind kind = Kind::kPerhaps;
  bool tls = false;
};

struct Key {
  std::string day;
  std::string wrong;
  std::string intended;
  std::string owner;
  std::string sender;
  std::string network;

  auto operator<=>(const Key&) const = default;
};

struct Count {
  std::array<std::uint64_t, kKinds> letters{};
  std::uint64_t tls = 0;
  // How often each was seen; beyond kMostHashes only `letters` grows.
  std::map<std::string, std::uint32_t> recipients;
  std::map<std::string, std::uint32_t> senders;

  std::uint64_t all() const;
  bool operator==(const Count&) const = default;
};

class Tally {
 public:
  static constexpr std::size_t kMostHashes = 16;

  // Beyond so many rows a day, strangers share one: sender and network "*".
  explicit Tally(std::size_t most_rows = 20'000) : most_(most_rows) {}

  void note(const Refusal& refusal);
  const std::map<Key, Count>& rows() const { return rows_; }

  // One day as text, a line a row, and back; read() adds to what there is. The
  // error names the line.
  std::string write(std::string_view day) const;
  Result<void> read(std::string_view text);
  // Forgets all days before this one.
  void forget_before(std::string_view day);

 private:
  std::size_t most_;
  std::map<Key, Count> rows_;
};

// "192.0.2.0/24", "2001:db8::/48"; "unknown" for what is no address.
std::string network_of(std::string_view address);

}  // namespace lostletter::sinkhole
