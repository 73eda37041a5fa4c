// SPDX-License-Identifier: Apache-2.0
//
// Every address and every domain of a log, once, as a number. What a scan
// remembers of a letter is numbers: its memory grows with people, not with
// lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_pages.h"
#include "scan/chunked.h"

namespace lostletter::scan {

using Id = std::uint32_t;  // from 1; 0: none

// Texts as numbers, in the order they came.
class Texts {
 public:
  Id intern(std::string_view text) { return intern(text, hash_of(text)); }
  // 0 when it was never interned.
  Id find(std::string_view text) const;

  // Who has many to look up, looks at all of them in three rounds, so that they
  // wait for memory side by side: expect(), expect_text(), intern().
  static std::uint32_t hash_of(std::string_view text);
  void expect(std::uint32_t hash) const;
  // The number that it will probably have; 0: none yet.
  Id expect_text(std::uint32_t hash) const;
  // REQUIRES: hash == hash_of(text)
  Id intern(std::string_view text, std::uint32_t hash);
  // Lives as long as this. REQUIRES: 1 <= id <= size()
  std::string_view at(Id id) const {
    return {entries_[id - 1].begin, entries_[id - 1].size};
  }
  std::size_t size() const { return entries_.size(); }

 private:
  using Memory = LargePages<char>;
  struct Free {
    std::size_t size;
    void operator()(char* memory) const { Memory().deallocate(memory, size); }
  };
  using Chunk = std::unique_ptr<char, Free>;
  struct Entry {
    const char* begin;
    std::uint32_t size;
  };
  // With the text at hand, for a look-up that finds what it looks for.
  struct Place {
    const char* begin = nullptr;
    std::uint32_t hash = 0;
    Id id = 0;  // 0: free
  };

  std::size_t find_place(std::string_view text, std::uint32_t hash) const;
  const char* keep(std::string_view text);
  static bool is_kept(const char* begin, std::string_view text);
  void grow();

  Chunked<Entry> entries_;
  std::vector<Place, LargePages<Place>> places_;  // a power of two
  std::vector<Chunk> chunks_;
  std::size_t room_ = 0;  // left in the last chunk
  char* next_ = nullptr;
};

class Names {
 public:
  // The number of the address that `text` is, as logs write it: in any case,
  // mistyped. 0 for what has no domain. The same for two texts of one address.
  Id intern(std::string_view text) {
    return intern(text, Texts::hash_of(text));
  }
  // 0 when it was never interned.
  Id find(std::string_view text) const {
    const Id id = texts_.find(text);
    return id == 0 ? 0 : cards_[id - 1].same;
  }

  // As of Texts, in three rounds.
  void expect(std::uint32_t hash) const { texts_.expect(hash); }
  void expect_text(std::uint32_t hash) const {
    const Id id = texts_.expect_text(hash);
    if (id != 0) __builtin_prefetch(&cards_[id - 1]);
  }
  Id intern(std::string_view text, std::uint32_t hash);

  Id find_domain(std::string_view domain) const {
    return domains_.find(domain);
  }

  // Whatever was interned, in the order of its number.
  std::string_view text(Id id) const { return texts_.at(id); }
  bool is_address(Id id) const { return cards_[id - 1].same == id; }
  // In lower case, mail::Address::to_string() where it is an address.
  std::string_view address(Id id) const { return texts_.at(id); }
  Id domain_of(Id id) const { return cards_[id - 1].domain; }
  std::string_view domain(Id domain) const { return domains_.at(domain); }
  std::string_view local_part(Id id) const;

  // Numbers go up to these.
  std::size_t size() const { return texts_.size(); }
  std::size_t domains() const { return domains_.size(); }

 private:
  struct Card {
    Id same;  // its number as an address; 0: it is none
    Id domain;
  };

  Id add(std::string_view text);

  Texts texts_;  // as found, and as addresses
  Chunked<Card> cards_;
  Texts domains_;
};

}  // namespace lostletter::scan
