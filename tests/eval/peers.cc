// SPDX-License-Identifier: Apache-2.0
#include "peers.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "files.h"

namespace lostletter::eval {
namespace {

namespace fs = std::filesystem;

// A directory for one conversation.
class Scratch {
 public:
  Scratch() {
    std::string pattern = fs::temp_directory_path() / "lostletter-eval-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no directory for temporary files");
    }
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

}  // namespace

Peers::Answers Peers::ask(const std::vector<std::string>& known,
                          const std::vector<std::string>& asked) const {
  const Scratch scratch;
  {
    std::ofstream question(scratch.file("in"));
    for (const auto& name : known) question << name << '\n';
    // Never an empty first part: the script splits at the empty line.
    if (known.empty()) question << "example.com\n";
    question << '\n';
    for (const auto& name : asked) question << name << '\n';
  }
  const std::string command =
      fmt::format("node '{}' <'{}' >'{}'", script_, scratch.file("in"),
                  scratch.file("out"));
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error(script_ + ": failed");
  }
  const auto lines = read_lines(scratch.file("out"));
  if (lines.size() != asked.size() + 1) {
    throw std::runtime_error(script_ + ": an answer a question is wanted");
  }
  Answers answers{fields(lines.front()), {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    answers.written.push_back(fields(lines[i]));
  }
  return answers;
}

}  // namespace lostletter::eval
