// SPDX-License-Identifier: Apache-2.0
#include "scan/finding.h"

#include <gtest/gtest.h>

#include "scan/repair.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

Finding finding(std::string typed, std::string intended, std::uint32_t letters,
                std::vector<SenderCount> senders = {}) {
  Finding one;
  one.typed = std::move(typed);
  one.intended = std::move(intended);
  one.letters = letters;
  one.senders = std::move(senders);
  one.people = static_cast<std::uint32_t>(one.senders.size());
  return one;
}

TEST(Recall, HasWilsonsInterval) {
  const Recall none = recall_of(0, 0);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 1);
  // Wilson's interval for 9 of 10, from his formula by hand.
  const Recall nine = recall_of(9, 10);
  EXPECT_NEAR(nine.low, 0.5958, 1e-4);
  EXPECT_NEAR(nine.high, 0.9821, 1e-4);
  EXPECT_EQ(recall_of(10, 10).high, 1);
}

TEST(Repair, NamesTheOneStep) {
  auto alias = finding("bob@army.ml", "bob@army.mil", 9, {{"bob@us.test", 9}});
  alias.forwarded = 9;
  EXPECT_EQ(repair_of(alias),
            "the alias or forward of bob@us.test leads to bob@army.ml: make it "
            "bob@army.mil");
  auto domain = finding("army.ml", "army.mil", 9, {{"ann@us.test", 9}});
  domain.addresses = 4;
  EXPECT_EQ(repair_of(domain),
            "refuse letters to army.ml (`block`): 4 addresses there were "
            "written to, for army.mil");
  EXPECT_EQ(repair_of(finding("a@army.ml", "a@army.mil", 2,
                              {{"ann@us.test", 1}, {"bob@us.test", 1}})),
            "let the guard ask: 2 people typed it by hand");
  EXPECT_EQ(repair_of(finding("a@army.ml", "a@army.mil", 9,
                              {{"ann@us.test", 4}, {"bob@us.test", 4}})),
            "2 people repeat it: a shared address book or list has a@army.ml "
            "for a@army.mil");
  auto corrected = finding("a@army.ml", "a@army.mil", 9);
  corrected.kind = FindingKind::kSelfCorrection;
  EXPECT_EQ(repair_of(corrected), "");
}

TEST(Aggregated, NamesNobody) {
  Report report;
  report.findings = {
      finding("ann@army.ml", "ann@army.mil", 4, {{"ann@us.test", 4}}),
      finding("bob@army.ml", "bob@army.mil", 3, {{"bob@us.test", 3}}),
      finding("eve@navy.ml", "eve@navy.mil", 4, {{"bob@us.test", 4}}),
      finding("joe@nevy.mil", "joe@navy.mil", 2, {{"bob@us.test", 2}}),
  };
  report.findings[0].repair = "ann@us.test did it";
  report.findings[0].first = 100;
  report.findings[1].first = 90;
  report.findings[1].last = 200;
  const Report shown = aggregated(report);
  ASSERT_EQ(shown.findings.size(), 2);
  EXPECT_EQ(shown.findings[0].typed, "army.ml");
  EXPECT_EQ(shown.findings[0].intended, "army.mil");
  EXPECT_EQ(shown.findings[0].letters, 7);
  EXPECT_EQ(shown.findings[0].addresses, 2);
  EXPECT_EQ(shown.findings[0].people, 2);
  EXPECT_EQ(shown.findings[0].first, 90);
  EXPECT_EQ(shown.findings[0].last, 200);
  EXPECT_EQ(shown.findings[1].typed, "(groups too small to show)");
  EXPECT_EQ(shown.findings[1].letters, 6);
  EXPECT_EQ(to_json(shown).find('@'), std::string::npos);
  EXPECT_EQ(to_text(shown, false, 9).find('@'), std::string::npos);
}

TEST(Report, IsOneObjectALine) {
  Report report;
  report.findings = {
      finding("bob@army.ml", "bob@army.mil", 3, {{"ann@us.test", 3}})};
  report.findings[0].probability = 0.99999;
  report.findings[0].months = {{12 * 54 + 1, 3}};
  report.findings[0].last = 1;
  report.findings[0].findings = {{"x.y", 1.23456, "text \xff"}};
  report.summary.skipped = {{"broken", 2}};
  report.summary.us = {"us.test"};
  EXPECT_EQ(
      to_json(report),
      "{\"kind\":\"misdirected\",\"typed\":\"bob@army.ml\",\"intended\":"
      "\"bob@army.mil\",\"probability\":1.0,\"letters\":3,\"delivered\":0,"
      "\"bounced\":0,\"clear\":0,\"forwarded\":0,\"addresses\":1,\"senders\":["
      "\"ann@us.test\"],\"first\":null,\"last\":\"1970-01-01T00:00:01Z\","
      "\"ongoing\":false,\"trend\":{\"2024-02\":3},\"findings\":[{\"id\":"
      "\"x.y\",\"log_odds\":1.2346,\"text\":\"text \xef\xbf\xbd\"}]}\n"
      "{\"kind\":\"summary\",\"lines\":0,\"letters\":0,\"recipients\":0,"
      "\"skipped\":{\"broken\":2},\"sources\":{},\"automatic\":0,\"outside\":0,"
      "\"outbound\":0,\"correspondents\":0,\"partners\":0,\"us\":[\"us.test\"],"
      "\"us_because\":\"\",\"first\":null,\"last\":null,\"lost\":{\"letters\":"
      "0,"
      "\"delivered\":0,\"clear\":0,\"first\":null,\"last\":null,\"ongoing\":"
      "false},\"recall\":{\"known\":0,\"found\":0,\"low\":0.0,\"high\":1.0},"
      "\"years\":{},\"hours\":[],\"units\":[],\"intended_names\":[],"
      "\"wrong_names\":[],\"exposed\":{\"senders\":[],\"missed\":[]},"
      "\"flows\":[],\"repairs\":[]}\n");
}

TEST(Report, IsATableForPeople) {
  Report report;
  report.findings = {
      finding("bob@army.ml", "bob@army.mil", 3,
              {{"ann@us.test", 2}, {"eve@us.test", 1}}),
      finding("bo\x1b@army.ml", "bob@army.mil", 1, {{"ann@us.test", 1}})};
  report.findings[0].probability = 0.995;
  report.findings[0].delivered = 3;
  report.findings[0].clear = 1;
  report.findings[0].first = report.findings[0].last = 1'700'000'000;
  report.findings[0].repair = "do it";
  report.summary.us = {"us.test"};
  report.summary.us_because = "--us";
  report.summary.lost = 4;
  report.summary.recall = recall_of(1, 2);
  EXPECT_EQ(to_text(report, false, 1),
            "us       us.test (--us)\n"
            "read     : 0 lines, 0 letters, unknown to unknown\n"
            "sent     0 letters to 0 addresses, of whom 0 have answered\n"
            "\nMisdirected\n letters  typed\n"
            "       3  bob@army.ml  for bob@army.mil  (99.5 %)\n"
            "          2023-11-14 to 2023-11-14; 3 delivered, 1 in clear; from "
            "ann@us.test and 1 more\n"
            "          -> do it\n"
            "          and 1 more: --json has all\n"
            "\n4 letters went to wrong names, 0 of them were delivered there "
            "(0 in clear), unknown to unknown.\n"
            "Of 2 mistakes that their senders corrected, the engine names 1 by "
            "itself: it finds 9 to 91 % of such.\n");
  EXPECT_NE(to_text(report, false, 9).find("bo\\x1b@army.ml"),
            std::string::npos);
}

}  // namespace
}  // namespace lostletter::scan
