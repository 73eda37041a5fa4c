// SPDX-License-Identifier: Apache-2.0
#include "smtp/probe.h"

#include <gtest/gtest.h>

namespace lostletter::smtp {
namespace {

TEST(Probe, ReplyCode) {
  const std::pair<std::string_view, int> kCases[] = {
      {"", 0},
      {"2", 0},
      {"220 mx.test", 0},
      {"220 mx.test\r\n", 220},
      {"220\r\n", 220},
      {"250-mx.test\r\n", 0},
      {"250-mx.test\r\n250 HELP\r\n", 250},
      {"250 ok\n", 250},
      {"550-5.1.1 no\r\n550 5.1.1 such\r\n", 550},
      {"HTTP/1.1 400\r\n", -1},
      {"SSH-2.0", -1},
      {"25\r\n", -1},
      {"250x\r\n", -1},
      {"950 x\r\n", -1},
  };
  for (const auto& [bytes, want] : kCases) {
    EXPECT_EQ(reply_code(bytes), want) << bytes;
  }
}

TEST(Probe, NobodyIsThere) {
  // Port 1 of loopback is nobody's.
  const auto result =
      probe("127.0.0.1", "a@b.test",
            {.port = 1, .patience = std::chrono::milliseconds(500)});
  EXPECT_EQ(to_string(result.probed), "unreachable");
  EXPECT_EQ(probe("mx.test", "a@b.test", {}).probed, Probed::kUnreachable);
}

}  // namespace
}  // namespace lostletter::smtp
