// SPDX-License-Identifier: Apache-2.0
#include "archive/lines.h"

#include <algorithm>
#include <cstring>

namespace lostletter::archive {
namespace {

// FNV-1a on words of eight bytes.
std::uint64_t hash_of(std::string_view line) {
  std::uint64_t hash = 0xcbf29ce484222325U ^ line.size();
  while (!line.empty()) {
    std::uint64_t word = 0;
    const auto size = std::min(line.size(), sizeof word);
    std::memcpy(&word, line.data(), size);
    hash = (hash ^ word) * 0x100000001b3U;
    hash ^= hash >> 29U;
    line.remove_prefix(size);
  }
  return hash;
}

}  // namespace

Mark Lines::Place::mark() const {
  const bool is_first = lines == 0;
  return {offset, lines, last, is_first ? 0 : hash_of({begin.data(), size})};
}

bool Lines::fill() {
  if (!block_.empty()) return true;
  if (!at_end_) block_ = bytes_->next();
  at_end_ = block_.empty();
  return !at_end_;
}

// `size`: with what was cut and the line end.
void Lines::take(std::string_view line, std::size_t size) {
  before_ = here_;
  here_.last = here_.offset;
  here_.offset += size;
  ++here_.lines;
  here_.size = std::min(line.size(), kBegin);
  std::memcpy(here_.begin.data(), line.data(), here_.size);
  if (line.ends_with('\r')) line.remove_suffix(1);
  text_ = line;
}

bool Lines::next() {
  carry_.clear();
  is_cut_ = false;
  std::size_t size = 0;
  while (fill()) {
    const void* found = std::memchr(block_.data(), '\n', block_.size());
    const auto length =
        found == nullptr ? block_.size()
                         : static_cast<std::size_t>(
                               static_cast<const char*>(found) - block_.data());
    const auto piece = block_.substr(0, length);
    size += length;
    if (found != nullptr && size == length && length <= kLongest) {
      block_.remove_prefix(length + 1);
      is_whole_ = true;
      take(piece, size + 1);
      return true;
    }
    const auto room = kLongest - std::min(kLongest, carry_.size());
    is_cut_ = is_cut_ || length > room;
    carry_ += piece.substr(0, room);
    block_.remove_prefix(length);
    if (found != nullptr) {
      block_.remove_prefix(1);
      is_whole_ = true;
      take(carry_, size + 1);
      return true;
    }
  }
  if (size == 0) return false;
  is_whole_ = false;
  take(carry_, size);
  return true;
}

bool Lines::skip_to(const Mark& mark) {
  if (mark.offset == 0) return true;
  // Whole blocks up to the last line, which is compared.
  while (here_.offset < mark.last && fill()) {
    const auto step =
        std::min<std::uint64_t>(block_.size(), mark.last - here_.offset);
    block_.remove_prefix(static_cast<std::size_t>(step));
    here_.offset += step;
  }
  const bool had_line = next();
  const bool same = had_line && is_whole_ &&
                    here_.mark() == Mark{mark.offset, 1, mark.last, mark.hash};
  const bool ended = at_end_ && (!had_line || !is_whole_);
  here_.lines = mark.lines;
  return same || ended;
}

}  // namespace lostletter::archive
