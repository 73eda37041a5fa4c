// SPDX-License-Identifier: Apache-2.0
//
// A list has no more entries than asked for, and the mailboxes read from it,
// written properly, are read as the same mailboxes.
#include <cassert>
#include <cstdint>

#include "base/text.h"
#include "mail/address_list.h"

using namespace lostletter;

namespace {

// "Lee, \"Ann\"" <ann@example.com>
std::string written(const mail::Mailbox& mailbox) {
  std::string text = "\"";
  for (const char c : mailbox.display_name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\" <" + mailbox.address.to_string() + ">,\r\n ";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr std::size_t kMost = 50;
  const std::string text(data, data + size);
  const auto list = mail::parse_address_list(text, kMost);
  assert(list.mailboxes.size() + list.errors.size() <= kMost + 1);
  for (const Error& error : list.errors) {
    std::string message = error.message;
    std::erase(message, '\\');  // which printable would double
    assert(!message.empty() && message.size() <= 600);
    assert(printable(message, message.size()) == message);
  }

  std::string again;
  for (const auto& mailbox : list.mailboxes) again += written(mailbox);
  const auto same = mail::parse_address_list(again, kMost);
  assert(same.errors.empty());
  assert(same.mailboxes.size() == list.mailboxes.size());
  for (std::size_t i = 0; i < list.mailboxes.size(); ++i) {
    assert(same.mailboxes[i].address == list.mailboxes[i].address);
    assert(same.mailboxes[i].display_name == list.mailboxes[i].display_name);
  }
  return 0;
}
