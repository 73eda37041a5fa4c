// SPDX-License-Identifier: Apache-2.0
//
// An endpoint or a network survives being written and read again; what is
// refused says why in words that can be printed.
#include <cassert>
#include <cstdint>

#include "base/text.h"
#include "net/endpoint.h"
#include "net/holder.h"

using namespace lostletter;

namespace {

void check_error(const Error& error) {
  for (const char c : error.message) {
    assert(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
  assert(!error.message.empty() && error.message.size() < 600);
}

void check_endpoint(std::string_view text) {
  const auto endpoint = net::Endpoint::parse(text);
  if (!endpoint) return check_error(endpoint.error());
  const std::string written = endpoint->to_string();
  const auto again = net::Endpoint::parse(written);
  assert(again && *again == *endpoint && again->to_string() == written);
  assert(again->is_loopback() == endpoint->is_loopback());
}

void check_network(const std::string& text) {
  const auto networks = net::Networks::parse({text});
  if (!networks) return check_error(networks.error());
  // The first address of a network is in it.
  std::string first = text.substr(0, text.find('/'));
  if (first.starts_with('[')) first = first.substr(1, first.size() - 2);
  assert(networks->contains(first));
  assert(!networks->contains(text + "x"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_endpoint(text);
  check_network(text);
  // The kernel's tables are not hostile, but a parser is a parser.
  (void)net::find_tcp_inode(text, "127.0.0.1", 25);
  (void)net::find_unix_inode(text, "/x");
  return 0;
}
