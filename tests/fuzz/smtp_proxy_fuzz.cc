// SPDX-License-Identifier: Apache-2.0
//
// What a balancer, or somebody who claims to be one, says first.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "smtp/proxy.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = smtp::read_proxy_header(bytes);
  if (!read) {
    require(!read.error().message.empty());
    return 0;
  }
  if (!*read) {
    require(size < smtp::kMostProxyHeader);
    require(smtp::proxy_header_needs(bytes) > 0);
    return 0;
  }
  const smtp::ProxyHeader& header = **read;
  require(header.size > 0 && header.size <= size);
  require(header.client.size() < 46);
  // What follows changes nothing; what is cut is not whole.
  const auto alone = smtp::read_proxy_header(bytes.substr(0, header.size));
  require(alone && *alone && **alone == header);
  const auto cut = smtp::read_proxy_header(bytes.substr(0, header.size - 1));
  require(cut && !*cut);
  return 0;
}
