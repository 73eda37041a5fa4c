// SPDX-License-Identifier: Apache-2.0
#include "archive/rotation.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

TEST(Rotation, Of) {
  struct Case {
    std::string_view path;
    Rotation got;
  };
  const Case cases[] = {
      {"/var/log/mail.log", {"/var/log/mail.log", 0, 0}},
      {"/var/log/mail.log.1", {"/var/log/mail.log", 0, 2}},
      {"/var/log/mail.log.0", {"/var/log/mail.log", 0, 1}},
      {"/var/log/mail.log.12.gz", {"/var/log/mail.log", 0, 13}},
      {"mail.log-20260101", {"mail.log", 20260101000000, 0}},
      {"mail.log-20260101.zst", {"mail.log", 20260101000000, 0}},
      {"mail.log.2026-01-01.xz", {"mail.log", 20260101000000, 0}},
      {"mail.log-2026010103", {"mail.log", 20260101030000, 0}},
      {"mail.1/log", {"mail.1/log", 0, 0}},
      {"mail-12345678", {"mail-12345678", 0, 0}},
      {"inbox.mbox.gz", {"inbox.mbox", 0, 0}},
      {"", {"", 0, 0}},
  };
  for (const auto& [path, got] : cases) {
    const auto rotation = rotation_of(path);
    EXPECT_EQ(rotation.set, got.set) << path;
    EXPECT_EQ(rotation.date, got.date) << path;
    EXPECT_EQ(rotation.number, got.number) << path;
  }
}

TEST(Rotation, OldestFirst) {
  const std::string_view sorted[] = {"l.10.gz", "l.2.gz", "l.1", "l"};
  const std::string_view dated[] = {"l-20251231.gz", "l-20260101", "l"};
  for (std::size_t i = 0; i + 1 < std::size(sorted); ++i) {
    EXPECT_TRUE(is_older(rotation_of(sorted[i]), rotation_of(sorted[i + 1])));
    EXPECT_FALSE(is_older(rotation_of(sorted[i + 1]), rotation_of(sorted[i])));
  }
  for (std::size_t i = 0; i + 1 < std::size(dated); ++i) {
    EXPECT_TRUE(is_older(rotation_of(dated[i]), rotation_of(dated[i + 1])));
  }
}

}  // namespace
}  // namespace lostletter::archive
