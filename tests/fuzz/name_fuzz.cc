// SPDX-License-Identifier: Apache-2.0
//
// A domain name out of any bytes: what is accepted is a name by the letter of
// its header, the same name again in each of its spellings, and ends in its
// suffix; what is refused is refused in one printable line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"

namespace {

using lostletter::domain::Name;

void require(bool holds) {
  if (!holds) std::abort();
}

bool may_stand(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

void check_labels(const Name& name) {
  const auto labels = name.labels();
  require(!labels.empty() && labels.size() <= 127);
  require(name.ascii().size() <= 253);
  for (const std::string_view label : labels) {
    require(!label.empty() && label.size() <= 63);
    require(std::ranges::all_of(label, may_stand));
    require(label.front() != '-' && label.back() != '-');
  }
}

void require_same(const std::string& text, const Name& name) {
  const auto again = Name::parse(text);
  require(again.has_value() && *again == name);
  require(again->unicode() == name.unicode());
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

void check_spellings(const Name& name) {
  require(lostletter::is_valid_utf8(name.unicode()));
  require_same(name.ascii(), name);
  require_same(name.ascii() + ".", name);
  require_same(upper(name.ascii()), name);
  require_same(name.unicode(), name);
}

void check_suffix(const Name& name) {
  using lostletter::domain::is_within;
  const auto suffix = lostletter::domain::public_suffix(name);
  const auto icann = lostletter::domain::icann_suffix(name);
  const auto registrable = lostletter::domain::registrable_domain(name);
  require(is_within(name.ascii(), suffix.text));
  require(is_within(name.ascii(), icann.text));
  require(registrable.empty() == (suffix.text == name.ascii()));
  if (registrable.empty()) return;
  require(is_within(name.ascii(), registrable));
  require(is_within(registrable, suffix.text));
  const auto label = registrable.substr(0, registrable.find('.'));
  require(label.size() + 1 + suffix.text.size() == registrable.size());
  require(lostletter::domain::registrable_domain(registrable) == registrable);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = Name::parse(text);
  if (!name) {
    const std::string& message = name.error().message;
    require(!message.empty() && message.size() < 512);
    require(lostletter::is_valid_utf8(message));
    require(message.find_first_of(std::string_view("\0\r\n\t\x1B", 5)) ==
            message.npos);
    return 0;
  }
  check_labels(*name);
  check_spellings(*name);
  check_suffix(*name);
  return 0;
}
