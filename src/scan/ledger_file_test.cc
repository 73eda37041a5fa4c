// SPDX-License-Identifier: Apache-2.0
#include "scan/ledger_file.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

using archive::Letter;
using archive::Outcome;

constexpr std::uint32_t kAt = 1'700'000'000;

void hear(Ledger& ledger, const std::string& from, const std::string& to,
          std::uint32_t at) {
  Letter letter;
  letter.at = Seconds(Duration(at));
  letter.ended = letter.at;
  letter.is_complete = true;
  letter.sender = from;
  letter.login = "ann";
  letter.size = 900;
  letter.recipients = {
      {to, {}, Outcome::kDelivered, "2.0.0", "mx.example.org[192.0.2.1]:25"}};
  ledger.letter(letter);
}

std::string sample() {
  Ledger ledger({}, Corrections::Scope::kPart);
  ledger.begin_source(archive::Kind::kPostfix);
  for (std::uint32_t i = 0; i < 50; ++i) {
    hear(ledger, "Ann@Example.com", "p" + std::to_string(i) + "@army.ml",
         kAt + 90'000 * i);
    hear(ledger, "ann@example.com", "p" + std::to_string(i) + "@army.mil",
         kAt + 90'000 * i + 60);
  }
  ledger.skipped("not a line of a log", 3);
  ledger.end_source({.lines = 101});
  ledger.finish();
  return save_part(ledger, "what waits");
}

TEST(LedgerFile, RoundTrip) {
  const auto part = load_part(sample(), {});
  ASSERT_TRUE(part.has_value()) << part.error().message;
  EXPECT_EQ(part->waiting, "what waits");
  EXPECT_EQ(part->ledger->letters, 100U);
  EXPECT_EQ(part->ledger->lines, 101U);
  EXPECT_EQ(part->ledger->skips.at("not a line of a log"), 1U);
  EXPECT_EQ(part->ledger->kinds.at("Postfix log"), 1U);
  Ledger whole;
  whole.add(*part->ledger);
  whole.finish();
  EXPECT_EQ(whole.passed().size(), 100U);
  EXPECT_EQ(whole.corrections().found().size(), 50U);
  const auto domain = whole.names().find_domain("army.ml");
  const auto host = whole.hosts().find("mx.example.org");
  ASSERT_NE(domain, 0U);
  ASSERT_NE(host, 0U);
  EXPECT_EQ(whole.relays().of(key_of(domain, host)), 50U);
  EXPECT_EQ(whole.sides().by_login.at("example.com"), 100U);
  // The same again, from the same.
  EXPECT_EQ(save_part(*part->ledger, part->waiting).size(), sample().size());
}

TEST(LedgerFile, Refused) {
  const std::string good = sample();
  const auto message = [](const std::string& bytes, Period period = {}) {
    const auto part = load_part(bytes, period);
    return part ? std::string("read") : part.error().message;
  };
  EXPECT_EQ(message("Nov 24 01:40:22 mx postfix/qmgr[1]: ABCDEF: removed\n"),
            "is no file of 'lostletter scan --partial'");
  EXPECT_EQ(message(""), "is no file of 'lostletter scan --partial'");
  std::string newer = good;
  newer.replace(newer.find('1'), 1, "2");
  EXPECT_EQ(message(newer),
            "was written by another version of lostletter: use the same one "
            "for all parts and for the merge");
  EXPECT_EQ(message(good, {.since = Seconds(Duration(kAt))}),
            "was made with another --since or --until");
  if (const auto berlin = Zone::load("Europe/Berlin")) {
    EXPECT_EQ(message(good, {.zone = *berlin}),
              "was made with another --time-zone");
  }
  for (std::size_t size = 30; size < good.size(); size += 97) {
    ASSERT_EQ(message(good.substr(0, size)),
              "is cut off: copy it again, or run its scan again");
  }
  for (std::size_t at = 30; at < good.size(); at += 61) {
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    ASSERT_EQ(message(damaged),
              "is damaged: copy it again, or run its scan again");
  }
  EXPECT_EQ(message(good + "x"),
            "is damaged: copy it again, or run its scan again");
}

}  // namespace
}  // namespace lostletter::scan
