// SPDX-License-Identifier: Apache-2.0
#include "gate/notes.h"

#include <utility>

namespace lostletter::gate {

Notes::Notes(Envelope envelope) : header_(envelope.sender.empty()) {
  letter_.leaving = envelope.leaving;
  letter_.login = std::move(envelope.login);
  letter_.sender = std::move(envelope.sender);
}

void Notes::add_recipient(const std::string& address) {
  if (letter_.recipients.size() < kMost) letter_.recipients.push_back(address);
}

archive::Passing Notes::finish(Seconds now, const milter::MacroView& macros) {
  letter_.at = now;
  letter_.server = macros.find("j");
  letter_.queue_id = macros.find("i");
  letter_.header = std::move(header_).text();
  return std::move(letter_);
}

}  // namespace lostletter::gate
