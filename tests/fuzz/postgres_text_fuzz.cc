// SPDX-License-Identifier: Apache-2.0
//
// Any bytes become a text PostgreSQL takes, and come back the same.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "store/address.h"
#include "store/postgres_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace lostletter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string stored = store::to_database_text(text);
  assert(is_valid_utf8(stored) && stored.find('\0') == stored.npos);
  assert(store::from_database_text(stored) == text);
  assert(store::from_database_bytes(store::to_database_bytes(text)) == text);
  // What a server sends is not of our making alone.
  store::from_database_bytes(text);
  if (const auto address = store::StoreAddress::parse(text)) {
    assert(!address->to_string().empty());
  } else {
    assert(is_valid_utf8(address.error().message));
  }
  return 0;
}
