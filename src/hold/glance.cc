// SPDX-License-Identifier: Apache-2.0
#include "hold/glance.h"

#include "archive/message.h"
#include "archive/names.h"
#include "base/text.h"
#include "hold/fields.h"

namespace lostletter::hold {
namespace {

constexpr std::size_t kMostSubject = 200;

bool is_of_list(std::string_view letter) {
  for (const std::string_view name :
       {"List-Id", "List-Post", "List-Unsubscribe"}) {
    if (find_field(letter, name)) return true;
  }
  return false;
}

}  // namespace

std::string field_of(std::string_view letter, std::string_view name) {
  const auto field = find_field(letter, name);
  if (!field) return {};
  std::string body;
  for (const char c : field->substr(field->find(':') + 1)) {
    if (c != '\r' && c != '\n') body += c;
  }
  return std::string(trim(body));
}

Glance glance_at(std::string_view letter) {
  const archive::Letter told =
      archive::read_message(header_of(letter), {}).letter;
  return {.subject = printable(
              archive::decode_name(field_of(letter, "Subject")), kMostSubject),
          .message_id = told.id,
          .automatic = told.automatic || is_of_list(letter)};
}

}  // namespace lostletter::hold
