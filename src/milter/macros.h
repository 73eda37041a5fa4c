// SPDX-License-Identifier: Apache-2.0
//
// The macros an MTA told. They come just before the command they belong to,
// and are forgotten with it: those of the connection at its end, those of the
// message at its end, those of a recipient after it. A stale login name would
// judge a stranger's mail as a colleague's.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "milter/command.h"
#include "milter/handler.h"

namespace lostletter::milter {

class MacroStore final : public MacroView {
 public:
  // What one command's macros may be long, together.
  static constexpr std::size_t kMost = std::size_t{1} << 16;

  // Keeps them until their command comes.
  Result<void> tell(Macros macros);

  // The command with this letter came: its macros are the newest.
  void begin(char letter);
  void end_message();
  void end_connection();

  // Looks at the current command's macros, then the message's, then the
  // connection's.
  std::string_view find(std::string_view name) const override;

 private:
  using Values = std::vector<std::pair<std::string, std::string>>;

  std::map<char, Values> told_;     // their command has not come yet
  std::map<char, Values> current_;  // of 'C', 'H', 'M' and the last command
  char last_ = 0;
};

}  // namespace lostletter::milter
