// SPDX-License-Identifier: Apache-2.0
#include "programs/lines.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace lostletter::programs {
namespace {

Line make_line(std::string_view text, std::size_t most) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  return {text.substr(0, most), text.size() <= most};
}

}  // namespace

std::optional<Line> LineReader::next() {
  bool cut = false;  // the beginning is kept, the rest is thrown away
  std::size_t searched = start_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != buffer_.npos || at_end_) {
      const bool last = end == buffer_.npos;
      const std::string_view text = std::string_view(buffer_).substr(
          start_, last ? buffer_.npos : end - start_);
      if (last && text.empty()) return std::nullopt;
      Line line = make_line(text, most_);
      line.whole = line.whole && !cut;
      start_ = last ? buffer_.size() : end + 1;
      return line;
    }
    // One byte more than allowed is kept to tell that there was more.
    if (buffer_.size() - start_ > most_ + 1) {
      buffer_.resize(start_ + most_ + 1);
      cut = true;
    }
    if (start_ > 0) {
      buffer_.erase(0, start_);
      start_ = 0;
    }
    searched = buffer_.size();
    at_end_ = !fill();
  }
}

bool LineReader::fill() {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  if (call_) call_();
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  ssize_t got = 0;
  do {
    got = ::read(fd_, buffer_.data() + before, kPiece);
  } while (got < 0 && errno == EINTR);
  if (got < 0) error_ = errno;
  buffer_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  return got > 0;
}

Result<void> for_each_line(
    const std::string& path,
    const std::function<void(std::size_t number, const Line& line)>& take) {
  const auto refuse = [&](int code) {
    return fail(fmt::format("cannot read {}: {}", path,
                            std::generic_category().message(code)));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refuse(errno);
  LineReader lines(fd, 4096);
  std::size_t number = 0;
  while (const auto line = lines.next()) take(++number, *line);
  ::close(fd);
  if (lines.error() != 0) return refuse(lines.error());
  return {};
}

}  // namespace lostletter::programs
