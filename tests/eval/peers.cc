// SPDX-License-Identifier: Apache-2.0
#include "peers.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "files.h"

namespace lostletter::eval {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << text).flush()) {
    throw std::runtime_error(path.string() + ": cannot be written");
  }
}

// FNV-1a: only to tell one conversation from another.
std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

std::string question_text(const std::vector<std::string>& known,
                          const std::vector<std::string>& asked) {
  std::string text;
  for (const auto& name : known) text += name + '\n';
  // Never an empty first part: the script splits at the empty line.
  if (known.empty()) text += "example.com\n";
  text += '\n';
  for (const auto& name : asked) text += name + '\n';
  return text;
}

// The script answers the same question always in the same way, and slowly: its
// answers are kept beside it, until it or its modules change.
fs::path converse(const fs::path& script, const std::string& question) {
  const fs::path folder = script.parent_path() / "answers";
  fs::create_directories(folder);
  const std::string version =
      slurp(script) + slurp(script.parent_path() / "package.json");
  const fs::path answer =
      folder / fmt::format("{:016x}.tsv", digest(version + question));
  if (fs::exists(answer)) return answer;
  const fs::path in = folder / "question";
  const fs::path out = folder / "answer";
  write(in, question);
  const std::string command = fmt::format(
      "node '{}' <'{}' >'{}'", script.string(), in.string(), out.string());
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error(script.string() + ": failed");
  }
  fs::rename(out, answer);
  return answer;
}

}  // namespace

Peers::Answers Peers::ask(const std::vector<std::string>& known,
                          const std::vector<std::string>& asked) const {
  const auto lines = read_lines(converse(script_, question_text(known, asked)));
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
