// SPDX-License-Identifier: Apache-2.0
#include "lookalike/knowledge.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "lookalike/prior.h"

namespace lostletter::lookalike {

Knowledge::Knowledge(std::vector<std::shared_ptr<const Index>> layers)
    : layers_(std::move(layers)) {
  for (const auto& layer : layers_) known_count_ += layer->known_count();
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
  for (const KnownName& line : origins.lines({})) {
    best = std::max(best, log_prior_known(line, known_count_));
  }
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
  const Knowledge all(sorted);
  std::size_t size = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::uint32_t number = 0; number < sorted[i]->size(); ++number) {
      size += all.is_before(i, sorted[i]->ascii(number)) ? 0 : 1;
    }
  }
  return size;
}

}  // namespace lostletter::lookalike
