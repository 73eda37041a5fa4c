// SPDX-License-Identifier: Apache-2.0
//
// The lines follow the Sendmail Installation and Operation Guide, section 2.
#include "archive/sendmail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;

std::string log(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const auto line : lines) {
    text.append("2026-11-24T01:40:").append(line.substr(0, 2));
    text.append("Z mx ").append(line.substr(3)).append("\n");
  }
  return text;
}

TEST(Sendmail, OneLetter) {
  EXPECT_THAT(
      read_all(
          log({"22 sm-mta[12]: AUTH=server, relay=pc [192.0.2.7], authid=ann, "
               "mech=PLAIN, bits=0",
               "22 sm-mta[12]: 5AO1eMx3012345: from=<ann@example.com>, "
               "size=309, class=0, nrcpts=2, msgid=<1@example.com>, "
               "proto=ESMTPSA, daemon=MSP-v4, relay=pc [192.0.2.7]",
               "23 sm-mta[13]: STARTTLS=client, relay=mx.example.org., "
               "version=TLSv1.3, verify=OK, cipher=X, bits=256/256",
               "23 sm-mta[13]: 5AO1eMx3012345: to=<bob@example.org>,<\"x, "
               "y\"@example.org>, ctladdr=<ann@example.com> (1000/1000), "
               "delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, "
               "relay=mx.example.org. [198.51.100.1], dsn=2.0.0, stat=Sent "
               "(ok, queued)"}),
          Kind::kSendmail),
      ElementsAre("2026-11-24T01:40:22Z ann@example.com id=1@example.com "
                  "login=ann client=192.0.2.7 size=309 | bob@example.org "
                  "delivered 2.0.0 by mx.example.org. [198.51.100.1] TLS | "
                  "\"x, y\"@example.org delivered 2.0.0 by mx.example.org. "
                  "[198.51.100.1] TLS"));
}

TEST(Sendmail, Outcomes) {
  EXPECT_THAT(
      read_all(
          log({"01 sendmail[1]: 5AO1eMx3012345: from=root, size=1, class=0, "
               "nrcpts=3, msgid=<1@example.com>, relay=root@localhost",
               "02 sendmail[1]: 5AO1eMx3012345: to=a@example.org, "
               "delay=00:00:01, mailer=esmtp, relay=mx. [192.0.2.1], "
               "dsn=4.0.0, stat=Deferred: Connection timed out",
               "03 sendmail[1]: 5AO1eMx3012345: to=<b@example.org>, "
               "delay=00:00:01, mailer=esmtp, relay=mx. [192.0.2.1], "
               "dsn=5.1.1, stat=User unknown",
               "04 sendmail[1]: 5AO1eMx3012345: to=<c@nowhere.example>, "
               "delay=00:00:01, mailer=esmtp, relay=nowhere.example, "
               "dsn=5.1.2, stat=Host unknown (Name server: x: host not found)",
               "05 sendmail[1]: 5AO1eMx3012345: to=a@example.org, "
               "delay=00:00:05, mailer=esmtp, relay=mx. [192.0.2.1], "
               "dsn=2.0.0, stat=Sent (ok)",
               "06 sendmail[1]: 5AO1eMx3012345: to=q@example.org, delay=0, "
               "mailer=esmtp, stat=queued"}),
          Kind::kSendmail),
      ElementsAre("2026-11-24T01:40:01Z root id=1@example.com size=1 | "
                  "a@example.org delivered 2.0.0 by mx. [192.0.2.1] | "
                  "b@example.org bounced 5.1.1 by mx. [192.0.2.1] | "
                  "c@nowhere.example bounced 5.1.2 by nowhere.example"));
}

TEST(Sendmail, SubmittedThroughItsOwnProgram) {
  EXPECT_THAT(
      read_all(
          log({"01 sendmail[1]: 5AO1eMx3000001: from=ann, size=1, class=0, "
               "nrcpts=1, msgid=<1@example.com>, relay=ann@localhost",
               "01 sm-mta[2]: 5AO1eMx3000002: from=<ann@example.com>, size=2, "
               "class=0, nrcpts=1, msgid=<1@example.com>, relay=localhost "
               "[127.0.0.1]",
               "01 sendmail[1]: 5AO1eMx3000001: to=bob@example.org, "
               "ctladdr=ann (1000/1000), delay=00:00:00, mailer=relay, "
               "relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent "
               "(5AO1eMx3000002 Message accepted for delivery)",
               "02 sm-mta[3]: 5AO1eMx3000002: to=<bob@example.org>, "
               "delay=00:00:01, mailer=esmtp, relay=mx. [192.0.2.1], "
               "dsn=2.0.0, stat=Sent (ok)"}),
          Kind::kSendmail),
      ElementsAre("2026-11-24T01:40:01Z ann@example.com id=1@example.com "
                  "size=2 | bob@example.org delivered 2.0.0 by mx. "
                  "[192.0.2.1]"));
}

TEST(Sendmail, Refusals) {
  EXPECT_THAT(
      read_all(
          log({"01 sm-mta[2]: 5AO1eMx3000002: ruleset=check_rcpt, "
               "arg1=<x@example.org>, relay=pc [192.0.2.7], reject=550 5.7.1 "
               "<x@example.org>... Relaying denied",
               "01 sm-mta[2]: 5AO1eMx3000002: Milter: to=<y@army.ml>, "
               "reject=550 5.7.1 did you mean y@army.mil?",
               "01 sm-mta[2]: 5AO1eMx3000002: <z@example.com>... User unknown",
               "01 sm-mta[2]: 5AO1eMx3000002: from=<ann@example.com>, size=0, "
               "class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=pc "
               "[192.0.2.7]"}),
          Kind::kSendmail),
      ElementsAre("2026-11-24T01:40:01Z ann@example.com id=mx/5AO1eMx3000002 "
                  "client=192.0.2.7 | x@example.org bounced 5.7.1 | y@army.ml "
                  "bounced 5.7.1 | z@example.com bounced"));
}

TEST(Sendmail, Broken) {
  EXPECT_THAT(
      read_all(log({"01 sm-mta[2]: 5AO1eMx3000002: from=<ann@example.com>",
                    "01 sm-mta[2]: 5AO1eMx3000002: to=<bob@example.org>, "
                    "delay=1",
                    "01 sm-mta[2]: 5AO1eMx3000002: to=<bob@example.org>, "
                    "delay=1, stat=Sent"}),
               Kind::kSendmail),
      ElementsAre("skipped line 1: line breaks off or has lost a part",
                  "skipped line 2: line breaks off or has lost a part",
                  "skipped line 3: letter whose sender is not told"));
}

}  // namespace
}  // namespace lostletter::archive
