// SPDX-License-Identifier: Apache-2.0
#include "learning/course.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lostletter::learning {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23

std::string message(std::string_view from, std::string_view to, int number) {
  return fmt::format(
      "From sender@example.com Mon Nov  2 10:00:00 2026\n"
      "From: {}\nTo: {}\nMessage-ID: <{}.{}@mail.example.com>\n"
      "Date: Mon, 2 Nov 2026 10:00:{:02} +0000\nSubject: x\n\nhello\n\n",
      from, to, number, to, number % 60);
}

class CourseTest : public testing::Test {
 protected:
  CourseTest() {
    std::string pattern = testing::TempDir() + "course.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    store_ = std::move(*store::open_sqlite(folder_ + "/state"));
  }
  ~CourseTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ + '/' + name) << content;
    return folder_ + '/' + name;
  }

  Summary learn(const std::vector<std::string>& paths,
                CourseOptions options = {}) {
    Course course(*store_, clock_,
                  Teacher(*Us::parse({"example.com"}), Trust::kArchive),
                  std::move(options));
    try {
      course.read(*archive::find_inputs(paths));
    } catch (const Stopped&) {
      ++stops_;
    }
    return course.summary();
  }

  guard::Exchange known(std::string address) {
    guard::Inquiry inquiry;
    inquiry.person = "ann@example.com";
    inquiry.address = std::move(address);
    inquiry.now = kNoon;
    return store_->find_evidence(inquiry).typed.person_address;
  }

  std::string folder_;
  ManualClock clock_{kNoon};
  std::unique_ptr<store::Store> store_;
  int stops_ = 0;
};

TEST_F(CourseTest, AFileTeachesOnce) {
  const std::string path =
      write("a.mbox", message("ann@example.com", "x@army.mil", 1) +
                          message("x@army.mil", "ann@example.com", 2));
  Summary summary = learn({path});
  EXPECT_EQ(summary.letters, 2U);
  EXPECT_EQ(summary.learnt, (store::Learnt{.fresh = 2}));
  const store::Holdings holdings = store_->holdings();
  summary = learn({path});
  EXPECT_EQ(summary.files, 1U);
  EXPECT_EQ(summary.learnt, store::Learnt());
  // Under another name, in another order, within another file.
  const std::string other =
      write("b.mbox", message("x@army.mil", "ann@example.com", 2) +
                          message("ann@example.com", "x@army.mil", 1) +
                          message("ann@example.com", "x@army.mil", 3));
  EXPECT_EQ(learn({other}).learnt, (store::Learnt{.fresh = 1, .known = 2}));
  EXPECT_EQ(known("x@army.mil").sent, 2U);
  EXPECT_EQ(known("x@army.mil").received, 1U);
  EXPECT_EQ(store_->holdings().edges, holdings.edges);
}

TEST_F(CourseTest, AFileThatGrewIsReadOnFromThere) {
  const std::string first = message("ann@example.com", "x@army.mil", 1);
  learn({write("a.mbox", first)});
  const Summary summary = learn(
      {write("a.mbox", first + message("ann@example.com", "x@army.mil", 2))});
  EXPECT_EQ(summary.learnt.fresh, 1U);
  EXPECT_EQ(known("x@army.mil").sent, 2U);
}

TEST_F(CourseTest, StopsAndGoesOnWithoutLosingOrDoubling) {
  std::string content;
  for (int i = 0; i < 40'000; ++i) {
    content += message("ann@example.com",
                       fmt::format("person{}@army.mil", i % 100), i);
  }
  const std::string path = write("a.mbox", content);
  CourseOptions options;
  options.progress = [](const archive::Progress&, const Summary&) {
    throw Stopped();
  };
  const Summary stopped = learn({path}, options);
  ASSERT_EQ(stops_, 1);
  EXPECT_LT(stopped.letters, 40'000U);
  EXPECT_EQ(stopped.learnt.fresh, stopped.tally.sent);  // what was read is in
  learn({path});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(known(fmt::format("person{}@army.mil", i)).sent, 400U) << i;
  }
}

TEST_F(CourseTest, WhatCannotBeReadIsToldAndTheRestRead) {
  const std::string path =
      write("a.mbox", message("ann@example.com", "x@army.mil", 1));
  const std::string junk = write("junk.bin", std::string(5000, '\x01'));
  const Summary summary = learn({junk, path});
  ASSERT_EQ(summary.unreadable.size(), 1U);
  EXPECT_TRUE(summary.unreadable[0].contains("junk.bin"))
      << summary.unreadable[0];
  EXPECT_EQ(summary.files, 1U);
  EXPECT_EQ(known("x@army.mil").sent, 1U);
}

TEST_F(CourseTest, AddressBooksAreNoted) {
  const std::string path =
      write("book.vcf",
            "BEGIN:VCARD\nVERSION:3.0\nFN:Bob Example\n"
            "EMAIL:bob@partner.test\nEND:VCARD\n"
            "BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nEMAIL:none\nEND:VCARD\n");
  const Summary summary = learn({path});
  EXPECT_EQ(summary.noted, 1U);
  EXPECT_EQ(store_->familiar(9, kNoon).size(), 1U);
  EXPECT_EQ(learn({path}).noted, 0U);
}

TEST_F(CourseTest, GuessesUsFromTheFiles) {
  const std::string path =
      write("a.mbox", message("ann@example.com", "x@army.mil", 1) +
                          message("y@navy.mil", "ann@example.com", 2));
  const auto guess = guess_us(*archive::find_inputs({path}), {});
  ASSERT_TRUE(guess) << guess.error().message;
  EXPECT_EQ(guess->domains, std::vector<std::string>{"example.com"});
}

}  // namespace
}  // namespace lostletter::learning
