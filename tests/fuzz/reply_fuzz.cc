// SPDX-License-Identifier: Apache-2.0
//
// Whatever stands in a reply's text, its wire form is one reply: few short
// lines, each with the codes, and no byte that ends a line or hides.
#include <cassert>
#include <cstdint>

#include "base/text.h"
#include "mail/reply.h"

using namespace lostletter;

namespace {

void check(const mail::Reply& reply, mail::Utf8 utf8) {
  const auto wire = wire_lines(reply, utf8);
  assert(!wire.empty() && wire.size() <= 5);
  assert(wire.size() == std::min<std::size_t>(reply.lines.size(), 5));
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const std::string& line = wire[i];
    const bool last = i + 1 == wire.size();
    assert(line.size() <= 480);
    assert(line.starts_with(last ? "550 5.7.1" : "550-5.7.1"));
    assert(line.size() == 9 || line[9] == ' ');
    assert(is_valid_utf8(line));
    assert(utf8 == mail::Utf8::kYes || is_ascii(line));
    std::string shown = line;
    std::erase(shown, '\\');  // which printable would double
    assert(printable(shown, shown.size()) == shown);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  mail::Reply reply{.code = 550, .enhanced = "5.7.1", .lines = {}};
  for (const std::string_view line : split(text, '|')) {
    reply.lines.emplace_back(line);
  }
  check(reply, mail::Utf8::kNo);
  check(reply, mail::Utf8::kYes);
  return 0;
}
