// SPDX-License-Identifier: Apache-2.0
#include "mail/comment.h"

namespace lostletter::mail {

std::size_t end_of_comment(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // a quoted pair: its second character means itself
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace lostletter::mail
