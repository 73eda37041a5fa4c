// SPDX-License-Identifier: Apache-2.0
#include "scan/ledger.h"

#include <string>

#include <gtest/gtest.h>

#include "scan/ledger_file.h"

namespace lostletter::scan {
namespace {

using archive::Letter;
using archive::Outcome;
using archive::Recipient;

constexpr std::uint32_t kAt = 1'700'000'000;  // 2023-11-14T22:13:20Z, Tuesday

Recipient to(std::string address, Outcome outcome, std::string relay = {},
             bool over_tls = false) {
  Recipient recipient{.address = std::move(address), .name = {}};
  recipient.outcome = outcome;
  recipient.relay = std::move(relay);
  recipient.over_tls = over_tls;
  return recipient;
}

Letter letter(std::string sender, std::vector<Recipient> recipients,
              std::uint32_t at = kAt) {
  Letter one;
  one.at = Seconds(Duration(at));
  one.ended = one.at;
  one.is_complete = true;
  one.sender = std::move(sender);
  one.recipients = std::move(recipients);
  return one;
}

Passed passed(const Ledger& ledger, std::string_view from,
              std::string_view to) {
  return ledger.passed().of(
      key_of(ledger.names().find(from), ledger.names().find(to)));
}

constexpr std::string_view kAnn = "ann@example.com";
constexpr std::string_view kBob = "bob@partner.test";

TEST(Ledger, CountsWhatPassed) {
  const std::string mx = "mx.partner.test[192.0.2.1]:25";
  Ledger ledger;
  ledger.letter(letter("ann@example.com", {to("bob@partner.test",
                                              Outcome::kDelivered, mx, true)}));
  ledger.letter(letter("Ann@Example.com",
                       {to("Bob@partner.TEST", Outcome::kDelivered, mx)},
                       kAt + 9));
  ledger.letter(letter("ann@example.com",
                       {to("bob@partner.test", Outcome::kBounced, mx)},
                       kAt + 7));
  ledger.letter(letter("ann@example.com",
                       {to("bob@partner.test", Outcome::kDeferred)}, kAt - 1));
  ledger.settle();
  EXPECT_EQ(passed(ledger, kAnn, kBob), (Passed{.letters = 4,
                                                .delivered = 2,
                                                .bounced = 1,
                                                .clear = 1,
                                                .first = kAt - 1,
                                                .last = kAt + 9}));
  EXPECT_EQ(ledger.letters, 4);
  EXPECT_EQ(ledger.recipients, 4);
  const Id bob = ledger.names().find(kBob);
  EXPECT_EQ(ledger.count(bob, Slot::kMonth, month_of(kAt)), 4);
  EXPECT_EQ(ledger.count(bob, Slot::kHour, 24 + 22), 4);
  EXPECT_EQ(ledger.count(bob, Slot::kHour, 24 + 21), 0);
}

TEST(Ledger, FollowsAliases) {
  auto recipient = to("ann@example.com", Outcome::kDelivered);
  recipient.forwarded_to = {"ann@home.invalid"};
  Ledger ledger;
  ledger.letter(letter("bob@partner.test", {recipient}));
  ledger.settle();
  EXPECT_EQ(passed(ledger, kBob, kAnn).letters, 1);
  EXPECT_EQ(passed(ledger, kAnn, "ann@home.invalid").forwarded, 1);
  EXPECT_EQ(passed(ledger, kBob, "ann@home.invalid").letters, 0);
}

TEST(Ledger, LeavesOutWhatSaysNothing) {
  Ledger ledger;
  ledger.letter(letter("", {to("ann@example.com", Outcome::kDelivered)}));
  auto bulk = letter("list@lists.example", {to("ann@example.com", {})});
  bulk.automatic = true;
  ledger.letter(bulk);
  ledger.letter(letter("root", {to("ann@example.com", {})}));
  ledger.letter(letter("ann@example.com", {to("postmaster", {})}));
  ledger.settle();
  EXPECT_EQ(ledger.letters, 4);
  EXPECT_EQ(ledger.automatic, 2);
  EXPECT_EQ(ledger.passed().size(), 0);
  EXPECT_EQ(ledger.skips.size(), 2);
  EXPECT_EQ(ledger.skips.at("letter whose sender has no domain"), 1);
  EXPECT_EQ(ledger.skips.at("recipient without a domain"), 1);
}

TEST(Ledger, KeepsToItsPeriod) {
  Ledger ledger(
      {.since = Seconds(Duration(kAt)), .until = Seconds(Duration(kAt + 10))});
  for (const std::uint32_t at : {kAt - 1, kAt, kAt + 9, kAt + 10}) {
    ledger.letter(letter("ann@example.com", {to("bob@partner.test", {})}, at));
  }
  EXPECT_EQ(ledger.letters, 2);
  EXPECT_EQ(ledger.outside, 2);
  EXPECT_EQ(ledger.first, kAt);
  EXPECT_EQ(ledger.last, kAt + 9);
}

TEST(Ledger, KeepsWhoTookTheMail) {
  Ledger ledger;
  for (const auto* relay :
       {"MX.Host.test[192.0.2.1]:25", "mx.host.test[192.0.2.2]:25",
        "unknown[192.0.2.3]:25", "[192.0.2.3]:25", "local", "none"}) {
    ledger.letter(letter("ann@example.com",
                         {to("bob@partner.test", Outcome::kDelivered, relay)}));
  }
  ledger.letter(
      letter("ann@example.com", {to("bob@partner.test", Outcome::kBounced,
                                    "mx.else.test[192.0.2.9]:25")}));
  ledger.settle();
  const Id domain = ledger.names().find_domain("partner.test");
  const auto count = [&](std::string_view host) {
    return ledger.relays().of(key_of(domain, ledger.hosts().find(host)));
  };
  EXPECT_EQ(ledger.relays().size(), 2);
  EXPECT_EQ(count("mx.host.test"), 2);
  EXPECT_EQ(count("192.0.2.3"), 2);
}

TEST(Ledger, CountsHoursWhereOneLives) {
  const auto zone = Zone::load("Asia/Kolkata");  // 5:30 ahead
  if (!zone) GTEST_SKIP() << zone.error().message;
  Ledger ledger({.zone = *zone});
  ledger.letter(letter("ann@example.com", {to("bob@partner.test", {})}, kAt));
  ledger.settle();
  const Id bob = ledger.names().find("bob@partner.test");
  // Tuesday 22:13 is Wednesday 3:43.
  EXPECT_EQ(ledger.count(bob, Slot::kHour, 2 * 24 + 3), 1);
}

TEST(Ledger, KnowsAMailboxNobodyNamed) {
  Ledger ledger;
  auto one = letter("bob@partner.test", {to("team@example.com", {})});
  one.mailbox = "ann@example.com";
  ledger.letter(one);
  one.mailbox = "Team@example.com";
  ledger.letter(one);
  ledger.settle();
  EXPECT_EQ(passed(ledger, kBob, kAnn).letters, 1);
  EXPECT_EQ(passed(ledger, kBob, "team@example.com").letters, 2);
}

TEST(Ledger, TellsSides) {
  Ledger ledger;
  auto out = letter("ann@example.com",
                    {to("bob@partner.test", Outcome::kDelivered,
                        "mx.partner.test[192.0.2.1]:25"),
                     to("eve@example.com", Outcome::kDelivered, "local")});
  out.login = "ann";
  ledger.letter(out);
  ledger.letter(
      letter("bob@partner.test", {to("ann@example.com", Outcome::kDelivered,
                                     "mail[private/dovecot-lmtp]")}));
  ledger.settle();
  const guard::Sides sides = ledger.sides();
  EXPECT_EQ(sides.letters, 2);
  EXPECT_EQ(sides.logins, 1);
  EXPECT_EQ(sides.kept, 2);
  const guard::Sides::Counts both = {{"example.com", 2}, {"partner.test", 2}};
  EXPECT_EQ(sides.by_side, both);
  EXPECT_EQ(sides.by_login, (guard::Sides::Counts{{"example.com", 1}}));
  EXPECT_EQ(sides.by_mailbox, (guard::Sides::Counts{{"example.com", 2}}));
}

// Letters of every kind: aliases, no domains, relays, people who correct.
Letter any_letter(std::uint32_t i) {
  const auto who = [](std::uint32_t number) {
    return (number % 3 == 0 ? "P" : "p") + std::to_string(number) + "@d" +
           std::to_string(number % 5) + (number % 7 == 0 ? ".TEST" : ".test");
  };
  constexpr Outcome kOutcomes[] = {Outcome::kDelivered, Outcome::kBounced,
                                   Outcome::kDeferred, Outcome::kDelivered};
  constexpr std::string_view kRelays[] = {"MX.host.test[192.0.2.1]:25", "local",
                                          "", "[192.0.2.3]:25"};
  Letter one = letter(i % 31 == 0 ? "root" : who(i % 17), {}, kAt + 5000 * i);
  for (std::uint32_t j = 0; j <= i % 3; ++j) {
    one.recipients.push_back(
        to(i % 29 == 0 ? "nobody" : who((i + j) % 13), kOutcomes[i % 4],
           std::string(kRelays[(i / 4 + j) % 4]), i % 2 == 0));
    if (i % 6 == 0) one.recipients[0].forwarded_to = {who(j), "cron"};
  }
  if (i % 8 == 0) one.mailbox = who(3);
  if (i % 5 == 0) one.login = "ann";
  return one;
}

TEST(Ledger, IsTheSameHoweverOftenItIsSettled) {
  Ledger at_once;
  Ledger in_blocks;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    at_once.letter(any_letter(i));
    at_once.settle();
    in_blocks.letter(any_letter(i));
  }
  at_once.finish();
  in_blocks.finish();
  EXPECT_GT(in_blocks.passed().size(), 100);
  EXPECT_EQ(in_blocks.skips.size(), 2);
  EXPECT_EQ(save_part(in_blocks, ""), save_part(at_once, ""));
}

TEST(Ledger, NamesMonthsAndHours) {
  EXPECT_EQ(month_of(0), 0);
  EXPECT_EQ(month_of(kAt), 12 * 53 + 10);
  EXPECT_EQ(hour_of_week(0), 3 * 24);           // Thursday
  EXPECT_EQ(hour_of_week(4 * 86400), 0);        // Monday
  EXPECT_EQ(hour_of_week(4 * 86400 - 1), 167);  // Sunday, 23 h
}

}  // namespace
}  // namespace lostletter::scan
