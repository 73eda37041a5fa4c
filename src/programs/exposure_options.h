// SPDX-License-Identifier: Apache-2.0
//
// What lostletter exposure is told on its command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dns/resolver.h"
#include "exposure/lists.h"

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace lostletter::programs {

// Rows that a person reads, unless they ask for more.
inline constexpr std::size_t kUsualRows = 40;

struct ExposureOptions {
  bool json = false;
  bool no_resolve = false;
  double mass = 0.99;
  std::optional<std::size_t> limit;
  std::optional<double> letters;
  std::string format = "table";
  std::string state;
  std::vector<std::string> known_files;
  std::vector<std::string> names_files;
  std::vector<std::string> resolvers;
  std::vector<std::string> own;
  std::size_t partners = 0;
  bool inside = false;
  bool smtp_probe = false;
  bool authorised = false;
  std::uint16_t smtp_port = 25;
  double probe_pause = 1;

  exposure::Format chosen = exposure::Format::kTable;
  // A list of many thousands, and nobody's mail waits for the same resolver:
  // more than a guard asks at a time.
  dns::ResolverOptions asking = [] {
    dns::ResolverOptions options;
    options.in_flight = 300;
    return options;
  }();
};

// `options` must outlive `app`.
void describe(CLI::App& app, ExposureOptions& options);

// The parts of the command line that CLI11 leaves as text, and what makes no
// sense together.
Result<void> read_options(ExposureOptions& options);

}  // namespace lostletter::programs
