// SPDX-License-Identifier: Apache-2.0
//
// A program of the build: writes the names of data/ as an index, which
// built_in.cc compiles in.
//
//     make_built_in FILE
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "lookalike/index.h"
#include "lookalike/lists.h"

using lostletter::lookalike::Index;
using lostletter::lookalike::KnownName;
using lostletter::lookalike::Source;
namespace data = lostletter::lookalike::data;

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: make_built_in FILE\n", stderr);
    return 64;
  }
  std::vector<KnownName> names;
  for (const data::Row& row : data::curated()) {
    names.push_back({std::string(row.name), Source::kCurated,
                     static_cast<double>(row.tier)});
  }
  for (const data::Row& row : data::lists()) {
    names.push_back(
        {std::string(row.name), Source::kList, static_cast<double>(row.tier)});
  }
  const Index index = Index::build(names);
  std::ofstream file(arguments[1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(index.bytes().data()),
             static_cast<std::streamsize>(index.bytes().size()));
  file.close();
  if (file && index.size() == names.size()) return 0;
  std::fprintf(stderr, "make_built_in: cannot write %s\n", arguments[1]);
  return 74;
}
