// SPDX-License-Identifier: Apache-2.0
//
// The window on the guard: a page to try an address on, the API behind it, and
// what monitoring reads. Routes are rows of console/routes.cc; docs/api.md
// tells them to people.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guard/assess.h"
#include "hold/answers.h"
#include "http/server.h"

namespace lostletter::console {

// What the console needs of the program around it. All called from any thread.
struct World {
  // The assessor in force (it changes on reload), and the mode of the guard.
  std::function<std::shared_ptr<const guard::Assessor>()> assessor;
  std::function<guard::Mode()> mode;
  // Nothing when healthy, else what is wrong.
  std::function<std::optional<std::string>()> trouble;
  // Who takes answers about held letters; null where none are held.
  std::function<hold::Answers*()> answers;
  std::string version;
};

// GET /  POST /api/v1/check  GET /healthz  GET /metrics, GET and POST /answer,
// and the page's assets.
std::vector<http::Route> routes(World world);

}  // namespace lostletter::console
