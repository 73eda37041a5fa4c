// SPDX-License-Identifier: Apache-2.0
//
// Whatever a client sends, and in whatever pieces: no recipient is taken, no
// letter is asked for, every answer is whole lines of a known form, and memory
// stays that of a line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "smtp/line.h"
#include "smtp/session.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

class SayNo final : public smtp::Refuser {
 public:
  mail::Reply refuse(const smtp::Transaction& /*transaction*/,
                     const mail::Path& recipient) override {
    return {550,
            "5.1.2",
            {recipient.address ? recipient.address->to_string() : "none"}};
  }
};

std::string talk(std::string_view bytes, std::size_t piece) {
  const smtp::SessionOptions options{.host = "mx.test"};
  SayNo refuser;
  smtp::Session session(options, refuser);
  std::string answer = session.greet();
  for (std::size_t at = 0; at < bytes.size() && !session.over(); at += piece) {
    session.feed(bytes.substr(at, piece), answer);
  }
  return answer;
}

// "250-text" or "250 text", printable ASCII or UTF-8, and CR LF.
void require_replies(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    require(end != text.npos && end >= 4 && end <= 512);
    const auto line = text.substr(0, end);
    require(line[0] == '2' || line[0] == '4' || line[0] == '5');
    require(line.substr(0, 3) != "354");
    require(line[3] == ' ' || line[3] == '-');
    for (const char c : line) {
      require(static_cast<unsigned char>(c) >= ' ' && c != 127);
    }
    text.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  const std::string whole = talk(bytes, bytes.size() + 1);
  require_replies(whole);
  require(talk(bytes, data[0] % 64 + 1U) == whole);

  smtp::LineReader lines;
  for (const char byte : bytes) {
    lines.feed({&byte, 1});
    while (const auto line = lines.next()) {
      require(line->text.size() <= smtp::LineReader::kMost);
      require(line->text.find_first_of(std::string_view("\r\n\0", 3)) ==
              line->text.npos);
    }
    require(lines.size() <= smtp::LineReader::kMost);
  }
  return 0;
}
