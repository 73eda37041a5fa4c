// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "archive/read.h"
#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class InputTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "inputXXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(std::string_view name) const {
    return folder_ + '/' + std::string(name);
  }
  void write(std::string_view name, std::string_view content = "x\n") {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << content;
  }
  // Without the folder, a space between them.
  std::string found(const std::vector<std::string>& paths) {
    const auto inputs = find_inputs(paths);
    if (!inputs) return inputs.error().message;
    std::string text;
    for (const Input& input : *inputs) {
      if (!text.empty()) text += ' ';
      text +=
          input.path == folder_ ? "." : input.path.substr(folder_.size() + 1);
      if (input.is_maildir) text += '/';
      if (!input.is_given) text += '*';
    }
    return text;
  }

  std::string folder_;
};

TEST_F(InputTest, SetsOldestFirst) {
  for (const auto* name :
       {"log/mail.log", "log/mail.log.1", "log/mail.log.2.gz",
        "log/mail.log.10.gz", "log/a.log", "log/sub/deep.log", "log/.hidden"}) {
    write(name);
  }
  EXPECT_EQ(found({path("log")}),
            "log/a.log* log/mail.log.10.gz* log/mail.log.2.gz* "
            "log/mail.log.1* log/mail.log* log/sub/deep.log*");
  EXPECT_EQ(
      found({path("log/mail.log"), path("log/a.log"), path("log/mail.log.1")}),
      "log/mail.log.1 log/mail.log log/a.log");
}

TEST_F(InputTest, Maildir) {
  for (const auto* name :
       {"m/cur/1:2,S", "m/new/2", "m/tmp/3", "m/.Sent/cur/4:2,",
        "m/.Sent/new/5", "m/.odd/file", "m/dovecot.index"}) {
    write(name);
  }
  EXPECT_EQ(found({path("m")}), "m/ m/.Sent/*");
}

TEST_F(InputTest, NotThere) {
  EXPECT_EQ(found({path("none")}),
            "cannot read '" + path("none") + "': No such file or directory");
}

TEST_F(InputTest, ReadsAMaildirInPieces) {
  const std::string letter = "From: ann@example.com\nTo: bob@example.org\n";
  write("m/cur/100.a:2,S", letter + "Message-ID: <1@x>\n\nbody\n");
  write("m/new/200.b", letter + "Message-ID: <2@x>\n\n");
  write("m/new/150.c", "\n");
  const auto inputs = find_inputs({path("m")});
  ASSERT_TRUE(inputs.has_value());
  Record record;
  Reader reader(record);
  auto source = Source::open(inputs->front());
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->kind(), Kind::kMaildir);
  ASSERT_EQ(source->fingerprints().size(), 1U);
  const auto counts = reader.read(*source);
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->lines, 3U);

  // Read, marked as seen, and another one came.
  fs::rename(path("m/new/200.b"), path("m/cur/200.b:2,S"));
  write("m/new/300.d", letter + "Message-ID: <3@x>\n\n");
  auto again = Source::open(inputs->front());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->fingerprints(), source->fingerprints());
  ASSERT_TRUE(reader.read(*again, reader.position()).has_value());
  EXPECT_THAT(record.lines,
              ElementsAre("- ann@example.com id=1@x size=66 | bob@example.org",
                          "- ann@example.com id=2@x size=61 | bob@example.org",
                          "- ann@example.com id=3@x size=61 | "
                          "bob@example.org"));
}

TEST_F(InputTest, OpensAFile) {
  write("x.eml", "From: ann@example.com\nTo: bob@example.org\n\n");
  const auto inputs = find_inputs({path("x.eml")});
  ASSERT_TRUE(inputs.has_value());
  EXPECT_EQ(inputs->front().size, 43U);
  const auto source = Source::open(inputs->front());
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->kind(), Kind::kMessage);
  EXPECT_EQ(source->name(), path("x.eml"));

  fs::remove(path("x.eml"));
  const auto gone = Source::open(inputs->front());
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().message,
            "cannot open '" + path("x.eml") + "': No such file or directory");
  const auto folder = Source::open({folder_});
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().message,
            "cannot read '" + folder_ + "': Is a directory");
}

}  // namespace
}  // namespace lostletter::archive
