// SPDX-License-Identifier: Apache-2.0
//
// What the learning tools have in common: where the table goes, how a run ends.
#pragma once

#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

namespace lostletter::learning {

// Adds -o to a tool.
inline void add_output(CLI::App& app, std::string& path) {
  app.add_option("-o,--output", path, "the table; else standard output");
}

// Writes the table to `path`, or to standard output when there is none.
inline void save(const std::string& table, const std::string& path) {
  if (path.empty() || path == "-") {
    if (std::cout << table << std::flush) return;
    throw std::runtime_error("cannot write to standard output");
  }
  std::ofstream file(path, std::ios::binary);
  file << table;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

// Reads the command line and learns; what goes wrong is said under the tool's
// name.
template <typename Learn>
int run(CLI::App& app, int argc, char** argv, const Learn& learn) {
  CLI11_PARSE(app, argc, argv);
  try {
    learn();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << app.get_name() << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace lostletter::learning
