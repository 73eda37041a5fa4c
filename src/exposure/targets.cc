// SPDX-License-Identifier: Apache-2.0
#include "exposure/targets.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "lookalike/knowledge.h"

namespace lostletter::exposure {

std::vector<Target> usual_targets(
    const domain::Name& name,
    const std::vector<std::shared_ptr<const lookalike::Index>>& layers,
    std::size_t most) {
  const lookalike::Knowledge knowledge(layers);
  std::map<std::string, double> below;  // and how much each is written to
  double own = 0;
  double greatest = 0;
  for (const auto& layer : layers) {
    for (std::uint32_t i = 0; i < layer->size(); ++i) {
      const auto ascii = layer->ascii(i);
      if (!domain::is_within(ascii, name.ascii())) continue;
      const double prior =
          std::exp(knowledge.log_prior(knowledge.origins(*layer, i)));
      if (ascii == name.ascii()) {
        own = prior;
      } else {
        below[std::string(ascii)] = prior;
        greatest = std::max(greatest, prior);
      }
    }
  }
  if (own == 0) own = below.empty() ? 1 : greatest;
  std::vector<Target> targets = {{name, own}};
  for (const auto& [ascii, prior] : below) {
    if (auto parsed = domain::Name::parse(ascii)) {
      targets.push_back({std::move(*parsed), prior});
    }
  }
  std::stable_sort(
      targets.begin() + 1, targets.end(),
      [](const Target& a, const Target& b) { return a.share > b.share; });
  if (targets.size() > most) targets.resize(most, targets.front());
  double all = 0;
  for (const Target& target : targets) all += target.share;
  for (Target& target : targets) target.share /= all;
  return targets;
}

}  // namespace lostletter::exposure
