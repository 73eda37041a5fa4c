// SPDX-License-Identifier: Apache-2.0
//
// What strangers, broken programs and tired people write where an address
// should stand. Each row has the whole canonical result or the whole error
// message; docs and other doors rely on these sentences.
#include <gtest/gtest.h>

#include "base/text.h"
#include "mail/address.h"
#include "mail/address_list.h"

namespace lostletter::mail {
namespace {

using namespace std::string_literals;

struct Case {
  std::string input;
  std::string want;
};

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

// Names of exactly 63 octets a label and of 253 octets in all.
std::string label63() { return std::string(63, 'x'); }
std::string name_of(std::size_t octets) {
  std::string name;
  while (octets - name.size() > 64) name += label63() + '.';
  return name + std::string(octets - name.size(), 'y');
}

// A message goes to logs and terminals as it is.
std::string message_of(const Error& error) {
  std::string text = error.message;
  std::erase(text, '\\');  // which printable would double
  EXPECT_EQ(printable(text, text.size()), text) << "unsafe to print";
  EXPECT_LE(text.size(), 400U);
  return error.message;
}

std::string read_address(std::string_view text) {
  const auto address = Address::parse(text);
  return address ? address->to_string() : message_of(address.error());
}

std::string read_path(std::string_view text) {
  const auto path = parse_path(text);
  if (!path) return message_of(path.error());
  if (path->is_null) return "null";
  return path->is_postmaster ? "postmaster" : path->address->to_string();
}

std::string read_list(std::string_view text) {
  const auto list = parse_address_list(text);
  std::string all;
  for (const auto& [name, address] : list.mailboxes) {
    all += printable(name) + '<' + address.to_string() + '>';
  }
  for (const Error& error : list.errors) all += '!' + message_of(error);
  return all;
}

void check(const std::vector<Case>& cases,
           std::string (*read)(std::string_view)) {
  for (const auto& [input, want] : cases) {
    const std::string got = read(input);
    EXPECT_EQ(got, want) << "reading " << printable(input, 120);
  }
}

TEST(Hostile, Shape) {
  check(
      {
          {"", "address is empty"},
          {" ", "address has no '@'"},
          {"@", "address has no local-part"},
          {"@example.com", "address has no local-part"},
          {"ann@", "address has no domain"},
          {"ann", "address has no '@'"},
          {"<>", "address has no '@'"},
          {"<ann@example.com>",
           "byte 0 ('<') cannot stand in a local-part unless it is quoted"},
          {"a@b@c.example",
           "byte 1 ('@') cannot stand in a local-part unless it is quoted"},
          {"ann@@example.com",
           "byte 3 ('@') cannot stand in a local-part unless it is quoted"},
          {"ann@example.com@",
           "byte 3 ('@') cannot stand in a local-part unless it is quoted"},
          {"host.example!ann", "address has no '@'"},
          {"host!ann@example.com", "host!ann@example.com"},
          {"ann%army.ml@example.com", "ann%army.ml@example.com"},
          {"ann+tag@example.com", "ann+tag@example.com"},
          {"bounce+ann=example.org@example.com",
           "bounce+ann=example.org@example.com"},
          {"SRS0=abcd=12=example.org=ann@example.com",
           "SRS0=abcd=12=example.org=ann@example.com"},
          {"!#$%&'*+-/=?^_`{|}~@example.com",
           "!#$%&'*+-/=?^_`{|}~@example.com"},
          {"=?utf-8?q?ann=40example.org?=@example.com",
           "=?utf-8?q?ann=40example.org?=@example.com"},
          {"mailto:ann@example.com",
           "byte 6 (':') cannot stand in a local-part unless it is quoted"},
          {"ann@example.com,bob@example.org",
           "byte 3 ('@') cannot stand in a local-part unless it is quoted"},
          {"(c)ann@example.com",
           "byte 0 ('(') cannot stand in a local-part unless it is quoted"},
          {"ann@example.com(c)",
           "domain 'example.com(c)': byte 11 ('(') cannot stand in a domain "
           "name"},
          {"ann[at]example.com", "address has no '@'"},
          {"ann\uFF20"
           "example.com",
           "address has no '@'"},
      },
      read_address);
}

TEST(Hostile, Dots) {
  check(
      {
          {"..", "address has no '@'"},
          {".ann@example.com", "byte 0 ('.') cannot begin a local-part"},
          {"ann.@example.com", "byte 3 ('.') cannot end a local-part"},
          {"a..b@example.com",
           "byte 2 ('.') cannot follow another dot in a local-part"},
          {".@example.com", "byte 0 ('.') cannot begin a local-part"},
          {"..@example.com", "byte 0 ('.') cannot begin a local-part"},
          {"ann@.example.com",
           "domain '.example.com': label 1 is empty (byte 0)"},
          {"ann@example..com",
           "domain 'example..com': label 2 is empty (byte 8)"},
          {"ann@example.com.",
           "domain 'example.com.' ends with a dot; leave it out (RFC 5321 "
           "4.1.2)"},
          {"ann@example.com\u3002",
           "domain 'example.com\u3002' ends with a dot; leave it out (RFC "
           "5321 4.1.2)"},
          {"ann@.",
           "domain '.' ends with a dot; leave it out (RFC 5321 4.1.2)"},
          {"ann@army\u3002mil", "ann@army.mil"},
      },
      read_address);
}

TEST(Hostile, Quotes) {
  check(
      {
          {R"("a b"@example.com)", R"("a b"@example.com)"},
          {R"("a\"b@c"@example.com)", R"("a\"b@c"@example.com)"},
          {R"("a\ b"@example.com)", R"("a\ b"@example.com)"},
          {R"("..."@example.com)", R"("..."@example.com)"},
          {R"(""@example.com)", R"(""@example.com)"},
          {R"("<ann@example.org>"@example.com)",
           R"("<ann@example.org>"@example.com)"},
          {R"("ann@example.com)", "quoted local-part is not closed"},
          {R"("ann\"@example.com)", "quoted local-part is not closed"},
          {R"("@example.com)", "quoted local-part is not closed"},
          {R"("ann@example.com")", "address has no '@'"},
          {R"("ann"lee@example.com)",
           "byte 5 ('l') cannot follow the closing quote of a local-part"},
          {R"("ann".lee@example.com)",
           "byte 5 ('.') cannot follow the closing quote of a local-part"},
          {R"(ann"lee"@example.com)",
           "byte 3 ('\"') cannot stand in a local-part that is not quoted as a "
           "whole"},
          {R"(ann\@lee@example.com)",
           "byte 3 ('\\') cannot stand in a local-part unless it is quoted"},
          {"\"a\tb\"@example.com",
           "byte 2 (0x09) cannot stand in a local-part"},
          {"\"a\r\n b\"@example.com",
           "byte 2 (0x0d) cannot stand in a local-part"},
          {"\"a\\\0\"@example.com"s,
           "byte 3 (0x00) cannot follow a backslash in a local-part"},
          {"\"a\\\u00FC\"@example.com",
           "byte 3 (0xc3) cannot follow a backslash in a local-part"},
      },
      read_address);
}

TEST(Hostile, Bytes) {
  check(
      {
          {"\0"s, "address has no '@'"},
          {"anna\0@example.com"s, "byte 4 (0x00) cannot stand in a local-part"},
          {"ann@exa\0mple.com"s,
           "domain 'exa\\x00mple.com': byte 3 (0x00) cannot stand in a "
           "domain name"},
          {"ann@example.com\0"s,
           "domain 'example.com\\x00': byte 11 (0x00) cannot stand in a "
           "domain name"},
          {"ann\r@example.com", "byte 3 (0x0d) cannot stand in a local-part"},
          {"ann\n@example.com", "byte 3 (0x0a) cannot stand in a local-part"},
          {"ann@example.com\r\nRCPT TO:<bob@example.org>",
           "byte 3 ('@') cannot stand in a local-part unless it is quoted"},
          {"ann@example.com\r\n",
           "domain 'example.com\\x0d\\x0a': byte 11 (0x0d) cannot stand in a "
           "domain name"},
          {"ann@example.com\n",
           "domain 'example.com\\x0a': byte 11 (0x0a) cannot stand in a "
           "domain name"},
          {"ann@exam\tple.com",
           "domain 'exam\\x09ple.com': byte 4 (0x09) cannot stand in a "
           "domain name"},
          {"a b@example.com",
           "byte 1 (0x20) cannot stand in a local-part unless it is quoted"},
          {"ann @example.com",
           "byte 3 (0x20) cannot stand in a local-part unless it is quoted"},
          {" ann@example.com",
           "byte 0 (0x20) cannot stand in a local-part unless it is quoted"},
          {"ann@ example.com",
           "domain ' example.com': byte 0 (0x20) cannot stand in a domain "
           "name"},
          {"ann@example.com ",
           "domain 'example.com ': byte 11 (0x20) cannot stand in a domain "
           "name"},
          {"ann\x1B[31m@example.com",
           "byte 3 (0x1b) cannot stand in a local-part"},
          {"ann\x7F@example.com", "byte 3 (0x7f) cannot stand in a local-part"},
          {"ann\xFF@example.com", "byte 3 (0xff) is not UTF-8"},
          {"\x80@example.com", "byte 0 (0x80) is not UTF-8"},
          {"ann\xC3@example.com", "byte 3 (0xc3) is not UTF-8"},
          {"a\xC0\xAE"
           "b@example.com",
           "byte 1 (0xc0) is not UTF-8"},
          {"a\xE0\x80\xAF@example.com", "byte 1 (0xe0) is not UTF-8"},
          {"a\xF0\x80\x80\xAF@example.com", "byte 1 (0xf0) is not UTF-8"},
          {"a\xED\xA0\x80@example.com", "byte 1 (0xed) is not UTF-8"},
          {"a\xF4\x90\x80\x80@example.com", "byte 1 (0xf4) is not UTF-8"},
          {"\"a\xFC\"@example.com", "byte 2 (0xfc) is not UTF-8"},
      },
      read_address);
}

TEST(Hostile, Unicode) {
  const auto refused = [](std::string_view which, std::size_t byte,
                          std::string_view why) {
    return "character " + std::string(which) + " at byte " +
           std::to_string(byte) +
           " cannot stand in a local-part: " + std::string(why);
  };
  const std::string order = "it changes the order in which others show";
  const std::string unseen = "it cannot be seen";
  check(
      {
          {"j\u00F6rg@example.com", "j\u00F6rg@example.com"},
          {"\u7528\u6237@example.com", "\u7528\u6237@example.com"},
          {"\U0001F4EE@example.com", "\U0001F4EE@example.com"},
          // Cyrillic a: looks Latin, and is the receiving host's business.
          {"\u0430nn@example.com", "\u0430nn@example.com"},
          {"\"\u00FC \u00E4\"@example.com", "\"\u00FC \u00E4\"@example.com"},
          {"ann\u0085@example.com",
           refused("U+0085", 3, "it is a control character")},
          {"ann\u00A0lee@example.com", refused("U+00A0", 3, "it is a space")},
          {"\u3000@example.com", refused("U+3000", 0, "it is a space")},
          {"ann\u2028@example.com",
           refused("U+2028", 3, "it is a control character")},
          {"ann\u00ADlee@example.com", refused("U+00AD", 3, unseen)},
          {"ann\u200Blee@example.com", refused("U+200B", 3, unseen)},
          {"ann\u2060@example.com", refused("U+2060", 3, unseen)},
          {"\uFEFF"
           "ann@example.com",
           refused("U+FEFF", 0, unseen)},
          {"ann\uFE0F@example.com", refused("U+FE0F", 3, unseen)},
          {"ann\U000E0041@example.com", refused("U+E0041", 3, unseen)},
          {"\u3164@example.com", refused("U+3164", 0, unseen)},
          {"\u202Enna@example.com", refused("U+202E", 0, order)},
          {"ann\u202A@example.com", refused("U+202A", 3, order)},
          {"ann\u2066@example.com", refused("U+2066", 3, order)},
          {"ann\u2069@example.com", refused("U+2069", 3, order)},
          {"ann\u200F@example.com", refused("U+200F", 3, order)},
          {"ann\u061C@example.com", refused("U+061C", 3, order)},
          {"\"ann\u202E\"@example.com", refused("U+202E", 4, order)},
          {"ann\uFFFF@example.com",
           refused("U+FFFF", 3, "it is not a character")},
          {"ann\U0010FFFE@example.com",
           refused("U+10FFFE", 3, "it is not a character")},
          // A joiner spells Persian, and hides between Latin letters.
          {"\u0645\u06CC\u200C\u0631@example.com",
           "\u0645\u06CC\u200C\u0631@example.com"},
          {"an\u200Cn@example.com", refused("U+200C", 2, unseen)},
          {"an\u200Dn@example.com", refused("U+200D", 2, unseen)},
      },
      read_address);
}

TEST(Hostile, Lengths) {
  const std::string local64(64, 'a');
  check(
      {
          {local64 + "@example.com", local64 + "@example.com"},
          {'a' + local64 + "@example.com",
           "local-part is 65 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {times(32, "\u00FC") + "@example.com",
           times(32, "\u00FC") + "@example.com"},
          {times(33, "\u00FC") + "@example.com",
           "local-part is 66 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {'"' + local64 + "\"@example.com",
           "local-part is 66 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {std::string(1 << 20, 'a') + "@example.com",
           "local-part is 1048576 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {'"' + times(1 << 19, "\\\"") + "\"@example.com",
           "local-part is 1048578 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {std::string(1 << 20, 'a'), "address has no '@'"},
          {std::string(1 << 20, '@'),
           "local-part is 1048575 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {'"' + std::string(1 << 20, '@'),
           "local-part is 1048576 octets long; 64 is the limit (RFC 5321 "
           "4.5.3.1.1)"},
          {"ann@" + std::string(1 << 20, 'a'),
           "address is 1048580 octets long; 254 is the limit (RFC 5321 "
           "4.5.3.1.3)"},
          {"a@" + name_of(252), "a@" + name_of(252)},
          {"a@" + name_of(253),
           "address is 255 octets long; 254 is the limit (RFC 5321 "
           "4.5.3.1.3)"},
          {local64 + '@' + name_of(189), local64 + '@' + name_of(189)},
          {local64 + '@' + name_of(190),
           "address is 255 octets long; 254 is the limit (RFC 5321 "
           "4.5.3.1.3)"},
          {"ann@" + label63() + ".example", "ann@" + label63() + ".example"},
          {"ann@x" + label63() + ".example",
           "domain 'x" + label63() +
               ".example': label 1 is 64 octets long; at most 63 are allowed "
               "(byte 0)"},
      },
      read_address);
}

TEST(Hostile, Literals) {
  const auto no_ipv4 = [](std::string_view shown) {
    return "address literal '" + std::string(shown) +
           "' is no IPv4 address of four numbers from 0 to 255 without leading "
           "zeros";
  };
  const auto no_ipv6 = [](std::string_view shown) {
    return "address literal '" + std::string(shown) + "' is no IPv6 address";
  };
  check(
      {
          {"ann@[192.0.2.1]", "ann@[192.0.2.1]"},
          {"ann@[0.0.0.0]", "ann@[0.0.0.0]"},
          {"ann@[255.255.255.255]", "ann@[255.255.255.255]"},
          {"ann@192.0.2.1",
           "domain '192.0.2.1': '192.0.2.1' looks like an IP address; write "
           "[192.0.2.1]"},
          {"ann@[192.0.2.256]", no_ipv4("[192.0.2.256]")},
          {"ann@[192.0.2]", no_ipv4("[192.0.2]")},
          {"ann@[192.0.2.1.1]", no_ipv4("[192.0.2.1.1]")},
          {"ann@[192.0.2.010]", no_ipv4("[192.0.2.010]")},
          {"ann@[192.0.2.+1]", no_ipv4("[192.0.2.+1]")},
          {"ann@[192.0.2.1 ]", no_ipv4("[192.0.2.1 ]")},
          {"ann@[0x7f.0.0.1]", no_ipv4("[0x7f.0.0.1]")},
          {"ann@[3221225985]", no_ipv4("[3221225985]")},
          {"ann@[]", no_ipv4("[]")},
          {"ann@[example.com]", no_ipv4("[example.com]")},
          {"ann@[192.0.2.1", "address literal that opens at byte 4 has no ']'"},
          {"ann@192.0.2.1]",
           "domain '192.0.2.1]': byte 9 (']') cannot stand in a domain name"},
          {"ann@[192.0.2.1].example",
           "byte 15 ('.') cannot follow an address literal"},
          {"ann@[[192.0.2.1]]",
           "byte 16 (']') cannot follow an address literal"},
          {"ann@[IPv6:2001:db8::1]", "ann@[IPv6:2001:db8::1]"},
          {"ann@[ipV6:2001:0DB8:0000:0000:0000:0000:0000:0001]",
           "ann@[IPv6:2001:db8::1]"},
          {"ann@[IPv6:::]", "ann@[IPv6:::]"},
          {"ann@[IPv6:::1]", "ann@[IPv6:::1]"},
          {"ann@[IPv6:2001:db8::]", "ann@[IPv6:2001:db8::]"},
          {"ann@[IPv6:1:0:0:2:0:0:0:3]", "ann@[IPv6:1:0:0:2::3]"},
          {"ann@[IPv6:1:0:2:3:4:5:6:7]", "ann@[IPv6:1:0:2:3:4:5:6:7]"},
          {"ann@[IPv6:1:2:3:4:5:6:7::]", "ann@[IPv6:1:2:3:4:5:6:7:0]"},
          {"ann@[IPv6:::ffff:192.0.2.1]", "ann@[IPv6:::ffff:192.0.2.1]"},
          {"ann@[IPv6:::FFFF:c000:0201]", "ann@[IPv6:::ffff:192.0.2.1]"},
          {"ann@[IPv6:64:ff9b::192.0.2.1]", "ann@[IPv6:64:ff9b::c000:201]"},
          {"ann@[IPv6:1:2:3:4:5:6:192.0.2.1]",
           "ann@[IPv6:1:2:3:4:5:6:c000:201]"},
          {"ann@[IPv6:]", no_ipv6("[IPv6:]")},
          {"ann@[IPv6::]", no_ipv6("[IPv6::]")},
          {"ann@[IPv6:::1::2]", no_ipv6("[IPv6:::1::2]")},
          {"ann@[IPv6::::]", no_ipv6("[IPv6::::]")},
          {"ann@[IPv6:1:2:3:4:5:6:7]", no_ipv6("[IPv6:1:2:3:4:5:6:7]")},
          {"ann@[IPv6:1:2:3:4:5:6:7:8:9]", no_ipv6("[IPv6:1:2:3:4:5:6:7:8:9]")},
          {"ann@[IPv6:1:2:3:4::5:6:7:8]", no_ipv6("[IPv6:1:2:3:4::5:6:7:8]")},
          {"ann@[IPv6:12345::]", no_ipv6("[IPv6:12345::]")},
          {"ann@[IPv6:g::]", no_ipv6("[IPv6:g::]")},
          {"ann@[IPv6:-1::]", no_ipv6("[IPv6:-1::]")},
          {"ann@[IPv6:192.0.2.1::]", no_ipv6("[IPv6:192.0.2.1::]")},
          {"ann@[IPv6:::192.0.2.1:1]", no_ipv6("[IPv6:::192.0.2.1:1]")},
          {"ann@[IPv6:fe80::1%eth0]", no_ipv6("[IPv6:fe80::1%eth0]")},
          {"ann@[IPv6:1:2:3:4:5:6:7:192.0.2.1]",
           no_ipv6("[IPv6:1:2:3:4:5:6:7:192.0.2.1]")},
          {"ann@[2001:db8::1]",
           "address literal '[2001:db8::1]' lacks the tag 'IPv6:' (RFC 5321 "
           "4.1.3)"},
          {"ann@[x400:c=us]",
           "address literal has the tag 'x400'; only IPv4 and 'IPv6:' are in "
           "use (RFC 5321 4.1.3)"},
          {"ann@[\u202E:\n]",
           "address literal has the tag '\\u{202e}'; only IPv4 and 'IPv6:' are "
           "in use (RFC 5321 4.1.3)"},
      },
      read_address);
}

TEST(Hostile, Domains) {
  check(
      {
          {"ann@army.ml", "ann@army.ml"},
          {"ANN@ARMY.ML", "ANN@army.ml"},
          {"Ann@aRMY.Ml", "Ann@army.ml"},
          {"ann@localhost", "ann@localhost"},
          {"ann@armymil", "ann@armymil"},
          {"ann@gmail,com",
           "domain 'gmail,com': byte 5 (',') cannot stand in a domain name"},
          {"ann@example.com;",
           "domain 'example.com;': byte 11 (';') cannot stand in a domain "
           "name"},
          {"ann@exa_mple.com", "ann@exa_mple.com"},
          {"ann@-example.com",
           "domain '-example.com': label 1 begins with a hyphen (byte 0)"},
          {"ann@example-.com",
           "domain 'example-.com': label 1 ends with a hyphen (byte 7)"},
          {"ann@example.com:25",
           "domain 'example.com:25': byte 11 (':') cannot stand in a domain "
           "name"},
          {"ann@example.com/path",
           "domain 'example.com/path': byte 11 ('/') cannot stand in a "
           "domain name"},
          {"ann@b\u00FC"
           "cher.example",
           "ann@xn--bcher-kva.example"},
          {"ann@B\u00DC"
           "CHER.EXAMPLE",
           "ann@xn--bcher-kva.example"},
          {"ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"},
          // Full-width letters are mapped (UTS 46).
          {"ann@\uFF41rmy.mil", "ann@army.mil"},
          {"ann@example.\u202Emoc",
           "domain 'example.\\u{202e}moc': label '\\u{202e}moc' is no valid "
           "U-label: IDNA2008 does not allow U+202E"},
          // UTS 46 ignores it, and then it is example.com that gets the letter.
          {"ann@exam\u200Bple.com", "ann@example.com"},
          {"ann@xn--a.example",
           "domain 'xn--a.example': label 'xn--a' is no valid A-label: "
           "IDNA2008 does not allow U+0080"},
          {"ann@xn--.example",
           "domain 'xn--.example': label 1 ends with a hyphen (byte 3)"},
          {"ann@xn--example-.com",
           "domain 'xn--example-.com': label 1 ends with a hyphen (byte 11)"},
          {"ann@xn--\u00E9.example",
           "domain 'xn--\u00E9.example': label 'xn--\u00E9' is no valid "
           "U-label: its punycode does not decode"},
          {"ann@xn--99999999999999.example",
           "domain 'xn--99999999999999.example': label 'xn--99999999999999' is "
           "no valid A-label: its punycode does not decode"},
          {"ann@D\u0130.example", "ann@xn--di-sub.example"},
          // Cyrillic in Latin, and an accent: names, though surely not
          // army.mil.
          {"ann@\u0430rmy.mil", "ann@xn--rmy-5cd.mil"},
          {"ann@a\u0301rmy.mil", "ann@xn--rmy-dla.mil"},
          {"ann@\u0301rmy.mil",
           "domain '\u0301rmy.mil': label '\u0301rmy' is no valid U-label: it "
           "begins with a combining mark"},
          {"ann@example\xFF.com",
           "domain 'example\\xff.com': byte 7 (0xff) is not UTF-8"},
          {"ann@\u00AD",
           "domain '\\u{00ad}': label '\\u{00ad}' is no valid U-label: it has "
           "only invisible characters"},
      },
      read_address);
}

TEST(Hostile, Paths) {
  check(
      {
          {"<ann@example.com>", "ann@example.com"},
          {"ann@example.com", "ann@example.com"},
          {" <ann@example.com>\t", "ann@example.com"},
          {"<ann@example.com\t>", "ann@example.com"},
          {"<>", "null"},
          {"< >", "null"},
          {"", "path is empty; the null path is <>"},
          {"  ", "path is empty; the null path is <>"},
          {"<postmaster>", "postmaster"},
          {"<PostMaster>", "postmaster"},
          {"postmaster", "postmaster"},
          {"<postmaster@example.com>", "postmaster@example.com"},
          {"<\"postmaster\">", "address has no '@'"},
          {"<nodomain>", "address has no '@'"},
          {"<host!user>", "address has no '@'"},
          {"<\"\">", "address has no '@'"},
          {"<@example.com>", "address has no local-part"},
          {"<ann@example.com.>", "ann@example.com"},
          {"<ann@example.com..>",
           "domain 'example.com..' ends with a dot; leave it out (RFC 5321 "
           "4.1.2)"},
          {"<ann@.>",
           "domain '.' ends with a dot; leave it out (RFC 5321 4.1.2)"},
          {"<ann@[192.0.2.1].>", "ann@[192.0.2.1]"},
          {"<@a.example,@b.example:ann@example.com>", "ann@example.com"},
          {"@a.example:ann@example.com", "ann@example.com"},
          {"<@[192.0.2.1],@[IPv6:::1]:ann@example.com>", "ann@example.com"},
          {"<@a.example:@b.example:ann@example.com>",
           "byte 0 ('@') cannot stand in a local-part unless it is quoted"},
          {"<@a.example,b.example:ann@example.com>",
           "source route has 'b.example' where '@' and a domain should stand"},
          {"<@:ann@example.com>",
           "source route has '@' where '@' and a domain should stand"},
          {"<@a.example,:ann@example.com>",
           "source route has '' where '@' and a domain should stand"},
          {"<@a.example:>", "address is empty"},
          {"<@a.example,@b.example>",
           "byte 0 ('@') cannot stand in a local-part unless it is quoted"},
          {"<@a\u202E:ann@example.com>",
           "source route has '@a\\u{202e}' where '@' and a domain should "
           "stand"},
          {"<ann@example.com",
           "path begins with '<' and does not end with '>'"},
          {"<ann@example.com> SIZE=1",
           "path begins with '<' and does not end with '>'"},
          {"ann@example.com>",
           "domain 'example.com>': byte 11 ('>') cannot stand in a domain "
           "name"},
          {"<<ann@example.com>>",
           "byte 0 ('<') cannot stand in a local-part unless it is quoted"},
          {"<\"a>b\"@example.com>", "\"a>b\"@example.com"},
          {"<", "path begins with '<' and does not end with '>'"},
          {">", "address has no '@'"},
          {"<two@@example.com>",
           "byte 3 ('@') cannot stand in a local-part unless it is quoted"},
          {"<a..b@example.com>",
           "byte 2 ('.') cannot follow another dot in a local-part"},
          {"<(c)comm(ent)@example.com>",
           "byte 0 ('(') cannot stand in a local-part unless it is quoted"},
          {"<Friends:ann@example.com;>",
           "byte 7 (':') cannot stand in a local-part unless it is quoted"},
          {"<ann@example.com>\r\n",
           "path begins with '<' and does not end with '>'"},
          {"<anna\0@example.com>"s,
           "byte 4 (0x00) cannot stand in a local-part"},
          {"<a@" + name_of(252) + '>', "a@" + name_of(252)},
          {"<a@" + name_of(253) + '>',
           "path is 257 octets long; 256 is the limit (RFC 5321 4.5.3.1.3)"},
          {'<' + std::string(1 << 20, 'a') + "@example.com>",
           "path is 1048590 octets long; 256 is the limit (RFC 5321 "
           "4.5.3.1.3)"},
      },
      read_path);
}

TEST(Hostile, Lists) {
  check(
      {
          // Raw commas and brackets in an encoded-word are the sender's fault;
          // what is behind them is still judged as it stands.
          {"=?utf-8?q?a,?= <ann@example.com>",
           "?=<ann@example.com>!entry at byte 0, '=?utf-8?q?a': address has no "
           "'@'"},
          {"=?utf-8?q?<bob@example.org>?= <ann@example.com>",
           "=?utf-8?q?<bob@example.org>?=<ann@example.com>"},
          {"bob@example.org <ann@example.com>",
           "bob@example.org<ann@example.com>"},
          {"\"bob@example.org <bob@example.org>,\" <ann@example.com>",
           "bob@example.org <bob@example.org>,<ann@example.com>"},
          {"\u202Emoc.elpmaxe@bob <ann@example.com>",
           "\\u{202e}moc.elpmaxe@bob<ann@example.com>"},
          {"ann@example.com, ANN@EXAMPLE.COM, Ann@Example.com",
           "<ann@example.com><ANN@example.com><Ann@example.com>"},
          {"ann\0@example.com, bob@example.org"s,
           "<bob@example.org>!entry at byte 0, 'ann\\x00@example.com': byte 3 "
           "(0x00) cannot stand in a local-part"},
          {"ann\xFF@example.com\rbob@example.org",
           "<bob@example.org>!entry at byte 0, 'ann\\xff@example.com': byte 3 "
           "(0xff) is not UTF-8"},
          {"ann@exa\r\n mple.com",
           "<ann@exa>!entry at byte 10, 'mple.com': "
           "address has no '@'"},
          {"((((ann@example.com))))", ""},
          {"((((ann@example.com)))",
           "!comment that opens at byte 0 is not closed!entry at byte 0, "
           "'((((ann@example.com)))': byte 0 ('(') cannot stand in a "
           "local-part unless it is quoted"},
          {"A:B:C:D:E:ann@example.com;;;;;", "<ann@example.com>"},
          {"<ann@example.com.>",
           "!entry at byte 0, '<ann@example.com.>': domain 'example.com.' ends "
           "with a dot; leave it out (RFC 5321 4.1.2)"},
          {"<\"\"@example.com>", "<\"\"@example.com>"},
          {"<\"a\tb\"@example.com>",
           "!entry at byte 0, '<\"a\\x09b\"@example.com>': byte 2 (0x09) "
           "cannot stand in a local-part"},
          {"Ann <ann@example.com> <bob@example.org>",
           "Ann<ann@example.com><bob@example.org>"},
          {"ann@example.com@example.org",
           "!entry at byte 0, 'ann@example.com@example.org': byte 3 ('@') "
           "cannot stand in a local-part unless it is quoted"},
          {"ann@[192.0.2.1",
           "!entry at byte 0, 'ann@[192.0.2.1': address literal that opens at "
           "byte 4 has no ']'"},
          {"\\", "!entry at byte 0, '\\\\': address has no '@'"},
      },
      read_list);
}

}  // namespace
}  // namespace lostletter::mail
