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

}  // namespace lostletter::smtp
