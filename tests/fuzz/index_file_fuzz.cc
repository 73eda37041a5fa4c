// SPDX-License-Identifier: Apache-2.0
//
// Index::open on any bytes, and look-ups in an index whose sections were
// changed at random and sealed again: what is refused is refused with a
// sentence, what is opened answers without reading elsewhere, with numbers that
// exist, sorted, each once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/index.h"
#include "lookalike/index_format.h"
#include "lookalike/typed.h"

namespace {

using lostletter::lookalike::Index;
using lostletter::lookalike::Source;
namespace format = lostletter::lookalike::format;

void require(bool holds) {
  if (!holds) std::abort();
}

const Index& whole() {
  std::vector<lostletter::lookalike::KnownName> names = {
      {"army.mil", Source::kCurated, 3},
      {"us.army.mil", Source::kCurated, 4},
      {"example.com", Source::kPopularity, 1},
      {"exampleshop.com", Source::kPopularity, 20},
      {"exampleship.com", Source::kPopularity, 30},
      {"example-shop.test", Source::kKnown, 1},
      {"example.co.uk", Source::kList, 5},
      {"xn--bcher-kva.example", Source::kKnown, 1},
  };
  // One parent of more names than fit into a line (index_lines.h).
  for (char host = 'a'; host <= 'z'; ++host) {
    names.push_back({std::string(1, host) + ".school.test", Source::kKnown, 1});
  }
  static const Index kIndex = Index::build(names);
  return kIndex;
}

void ask(const Index& index) {
  for (std::uint32_t number = 0; number < index.size(); ++number) {
    require(index.ascii(number).size() <= index.bytes().size());
    require(index.unicode(number).size() <= index.bytes().size());
    (void)index.origins(number);
    (void)index.entry(number);
  }
  const std::string_view names[] = {"army.mil", "amry.mil", "example.co.uk",
                                    "z.school.test"};
  std::optional<std::uint32_t> found_names[std::size(names)];
  index.find(names, found_names);
  for (std::size_t i = 0; i < std::size(names); ++i) {
    require(found_names[i] == index.find(names[i]));
  }
  for (const auto* text :
       {"amry.ml", "army.mil", "exampleshap.com", "example.net", "xample.com",
        "b\xC3\xBC"
        "cher.example",
        "bucher.example", "a", "school.test"}) {
    const auto typed = lostletter::lookalike::read_typed(text);
    require(typed.has_value());
    const auto found = index.candidates(typed->entry);
    require(std::ranges::is_sorted(found));
    require(std::ranges::adjacent_find(found) == found.end());
    require(found.empty() || found.back() < index.size());
    if (const auto number = index.find(text)) {
      require(index.ascii(*number) == text);
    }
  }
}

// Each three bytes of `data` change one byte behind the table.
std::vector<std::byte> changed(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> file(whole().bytes().begin(), whole().bytes().end());
  format::Header header;
  std::memcpy(&header, file.data(), sizeof header);
  const std::size_t head =
      sizeof header + header.section_count * sizeof(format::Row);
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t at = data[i] + 256U * data[i + 1];
    file[head + at % (file.size() - head)] = std::byte{data[i + 2]};
  }
  format::seal(file);
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  std::vector<std::byte> file;
  if (data[0] % 2 == 0) {
    file = changed(data + 1, size - 1);
  } else {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    file.assign(bytes + 1, bytes + size);
  }
  const auto index = Index::open(file, nullptr);
  if (index) {
    ask(*index);
  } else {
    require(!index.error().message.empty());
  }
  return 0;
}
