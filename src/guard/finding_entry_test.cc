// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_entry.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23

Exchange exchange(std::uint32_t sent, std::uint32_t received) {
  return {sent, received, 0, kNoon, kNoon, double{1} * sent + received};
}

struct Letter {
  Inquiry inquiry = {"ann@example.com",
                     "anna@clinic.test",
                     "",
                     {},
                     {"bob@army.mil", "carl@army.mil"},
                     {},
                     kNoon};
  Evidence evidence = {.anything = true};
  Assessment found;

  Letter() {
    found.address = inquiry.address;
    found.domain = "clinic.test";
    const Exchange often = exchange(40, 40);
    evidence.together = {{often, often, 0, 0}, {often, often, 0, 0}};
  }
  Assessment weighed() {
    weigh_entry(inquiry, evidence, found);
    return found;
  }
};

std::string texts(const Assessment& found) {
  std::string all;
  for (const Finding& finding : found.findings) {
    all += finding.id + ": " + finding.text + '\n';
  }
  return all;
}

TEST(FindingEntry, NamesTheOtherEntryAndSaysWhy) {
  Letter letter;
  letter.inquiry.thread = {"<1>"};
  letter.evidence.thread = {true, false, false};
  letter.evidence.rivals = {{"annabel@army.mil", "Annabel", exchange(90, 80)}};
  const Assessment found = letter.weighed();
  EXPECT_GT(found.probability, 0.01);
  ASSERT_EQ(found.intended.size(), 1U);
  const Intended& one = found.intended.front();
  EXPECT_EQ(one.address, "annabel@army.mil");
  EXPECT_EQ(one.domain, "army.mil");
  EXPECT_EQ(one.edit, "another entry of the address book");
  EXPECT_EQ(one.probability, found.probability);
  // Its terms are the log-odds against the address being right.
  double sum = 0;
  for (const lookalike::Term& term : one.terms) sum += term.value;
  EXPECT_NEAR(std::exp(sum), one.probability / (1 - found.probability), 1e-9);
  EXPECT_EQ(
      texts(found),
      "correspondence.not-in-thread: nobody of clinic.test was in the thread "
      "that this letter answers\n"
      "correspondence.odd-one-out: you have never written to anna@clinic.test "
      "together with any of the others\n"
      "correspondence.other-entry: you write to annabel@army.mil: 90 letters, "
      "the last on 2026-11-23\n");
}

TEST(FindingEntry, WhomOneWritesToIsNone) {
  Letter letter;
  const Exchange often = exchange(40, 40);
  letter.evidence.typed = {often, often, often, often, false};
  for (Companion& other : letter.evidence.together) {
    other.letters = other.organisation_letters = 35;
  }
  const Assessment found = letter.weighed();
  EXPECT_LT(found.probability, 1e-4);
  EXPECT_GT(found.probability, 0);
  EXPECT_TRUE(found.intended.empty());
  EXPECT_EQ(texts(found), "");
}

TEST(FindingEntry, WithoutAPersonNothingIsWeighed) {
  Letter nobody;
  nobody.inquiry.person.clear();
  EXPECT_EQ(nobody.weighed().probability, 0);
  Letter nothing;
  nothing.evidence.anything = false;
  EXPECT_EQ(nothing.weighed().probability, 0);
}

// It adds to what the engine said, and all of it stays one.
TEST(FindingEntry, SharesWithASlip) {
  Letter letter;
  letter.evidence.rivals = {{"annabel@army.mil", "", exchange(90, 80)}};
  letter.inquiry.thread = {"<1>"};
  letter.evidence.thread = {true, false, false};
  letter.found.probability = 0.6;
  letter.found.intended = {
      {"anna@clinic.example", "clinic.example", 0.6, "slip"}};
  const Assessment found = letter.weighed();
  ASSERT_EQ(found.intended.size(), 2U);
  EXPECT_LT(found.intended[0].probability, 0.6);
  EXPECT_GT(found.probability, 0.6);
  EXPECT_NEAR(found.intended[0].probability + found.intended[1].probability,
              found.probability, 1e-12);
}

}  // namespace
}  // namespace lostletter::guard
