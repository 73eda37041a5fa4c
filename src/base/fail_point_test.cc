// SPDX-License-Identifier: Apache-2.0
#include "base/fail_point.h"

#include <csignal>
#include <set>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lostletter {
namespace {

std::string trouble(std::string_view where) {
  const auto armed = arm_fail_point(where);
  arm_fail_point({}).value();
  return armed ? "none" : armed.error().message;
}

TEST(FailPoint, Names) {
  std::set<std::string_view> names;
  int expected = 0;
  for (const FailRow& row : fail_points()) {
    EXPECT_EQ(static_cast<int>(row.point), expected++) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(trouble(row.name), "none");
  }
  EXPECT_EQ(trouble("hand.committed:12"), "none");
  EXPECT_EQ(trouble("hand.committed:0"), "'0' is no count");
  EXPECT_EQ(trouble("hand.committed:1x"), "'1x' is no count");
  EXPECT_EQ(trouble("hand.committed:"), "'' is no count");
  EXPECT_EQ(trouble("hand"),
            "no place is named 'hand'; print_fail_points lists them");
}

// How often a child passes the place before it is killed there; -1: it lives.
int passes_until_killed(const char* where) {
  int told[2] = {};
  EXPECT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    arm_fail_point(where).value();
    for (int i = 0; i < 5; ++i) {
      fail_point(FailPoint::kHandWritten);
      fail_point(FailPoint::kHandCommitted);
      if (::write(told[1], "x", 1) != 1) ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(told[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  char passed[8] = {};
  const auto got = static_cast<int>(::read(told[0], passed, sizeof passed));
  ::close(told[0]);
  if (!WIFSIGNALED(status)) return -1;
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  return got;
}

TEST(FailPoint, KillsWhenItIsTold) {
  EXPECT_EQ(passes_until_killed("hand.committed"), 0);
  EXPECT_EQ(passes_until_killed("hand.committed:3"), 2);
  EXPECT_EQ(passes_until_killed("hand.committed:6"), -1);
  EXPECT_EQ(passes_until_killed("hand.written:2"), 1);
  EXPECT_EQ(passes_until_killed("settle.written"), -1);
  EXPECT_EQ(passes_until_killed(""), -1);
}

}  // namespace
}  // namespace lostletter
