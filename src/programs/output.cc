// SPDX-License-Identifier: Apache-2.0
#include "programs/output.h"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include <unistd.h>

#include "base/text.h"
#include "programs/exit_code.h"

namespace lostletter::programs {

void Output::write(std::string_view text) {
  write_with([&](std::string& to) { to += text; });
}

void Output::flush_when_full() {
  constexpr std::size_t kMost = std::size_t{1} << 16;
  if (buffer_.size() >= kMost) flush();
}

bool Output::flush() {
  std::string_view rest = buffer_;
  while (!failed() && !rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
  return !failed();
}

int Output::finish(int code) {
  if (flush()) return code;
  if (error_ != EPIPE) {
    complain("cannot write the output: " +
             std::generic_category().message(error_));
  }
  return kIo;
}

bool Output::has_colour() const {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return !refused && !dumb && ::isatty(fd_) == 1;
}

void complain(std::string_view message) {
  std::string text;
  for (const std::string_view line : split(message, '\n')) {
    text += "lostletter: ";
    text += line;
    text += '\n';
  }
  std::cerr << text << std::flush;
}

int give_up(int code, std::string_view message) {
  complain(message);
  return code;
}

}  // namespace lostletter::programs
