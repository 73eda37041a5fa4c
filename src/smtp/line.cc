// SPDX-License-Identifier: Apache-2.0
#include "smtp/line.h"

namespace lostletter::smtp {

void LineReader::feed(std::string_view bytes) {
  if (over_) return;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  buffer_ += bytes;
}

std::optional<LineReader::Line> LineReader::next() {
  if (over_) return std::nullopt;
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  constexpr std::string_view kSpecial("\r\n\0", 3);
  const auto at = rest.find_first_of(kSpecial);
  if (at == rest.npos || (rest[at] == '\r' && at + 1 == rest.size())) {
    // The end has not arrived, or only its first half.
    if (rest.size() < kMost) return std::nullopt;
    const bool half = at != rest.npos;
    begin_ = buffer_.size() - (half ? 1 : 0);
    if (skipping_) return std::nullopt;
    skipping_ = true;
    return Line{Kind::kTooLong, {}};
  }
  if (rest[at] != '\r' || rest[at + 1] != '\n') {
    over_ = true;
    return Line{Kind::kBare, {}};
  }
  begin_ += at + 2;
  if (skipping_) {
    skipping_ = false;
    return next();
  }
  if (at + 2 > kMost) return Line{Kind::kTooLong, {}};
  return Line{Kind::kLine, rest.substr(0, at)};
}

std::string LineReader::take() {
  std::string rest = buffer_.substr(begin_);
  buffer_.clear();
  begin_ = 0;
  return rest;
}

void append_reply(const mail::Reply& reply, mail::Utf8 utf8,
                  std::string& answer) {
  if (reply.enhanced.empty()) {
    for (std::size_t i = 0; i < reply.lines.size(); ++i) {
      const bool last = i + 1 == reply.lines.size();
      answer += std::to_string(reply.code) + (last ? ' ' : '-') +
                reply.lines[i] + "\r\n";
    }
    return;
  }
  for (const std::string& line : mail::wire_lines(reply, utf8)) {
    answer += line;
    answer += "\r\n";
  }
}

}  // namespace lostletter::smtp
