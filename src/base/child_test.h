// SPDX-License-Identifier: Apache-2.0
//
// For tests of what changes a process for good, or ends it.
#pragma once

#include <cstdio>
#include <functional>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lostletter {

// Runs `body` in a child; expectations that fail there fail here too. No other
// thread may run now.
inline void in_child(const std::function<void()>& body) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    body();
    std::fflush(nullptr);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "in the child process";
}

}  // namespace lostletter
