// SPDX-License-Identifier: Apache-2.0
//
// What is read of a letter that arrives to be held: enough to tell its sender
// which one it is, and whether its sender is a person. Its body is not read.
#pragma once

#include <string>
#include <string_view>

namespace lostletter::hold {

struct Glance {
  std::string subject;     // decoded (RFC 2047), printable, at most 200 bytes
  std::string message_id;  // without brackets, as found, at most 512 bytes
  // A list, a bulk mailer or a program wrote it: it is answered by nobody, and
  // nobody is to be written to about it (RFC 3834 2).
  bool automatic = false;
};
Glance glance_at(std::string_view letter);

// The body of the first field of that name, unfolded; empty when there is none.
std::string field_of(std::string_view letter, std::string_view name);

}  // namespace lostletter::hold
