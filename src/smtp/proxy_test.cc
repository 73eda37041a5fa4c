// SPDX-License-Identifier: Apache-2.0
#include "smtp/proxy.h"

#include <gtest/gtest.h>

namespace lostletter::smtp {
namespace {

using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string told(std::string_view bytes) {
  const auto header = read_proxy_header(bytes);
  if (!header) return header.error().message;
  if (!*header) return "more";
  return std::to_string((*header)->size) + " " + (*header)->client;
}

TEST(Proxy, Headers) {
  const std::pair<std::string, std::string> kCases[] = {
      {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\n", "41 192.0.2.1"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\nEHLO x\r\n", "41 192.0.2.1"},
      {"PROXY TCP6 2001:DB8:0::1 ::1 56324 25\r\n", "39 2001:db8::1"},
      {"PROXY UNKNOWN\r\n", "15 "},
      {"PROXY UNKNOWN ffff:: ffff:: 1 2\r\n", "33 "},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 25", "more"},
      {"PRO", "more"},
      {"", "more"},
      {"EHLO mail.example.com\r\n", "no PROXY header"},
      {"PROXY TCP4 192.0.2.1\r\n", "a PROXY line that is none"},
      {"PROXY TCP4 2001:db8::1 ::1 1 2\r\n", "a PROXY line that is none"},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
       "a PROXY line that is none"},
      {"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", "a PROXY line that is none"},
      {"PROXY " + std::string(200, 'x'), "a PROXY line without an end"},
      {kSignature + "\x21\x11\0\x0C\xC0\0\2\1\xC0\0\2\2\xDC\x04\0\x19"s,
       "28 192.0.2.1"},
      {kSignature + "\x21\x21\0\x24"s + "\x20\x01\x0D\xB8"s +
           std::string(11, '\0') + "\1" + std::string(16, '\0') + "\0\1\0\x19"s,
       "52 2001:db8::1"},
      // With an addition that is passed over.
      {kSignature + "\x21\x11\0\x10\xC0\0\2\1\xC0\0\2\2\xDC\x04\0\x19\4\0\1x"s,
       "32 192.0.2.1"},
      {kSignature + "\x20\0\0\0"s, "16 "},
      {kSignature + "\x21\0\0\0"s, "16 "},
      {kSignature + "\x21\x31\0\0"s, "16 "},
      {kSignature, "more"},
      {kSignature + "\x21\x11\0\x0C\xC0\0"s, "more"},
      {kSignature + "\x21\x11\0\4\xC0\0\2\1"s,
       "a PROXY header without its addresses"},
      {kSignature + "\x31\x11\0\0"s,
       "a PROXY header of an unknown version or command"},
      {kSignature + "\x21\x11\xFF\xFF"s, "a PROXY header that is too long"},
  };
  for (const auto& [bytes, want] : kCases) EXPECT_EQ(told(bytes), want);
}

// Read as it needs, nothing behind it is taken.
TEST(Proxy, ReadsNoFurther) {
  const std::string headers[] = {
      "PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\n",
      "PROXY UNKNOWN\r\n",
      kSignature + "\x21\x11\0\x0C\xC0\0\2\1\xC0\0\2\2\xDC\x04\0\x19"s,
      kSignature + "\x20\0\0\0"s,
  };
  for (const std::string& header : headers) {
    const std::string stream = header + "EHLO x\r\n";
    std::size_t taken = 0;
    for (;;) {
      const auto bytes = std::string_view(stream).substr(0, taken);
      const auto read = read_proxy_header(bytes);
      ASSERT_TRUE(read) << header;
      if (*read) {
        EXPECT_EQ((*read)->size, header.size());
        break;
      }
      taken += proxy_header_needs(bytes);
      ASSERT_LE(taken, header.size()) << header;
    }
    EXPECT_EQ(taken, header.size());
  }
}

}  // namespace
}  // namespace lostletter::smtp
