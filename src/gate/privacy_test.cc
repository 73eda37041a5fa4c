// SPDX-License-Identifier: Apache-2.0
#include "gate/privacy.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace lostletter::gate {
namespace {

const std::string kSecret(32, 's');

guard::Assessment found() {
  guard::Assessment a;
  a.address = "ann@army.ml";
  a.domain = "army.ml";
  a.intended = {{"ann@army.mil", "army.mil", 0.99, "suffix: i lost"}};
  a.findings = {{"lookalike.suffix", 6, "army.ml is one letter from army.mil"},
                {"rule.block", 0, "blocked here: ann@army.ml"}};
  return a;
}

TEST(Privacy, Addresses) {
  const Privacy clear(LogAddresses::kClear, kSecret);
  const Privacy hashed(LogAddresses::kHashed, kSecret);
  const Privacy domain(LogAddresses::kDomain, kSecret);
  struct Case {
    std::string_view text, domain;
  };
  constexpr Case kAddresses[] = {
      {"ann@army.ml", "*@army.ml"},
      {"\"a@b\"@army.ml", "*@army.ml"},
      {"ann", "*"},
      {"", "*"},
      {"ann@gmail,com", "*@gmail,com"},
  };
  for (const auto& [text, want] : kAddresses) {
    EXPECT_EQ(clear.address(text), text);
    EXPECT_EQ(hashed.address(text), keyed_hash(kSecret, text));
    EXPECT_EQ(domain.address(text), want);
  }
  EXPECT_EQ(hashed.address("Ann@Army.ML"), hashed.address("ann@army.ml"));
  constexpr Case kSubmitters[] = {
      {"login:ann", "login:*"},
      {"login:ann@example.com", "login:*@example.com"},
      {"client:192.0.2.1/ann@example.com", "client:192.0.2.1/*@example.com"},
      {"client:2001:db8::1/ann@example.com",
       "client:2001:db8::1/*@example.com"},
      {"client:127.0.0.1/", "client:127.0.0.1/*"},
  };
  for (const auto& [text, want] : kSubmitters) {
    EXPECT_EQ(clear.submitter(text), text);
    EXPECT_EQ(hashed.submitter(text), keyed_hash(kSecret, text));
    EXPECT_EQ(domain.submitter(text), want);
  }
}

// Nothing of the evidence gives away what the address may not.
TEST(Privacy, Evidence) {
  EXPECT_EQ(to_json(Privacy(LogAddresses::kClear, kSecret).assessment(found())),
            to_json(found()));
  const auto hashed =
      to_json(Privacy(LogAddresses::kHashed, kSecret).assessment(found()));
  for (const auto* word : {"ann", "army", "i lost"}) {
    EXPECT_EQ(hashed.find(word), hashed.npos) << hashed;
  }
  EXPECT_NE(hashed.find("lookalike.suffix"), hashed.npos);
  const auto domain =
      to_json(Privacy(LogAddresses::kDomain, kSecret).assessment(found()));
  EXPECT_EQ(domain.find("ann"), domain.npos) << domain;
  EXPECT_NE(domain.find("*@army.mil"), domain.npos) << domain;
  EXPECT_NE(domain.find("one letter from"), domain.npos) << domain;
}

}  // namespace
}  // namespace lostletter::gate
