// SPDX-License-Identifier: Apache-2.0
#include "scan/leakage.h"

#include <string>

#include <gtest/gtest.h>

#include "scan/finding.h"
#include "scan/ledger.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

constexpr std::uint32_t kAt = 1'700'000'000;  // 2023-11-14

Finding finding(FindingKind kind, std::string typed, std::string intended,
                std::vector<SenderCount> senders) {
  Finding one;
  one.kind = kind;
  one.typed = std::move(typed);
  one.intended = std::move(intended);
  one.senders = std::move(senders);
  one.people = static_cast<std::uint32_t>(one.senders.size());
  for (const SenderCount& sender : one.senders) one.letters += sender.letters;
  one.delivered = one.letters;
  one.months = {{month_of(kAt), one.letters}};
  one.hours[33] = one.letters;
  one.first = one.last = kAt;
  one.repair_kind = repair_kind(one);
  one.repair = repair_of(one);
  return one;
}

Report some() {
  Report report;
  report.findings = {
      finding(FindingKind::kStandingLeak, "bob@army.ml", "bob@army.mil",
              {{"ann@sales.us.test", 30}}),
      finding(FindingKind::kMisdirected, "eve@army.ml", "eve@army.mil",
              {{"ann@sales.us.test", 1}, {"joe@us.test", 1}}),
      finding(FindingKind::kMisdirected, "evve@navy.mil", "eve@navy.mil",
              {{"joe@us.test", 2}}),
      finding(FindingKind::kSelfCorrection, "x@army.ml", "x@army.mil",
              {{"joe@us.test", 9}})};
  report.findings[0].mail = "parking.test";
  report.summary.us = {"us.test"};
  report.summary.lost = 34;
  report.summary.lost_delivered = 34;
  report.summary.first = kAt - 9 * 86400;
  report.summary.last = report.summary.lost_last = kAt;
  report.summary.lost_first = kAt;
  const Units units = *Units::parse("ann@sales.us.test Sales # comment");
  report.leakage = leakage_of(report.findings, report.summary, units);
  return report;
}

// "name letters", in order.
std::vector<std::string> said(const std::vector<Share>& shares) {
  std::vector<std::string> all;
  for (const Share& one : shares) {
    all.push_back(one.name + ' ' + std::to_string(one.letters));
  }
  return all;
}
using Said = std::vector<std::string>;

TEST(Leakage, IsSeenFromAllSides) {
  const Leakage leakage = some().leakage;
  EXPECT_EQ(said(leakage.units), (Said{"Sales 31", "us.test 3"}));
  EXPECT_EQ(said(leakage.intended), (Said{"army.mil 32", "navy.mil 2"}));
  // Where the name is right the address is what is wrong.
  EXPECT_EQ(said(leakage.wrong), (Said{"army.ml 32", "evve@navy.mil 2"}));
  EXPECT_EQ(leakage.wrong[0].mail, "parking.test");
  EXPECT_EQ(leakage.wrong[0].note, "army.mil");
  EXPECT_EQ(leakage.wrong[0].people, 2);
  EXPECT_EQ(said(leakage.senders),
            (Said{"ann@sales.us.test 31", "joe@us.test 3"}));
  EXPECT_EQ(said(leakage.missed),
            (Said{"bob@army.mil 30", "eve@army.mil 2", "eve@navy.mil 2"}));
  EXPECT_EQ(leakage.years, (std::vector<Year>{{2023, 34, 10}}));
  EXPECT_DOUBLE_EQ(leakage.years[0].per_day(), 3.4);
  EXPECT_EQ(leakage.months.at(month_of(kAt)), (Month{34, 30}));
  EXPECT_EQ(leakage.hours[33], 34);
  ASSERT_EQ(leakage.streams.size(), 3);
  EXPECT_EQ(leakage.streams[0], (Stream{"Sales", "army.ml", 31, 1}));
}

TEST(Leakage, RanksWhatToDo) {
  const auto& steps = some().leakage.steps;
  ASSERT_EQ(steps.size(), 2);
  EXPECT_EQ(steps[0].text,
            "Mend the address book or script of ann@sales.us.test: it has "
            "bob@army.ml for bob@army.mil");
  EXPECT_EQ(steps[0].letters, 30);
  EXPECT_EQ(steps[0].lately, 30);
  EXPECT_EQ(steps[1].text,
            "Let the guard ask (`lostletter serve`, mode \"ask\"): typed by "
            "hand at 2 wrong names");
  EXPECT_EQ(steps[1].letters, 4);
}

TEST(Leakage, LongAgoMattersLess) {
  Report report = some();
  report.findings[0].months = {{month_of(kAt) - 24, 30}};
  const auto steps = steps_of(report.findings, kAt);
  EXPECT_EQ(steps[0].kind, RepairKind::kAsk);
  EXPECT_EQ(steps[1].lately, 0);
}

TEST(Leakage, AggregatedNamesNobody) {
  const Report shown = aggregated(some());
  const Leakage& leakage = shown.leakage;
  EXPECT_EQ(said(leakage.units), (Said{"(groups too small to show) 34"}));
  EXPECT_EQ(said(leakage.wrong), (Said{"army.ml 32"}));
  EXPECT_TRUE(leakage.senders.empty());
  EXPECT_TRUE(leakage.missed.empty());
  for (const std::string& text :
       {to_json(shown), to_text(shown, false, 9), to_html(shown, "UTC")}) {
    EXPECT_EQ(text.find("ann@"), text.npos);
    EXPECT_EQ(text.find("joe"), text.npos);
    EXPECT_EQ(text.find("evve"), text.npos);
    EXPECT_NE(text.find("army.ml"), text.npos);
  }
}

TEST(Leakage, PageEscapesWhatStrangersWrote) {
  Report report = some();
  report.findings[1].typed = "<script>alert(1)</script>@a\"b'.test";
  report.findings[1].findings = {{"x", 1, "<img src=x onerror=alert(1)>"}};
  report.findings[1].mail = "</style><b>";
  report.findings[1].senders = {{"a&b<@us.test", 3}};
  report.leakage = leakage_of(report.findings, report.summary, Units());
  const std::string page = to_html(report, "UTC");
  for (const auto* hostile : {"<script", "<img", "<b>", "a&b", "\"b'"}) {
    EXPECT_EQ(page.find(hostile), page.npos) << hostile;
  }
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;@a&quot;b&#39;"),
            page.npos);
  EXPECT_NE(page.find("34 letters went to wrong names"), page.npos);
}

TEST(Leakage, PageOfNothingSaysSo) {
  const std::string page = to_html(Report(), "UTC");
  EXPECT_NE(page.find("Nothing that was sent looks misdirected"), page.npos);
  EXPECT_EQ(page.find("href=\"#when\""), page.npos);
}

TEST(Units, AreByTheFirstLineThatFits) {
  const auto units = Units::parse(
      "# who is where\n\nann@us.test\tThe board\n*.sales.us.test Sales\n"
      "us.test Headquarters\n");
  ASSERT_TRUE(units);
  EXPECT_EQ(units->of("ann@us.test"), "The board");
  EXPECT_EQ(units->of("bob@us.test"), "Headquarters");
  EXPECT_EQ(units->of("bob@x.sales.us.test"), "Sales");
  EXPECT_EQ(units->of("bob@else.test"), "else.test");
  EXPECT_EQ(Units().of("bob@else.test"), "else.test");
}

TEST(Units, SayWhichLineIsWrong) {
  const auto none = Units::parse("us.test\n");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "line 1: there is no unit behind 'us.test'");
  const auto bad = Units::parse("us.test A\na@b@ B\n");
  ASSERT_FALSE(bad);
  EXPECT_TRUE(bad.error().message.starts_with("line 2: "))
      << bad.error().message;
}

}  // namespace
}  // namespace lostletter::scan
