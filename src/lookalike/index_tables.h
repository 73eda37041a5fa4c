// SPDX-License-Identifier: Apache-2.0
//
// The tables of an index in the making: slots under keys, sorted into buckets
// once it is known how many there are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <numeric>
#include <utility>
#include <vector>

#include "lookalike/index_keys.h"
#include "lookalike/index_lines.h"

namespace lostletter::lookalike {

// Slots with their keys, until their number says how many buckets there are.
class TableBuilder {
  struct Added {
    std::uint32_t key;
    std::uint32_t slot;
  };

 public:
  void add(std::uint32_t key, std::uint32_t slot) {
    added_.push_back({key, slot});
  }

  struct Table {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> slots;
  };
  // A counting sort into buckets with so many slots on average. Forgets all.
  Table finish(std::size_t per_bucket) {
    Table table = sort(per_bucket);
    added_ = {};
    return table;
  }

  // With a Bloom filter behind each start.
  Table finish_filtered(std::size_t per_bucket) {
    Table table = sort(per_bucket);
    const std::size_t buckets = table.starts.size() - 1;
    std::vector<std::uint32_t> starts(2 * table.starts.size(), 0);
    for (std::size_t i = 0; i <= buckets; ++i) starts[2 * i] = table.starts[i];
    for (const Added& one : added_) {
      starts[2 * keys::bucket(one.key, buckets) + 1] |=
          keys::bloom_bits(one.key);
    }
    table.starts = std::move(starts);
    added_ = {};
    return table;
  }

  struct Made {
    std::vector<std::uint32_t> lines;
    std::vector<std::uint32_t> rests;
    std::vector<std::uint64_t> filters;
  };
  // As Lines have them.
  Made finish_lines(std::size_t per_line) {
    const std::size_t buckets = added_.size() / per_line + 1;
    Made made{std::vector(buckets * Lines::kWords, Lines::kNone),
              {0},
              std::vector<std::uint64_t>(buckets, 0)};
    std::vector<std::uint32_t> counts(buckets, 0);
    for (const Added& one : added_) ++counts[keys::bucket(one.key, buckets)];
    make_rests(counts, made);
    std::ranges::fill(counts, 0);
    for (const Added& one : added_) {
      const std::size_t at = keys::bucket(one.key, buckets);
      std::uint32_t* const line = &made.lines[at * Lines::kWords];
      const std::size_t place = counts[at]++;
      std::uint32_t& slot =
          place < Lines::kRoom
              ? line[place]
              : made.rests[line[Lines::kRoom] + 1 + place - Lines::kRoom];
      slot = one.slot;
      made.filters[at] |= keys::large_bloom_bits(one.key);
    }
    added_ = {};
    return made;
  }

 private:
  // Room for what does not fit into lines; these say where it is.
  static void make_rests(const std::vector<std::uint32_t>& counts, Made& made) {
    for (std::size_t at = 0; at < counts.size(); ++at) {
      std::uint32_t& begin = made.lines[at * Lines::kWords + Lines::kRoom];
      begin = 0;
      if (counts[at] <= Lines::kRoom) continue;
      begin = static_cast<std::uint32_t>(made.rests.size());
      const auto more = static_cast<std::uint32_t>(counts[at] - Lines::kRoom);
      made.rests.push_back(more);
      made.rests.resize(made.rests.size() + more, Lines::kNone);
    }
  }

  Table sort(std::size_t per_bucket) const {
    const std::size_t buckets = added_.size() / per_bucket + 1;
    Table table{std::vector<std::uint32_t>(buckets + 1, 0),
                std::vector<std::uint32_t>(added_.size() + keys::kSpare, 0)};
    for (const Added& one : added_) {
      ++table.starts[keys::bucket(one.key, buckets) + 1];
    }
    std::partial_sum(table.starts.begin(), table.starts.end(),
                     table.starts.begin());
    auto next = table.starts;
    for (const Added& one : added_) {
      table.slots[next[keys::bucket(one.key, buckets)]++] = one.slot;
    }
    return table;
  }

  std::deque<Added> added_;  // of millions, none is ever moved
};

}  // namespace lostletter::lookalike
