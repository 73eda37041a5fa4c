// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lostletter {
namespace {

namespace fs = std::filesystem;
using testing::UnorderedElementsAre;

class File : public testing::Test {
 protected:
  File() {
    std::string pattern = testing::TempDir() + "lostletter-file.XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~File() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const {
    return directory_ + "/" + name;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      all.push_back(entry.path().filename());
    }
    return all;
  }

  std::string directory_;
};

unsigned mode_of(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

TEST_F(File, CreatesOnlyWhatIsNotThere) {
  EXPECT_EQ(create_file(path("a"), "first"), true);
  EXPECT_EQ(create_file(path("a"), "second"), false);
  EXPECT_EQ(read_file(path("a")), "first");
  struct stat status = {};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_THAT(names(), UnorderedElementsAre("a"));
  EXPECT_EQ(create_file(path("b/a"), "x").error().message,
            "cannot write " + path("b/a") + ": No such file or directory");
}

TEST_F(File, WritesAndReadsAnyBytes) {
  std::string content(200000, 'x');
  content[7] = '\0';
  content[70000] = '\xFF';
  ASSERT_TRUE(write_file(path("a"), content));
  EXPECT_EQ(read_file(path("a")), content);
  ASSERT_TRUE(write_file(path("a"), ""));
  EXPECT_EQ(read_file(path("a")), "");
  EXPECT_EQ(mode_of(path("a")), 0600U);
  EXPECT_THAT(names(), UnorderedElementsAre("a"));
}

TEST_F(File, WhatIsNoFileStaysWhatItIs) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  ASSERT_TRUE(write_file(path("pipe"), "hello"));
  char got[16] = {};
  EXPECT_EQ(::read(reader, got, sizeof got), 5);
  EXPECT_STREQ(got, "hello");
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
  EXPECT_THAT(names(), UnorderedElementsAre("pipe"));
}

TEST_F(File, ErrorsNameThePathAndTheReason) {
  fs::create_directory(path("d"));
  ASSERT_TRUE(write_file(path("five"), "12345"));
  EXPECT_EQ(read_file(path("five"), 5), "12345");

  const auto error = [](const auto& result) {
    return result ? "no error" : result.error().message;
  };
  EXPECT_EQ(error(read_file(path("five"), 4)),
            path("five") + " is larger than 4 bytes");
  EXPECT_EQ(error(read_file(path("none"))),
            "cannot read " + path("none") + ": No such file or directory");
  EXPECT_EQ(error(read_file(path("a\nb"))),
            "cannot read " + path("a\\x0ab") + ": No such file or directory");
  EXPECT_EQ(error(read_file(path("d"))),
            "cannot read " + path("d") + ": Is a directory");
  EXPECT_EQ(error(write_file(path("none/x"), "")),
            "cannot write " + path("none/x") + ": No such file or directory");
  EXPECT_EQ(error(write_file(path("d"), "")),
            "cannot write " + path("d") + ": Is a directory");
  EXPECT_EQ(error(make_directory(path("five/x"))),
            "cannot create directory " + path("five/x") + ": Not a directory");
  EXPECT_EQ(error(FileLock::take(path("none/x"))),
            "cannot lock " + path("none/x") + ": No such file or directory");
  EXPECT_THAT(names(), UnorderedElementsAre("d", "five"));  // nothing left over
}

TEST_F(File, FailedWriteKeepsTheOldContent) {
  ASSERT_TRUE(write_file(path("a"), "old"));
  const pid_t child = ::fork();
  if (child == 0) {  // a disk that takes no more than 1000 bytes
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto written = write_file(path("a"), std::string(5000, 'n'));
    const bool right =
        !written && written.error().message ==
                        "cannot write " + path("a") + ": File too large";
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_file(path("a")), "old");
  EXPECT_THAT(names(), UnorderedElementsAre("a"));
}

TEST_F(File, ReadersAndWritersSeeWholeContent) {
  ASSERT_TRUE(write_file(path("a"), std::string(10000, 'a')));
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const auto content = read_file(path("a"));
      ASSERT_TRUE(content) << content.error().message;
      ASSERT_EQ(content->size(), 10000U);
      ASSERT_EQ(*content, std::string(10000, content->front()));
    }
  });
  const auto write_often = [&](char letter) {
    for (int i = 0; i < 30; ++i) {
      ASSERT_TRUE(write_file(path("a"), std::string(10000, letter)));
    }
  };
  std::thread other([&] { write_often('b'); });
  write_often('c');
  other.join();
  stop = true;
  reader.join();
  EXPECT_THAT(names(), UnorderedElementsAre("a"));
}

TEST_F(File, MakeDirectory) {
  const mode_t umask_before = ::umask(022);
  ASSERT_TRUE(make_directory(path("x/y//z/")));
  ASSERT_TRUE(make_directory(path("x/y/z")));  // again
  ::umask(umask_before);
  EXPECT_EQ(mode_of(path("x")), 0750U);
  EXPECT_EQ(mode_of(path("x/y/z")), 0750U);
  fs::permissions(path("x"), fs::perms(0700));
  ASSERT_TRUE(make_directory(path("x")));
  EXPECT_EQ(mode_of(path("x")), 0700U);  // was there: not ours to change
  fs::create_directory_symlink("x", path("link"));
  ASSERT_TRUE(make_directory(path("link/w")));
  EXPECT_TRUE(fs::is_directory(path("x/w")));
}

TEST_F(File, LockNamesItsHolder) {
  auto lock = FileLock::take(path("lock"));
  ASSERT_TRUE(lock);
  const std::string held =
      path("lock") + " is held by process " + std::to_string(::getpid());
  auto second = FileLock::take(path("lock"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, held);

  FileLock moved = std::move(*lock);
  EXPECT_FALSE(FileLock::take(path("lock")));
  {
    const FileLock gone = std::move(moved);
  }
  EXPECT_TRUE(FileLock::take(path("lock")));
}

TEST_F(File, LockNamesEvenAnUnreadableHolder) {
  ASSERT_TRUE(write_file(path("lock"), ""));
  const int fd = ::open(path("lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  EXPECT_EQ(FileLock::take(path("lock")).error().message,
            path("lock") + " is held by process unknown");
  ASSERT_EQ(::write(fd, "\x1b[31m", 5), 5);
  EXPECT_EQ(FileLock::take(path("lock")).error().message,
            path("lock") + " is held by process \\x1b[31m");
  ::close(fd);
}

TEST_F(File, LockOfAnotherProcessEndsWithIt) {
  int told[2] = {};
  ASSERT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::take(path("lock"));
    const char answer = lock ? 'y' : 'n';
    (void)!::write(told[1], &answer, 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(told[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  const auto refused = FileLock::take(path("lock"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            path("lock") + " is held by process " + std::to_string(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(FileLock::take(path("lock")));
  EXPECT_EQ(read_file(path("lock")), std::to_string(::getpid()) + "\n");
  ::close(told[0]);
  ::close(told[1]);
}

}  // namespace
}  // namespace lostletter
