// SPDX-License-Identifier: Apache-2.0
//
// An address survives being written and read again, keeps its limits, and an
// error can be printed whatever caused it.
#include <algorithm>
#include <cassert>
#include <cstdint>

#include "base/text.h"
#include "mail/address.h"
#include "mail/local_part.h"

using namespace lostletter;

namespace {

void check_error(const Error& error) {
  std::string text = error.message;
  std::erase(text, '\\');  // which printable would double
  assert(!text.empty() && text.size() <= 600);
  assert(printable(text, text.size()) == text);
}

void check_address(const mail::Address& address) {
  const std::string text = address.to_string();
  assert(address.local_part().size() <= 64 && text.size() <= 254);
  assert(is_valid_utf8(address.local_part()) && is_ascii(address.domain()));
  assert(address.is_literal() == address.domain().starts_with('['));

  const auto again = mail::Address::parse(text);
  assert(again && *again == address && again->to_string() == text);
  const auto begin = mail::find_domain(text);
  assert(begin && text.substr(*begin) == address.domain());

  // The content, quoted anew, has the same content.
  const auto content = address.unquoted_local_part();
  const auto quoted = mail::quote_local_part(content);
  if (quoted.size() <= 64) {
    assert(!mail::refuse_local_part(quoted));
    assert(mail::unquote(quoted) == content);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto begin = mail::find_domain(text);
  assert(!begin || text.at(*begin - 1) == '@');
  const auto address = mail::Address::parse(text);
  if (begin && text.compare(*begin, 1, "[") != 0) {
    const auto domain = std::string_view(text).substr(*begin);
    const auto name = mail::parse_domain(domain);
    assert(address.has_value() ==
           (name && mail::is_address({text.data(), *begin - 1}, domain,
                                     name->ascii())));
  }
  if (address) {
    check_address(*address);
    assert(text.starts_with(address->local_part() + '@'));
  } else {
    check_error(address.error());
  }
  return 0;
}
