// SPDX-License-Identifier: Apache-2.0
#include "base/mapping.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <gtest/gtest.h>

#include "base/file.h"

namespace lostletter {
namespace {

class MappingTest : public testing::Test {
 protected:
  MappingTest() {
    std::string pattern = testing::TempDir() + "/lostletter-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~MappingTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(MappingTest, HasTheBytesOfTheFile) {
  const std::string path = folder_ + "/file";
  const std::string content(10000, 'x');
  for (const std::string& text : {content, std::string()}) {
    ASSERT_TRUE(write_file(path, text).has_value());
    const auto mapping = Mapping::open(path);
    ASSERT_TRUE(mapping.has_value());
    const auto bytes = (*mapping)->bytes();
    // A file that is replaced stays mapped as it was.
    ASSERT_TRUE(write_file(path, "other").has_value());
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(bytes.data()),
                               bytes.size()),
              text);
  }
}

TEST_F(MappingTest, NamesWhatCannotBeRead) {
  EXPECT_EQ(Mapping::open(folder_ + "/none").error().message,
            "cannot read " + folder_ + "/none: No such file or directory");
  EXPECT_EQ(Mapping::open(folder_).error().message,
            "cannot read " + folder_ + ": Is a directory");
  EXPECT_EQ(Mapping::open("/dev/null").error().message,
            "cannot read /dev/null: No such device");
}

}  // namespace
}  // namespace lostletter
