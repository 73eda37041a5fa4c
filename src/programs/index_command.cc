// SPDX-License-Identifier: Apache-2.0
//
// lostletter index build|info: names as a file that check and serve map at
// once, however many they are.
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "lookalike/index.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"

namespace lostletter::programs {
namespace {

using lookalike::Index;

// '-' is standard input.
std::vector<std::string> to_paths(const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    paths.push_back(name == "-" ? "/dev/stdin" : name);
  }
  return paths;
}

int write_index(const Index& index, const std::string& path) {
  const auto bytes = index.bytes();
  const auto written = write_file(
      path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!written) return give_up(kIo, written.error().message);
  Output output;
  output.write(fmt::format("{}: {} names, {} bytes\n", path, index.size(),
                           bytes.size()));
  return output.finish(kOk);
}

int build(const Arguments& arguments) {
  CLI::App app(
      "Writes the names of lists as an index, for --index of check and for\n"
      "index_files of a configuration. LIST is a popularity list: one name a "
      "line, or\nrank,name; '-' is standard input.",
      "lostletter index build -o FILE [LIST]...");
  std::string path;
  std::vector<std::string> known;
  app.add_option("-o,--output", path,
                 "The index; written whole or not at all, readable by its "
                 "owner only")
      ->type_name("FILE");
  app.add_option("--known", known,
                 "List of names or addresses one corresponds with, one a "
                 "line, '#' begins a comment; may be repeated")
      ->allow_extra_args(false)
      ->type_name("LIST");
  app.footer(
      "Ends with 0, 64 for a wrong command line, 65 for a list that cannot be "
      "read or\nhas no names, 74 when the index cannot be written.");
  std::vector<std::string> lists;
  if (const auto code = parse(app, arguments, &lists)) return *code;
  if (path.empty())
    return give_up(kUsage, "say with -o where the index is to be");
  if (lists.empty() && known.empty()) return give_up(kUsage, "name a LIST");

  std::vector<std::string> notices;
  const auto names = read_lists(to_paths(known), to_paths(lists), notices);
  if (!names) return give_up(kData, names.error().message);
  for (const std::string& notice : notices) complain(notice);
  if (names->empty()) return give_up(kData, "the lists have no names in them");
  const Index index = Index::build(*names);
  if (index.size() == Index::kMostNames) {
    return give_up(kData,
                   fmt::format("an index holds fewer than {} names; make "
                               "two, --index may be repeated",
                               Index::kMostNames));
  }
  return write_index(index, path);
}

// How many names each kind of source names.
std::string describe_origins(const Index& index) {
  std::size_t curated = 0;
  std::size_t listed = 0;
  std::size_t known = 0;
  std::size_t ranked = 0;
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    const auto origins = index.origins(number);
    curated += origins.curated >= 0 ? 1U : 0U;
    listed += origins.list >= 0 ? 1U : 0U;
    known += origins.known ? 1U : 0U;
    ranked += origins.rank > 0 ? 1U : 0U;
  }
  return fmt::format(
      "known      {}\npopular    {}\ncurated    {}\nlisted     {}\n", known,
      ranked, curated, listed);
}

int info(const Arguments& arguments) {
  CLI::App app("Says what is in an index, once all of it is verified.",
               "lostletter index info FILE");
  app.footer(
      "Ends with 0, 64 for a wrong command line, 65 for a file that is "
      "no whole index.");
  std::vector<std::string> files;
  if (const auto code = parse(app, arguments, &files)) return *code;
  if (files.size() != 1) return give_up(kUsage, "name one FILE");
  const auto index = open_index(files[0]);
  if (!index) return give_up(kData, index.error().message);

  std::string text = fmt::format(
      "format     {}\nnames      {}\n{}bytes      {}, all checksums right\n",
      Index::format_version(), (*index)->size(), describe_origins(**index),
      (*index)->bytes().size());
  for (const Index::Part& part : (*index)->parts()) {
    text += fmt::format("  {:<12} {:>11}\n", part.name, part.bytes);
  }
  Output output;
  output.write(text);
  return output.finish(kOk);
}

constexpr Command kCommands[] = {
    {"build", "make an index from lists of names", build},
    {"info", "verify an index and say what is in it", info},
};

}  // namespace

int index_command(const Arguments& arguments) {
  return dispatch("lostletter index", kCommands, arguments);
}

}  // namespace lostletter::programs
