// SPDX-License-Identifier: Apache-2.0
//
// The lines follow the examples of the Exim specification, chapter 53.
#include "archive/exim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;

constexpr std::string_view kSent =
    "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G <= ann@example.com "
    "H=pc.example.com (pc) [192.0.2.7]:4242 I=[192.0.2.1]:587 P=esmtpsa "
    "X=TLS1.3:ECDHE:256 CV=no A=plain_server:ann@example.com S=309 "
    "id=1@example.com T=\"id=2 \\\"for\\\" x\" from <ann@example.com> for "
    "bob@example.org\n"
    "2026-11-24 01:40:23 +0000 1tAbCd-0003Ef-2G => bob@example.org "
    "R=dnslookup T=remote_smtp H=mx.example.org [198.51.100.1]:25 "
    "X=TLS1.3:ECDHE:256 CV=yes C=\"250 2.0.0 OK queued\" QT=1s DT=0s\n"
    "2026-11-24 01:40:23 +0000 1tAbCd-0003Ef-2G Completed QT=1s\n";
constexpr std::string_view kSentLetter =
    "2026-11-24T01:40:22Z ann@example.com id=1@example.com "
    "login=ann@example.com client=192.0.2.7 size=309 | bob@example.org "
    "delivered 2.0.0 by mx.example.org [198.51.100.1] TLS";

TEST(Exim, OneLetter) {
  EXPECT_THAT(read_all(std::string(kSent), Kind::kExim),
              ElementsAre(kSentLetter));
}

TEST(Exim, ThroughSyslog) {
  std::string text(kSent);
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    text.insert(at, "2026-11-24T01:40:22Z mx exim[12]: ");
  }
  EXPECT_THAT(read_all(text, Kind::kExim), ElementsAre(kSentLetter));
}

TEST(Exim, LongIds) {
  std::string text(kSent);
  const std::string_view old = "1tAbCd-0003Ef-2G";
  for (std::size_t at = 0; (at = text.find(old, at)) != text.npos;) {
    text.replace(at, old.size(), "1tAbCd-00000003EfG-2hIj");
  }
  EXPECT_THAT(read_all(text, Kind::kExim), ElementsAre(kSentLetter));
}

// As Exim 4.96 writes it: an address in quotes has none where it was given.
TEST(Exim, AddressesWithSpaces) {
  EXPECT_THAT(
      read_all("2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G <= \"a b>, "
               "c\"@example.com H=x [192.0.2.7] P=esmtp S=1\n"
               "2026-11-24 01:40:23 +0000 1tAbCd-0003Ef-2G => o, "
               "'x@example.org <\"o, 'x\"@example.org> R=outside T=smtp "
               "H=mx.example.org [198.51.100.1] C=\"250 2.0.0 Ok\"\n"
               "2026-11-24 01:40:23 +0000 1tAbCd-0003Ef-2G => a b@example.net "
               "<\"a> b\"@example.org> R=outside T=smtp H=mx.example.org "
               "[198.51.100.1]\n"
               "2026-11-24 01:40:24 +0000 1tAbCd-0003Ef-2G == s@example.org "
               "R=o T=s defer (-44): 451 4.7.1 Later\n"
               "2026-11-24 01:40:25 +0000 1tAbCd-0003Ef-2G == s@example.org "
               "routing defer (-52): retry time not reached\n",
               Kind::kExim),
      ElementsAre("2026-11-24T01:40:22Z \"a b>, c\"@example.com "
                  "id=1tAbCd-0003Ef-2G client=192.0.2.7 size=1 | \"o, "
                  "'x\"@example.org delivered 2.0.0 by mx.example.org "
                  "[198.51.100.1] | \"a> b\"@example.org delivered by "
                  "mx.example.org [198.51.100.1] -> a b@example.net | "
                  "s@example.org deferred 4.7.1"));
}

TEST(Exim, Outcomes) {
  EXPECT_THAT(
      read_all(
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G <= <> R=1tAbCc-0003Ee-2F "
          "U=Debian-exim P=local S=1234\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G => ann "
          "<ann@example.com> R=local_user T=maildir_home\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G -> carol@example.net "
          "(team@example.com) <all@example.com> R=dnslookup T=remote_smtp "
          "H=mx.example.net [198.51.100.2]\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G ** x@example.org "
          "R=dnslookup T=remote_smtp H=mx.example.org [198.51.100.1]: SMTP "
          "error from remote mail server after RCPT TO:<x@example.org>: 550 "
          "5.1.1 User unknown\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G ** y@nowhere.example: "
          "Unrouteable address\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G == z@example.org "
          "R=dnslookup T=remote_smtp defer (111): Connection refused\n"
          "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G == \"a b\"@example.org "
          "R=dnslookup defer (-53): retry time not reached\n",
          Kind::kExim),
      ElementsAre(
          "2026-11-24T01:40:22Z <> id=1tAbCd-0003Ef-2G size=1234 | "
          "ann@example.com delivered | all@example.com delivered by "
          "mx.example.net [198.51.100.2] -> carol@example.net | x@example.org "
          "bounced 5.1.1 by mx.example.org [198.51.100.1] | y@nowhere.example "
          "bounced | z@example.org deferred | \"a b\"@example.org deferred"));
}

TEST(Exim, Refusals) {
  EXPECT_THAT(
      read_all("2026-11-24 01:40:22 +0000 H=(pc) [192.0.2.1]:1 A=plain:ann "
               "F=<ann@example.com> rejected RCPT <bob@exmaple.org>: no such "
               "domain\n"
               "2026-11-24 01:40:22 +0000 H=[192.0.2.1] F=<> temporarily "
               "rejected RCPT <bob@example.org>: 451 4.7.1 greylisted\n"
               "2026-11-24 01:40:22 +0000 H=[192.0.2.1] rejected RCPT "
               "<bob@example.org>: no sender\n"
               "2026-11-24 01:40:22 +0000 H=[192.0.2.1] rejected EHLO or HELO "
               "x: no\n",
               Kind::kExim),
      ElementsAre("2026-11-24T01:40:22Z ann@example.com login=ann "
                  "client=192.0.2.1 | bob@exmaple.org bounced",
                  "2026-11-24T01:40:22Z <> client=192.0.2.1 | "
                  "bob@example.org deferred 4.7.1",
                  "skipped line 3: line breaks off or has lost a part"));
}

TEST(Exim, Broken) {
  EXPECT_THAT(
      read_all("2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G <=\n"
               "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G <= \n"
               "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G => \n"
               "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G => b@example.org\n"
               "2026-11-24 01:40:22 +0000 1tAbCd-0003Ef-2G => b@example.org "
               "R=x\n",
               Kind::kExim),
      ElementsAre("skipped line 2: line breaks off or has lost a part",
                  "skipped line 3: line breaks off or has lost a part",
                  "skipped line 4: line breaks off or has lost a part",
                  "skipped line 5: letter whose sender is not told"));
}

}  // namespace
}  // namespace lostletter::archive
