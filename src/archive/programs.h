// SPDX-License-Identifier: Apache-2.0
//
// Whose lines a program's are. A log has few programs and many lines: what was
// said of a name is kept.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "archive/exim.h"
#include "archive/postfix.h"
#include "archive/sendmail.h"
#include "archive/traces.h"

namespace lostletter::archive {

enum class Program { kOther, kPostfix, kExim, kSendmail, kTrace };

class Programs {
 public:
  Program find(std::string_view name) {
    Known& known = known_[place_of(name)];
    if (known.name != name || name.empty()) {
      known = {std::string(name), look_up(name)};
    }
    return known.program;
  }

 private:
  struct Known {
    std::string name;
    Program program = Program::kOther;
  };

  // "postfix/smtp" and "postfix/smtpd", "postfix/qmgr" and "postfix/pipe".
  static std::size_t place_of(std::string_view name) {
    if (name.empty()) return 0;
    const auto last = static_cast<std::size_t>(name.back()) & 0xffU;
    const auto third = static_cast<unsigned char>(name[name.size() * 3 / 4]);
    return (name.size() * 31 + last * 7 + third) % 64;
  }

  static Program look_up(std::string_view name) {
    if (Postfix::is_program(name)) return Program::kPostfix;
    if (Exim::is_program(name)) return Program::kExim;
    if (Sendmail::is_program(name)) return Program::kSendmail;
    if (Traces::is_program(name)) return Program::kTrace;
    return Program::kOther;
  }

  std::array<Known, 64> known_;
};

}  // namespace lostletter::archive
