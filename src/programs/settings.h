// SPDX-License-Identifier: Apache-2.0
//
// What `serve` runs on: the file, and the flags over it. Read at the start and
// again at every reload; the flags stay.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "gate/gate.h"
#include "learning/pupil.h"

namespace lostletter::programs {

struct Flags {
  std::string config;
  std::string state;
  std::vector<std::string> milters;  // replace those of the file
  std::string http;
};

Result<config::Config> read_settings(const Flags& flags);

// The rules, with listeners in the order of config.milters.
std::shared_ptr<const gate::Policy> make_policy(
    const config::Config& config,
    std::shared_ptr<const guard::Assessor> assessor);

// The same for a reload. The sockets are open and keep their numbers: a
// listener that the new file does not have goes on as `running` says.
std::shared_ptr<const gate::Policy> remake_policy(
    const gate::Policy& running, const config::Config& config,
    std::shared_ptr<const guard::Assessor> assessor);

// Who we are, for what passes.
learning::PupilRules pupil_rules(const config::Config& config);

// The options that differ and that only a restart can change.
std::vector<std::string> needs_restart(const config::Config& running,
                                       const config::Config& wanted);

}  // namespace lostletter::programs
