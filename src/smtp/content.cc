// SPDX-License-Identifier: Apache-2.0
#include "smtp/content.h"

#include <algorithm>
#include <cassert>

namespace lostletter::smtp {

std::size_t ContentReader::feed(std::string_view bytes) {
  assert(!ended());
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (at_ == At::kText) {  // most of every letter
      const auto end = std::min(bytes.find('\r', i), bytes.size());
      keep(bytes.substr(i, end - i));
      i = end;
      if (i == bytes.size()) break;
    }
    const char c = bytes[i++];
    if (at_ == At::kLineStart && c == '.') {
      at_ = At::kDot;
    } else if (at_ == At::kDot && c == '\r') {
      at_ = At::kDotCr;
    } else if (at_ == At::kDotCr && c == '\n') {
      at_ = At::kEnd;
      return i;
    } else {
      // The dot was stuffed; the CR behind it was none of an end.
      if (at_ == At::kDotCr) keep("\r");
      const bool after_cr = at_ == At::kCr || at_ == At::kDotCr;
      keep({&c, 1});
      at_ = c == '\r'               ? At::kCr
            : c == '\n' && after_cr ? At::kLineStart
                                    : At::kText;
    }
  }
  return i;
}

void ContentReader::keep(std::string_view bytes) {
  size_ += bytes.size();
  if (is_too_large()) {
    std::string().swap(content_);
  } else {
    content_ += bytes;
  }
}

std::string stuffed(std::string_view content) {
  std::string sent;
  sent.reserve(content.size() + content.size() / 64 + 2);
  while (!content.empty()) {
    const auto end = std::min(content.find('\n'), content.size());
    auto line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('.')) sent += '.';
    const auto begin = sent.size();
    sent += line;
    std::replace(sent.begin() + static_cast<std::ptrdiff_t>(begin), sent.end(),
                 '\r', ' ');
    sent += "\r\n";
  }
  return sent;
}

}  // namespace lostletter::smtp
