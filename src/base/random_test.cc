// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter {
namespace {

TEST(Random, BytesDiffer) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(32).size(), 32U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

TEST(Random, Id) {
  std::set<std::string> ids;
  std::map<char, int> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string id = random_id();
    EXPECT_THAT(id, testing::MatchesRegex("[0-9abcdefghjkmnpqrstvwxyz]{10}"));
    EXPECT_TRUE(ids.insert(id).second) << id << " came twice";
    for (const char c : id) ++seen[c];
  }
  // 625 of each are expected; 400 is nine standard deviations away.
  EXPECT_EQ(seen.size(), 32U);
  for (const auto& [digit, times] : seen) EXPECT_GT(times, 400) << digit;
}

// Known answers: Python's hashlib.blake2b(text, digest_size=16, key=key).
TEST(Random, KeyedHash) {
  const std::string key = "0123456789abcdef0123456789abcdef";
  struct Case {
    std::string_view text;
    std::string_view hash;
  };
  constexpr Case kCases[] = {
      {"", "b2cf8792417c9e5c092d4f049a2cd38a"},
      {"ann@example.com", "461d8feff5b183fcb204e84cb2c0d30b"},
  };
  for (const auto& [text, hash] : kCases)
    EXPECT_EQ(keyed_hash(key, text), hash);
  EXPECT_EQ(keyed_hash("0123456789abcdef", "ann@example.com"),
            "911ad66a6daa921794510d9fcb433e06");
  EXPECT_NE(keyed_hash("fedcba9876543210", "ann@example.com"),
            keyed_hash("0123456789abcdef", "ann@example.com"));
}

}  // namespace
}  // namespace lostletter
