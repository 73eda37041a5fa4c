// SPDX-License-Identifier: Apache-2.0
#include "archive/message.h"

#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

std::string read(std::string_view header) {
  const auto message = read_message(header, {"mx.us.example"});
  auto text = describe(message.letter);
  if (message.resent) text += " // " + describe(*message.resent);
  return text;
}

constexpr char kNuls[] =
    "From: a@example.com\nTo: b@example.org,\r\0c@example.org\n";

TEST(Message, Read) {
  struct Case {
    std::string_view name;
    std::string_view header;
    std::string_view got;
  };
  constexpr Case kCases[] = {
      {"all of it",
       "Return-Path: <bounce@example.com>\r\n"
       "Delivered-To: bob@example.org\r\n"
       "Authentication-Results: mx.us.example;\r\n dmarc=pass\r\n"
       "From: =?utf-8?Q?J=C3=B6rg?= <joerg@Example.COM>\r\n"
       "To: Bob\r\n <bob@example.org>,\r\n\tCarol <carol@example.org>\r\n"
       "Cc: Team: dave@example.org, bob@example.org;\r\n"
       "Bcc: erin@example.org\r\n"
       "Message-ID: <1@example.com>\r\n"
       "In-Reply-To: <0@example.org> \"your letter\"\r\n"
       "References: <a@example.org>\r\n <0@example.org>\r\n"
       "Date: Tue, 24 Nov 2026 02:40:22 +0100\r\n",
       "2026-11-24T01:40:22Z joerg@example.com \"Jörg\" id=1@example.com "
       "mailbox=bob@example.org re=0@example.org re=a@example.org authentic | "
       "bob@example.org \"Bob\" | carol@example.org \"Carol\" | "
       "dave@example.org | erin@example.org"},
      {"raw bytes and broken fields",
       "From: J\xf6rg <joerg@example.com>\n"
       "no field\nTo : bob@example.org, not an address, <carol@example.org\n"
       "Message-Id: 1@example.com\nIn-reply-to: x@example.com\n"
       "Date: yesterday\nFrom: second@example.com\n",
       "- joerg@example.com \"Jörg\" id=1@example.com re=x@example.com | "
       "bob@example.org"},
      {"NULs and lone CRs", std::string_view(kNuls, sizeof kNuls - 1),
       "- a@example.com | b@example.org | c@example.org"},
      {"date from the last server",
       "Received: from x by y;\n Tue, 24 Nov 2026 01:40:22 +0000 (UTC)\n"
       "From: a@example.com\nTo: b@example.org\n",
       "2026-11-24T01:40:22Z a@example.com | b@example.org"},
      {"sender instead of author", "Sender: a@example.com\nTo: b@example.org\n",
       "- a@example.com | b@example.org"},
      {"return-path instead of author",
       "Return-Path: <a@example.com>\nTo: b@example.org\n",
       "- a@example.com | b@example.org"},
      {"answered by a machine",
       "From: a@example.com\nTo: b@example.org\nAuto-Submitted: "
       "auto-replied\n",
       "- a@example.com automatic | b@example.org"},
      {"not by a machine",
       "From: a@example.com\nTo: b@example.org\nAuto-Submitted: no\n",
       "- a@example.com | b@example.org"},
      {"bulk", "From: a@example.com\nTo: b@example.org\nPrecedence: Bulk\n",
       "- a@example.com automatic | b@example.org"},
      {"a list",
       "From: a@example.com\nTo: b@example.org\nList-Id: <l.example.org>\n",
       "- a@example.com automatic | b@example.org"},
      {"sent on",
       "Resent-From: Bob <bob@example.org>\nResent-To: carol@example.net\n"
       "Resent-Date: Tue, 24 Nov 2026 02:00:00 +0000\n"
       "Resent-Message-ID: <2@example.org>\n"
       "Resent-From: older@example.org\nResent-To: older@example.net\n"
       "From: ann@example.com\nTo: bob@example.org\n",
       "- ann@example.com | bob@example.org // 2026-11-24T02:00:00Z "
       "bob@example.org \"Bob\" id=2@example.org | carol@example.net"},
      {"results below other fields are the sender's",
       "Received: from x\nFrom: ann@example.com\nTo: bob@example.org\n"
       "Authentication-Results: mx.us.example; spf=none\nX: y\n"
       "Authentication-Results: mx.us.example; dmarc=pass\n",
       "- ann@example.com forged | bob@example.org"},
      {"two From fields",
       "Authentication-Results: mx.us.example; dmarc=pass\n"
       "From: ann@example.com\nTo: bob@example.org\nFrom: eve@example.com\n",
       "- ann@example.com forged | bob@example.org"},
      {"two authors",
       "Authentication-Results: mx.us.example; dmarc=pass\n"
       "From: ann@example.com, eve@example.com\nTo: bob@example.org\n",
       "- ann@example.com forged | bob@example.org"},
      {"nothing", "", "- <>"},
  };
  for (const auto& [name, header, got] : kCases) {
    EXPECT_EQ(read(header), got) << name;
  }
}

TEST(Message, NobodyIsTrustedByDefault) {
  const auto message = read_message(
      "Authentication-Results: mx.us.example; dmarc=pass\n"
      "From: ann@example.com\nTo: bob@example.org\n",
      {});
  EXPECT_EQ(message.letter.authentic, Authentic::kUnknown);
}

TEST(Message, ThreadIsBounded) {
  std::string header = "From: a@example.com\nTo: b@example.org\nReferences:";
  for (int i = 0; i < 1000; ++i) {
    header += " <" + std::to_string(i) + "@example.com>";
  }
  EXPECT_EQ(read_message(header + "\n", {}).letter.thread.size(), 100U);
}

TEST(Message, IsFieldLine) {
  for (const auto* line : {"From: x", "X-Y:", "To : x", "!:"}) {
    EXPECT_TRUE(is_field_line(line)) << line;
  }
  for (const auto* line :
       {"", ":", "From x", " From: x", "Fr\xc3\xb6m: x", "two words: x"}) {
    EXPECT_FALSE(is_field_line(line)) << line;
  }
}

}  // namespace
}  // namespace lostletter::archive
