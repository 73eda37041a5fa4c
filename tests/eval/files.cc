// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "base/text.h"

namespace lostletter::eval {
namespace {

namespace fs = std::filesystem;

// A name of ours plus ".zst": data folders are laid by hand, so a quote in the
// path is refused rather than escaped.
std::vector<std::string> unpack(const std::string& path) {
  if (path.find('\'') != path.npos) {
    throw std::runtime_error(path + ": a quote in a path is not supported");
  }
  const std::string command = "zstd -dc --long=27 -- '" + path + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run zstd");
  std::string text;
  char buffer[1 << 16];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) {
    text.append(buffer, n);
  }
  if (pclose(pipe) != 0) throw std::runtime_error(path + ": zstd failed");
  if (text.ends_with('\n')) text.pop_back();
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

}  // namespace

std::string find_data() {
  if (const char* set = std::getenv("LOSTLETTER_DATA")) {
    return fs::is_directory(fs::path(set) / "typos") ? set : "";
  }
  for (fs::path at = fs::current_path();; at = at.parent_path()) {
    const fs::path data = at / "shared" / "data";
    if (fs::is_directory(data / "typos")) return data.string();
    if (at == at.parent_path()) return "";
  }
}

std::vector<std::string> read_lines(const std::string& path) {
  if (!fs::exists(path)) return unpack(path + ".zst");
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> cells;
  for (const auto cell : split(line, '\t')) cells.emplace_back(cell);
  return cells;
}

}  // namespace lostletter::eval
