// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sinkhole/door.h"
#include "sinkhole/names.h"
#include "sinkhole/report.h"
#include "sinkhole/tally.h"

namespace lostletter::sinkhole {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(Names, Parse) {
  const std::pair<std::vector<std::string>, std::string> kCases[] = {
      {{"army.ml"}, "'army.ml' is no pair: write army.ml=army.mil"},
      {{"army..ml=army.mil"}, "'army..ml=army.mil': label 2 is empty (byte 5)"},
      {{"army.ml="}, "'army.ml=': name is empty"},
      {{"a.test=b.a.test"},
       "'a.test=b.a.test': nobody can be sent from a name to itself"},
      {{"a.test=b.test", "A.test=c.test"},
       "'A.test=c.test': a.test is named twice"},
  };
  for (const auto& [texts, want] : kCases) {
    const auto names = Names::parse(texts);
    EXPECT_EQ(names ? "" : names.error().message, want);
  }
}

TEST(Names, FindsWhatLiesBelow) {
  const auto names =
      Names::parse({"army.ml=army.mil", "us.army.ml=example.org"}).value();
  const auto find = [&](std::string_view name) {
    const auto match = names.find(name);
    return match ? match->held + " " + match->intended + " " + match->owner
                 : "nothing";
  };
  EXPECT_EQ(find("army.ml"), "army.ml army.mil army.mil");
  EXPECT_EQ(find("x.y.army.ml"), "army.ml x.y.army.mil army.mil");
  EXPECT_EQ(find("us.army.ml"), "us.army.ml example.org example.org");
  EXPECT_EQ(find("hq.us.army.ml"), "us.army.ml hq.example.org example.org");
  EXPECT_EQ(find("notarmy.ml"), "nothing");
  EXPECT_EQ(find("ml"), "nothing");
}

TEST(Network, IsAllThatIsKept) {
  EXPECT_EQ(network_of("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(network_of("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2::3"), "2001:db8:1::/48");
  EXPECT_EQ(network_of("x"), "unknown");
}

// A door with its house.
struct Place {
  Names names = Names::parse({"army.ml=army.mil"}).value();
  ManualClock clock{Seconds(std::chrono::sys_days(std::chrono::year(2026) /
                                                  std::chrono::November / 24))};
  std::string key = std::string(32, 'k');
  std::vector<Refusal> noted;
  House house{names, clock, [this]() -> const std::string& { return key; },
              [this](const Refusal& one) { noted.push_back(one); }};
  Door door{house, "192.0.2.77"};

  mail::Reply ask(std::string_view sender, std::string_view recipient,
                  std::string greeting = "mail.example.com") {
    smtp::Transaction transaction;
    transaction.greeting = std::move(greeting);
    transaction.sender = mail::parse_path(sender).value();
    return door.refuse(transaction, mail::parse_path(recipient).value());
  }
};

TEST(Door, SaysNoAndWhatWasMeant) {
  Place place;
  const mail::Reply told = place.ask("<ann@example.com>", "<Gen@us.army.ml>");
  EXPECT_EQ(told.code, 550);
  EXPECT_EQ(told.enhanced, "5.1.2");
  EXPECT_THAT(
      told.lines,
      ElementsAre("No mail is accepted for us.army.ml.",
                  "If you meant us.army.mil, please correct the address and "
                  "send it again.",
                  "Your letter was not read and not kept."));
  const mail::Reply other = place.ask("<ann@example.com>", "<a@army.mil>");
  EXPECT_EQ(other.code, 554);
  EXPECT_EQ(other.enhanced, "5.7.1");
  EXPECT_EQ(place.ask("<a@b.test>", "<postmaster>").code, 554);
  EXPECT_EQ(place.ask("<a@b.test>", "<a@[192.0.2.1]>").code, 554);
  EXPECT_EQ(place.noted.size(), 1U);
}

TEST(Door, KeepsNoAddress) {
  Place place;
  place.ask("<ann@example.com>", "<general@us.army.ml>");
  ASSERT_EQ(place.noted.size(), 1U);
  const Refusal one = place.noted[0];
  EXPECT_EQ(one.day, "2026-11-24");
  EXPECT_EQ(one.wrong, "us.army.ml");
  EXPECT_EQ(one.intended, "us.army.mil");
  EXPECT_EQ(one.owner, "army.mil");
  EXPECT_EQ(one.sender, "example.com");
  EXPECT_EQ(one.network, "192.0.2.0/24");
  Tally tally;
  tally.note(one);
  const std::string text = tally.write("2026-11-24");
  for (const char* secret : {"ann", "general", "192.0.2.77"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
  // The same person again, in other letters, is the same; under another key
  // nobody can tell.
  place.ask("<ANN@example.com>", "<General@us.army.ml>");
  EXPECT_EQ(place.noted[1].sender_hash, one.sender_hash);
  EXPECT_EQ(place.noted[1].recipient_hash, one.recipient_hash);
  place.key = std::string(32, 'x');
  place.ask("<ann@example.com>", "<general@us.army.ml>");
  EXPECT_NE(place.noted[2].recipient_hash, one.recipient_hash);
}

TEST(Door, Kinds) {
  struct Case {
    std::string_view sender;
    std::string greeting;
    Kind kind;
  };
  const Case kCases[] = {
      {"<ann@example.com>", "mail.example.com", Kind::kPerhaps},
      {"<ann@example.com>", "[192.0.2.1]", Kind::kPerhaps},
      {"<ann@army.ml>", "mail.example.com", Kind::kForged},
      {"<ann@x.army.ml>", "mail.example.com", Kind::kForged},
      {"<ann@example.com>", "mx.ARMY.ml", Kind::kForged},
      {"<ann@example.com>", "localhost", Kind::kOddGreeting},
      {"<ann@example.com>", "192.0.2.1", Kind::kOddGreeting},
      {"<>", "mail.example.com", Kind::kAutomatic},
      {"<no-reply@example.com>", "mail.example.com", Kind::kAutomatic},
      {"<bounces+1@example.com>", "mail.example.com", Kind::kAutomatic},
      {"<list-a=b.test@example.com>", "mail.example.com", Kind::kAutomatic},
  };
  for (const Case& one : kCases) {
    Place place;
    place.ask(one.sender, "<x@army.ml>", one.greeting);
    ASSERT_EQ(place.noted.size(), 1U);
    EXPECT_EQ(to_string(place.noted[0].kind), to_string(one.kind))
        << one.sender << " " << one.greeting;
  }
}

Refusal refusal(std::string day, std::string sender, int who,
                Kind kind = Kind::kPerhaps) {
  Refusal one;
  one.day = std::move(day);
  one.wrong = "army.ml";
  one.intended = one.owner = "army.mil";
  one.sender = std::move(sender);
  one.network = "192.0.2.0/24";
  one.recipient_hash = "a" + std::to_string(who);
  one.sender_hash = "b" + std::to_string(who);
  one.kind = kind;
  return one;
}

TEST(Tally, WritesWhatItReads) {
  Tally tally;
  tally.note(refusal("2026-11-24", "example.com", 1));
  tally.note(refusal("2026-11-24", "example.com", 1, Kind::kForged));
  tally.note(refusal("2026-11-24", "", 2, Kind::kAutomatic));
  tally.note(refusal("2026-11-23", "example.com", 3));
  Tally again;
  for (const char* day : {"2026-11-23", "2026-11-24"}) {
    ASSERT_TRUE(again.read(tally.write(day)));
  }
  EXPECT_EQ(again.rows(), tally.rows());
  ASSERT_TRUE(again.read(tally.write("2026-11-23")));
  EXPECT_NE(again.rows(), tally.rows());
  again.forget_before("2026-11-24");
  EXPECT_EQ(again.write("2026-11-24"), tally.write("2026-11-24"));
  EXPECT_EQ(again.rows().size(), 2U);
}

TEST(Tally, ReadsNothingElse) {
  const std::string good =
      "2026-11-24\tarmy.ml\tarmy.mil\tarmy.mil\t-\t-\t1\t2\t3\t4\t5\ta:1\t-\n";
  EXPECT_TRUE(Tally().read(good));
  const std::string broken[] = {
      "x\n",
      good.substr(0, good.size() - 3) + "\n",
      "\t" + good,
      "2026-11-24\ta b\tc\td\t-\t-\t1\t2\t3\t4\t5\t-\t-\n",
      "2026-11-24\ta\tc\td\t-\t-\t-1\t2\t3\t4\t5\t-\t-\n",
      "2026-11-24\ta\tc\td\t-\t-\t1\t2\t3\t4\t5\tann@b.test:1\t-\n",
      "2026-11-24\ta\tc\td\t-\t-\t1\t2\t3\t4\t5\ta\t-\n",
  };
  for (const std::string& text : broken) {
    const auto read = Tally().read("# first\n" + text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().message, "line 2 is no row of a tally");
  }
}

TEST(Tally, IsBounded) {
  Tally tally(10);
  for (int i = 0; i < 1000; ++i) {
    tally.note(refusal("2026-11-24", "s" + std::to_string(i) + ".test", i));
  }
  EXPECT_EQ(tally.rows().size(), 11U);
  std::uint64_t all = 0;
  for (const auto& [key, count] : tally.rows()) {
    all += count.all();
    EXPECT_LE(count.senders.size(), Tally::kMostHashes);
  }
  EXPECT_EQ(all, 1000U);
}

TEST(Report, TakesAwayWhatNobodyTyped) {
  Tally tally;
  for (int i = 0; i < 5; ++i) {
    tally.note(refusal("2026-11-01", "example.com", i));
  }
  for (int i = 0; i < 3; ++i) {
    tally.note(refusal("2026-11-24", "example.org", 10 + i));
  }
  for (int i = 0; i < 50; ++i) {  // one sender, again and again
    tally.note(refusal("2026-11-24", "robot.test", 99));
  }
  tally.note(refusal("2026-11-24", "x.test", 100, Kind::kForged));
  tally.note(refusal("2026-11-24", "y.test", 101, Kind::kOddGreeting));
  tally.note(refusal("2026-11-24", "", 102, Kind::kAutomatic));
  const auto reports = make_reports(tally);
  ASSERT_EQ(reports.size(), 1U);
  const Report& report = reports[0];
  EXPECT_EQ(report.owner, "army.mil");
  EXPECT_EQ(report.first_day, "2026-11-01");
  EXPECT_EQ(report.last_day, "2026-11-24");
  EXPECT_EQ(report.days, 24U);
  EXPECT_EQ(report.funnel.letters, 61U);
  EXPECT_EQ(report.funnel.forged, 1U);
  EXPECT_EQ(report.funnel.odd_greeting, 1U);
  EXPECT_EQ(report.funnel.automatic, 1U);
  EXPECT_EQ(report.funnel.frequent, 50U);
  EXPECT_EQ(report.funnel.perhaps, 8U);
  EXPECT_NEAR(report.per_day, 8.0 / 24, 1e-9);
  EXPECT_NEAR(report.last_week, 3.0 / 7, 1e-9);
  EXPECT_EQ(report.week_before, 0);
  EXPECT_THAT(report.senders,
              ElementsAre(Pair("example.com", 5), Pair("example.org", 3)));
  EXPECT_THAT(report.wrong_names, ElementsAre(Pair("army.ml", 61)));
}

TEST(Report, DaysAndSenders) {
  Tally tally;
  tally.note(refusal("2026-11-22", "example.com", 1));
  tally.note(refusal("2026-11-24", "example.com", 2));
  tally.note(refusal("2026-11-24", "robot.test", 3, Kind::kAutomatic));
  const Report report = make_reports(tally).at(0);
  std::vector<std::string> days;
  for (const Day& day : report.by_day) {
    days.push_back(day.day + " " + std::to_string(day.letters) + " " +
                   std::to_string(day.people));
  }
  EXPECT_THAT(
      days, ElementsAre("2026-11-22 1 1", "2026-11-23 0 0", "2026-11-24 2 1"));
  ASSERT_EQ(report.sending_domains.size(), 2U);
  const Sender& people = report.sending_domains[0];
  EXPECT_EQ(people.domain, "example.com");
  EXPECT_EQ(people.first_day, "2026-11-22");
  EXPECT_EQ(people.last_day, "2026-11-24");
  EXPECT_FALSE(people.is_machine());
  EXPECT_TRUE(report.sending_domains[1].is_machine());
  EXPECT_EQ(report.trend, Trend::kUnknown);  // of three days
}

TEST(Report, Trend) {
  EXPECT_EQ(trend_of(0, 0), Trend::kSteady);
  EXPECT_EQ(trend_of(3, 0), Trend::kSteady);
  EXPECT_EQ(trend_of(5, 0), Trend::kRising);
  EXPECT_EQ(trend_of(110, 100), Trend::kSteady);
  EXPECT_EQ(trend_of(150, 100), Trend::kRising);
  EXPECT_EQ(trend_of(100, 150), Trend::kFalling);
  Tally tally;
  for (int day = 1; day <= 28; ++day) {
    for (int i = 0; i < day; ++i) {
      tally.note(
          refusal((day < 10 ? "2026-11-0" : "2026-11-") + std::to_string(day),
                  "example.com", 100 * day + i));
    }
  }
  EXPECT_EQ(make_reports(tally).at(0).trend, Trend::kRising);
}

TEST(Report, NothingCameOfNothing) {
  EXPECT_TRUE(make_reports(Tally()).empty());
}

}  // namespace
}  // namespace lostletter::sinkhole
