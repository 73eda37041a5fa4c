// SPDX-License-Identifier: Apache-2.0
#include "mail/address_list.h"

#include <gtest/gtest.h>

namespace lostletter::mail {
namespace {

// "Ann <ann@example.com> | bob@example.com | ! error": mailboxes, then errors.
std::string read(std::string_view text, std::size_t most = 10000) {
  const AddressList list = parse_address_list(text, most);
  std::string all;
  for (const auto& [name, address] : list.mailboxes) {
    if (!all.empty()) all += " | ";
    all += name.empty() ? address.to_string()
                        : name + " <" + address.to_string() + '>';
  }
  for (const Error& error : list.errors) {
    if (!all.empty()) all += " | ";
    all += "! " + error.message;
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view want;
};

TEST(AddressList, Reads) {
  constexpr Case kCases[] = {
      {"", ""},
      {" ,, ;\r\n , ", ""},
      {"ann@example.com", "ann@example.com"},
      {"<ann@example.com>", "ann@example.com"},
      {"Ann Lee <ann@example.com>", "Ann Lee <ann@example.com>"},
      {"Ann B. Lee <ann@example.com>", "Ann B. Lee <ann@example.com>"},
      {"\"Lee, Ann\" <ann@example.com>, bob@example.org",
       "Lee, Ann <ann@example.com> | bob@example.org"},
      {"\"Ann \\\"X\\\" Lee\"<ann@example.com>",
       "Ann \"X\" Lee <ann@example.com>"},
      {"Ann \"X\" Lee <ann@example.com>", "Ann X Lee <ann@example.com>"},
      // Comments and folding, in the middle of an address too.
      {"(c)comm(ent)@d.example", "comm@d.example"},
      {"ann(a(b\\)(c)))@(d)example(e).(f)com", "ann@example.com"},
      {"ann\r\n @\r\n\texample\r\n .com", "ann@example.com"},
      {"\"ann\r\n lee\"@example.com", "\"ann lee\"@example.com"},
      {"To: ann@example.com,\r\n bob@example.org",
       "ann@example.com | bob@example.org"},
      // Obsolete local-parts (RFC 5322 4.4).
      {"ann . lee @ example . com", "ann.lee@example.com"},
      {"ann.\"b c\".d@example.com", "\"ann.b c.d\"@example.com"},
      {"\"ann\".lee@example.com", "ann.lee@example.com"},
      {"<@a.example,@b.example:ann@example.com>", "ann@example.com"},
      {"Ann <@[IPv6:::1],@b.example:ann@example.com>", "Ann <ann@example.com>"},
      {"ann@[192.0.2.1], bob@[IPv6:2001:db8::1]",
       "ann@[192.0.2.1] | bob@[IPv6:2001:db8::1]"},
      // Groups (RFC 6854), nested ones too, which nobody may write.
      {"Friends: ann@example.com, Bob <bob@example.org>;",
       "ann@example.com | Bob <bob@example.org>"},
      {"undisclosed-recipients:;", ""},
      {"A: B: ann@example.com; bob@example.org;;, carl@example.net",
       "ann@example.com | bob@example.org | carl@example.net"},
      {"\"A: b\": ann@example.com;", "ann@example.com"},
      // What people paste.
      {"ann@example.com bob@example.org\tcarl@example.net",
       "ann@example.com | bob@example.org | carl@example.net"},
      {"ann@example.com\nbob@example.org\r\ncarl@example.net\n",
       "ann@example.com | bob@example.org | carl@example.net"},
      {"Ann <ann@example.com> Bob <bob@example.org>",
       "Ann <ann@example.com> | Bob <bob@example.org>"},
      {"ann@example.com; bob@example.org;",
       "ann@example.com | bob@example.org"},
      {"Ann Lee ann@example.com", "Ann Lee <ann@example.com>"},
      {"ann@example.com <ann@example.com>",
       "ann@example.com <ann@example.com>"},
      {"ann@example.com<mailto:ann@example.com>",
       "ann@example.com <ann@example.com>"},
      {"mailto:ann@example.com", "ann@example.com"},
      // A display name never becomes an address.
      {"\"bob@example.org\" <ann@example.com>",
       "bob@example.org <ann@example.com>"},
      {"=?utf-8?q?bob=40example.org=2C?= <ann@example.com>",
       "=?utf-8?q?bob=40example.org=2C?= <ann@example.com>"},
      {"=?utf-8?q?x?=@example.com", "=?utf-8?q?x?=@example.com"},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(read(text), want) << text;
}

TEST(AddressList, RefusesEntriesAndGoesOn) {
  constexpr Case kCases[] = {
      {"ann, bob@example.org",
       "bob@example.org | ! entry at byte 0, 'ann': address has no '@'"},
      {"bob@example.org, Ann Lee <>",
       "bob@example.org | ! entry at byte 17, 'Ann Lee <>': address is empty"},
      {"a@b@c.example, bob@example.org",
       "bob@example.org | ! entry at byte 0, 'a@b@c.example': byte 1 ('@') "
       "cannot stand in a local-part unless it is quoted"},
      {"<ann lee@example.com>",
       "! entry at byte 0, '<ann lee@example.com>': byte 3 (0x20) cannot stand "
       "in a local-part unless it is quoted"},
      {"Ann <ann@example.com, Bob <bob@example.org>",
       "Bob <bob@example.org> | ! entry at byte 0, 'Ann <ann@example.com': "
       "'<' has no '>'"},
      {"Ann <ann@example.com Bob <bob@example.org>",
       "bob@example.org | ! entry at byte 0, 'Ann <ann@example.com Bob': "
       "'<' has no '>'"},
      {"ann@example.com>",
       "! entry at byte 0, 'ann@example.com>': domain 'example.com>': byte 11 "
       "('>') cannot stand in a domain name"},
      {"ann@example.com, \"Bob <bob@example.org>",
       "ann@example.com | \"Bob <bob@example.org> | ! quoted string that opens "
       "at byte 17 is not closed"},
      {"ann@example.com, (c bob@example.org\ncarl@example.net (c)",
       "ann@example.com | (c <bob@example.org> | carl@example.net | ! comment "
       "that opens at byte 17 is not closed"},
      {"=?utf-8?q?ann=40example.com?=",
       "! entry at byte 0, '=?utf-8?q?ann=40example.com?=': address has no "
       "'@'"},
      {"ann@example.com:bob@example.org", "ann@example.com | bob@example.org"},
      {"ann@example.com lee",
       "ann@example.com | ! entry at byte 16, 'lee': address has no '@'"},
      {"[192.0.2.1 <ann@example.com>", "[192.0.2.1 <ann@example.com>"},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(read(text), want) << text;
}

TEST(AddressList, StopsAtMost) {
  EXPECT_EQ(read("a@b.example,c@d.example", 2), "a@b.example | c@d.example");
  EXPECT_EQ(read("a@b.example,x,c@d.example,,", 2),
            "a@b.example | ! entry at byte 12, 'x': address has no '@' | "
            "! list has more than 2 entries; the rest was not read");
}

// A megabyte of one thing. That each is read in linear time is what keeps this
// test from taking for ever; what comes out must be small.
TEST(AddressList, BearsAMegabyte) {
  for (const std::string_view piece : {"(",
                                       ")",
                                       "(((\\",
                                       ":",
                                       ",",
                                       ";",
                                       "<",
                                       ">",
                                       "\"",
                                       "\\",
                                       "\"\\",
                                       "[",
                                       "]",
                                       "@",
                                       ".",
                                       "a",
                                       "a ",
                                       "a:",
                                       "a,",
                                       "<,",
                                       "<a,",
                                       "\n",
                                       "\r",
                                       "\n ",
                                       "a@b.example ",
                                       "a@b.example,",
                                       "<a@b.example>",
                                       "a@b:",
                                       "\"\" ",
                                       "()",
                                       "(\n",
                                       "\"\n",
                                       "a\"",
                                       "a(",
                                       "[a ",
                                       "\xFF",
                                       "@,@"}) {
    std::string text;
    while (text.size() < (1U << 20)) text += piece;
    const AddressList list = parse_address_list(text);
    EXPECT_LE(list.mailboxes.size() + list.errors.size(), 10001U) << piece;
    for (const Error& error : list.errors) {
      EXPECT_LE(error.message.size(), 400U) << error.message;
    }
  }
}

}  // namespace
}  // namespace lostletter::mail
