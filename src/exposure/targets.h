// SPDX-License-Identifier: Apache-2.0
//
// What is written to when people write to an organisation: its name, and the
// sub-domains that one knows of. "us.army.ml" can only be foreseen by who knows
// "us.army.mil".
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "exposure/candidate.h"
#include "lookalike/index.h"

namespace lostletter::exposure {

// The name first, then the names below it that a layer has, the most written
// to first; at most `most` in all. Shares are as the engine's priors have them;
// a name that no layer has gets as much as its greatest sub-domain.
// REQUIRES: most > 0
std::vector<Target> usual_targets(
    const domain::Name& name,
    const std::vector<std::shared_ptr<const lookalike::Index>>& layers,
    std::size_t most);

}  // namespace lostletter::exposure
