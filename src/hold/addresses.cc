// SPDX-License-Identifier: Apache-2.0
#include "hold/addresses.h"

#include <algorithm>

#include "base/text.h"
#include "domain/name.h"

namespace lostletter::hold {
namespace {

struct Row {
  AddressKind kind;
  std::string_view prefix;
};
constexpr Row kRows[] = {
    {AddressKind::kLetter, ""},
    {AddressKind::kAcknowledgement, "ack."},
    {AddressKind::kReply, "reply."},
};

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

}  // namespace

std::string hold_address(AddressKind kind, std::string_view word,
                         std::string_view domain) {
  const auto* row =
      std::ranges::find(kRows, kind, [](const Row& one) { return one.kind; });
  std::string address(word);
  address += '@';
  address += row->prefix;
  address += domain;
  return address;
}

std::optional<HoldAddress> read_hold_address(std::string_view address,
                                             std::string_view domain) {
  const auto at = address.rfind('@');
  if (at == address.npos) return std::nullopt;
  const std::string host = ascii_lower(address.substr(at + 1));
  if (!domain::is_within(host, domain)) return std::nullopt;
  const std::string word = ascii_lower(address.substr(0, at));
  const std::string_view below =
      std::string_view(host).substr(0, host.size() - domain.size());
  for (const Row& row : kRows) {
    if (row.prefix == below && is_word(word))
      return HoldAddress{row.kind, word};
  }
  return HoldAddress{AddressKind::kLetter, ""};
}

}  // namespace lostletter::hold
