// SPDX-License-Identifier: Apache-2.0
#include "guard/wrong_entry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/model.h"  // made by tools/embed_model.py

namespace lostletter::guard {
namespace {

constexpr std::size_t kDeepest = 64;

std::optional<double> read_number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> find_feature(std::string_view name) {
  const auto all = entry_features();
  const auto found = std::ranges::find(all, name, &EntryFeature::name);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - all.begin());
}

}  // namespace

// Reads lines one by one; branches that are still to come wait on a stack.
class TreeReader {
 public:
  // False when the line does not stand here.
  bool take(std::string_view line) {
    const auto words = split(line, '\t');
    if (words.size() != 3 || waiting_.size() > kDeepest) return false;
    if (waiting_.empty()) made_.trees_.push_back(next());
    const auto first =
        words[0] == "split" ? std::optional<double>(0) : read_number(words[1]);
    const auto second = read_number(words[2]);
    if (!first || !second) return false;
    if (words[0] == "split") return open(words[1], *second);
    if (words[0] != "leaf" || *second <= 0) return false;
    made_.nodes_.push_back({.value = *first});
    close({*first, *second});
    return true;
  }

  bool is_whole() const { return waiting_.empty() && !made_.trees_.empty(); }
  WrongEntry finish() && { return std::move(made_); }

 private:
  struct Mean {
    double value = 0;
    double weight = 0;
  };
  struct Branch {
    std::uint32_t node = 0;
    std::optional<Mean> left;  // once it is whole
  };

  std::uint32_t next() const {
    return static_cast<std::uint32_t>(made_.nodes_.size());
  }

  bool open(std::string_view name, double threshold) {
    const auto feature = find_feature(name);
    if (!feature) return false;
    waiting_.push_back({next(), std::nullopt});
    made_.nodes_.push_back(
        {.feature = *feature, .threshold = static_cast<float>(threshold)});
    return true;
  }

  // A branch with this mean is whole; so may be those above.
  void close(Mean mean) {
    while (!waiting_.empty()) {
      Branch& above = waiting_.back();
      WrongEntry::Node& node = made_.nodes_[above.node];
      if (!above.left) {
        above.left = mean;
        node.right = next();
        return;
      }
      const double weight = above.left->weight + mean.weight;
      mean = {
          (above.left->value * above.left->weight + mean.value * mean.weight) /
              weight,
          weight};
      node.value = mean.value;
      waiting_.pop_back();
    }
  }

  WrongEntry made_;
  std::vector<Branch> waiting_;
};

Result<WrongEntry> WrongEntry::parse(std::string_view table) {
  TreeReader reader;
  std::size_t number = 0;
  for (const std::string_view line : split(table, '\n')) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (!reader.take(line)) {
      return fail(fmt::format(
          "line {}: must be \"split\", a feature and a threshold, or \"leaf\", "
          "a value and a weight, with tabs between, not \"{}\"",
          number, printable(line, 100)));
    }
  }
  if (!reader.is_whole()) return fail("the last tree is not whole");
  return std::move(reader).finish();
}

const WrongEntry& WrongEntry::shipped() {
  static const WrongEntry made = parse(data::kEntry).value();  // tested
  return made;
}

WrongEntryOdds WrongEntry::odds(std::span<const double> features) const {
  WrongEntryOdds found;
  const auto all = entry_features();
  for (const std::uint32_t tree : trees_) {
    std::uint32_t at = tree;
    found.bias += nodes_[at].value;
    while (nodes_[at].right != 0) {
      const Node& node = nodes_[at];
      const auto figure = static_cast<float>(features[node.feature]);
      at = figure < node.threshold ? at + 1 : node.right;
      found.by[static_cast<std::size_t>(all[node.feature].about)] +=
          nodes_[at].value - node.value;
    }
    found.sum += nodes_[at].value;
  }
  return found;
}

}  // namespace lostletter::guard
