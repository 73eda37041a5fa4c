// SPDX-License-Identifier: Apache-2.0
#include "programs/reading_bar.h"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter::programs {
namespace {

using std::chrono::steady_clock;

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

}  // namespace

ReadingBar::ReadingBar(const std::vector<archive::Input>& inputs)
    : shows_(::isatty(2) == 1), begin_(steady_clock::now()) {
  for (const archive::Input& input : inputs) total_ += input.size;
}

ReadingBar::~ReadingBar() {
  if (shown_) std::cerr << "\r\x1b[K" << std::flush;
}

bool ReadingBar::is_time() {
  const auto now = steady_clock::now();
  if (!shows_ || now - told_ < std::chrono::milliseconds(200)) return false;
  told_ = now;
  return shown_ = true;
}

void ReadingBar::show(const archive::Progress& progress,
                      std::uint64_t letters) {
  if (progress.source.name() != name_) {
    name_ = progress.source.name();
    before_ += last_;
  }
  last_ = progress.bytes;
  if (!is_time()) return;
  const double seconds = seconds_since(begin_);
  const auto bytes = static_cast<double>(before_ + last_);
  const double part =
      total_ == 0 ? 0 : std::min(1.0, bytes / static_cast<double>(total_));
  std::cerr << fmt::format(
                   "\r{} {} letters, {:.0f}/s, {:.1f} MB/s{}  "
                   "{}\x1b[K",
                   total_ == 0 ? "reading" : bar(part), letters,
                   static_cast<double>(letters) / seconds,
                   bytes / 1e6 / seconds, time_left(part), printable(name_, 40))
            << std::flush;
}

void ReadingBar::show(std::string_view what, std::uint64_t done,
                      std::uint64_t all) {
  if (!is_time()) return;
  const double part = static_cast<double>(done) /
                      static_cast<double>(std::max<std::uint64_t>(all, 1));
  std::cerr << fmt::format("\r{} {}: {} of {}\x1b[K", bar(part), what, done,
                           all)
            << std::flush;
}

// "[#####     ]  50 %", where the sizes are known.
std::string ReadingBar::bar(double part) const {
  constexpr std::size_t kWide = 20;
  const auto full = static_cast<std::size_t>(part * kWide);
  return fmt::format("[{:<{}}] {:3.0f} %", std::string(full, '#'), kWide,
                     100 * part);
}

// Once there is something to tell it from.
std::string ReadingBar::time_left(double part) const {
  const double seconds = seconds_since(begin_);
  if (part < 0.01 || seconds < 2) return {};
  const auto left = static_cast<std::uint64_t>(seconds / part * (1 - part));
  if (left < 90) return fmt::format(", {} s left", left);
  return fmt::format(", {} min left", (left + 59) / 60);
}

}  // namespace lostletter::programs
