// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/roll.h"

#include "base/text.h"

namespace lostletter::sinkhole {

void Roll::add(const Entry& entry) {
  if (size_ >= most_) {
    ++left_out_;
    return;
  }
  ++size_;
  lines_ += to_rfc3339(entry.at);
  for (const auto* field :
       {&entry.wrong, &entry.recipient, &entry.sender, &entry.network}) {
    // A quoted local part may hold anything, but no line end after this.
    lines_ += '\t' + (field->empty() ? "-" : printable(*field));
  }
  lines_ += '\n';
}

std::string Roll::write(std::string_view legal_note) const {
  std::string text = "# Kept because: " + printable(legal_note, 4000) +
                     "\n# time, name written to, recipient, sender, network\n" +
                     lines_;
  if (left_out_ > 0) {
    text += "# and " + std::to_string(left_out_) + " more since the start\n";
  }
  return text;
}

void Roll::read(std::string_view text) {
  for (const auto line : split(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    if (size_ >= most_) break;
    ++size_;
    lines_ += line;
    lines_ += '\n';
  }
}

}  // namespace lostletter::sinkhole
