// SPDX-License-Identifier: Apache-2.0
#include "lookalike/knowledge.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "lookalike/prior.h"

namespace lostletter::lookalike {
namespace {

// More names take longer to look at than it saves.
constexpr std::size_t kMostNoted = 200'000;

}  // namespace

Knowledge::Knowledge(std::vector<std::shared_ptr<const Index>> layers)
    : layers_(std::move(layers)) {
  for (const auto& layer : layers_) known_count_ += layer->known_count();
  note_second_levels();
}

std::size_t Knowledge::row_of(std::string_view country) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (!std::ranges::all_of(country, is_letter)) return kLetters * kLetters;
  return static_cast<std::size_t>(country[0] - 'a') * kLetters +
         static_cast<std::size_t>(country[1] - 'a');
}

void Knowledge::note_second_levels() {
  std::size_t names = 0;
  for (const auto& layer : layers_) names += layer->size();
  if (names > kMostNoted) return second_levels_.fill(SecondLevels().set());
  second_levels_.back().set();
  for (const auto& layer : layers_) {
    for (std::uint32_t number = 0; number < layer->size(); ++number) {
      const std::string_view name = layer->ascii(number);
      const auto last = name.rfind('.');
      if (last == name.npos || last == 0 || name.size() - last != 3) continue;
      const auto before = name.rfind('.', last - 1);
      if (before == name.npos) continue;
      const auto label = std::ranges::find(
          kSecondLevels, name.substr(before + 1, last - before - 1));
      if (label == kSecondLevels.end()) continue;
      second_levels_[row_of(name.substr(last + 1))].set(
          static_cast<std::size_t>(label - kSecondLevels.begin()));
    }
  }
}

std::optional<Origins> Knowledge::find(std::string_view ascii) const {
  std::optional<Origins> found;
  for (const auto& layer : layers_) {
    const auto number = layer->find(ascii);
    if (!number) continue;
    if (!found) found.emplace();
    found->add(layer->origins(*number));
  }
  return found;
}

Origins Knowledge::origins(const Index& layer, std::uint32_t number) const {
  Origins origins = layer.origins(number);
  for (const auto& other : layers_) {
    if (other.get() == &layer) continue;
    const auto same = other->find(layer.ascii(number));
    if (same) origins.add(other->origins(*same));
  }
  return origins;
}

double Knowledge::log_prior(const Origins& origins) const {
  double best = -std::numeric_limits<double>::infinity();
  origins.each([&](Source source, double weight) {
    best = std::max(best, log_prior_known({"", source, weight}, known_count_));
  });
  return best;
}

bool Knowledge::is_before(std::size_t layer, std::string_view ascii) const {
  return std::any_of(
      layers_.begin(), layers_.begin() + static_cast<std::ptrdiff_t>(layer),
      [&](const auto& other) { return other->find(ascii).has_value(); });
}

std::size_t Knowledge::size() const {
  auto sorted = layers_;
  std::ranges::sort(sorted, std::ranges::greater(), &Index::size);
  std::size_t size = 0;
  for (auto layer = sorted.begin(); layer != sorted.end(); ++layer) {
    std::vector<std::string_view> names;
    for (std::uint32_t number = 0; number < (*layer)->size(); ++number) {
      names.push_back((*layer)->ascii(number));
    }
    std::vector<std::optional<std::uint32_t>> found(names.size());
    for (auto before = sorted.begin(); before != layer; ++before) {
      (*before)->find(names, found);
      std::size_t others = 0;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!found[i]) names[others++] = names[i];
      }
      names.resize(others);
      found.resize(others);
    }
    size += names.size();
  }
  return size;
}

}  // namespace lostletter::lookalike
