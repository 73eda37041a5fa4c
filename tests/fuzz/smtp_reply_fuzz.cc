// SPDX-License-Identifier: Apache-2.0
//
// Whatever a server answers, and in whatever pieces: the replies read are the
// same, well formed and bounded.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "smtp/reply_reader.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string read(std::string_view bytes, std::size_t piece) {
  smtp::ReplyReader reader;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    for (;;) {
      const auto reply = reader.next();
      if (!reply) return text + "error";
      if (!*reply) break;
      const mail::Reply& one = **reply;
      require(one.code >= 200 && one.code <= 599);
      require(!one.lines.empty() &&
              one.lines.size() <= smtp::ReplyReader::kMostLines);
      require(one.enhanced.empty() || one.enhanced[0] - '0' == one.code / 100);
      text += std::to_string(one.code) + one.enhanced;
      for (const std::string& line : one.lines) {
        require(line.size() <= smtp::ReplyReader::kMostLine);
        require(line.find('\n') == line.npos);
        text += '|' + line;
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  require(read(bytes, data[0] % 16 + 1U) == read(bytes, bytes.size() + 1));
  return 0;
}
