// SPDX-License-Identifier: Apache-2.0
#include "learning/pupil.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/fragile_test.h"

namespace lostletter::learning {
namespace {

using archive::Passing;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23
constexpr auto kLong = 30000ms;  // only ever waited for in a failing test

Passing sent(std::string_view id, std::vector<std::string> to) {
  Passing made;
  made.at = kNoon;
  made.login = "ann";
  made.leaving = true;
  made.sender = "ann@example.com";
  made.recipients = std::move(to);
  made.header = fmt::format("message-id: <{}>\n", id);
  return made;
}

Passing bounced(std::string_view id, std::string_view failed) {
  Passing made;
  made.at = kNoon;
  made.recipients = {"ann@example.com"};
  made.header = fmt::format(
      "content-type: multipart/report\nx-failed-recipients: {}\n"
      "references: <{}>\n",
      failed, id);
  return made;
}

class PupilTest : public testing::Test {
 protected:
  PupilTest() {
    std::string pattern = testing::TempDir() + "pupil.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    store_ = std::make_unique<store::FragileStore>(
        std::move(*store::open_sqlite(folder_)));
  }
  ~PupilTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // "sent/received/bounced" of Ann.
  std::string known(const std::string& address) {
    guard::Inquiry inquiry;
    inquiry.person = "ann@example.com";
    inquiry.address = address;
    inquiry.now = kNoon;
    const auto found = store_->find_evidence(inquiry).typed.person_address;
    return fmt::format("{}/{}/{}", found.sent, found.received, found.bounced);
  }

  std::unique_ptr<Pupil> pupil(PupilOptions options = {.linger = 1ms}) {
    return std::make_unique<Pupil>(*store_, clock_, rules_, options);
  }

  std::string folder_;
  ManualClock clock_{kNoon};
  PupilRules rules_{.us = {"example.com"}};
  std::unique_ptr<store::FragileStore> store_;
};

TEST_F(PupilTest, LearnsALetterOnce) {
  const auto pupil = this->pupil();
  pupil->hear(sent("1@x", {"x@army.mil", "y@navy.mil"}));
  pupil->hear(sent("1@x", {"x@army.mil"}));  // after a retry
  pupil->hear(sent("2@x", {"x@army.mil"}));
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("x@army.mil"), "2/0/0");
  EXPECT_EQ(known("y@navy.mil"), "1/0/0");
}

TEST_F(PupilTest, ABounceUnlearns) {
  const auto pupil = this->pupil();
  pupil->hear(sent("1@x", {"x@army.mil", "y@navy.mil"}));
  pupil->hear(bounced("1@x", "x@army.mil"));
  pupil->hear(bounced("1@x", "x@army.mil"));
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("x@army.mil"), "0/0/1");
  EXPECT_EQ(known("y@navy.mil"), "1/0/0");
  // A letter that nobody here has sent, or not to them.
  pupil->hear(bounced("9@x", "y@navy.mil"));
  pupil->hear(bounced("1@x", "z@army.mil"));
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("z@army.mil"), "0/0/0");
  EXPECT_EQ(known("y@navy.mil"), "1/0/0");
  // Who it was need not be said of a letter to one.
  pupil->hear(sent("2@x", {"z@army.mil"}));
  pupil->hear(bounced("2@x", "alias@army.mil"));
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("z@army.mil"), "0/0/1");
}

TEST_F(PupilTest, RulesChange) {
  const auto pupil = this->pupil();
  Passing other = sent("1@x", {"x@army.mil"});
  other.sender = "ann@example.org";
  pupil->hear(other);
  EXPECT_TRUE(pupil->flush(kLong));
  pupil->set_rules({.us = {"example.org"}});
  pupil->hear(other);
  EXPECT_TRUE(pupil->flush(kLong));
}

TEST_F(PupilTest, RetentionHolds) {
  rules_.retention.correspondence = std::chrono::days(10);
  const auto pupil = this->pupil();
  Passing old = sent("1@x", {"x@army.mil"});
  old.at -= std::chrono::days(11);
  pupil->hear(old);
  EXPECT_TRUE(pupil->flush(kLong));
}

TEST_F(PupilTest, WaitsForTheStore) {
  const auto pupil = this->pupil();
  store_->fails = true;
  testing::internal::CaptureStderr();
  pupil->hear(sent("1@x", {"x@army.mil"}));
  while (store_->calls < 2) std::this_thread::yield();  // tried again
  store_->fails = false;
  EXPECT_TRUE(pupil->flush(kLong));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("event=store-failed error=\"disk full (test)\""));
  EXPECT_THAT(log, HasSubstr("event=store-recovered"));
  EXPECT_EQ(std::ranges::count(log, '\n'), 2) << log;
  EXPECT_EQ(known("x@army.mil"), "1/0/0");
}

TEST_F(PupilTest, DropsTheOldestOfTooMany) {
  testing::internal::CaptureStderr();
  auto pupil = this->pupil({.most_waiting = 3, .batch = 1, .linger = 1ms});
  store_->close_door();
  pupil->hear(sent("door@x", {"door@army.mil"}));
  while (store_->calls == 0) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) {
    pupil->hear(sent(fmt::format("{}@x", i), {fmt::format("{}@x.test", i)}));
  }
  store_->open_door();
  EXPECT_TRUE(pupil->flush(kLong));
  pupil.reset();  // says the rest
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(known(fmt::format("{}@x.test", i)), i < 2 ? "0/0/0" : "1/0/0");
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("event=letters-not-learnt dropped=1\n"));
  EXPECT_EQ(std::ranges::count(log, '\n'), 2) << log;  // and the other
}

TEST_F(PupilTest, DropsTheOldestOfTooMuch) {
  testing::internal::CaptureStderr();
  const auto pupil =
      this->pupil({.most_bytes = 3000, .batch = 1, .linger = 1ms});
  store_->close_door();
  pupil->hear(sent("door@x", {"door@army.mil"}));
  while (store_->calls == 0) std::this_thread::yield();
  pupil->hear(sent("small@x", {"small@x.test"}));
  pupil->hear(sent("large@x" + std::string(2900, ' '), {"large@x.test"}));
  pupil->hear(sent("last@x", {"last@x.test"}));
  store_->open_door();
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("small@x.test"), "0/0/0");
  EXPECT_EQ(known("large@x.test"), "0/0/0");
  EXPECT_EQ(known("last@x.test"), "1/0/0");
  testing::internal::GetCapturedStderr();
}

TEST_F(PupilTest, FlushTellsOfLosses) {
  const auto pupil =
      this->pupil({.most_waiting = 1, .batch = 1, .linger = 1ms});
  store_->close_door();
  pupil->hear(sent("door@x", {"door@army.mil"}));
  while (store_->calls == 0) std::this_thread::yield();
  pupil->hear(sent("1@x", {"x@army.mil"}));
  EXPECT_FALSE(pupil->flush(1ms));  // in vain
  store_->open_door();
  EXPECT_TRUE(pupil->flush(kLong));
}

TEST_F(PupilTest, EndsWithTheStoreAway) {
  testing::internal::CaptureStderr();
  store_->fails = true;
  {
    const auto pupil = this->pupil();
    pupil->hear(sent("1@x", {"x@army.mil"}));
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("event=letters-not-learnt dropped=1\n"));
}

TEST_F(PupilTest, LearnsWhatWaitsAtTheEnd) {
  pupil({.linger = 30000ms})->hear(sent("1@x", {"x@army.mil"}));
  EXPECT_EQ(known("x@army.mil"), "1/0/0");
}

TEST_F(PupilTest, ManyThreads) {
  const auto pupil = this->pupil();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&pupil, i] {
      for (int k = 0; k < 100; ++k) {
        pupil->hear(sent(fmt::format("{}.{}@x", i, k), {"x@army.mil"}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(pupil->flush(kLong));
  EXPECT_EQ(known("x@army.mil"), "400/0/0");
}

}  // namespace
}  // namespace lostletter::learning
