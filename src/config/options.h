// SPDX-License-Identifier: Apache-2.0
//
// The table of options, inside config/: rows with what reads and shows them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/value.h"

namespace lostletter::config {

template <typename Target>
struct Option {
  OptionRow row;
  std::function<void(const Value&, Target&, Problems&)> read;
  std::function<std::string(const Target&)> show;
};

// In the order of the manual; a key with a dot lies in that table.
const std::vector<Option<Config>>& config_options();
// Keys of each [[milter]], without "milter.".
const std::vector<Option<Milter>>& milter_options();

// What the manual says of a table before its options.
struct TableRow {
  std::string_view name;
  std::string_view sentence;
};
const std::vector<TableRow>& tables();

}  // namespace lostletter::config
