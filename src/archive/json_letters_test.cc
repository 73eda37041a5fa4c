// SPDX-License-Identifier: Apache-2.0
#include "archive/json_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;

TEST(JsonLetters, PlainForm) {
  EXPECT_THAT(
      read_all(
          R"({"id":"<1@example.com>","at":"2026-11-30T08:48:10+01:00","ended":)"
          R"("2026-11-30T09:00:00Z","sender":"ann@Example.com","login":"ann",)"
          R"("client":"192.0.2.7","size":4711,"more":[1,{"x":2}],"recipients":[)"
          R"({"address":"bob@example.org","outcome":"delivered","status":)"
          R"("2.0.0","relay":"mx.example.org[192.0.2.2]:25","tls":true,)"
          R"("forwarded_to":["bob@example.net"]},"carol@example.org",)"
          R"({"address":"dan@example.org","outcome":"bounced"},)"
          R"({"address":"eve@example.org","outcome":"deferred"}]})"
          "\n"
          R"({"at":1795521600,"sender":"","recipients":["ann@example.com"],)"
          R"("automatic":true})"
          "\n",
          Kind::kLetters),
      ElementsAre("2026-11-30T07:48:10Z ann@example.com id=1@example.com "
                  "login=ann client=192.0.2.7 size=4711 | bob@example.org "
                  "delivered 2.0.0 by mx.example.org[192.0.2.2]:25 TLS -> "
                  "bob@example.net | carol@example.org | dan@example.org "
                  "bounced | eve@example.org deferred",
                  "2026-11-24T12:00:00Z <> automatic | ann@example.com"));
}

TEST(JsonLetters, EventsOfTheGuard) {
  const std::string begin =
      R"({"ts":"2026-11-30T08:48:10.123Z","level":"info","event":"judged",)"
      R"("queue_id":"4AbC","listener":"unix:/x","submitter":)";
  EXPECT_THAT(
      read_all(
          R"({"ts":"2026-11-30T08:00:00.000Z","level":"info","event":"started",)"
          R"("version":"1"})"
          "\n" +
              begin +
              R"("login:ann@example.com","recipient":"bob@exmaple.org",)"
              R"("verdict":"misdirected","action":"reject","probability":0.97})"
              "\n" +
              begin +
              R"("client:192.0.2.7/joe@example.com","recipient":)"
              R"("bob@example.org","verdict":"clear","action":"accept"})"
              "\n" +
              begin +
              R"("login:ann","recipient":"bob@example.org","action":"accept"})"
              "\n" +
              begin +
              R"("4f1c","recipient":"a9b8","verdict":"clear",)"
              R"("action":"accept"})"
              "\n" +
              begin +
              R"("login:*@example.com","recipient":"*@example.org",)"
              R"("action":"accept"})"
              "\n",
          Kind::kLetters),
      ElementsAre("2026-11-30T08:48:10Z ann@example.com id=4AbC "
                  "login=ann@example.com | bob@exmaple.org bounced",
                  "2026-11-30T08:48:10Z joe@example.com id=4AbC "
                  "client=192.0.2.7 | bob@example.org",
                  "skipped line 4: letter whose sender is not told",
                  "skipped line 5: event whose addresses are not told",
                  "skipped line 6: event whose addresses are not told"));
}

TEST(JsonLetters, WhatCannotBeUsed) {
  std::string deep = R"({"sender":"a@b.example","recipients":["c@d.example"],)"
                     R"("x":)";
  deep += std::string(100'000, '[') + std::string(100'000, ']') + "}\n";
  const std::string good =
      R"({"sender":"a@b.example","recipients":["c@d.example"]})"
      "\n";
  EXPECT_THAT(
      read_all(
          "\xef\xbb\xbf" + good + "hello\n[1]\n{\"a\":1}\n" +
              R"({"recipients":["c@d.example"]})"
              "\n"
              R"({"sender":"a@b.example","recipients":[]})"
              "\n"
              R"({"sender":"a@b.example","recipients":[{"address":""}]})"
              "\n"
              R"({"sender":"a@b.example","recipients":[{"address":"c@d.example",)"
              R"("outcome":"lost"}]})"
              "\n"
              R"({"sender":5,"recipients":["c@d.example"]})"
              "\n"
              R"({"sender":"a@b.example","at":"5/6/2026 10:00","recipients":)"
              R"(["c@d.example"]})"
              "\n"
              R"({"sender":"a@b.example","size":-5,"recipients":[7]})"
              "\n\n" +
              deep + R"({"sender":"a@b.exam)",
          Kind::kLetters),
      ElementsAre("- a@b.example | c@d.example",
                  "skipped line 2: line that is no JSON object",
                  "skipped line 3: line that is no JSON object",
                  "skipped line 4: JSON object that is no letter and no event",
                  "skipped line 5: letter whose sender is not told",
                  "skipped line 6: letter whose recipients are not told",
                  "skipped line 7: entry without a mail address",
                  "skipped line 8: row whose status is not known",
                  "skipped line 9: JSON object that is no letter and no event",
                  "skipped line 10: JSON object that is no letter and no event",
                  "skipped line 11: JSON object that is no letter and no event",
                  "- a@b.example | c@d.example",
                  "skipped line 14: last line has no end yet"));
}

TEST(JsonLetters, AJournalIsALog) {
  const std::string journal =
      R"({"__REALTIME_TIMESTAMP":"1795521600000000","MESSAGE":"hello",)"
      R"("_HOSTNAME":"mx","SYSLOG_IDENTIFIER":"cron","recipients":"x"})"
      "\n";
  const auto source = Source::of_bytes("x", journal, kModified);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->kind(), Kind::kSyslog);
}

}  // namespace
}  // namespace lostletter::archive
