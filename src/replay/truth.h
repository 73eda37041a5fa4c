// SPDX-License-Identifier: Apache-2.0
//
// Which addresses of a log were mistakes, as far as the whole of it tells: what
// a scan found (scan/judge.h), corrections of senders among it. A guard at the
// time could not know.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scan/finding.h"

namespace lostletter::replay {

class Truth {
 public:
  Truth() = default;
  explicit Truth(const scan::Report& report);

  // What was meant; nullptr when nothing says that it was a mistake.
  const std::string* find(std::string_view address) const;

 private:
  std::map<std::string, std::string, std::less<>> intended_;  // by typed
};

}  // namespace lostletter::replay
