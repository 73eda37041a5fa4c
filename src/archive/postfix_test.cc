// SPDX-License-Identifier: Apache-2.0
//
// The lines are those of Postfix 3.7.11, with names made up.
#include "archive/postfix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;

constexpr std::string_view kDay = "2026-11-24T01:40:";

// "22 smtpd[7] text" -> a line of rsyslog's.
std::string log(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const auto line : lines) {
    const auto space = line.find(' ');
    const auto colon = line.find("] ") + 1;
    text.append(kDay)
        .append(line.substr(0, space))
        .append("+00:00 mx postfix/");
    text.append(line.substr(space + 1, colon - space - 1)).append(":");
    text.append(line.substr(colon)).append("\n");
  }
  return text;
}

Recorded read(std::initializer_list<std::string_view> lines) {
  return read_all(log(lines), Kind::kPostfix);
}

TEST(Postfix, IsProgram) {
  for (const auto* program :
       {"postfix/smtpd", "postfix/submission/smtpd", "postfix-out/qmgr",
        "mx1/cleanup", "postfix/smtps/smtpd"}) {
    EXPECT_TRUE(Postfix::is_program(program)) << program;
  }
  for (const auto* program : {"postfix", "dovecot", "smtpd", "/smtpd",
                              "postfix/", "opendkim/filter"}) {
    EXPECT_FALSE(Postfix::is_program(program)) << program;
  }
}

TEST(Postfix, OneLetter) {
  EXPECT_THAT(
      read({"22 smtpd[7] B27B0A8C2CC: client=pc.example.com[192.0.2.7], "
            "sasl_method=PLAIN, sasl_username=ann@example.com",
            "22 cleanup[8] B27B0A8C2CC: message-id=<1@example.com>",
            "22 qmgr[9] B27B0A8C2CC: from=<ann@Example.COM>, size=309, nrcpt=1 "
            "(queue active)",
            "23 smtp[10] B27B0A8C2CC: to=<bob@example.org>, "
            "relay=mx.example.org[198.51.100.1]:25, delay=0.02, "
            "delays=0.01/0.01/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: "
            "queued as 4Xf)",
            "23 qmgr[9] B27B0A8C2CC: removed"}),
      ElementsAre("2026-11-24T01:40:22Z ann@example.com id=1@example.com "
                  "login=ann@example.com client=192.0.2.7 size=309 | "
                  "bob@example.org delivered 2.0.0 by "
                  "mx.example.org[198.51.100.1]:25"));
}

TEST(Postfix, TypedAddressAndWhereItLed) {
  EXPECT_THAT(
      read({"22 pickup[6] B3355A8C2CD: uid=0 from=<root>",
            "22 qmgr[9] B3355A8C2CD: from=<root@example.com>, size=1, nrcpt=3 "
            "(queue active)",
            "22 smtp[10] B3355A8C2CD: to=<carol@example.net>, "
            "orig_to=<team@example.com>, relay=a[192.0.2.1]:25, dsn=2.0.0, "
            "status=sent (ok)",
            "22 smtp[10] B3355A8C2CD: to=<dave@example.net>, "
            "orig_to=<team@example.com>, relay=a[192.0.2.1]:25, dsn=4.0.0, "
            "status=deferred (no)",
            "22 local[11] B3355A8C2CD: to=<root@example.com>, orig_to=<root>, "
            "relay=local, delay=0, dsn=2.0.0, status=sent (delivered)",
            "23 qmgr[9] B3355A8C2CD: removed"}),
      ElementsAre("2026-11-24T01:40:22Z root@example.com id=mx/B3355A8C2CD "
                  "size=1 | team@example.com deferred 4.0.0 by "
                  "a[192.0.2.1]:25 -> carol@example.net -> dave@example.net"
                  " | root delivered 2.0.0 by local -> root@example.com"));
}

TEST(Postfix, LastOutcomeCounts) {
  EXPECT_THAT(
      read({"01 qmgr[9] 4XyZq12wzPz3: from=<>, size=1, nrcpt=2 (queue active)",
            "02 smtp[1] 4XyZq12wzPz3: to=<a@example.org>, relay=none, "
            "delay=30, dsn=4.4.1, status=deferred (connect: timed out)",
            "03 smtp[1] 4XyZq12wzPz3: to=<b@example.org>, relay=none, "
            "delay=30, dsn=4.4.1, status=deferred (connect: timed out)",
            "10 smtp[1] 4XyZq12wzPz3: to=<a@example.org>, "
            "relay=x[192.0.2.1]:25, conn_use=2, dsn=5.1.1, status=bounced "
            "(host said: 550 5.1.1 no)",
            "20 qmgr[9] 4XyZq12wzPz3: from=<>, status=expired, returned to "
            "sender",
            "20 qmgr[9] 4XyZq12wzPz3: removed"}),
      ElementsAre("2026-11-24T01:40:01Z <> id=mx/4XyZq12wzPz3 size=1 | "
                  "a@example.org bounced 5.1.1 by x[192.0.2.1]:25 | "
                  "b@example.org bounced 4.4.1"));
}

TEST(Postfix, QueueIdsAreUsedAgain) {
  EXPECT_THAT(
      read({"01 smtpd[7] ABCDEF: client=a[192.0.2.1]",
            "01 qmgr[9] ABCDEF: from=<ann@example.com>, size=1, nrcpt=1 (x)",
            "02 smtp[1] ABCDEF: to=<a@example.org>, relay=none, dsn=2.0.0, "
            "status=sent (ok)",
            "02 qmgr[9] ABCDEF: removed",
            "03 smtpd[7] ABCDEF: client=b[192.0.2.2]",
            "03 qmgr[9] ABCDEF: from=<bob@example.com>, size=1, nrcpt=1 (x)",
            "04 smtp[1] ABCDEF: to=<b@example.org>, relay=none, dsn=2.0.0, "
            "status=sent (ok)",
            // "removed" was lost.
            "05 smtpd[7] ABCDEF: client=c[192.0.2.3]",
            "05 qmgr[9] ABCDEF: from=<carol@example.com>, size=1, nrcpt=1 (x)",
            "06 smtp[1] ABCDEF: to=<c@example.org>, relay=none, dsn=2.0.0, "
            "status=sent (ok)"}),
      ElementsAre("2026-11-24T01:40:01Z ann@example.com id=mx/ABCDEF "
                  "client=192.0.2.1 size=1 | a@example.org delivered 2.0.0",
                  "2026-11-24T01:40:03Z bob@example.com id=mx/ABCDEF "
                  "client=192.0.2.2 size=1 | b@example.org delivered 2.0.0",
                  "2026-11-24T01:40:05Z carol@example.com id=mx/ABCDEF "
                  "client=192.0.2.3 size=1 | c@example.org delivered 2.0.0"));
}

TEST(Postfix, Tls) {
  const auto lines =
      read({"01 qmgr[9] AAAAAA: from=<a@example.com>, size=1, nrcpt=1 (x)",
            "01 qmgr[9] BBBBBB: from=<b@example.com>, size=1, nrcpt=1 (x)",
            "01 qmgr[9] CCCCCC: from=<c@example.com>, size=1, nrcpt=1 (x)",
            "02 smtp[1] Trusted TLS connection established to "
            "mx[192.0.2.1]:25: TLSv1.3 with cipher X (256/256 bits)",
            "02 smtp[1] AAAAAA: to=<a@example.org>, relay=mx[192.0.2.1]:25, "
            "dsn=2.0.0, status=sent (ok)",
            // Another process takes the cached connection, and says so.
            "03 smtp[2] Trusted TLS connection reused to mx[192.0.2.1]:25: "
            "TLSv1.3 with cipher X (256/256 bits)",
            "03 smtp[2] BBBBBB: to=<b@example.org>, relay=mx[192.0.2.1]:25, "
            "conn_use=2, dsn=2.0.0, status=sent (ok)",
            // A new one, without TLS.
            "04 smtp[1] CCCCCC: to=<c@example.org>, relay=mx[192.0.2.1]:25, "
            "dsn=2.0.0, status=sent (ok)"});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].ends_with(":25 TLS")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with(":25 TLS")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(":25")) << lines[2];
}

TEST(Postfix, Refusals) {
  EXPECT_THAT(
      read({"01 smtpd[7] NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 "
            "5.1.1 <x@example.org>: Recipient address rejected: User unknown; "
            "from=<ann@example.com> to=<x@example.org> proto=ESMTP helo=<pc>",
            "02 smtpd[7] NOQUEUE: reject: RCPT from pc[2001:db8::1]:4242: 450 "
            "4.7.1 <y@example.org>: Greylisted; from=<> to=<y@example.org> "
            "proto=SMTP helo=<pc>",
            "03 smtpd[7] NOQUEUE: reject: CONNECT from pc[192.0.2.1]: 554 no; "
            "proto=SMTP",
            "04 smtpd[7] ABCDEF: client=pc[192.0.2.1]",
            "04 smtpd[7] ABCDEF: milter-reject: RCPT from pc[192.0.2.1]: 550 "
            "5.7.1 <z@army.ml>: did you mean <z@army.mil>?; "
            "from=<ann@example.com> to=<z@army.ml> proto=ESMTP helo=<pc>",
            "05 qmgr[9] ABCDEF: from=<ann@example.com>, size=1, nrcpt=1 (x)",
            "05 smtp[1] ABCDEF: to=<b@example.org>, relay=none, dsn=2.0.0, "
            "status=sent (ok)",
            "05 qmgr[9] ABCDEF: removed"}),
      ElementsAre("2026-11-24T01:40:01Z ann@example.com client=192.0.2.1 | "
                  "x@example.org bounced 5.1.1",
                  "2026-11-24T01:40:02Z <> client=2001:db8::1 | "
                  "y@example.org deferred 4.7.1",
                  "2026-11-24T01:40:04Z ann@example.com id=mx/ABCDEF "
                  "client=192.0.2.1 size=1 | z@army.ml bounced 5.7.1 | "
                  "b@example.org delivered 2.0.0"));
}

TEST(Postfix, ContentFilterIsOneLetter) {
  EXPECT_THAT(
      read({"01 smtpd[7] AAAAAA: client=pc[192.0.2.7], sasl_method=PLAIN, "
            "sasl_username=ann",
            "01 cleanup[8] AAAAAA: message-id=<1@example.com>",
            "01 qmgr[9] AAAAAA: from=<ann@example.com>, size=1, nrcpt=1 (x)",
            "02 smtpd[17] BBBBBB: client=localhost[127.0.0.1]",
            "02 cleanup[8] BBBBBB: message-id=<1@example.com>",
            "02 qmgr[9] BBBBBB: from=<ann@example.com>, size=2, nrcpt=1 (x)",
            "02 smtp[1] AAAAAA: to=<bob@example.org>, "
            "relay=127.0.0.1[127.0.0.1]:10024, dsn=2.0.0, status=sent (250 "
            "2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
            "BBBBBB)",
            "02 qmgr[9] AAAAAA: removed",
            "03 smtp[1] BBBBBB: to=<bob@example.org>, relay=mx[192.0.2.9]:25, "
            "dsn=2.0.0, status=sent (ok)",
            "03 qmgr[9] BBBBBB: removed"}),
      ElementsAre("2026-11-24T01:40:01Z ann@example.com id=1@example.com "
                  "login=ann client=192.0.2.7 size=2 | bob@example.org "
                  "delivered 2.0.0 by mx[192.0.2.9]:25"));
}

TEST(Postfix, Hostile) {
  EXPECT_THAT(
      read({"01 qmgr[9] AAAAAA: from=<\"a>, b\"@example.com>, size=1, nrcpt=1 "
            "(x)",
            "02 smtp[1] AAAAAA: to=<\"x>, y\"@example.org>, relay=none, "
            "dsn=2.0.0, status=sent (ok)",
            "03 smtp[1] AAAAAA: to=<not closed, status=sent (ok)",
            "04 smtp[1] AAAAAA: to=<a@example.org>, relay=none",
            "05 smtp[1] AAAAAA: to=<a@example.org>, relay=none, status=odd (x)",
            "06 qmgr[9] AAAAAA: from=<broken",
            "07 smtpd[9] BBBBBB: client=broken",
            "08 smtp[1] CCCCCC: to=<a@example.org>, relay=none, dsn=2.0.0, "
            "status=sent (no sender)",
            "09 qmgr[9] CCCCCC: removed", "09 qmgr[9] DDDDDD: removed",
            // An address was only tried.
            "10 qmgr[9] EEEEEE: from=<double-bounce@example.com>, size=1, "
            "nrcpt=1 (x)",
            "10 smtp[1] EEEEEE: to=<a@example.org>, relay=none, dsn=2.0.0, "
            "status=deliverable (ok)",
            "11 qmgr[9] EEEEEE: removed",
            "12 smtpd[1] warning: AAAAAA: strange"}),
      ElementsAre(
          "skipped line 3: line breaks off or has lost a part",
          "skipped line 4: line breaks off or has lost a part",
          "skipped line 5: line breaks off or has lost a part",
          "skipped line 6: line breaks off or has lost a part",
          "skipped line 7: line breaks off or has lost a part",
          "skipped line 8: letter whose sender is not told",
          "2026-11-24T01:40:01Z \"a>, b\"@example.com id=mx/AAAAAA size=1 | "
          "\"x>, y\"@example.org delivered 2.0.0"));
}

}  // namespace
}  // namespace lostletter::archive
