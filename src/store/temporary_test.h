// SPDX-License-Identifier: Apache-2.0
//
// Helpers of the tests in this folder: a directory that goes away, a child
// process with its own fate.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child_test.h"

namespace lostletter::store {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = testing::TempDir() + "lostletter-store.XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;  // tests take rights away, and remove it
    open_up(path_, ignored);
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(path_, ignored)) {
      if (entry.is_directory()) open_up(entry.path(), ignored);
    }
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/lostletter.db"; }

 private:
  static void open_up(const std::filesystem::path& directory,
                      std::error_code& ignored) {
    std::filesystem::permissions(directory, std::filesystem::perms(0700),
                                 ignored);
  }

  std::string path_;
};

// in_child() without the rights of root, which would let it write everywhere.
inline void in_unprivileged_child(const std::function<void()>& body) {
  in_child([&body] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0) {
      ASSERT_EQ(::setresgid(kNobody, kNobody, kNobody), 0);
      ASSERT_EQ(::setresuid(kNobody, kNobody, kNobody), 0);
    }
    body();
  });
}

}  // namespace lostletter::store
