// SPDX-License-Identifier: Apache-2.0
#include "store/names.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::store {
namespace {

using testing::HasSubstr;

Seconds at(int seconds) { return Seconds(Duration(1'800'000'000 + seconds)); }

class Names : public testing::Test {
 protected:
  Names() {
    std::string name = std::filesystem::temp_directory_path() / "llnXXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~Names() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(Names, HoldAsLongAsTheyDo) {
  const std::string bytes("a\0\xFF", 3);
  {
    const auto names = open_sqlite_names(folder_).value();
    const NameFact facts[] = {{"answer", "a.test 15", bytes, at(60)},
                              {"hosts", "a.test 15", "other", at(10)}};
    names->save(facts);
    EXPECT_EQ(names->find("answer", "b.test 15", at(0)), std::nullopt);
  }
  // Another process, later.
  const auto names = open_sqlite_names(folder_).value();
  EXPECT_EQ(names->find("answer", "a.test 15", at(59)),
            (NameFact{"answer", "a.test 15", bytes, at(60)}));
  EXPECT_EQ(names->find("answer", "a.test 15", at(60)), std::nullopt);
  const NameFact newer[] = {{"answer", "a.test 15", "new", at(70)}};
  names->save(newer);
  EXPECT_EQ(names->find("answer", "a.test 15", at(60))->value, "new");
  EXPECT_EQ(names->expire(at(10)), 1U);
  EXPECT_EQ(names->expire(at(10)), 0U);
  EXPECT_EQ(names->find("hosts", "a.test 15", at(0)), std::nullopt);
}

TEST_F(Names, ReadersWriteNothing) {
  const NameFact fact[] = {{"answer", "a.test", "x", at(60)}};
  const auto none = open_sqlite_names(folder_, NamesAccess::kRead).value();
  none->save(fact);
  EXPECT_EQ(none->find("answer", "a.test", at(0)), std::nullopt);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  open_sqlite_names(folder_).value()->save(fact);
  const auto reader = open_sqlite_names(folder_, NamesAccess::kRead).value();
  const NameFact other[] = {{"answer", "b.test", "x", at(60)}};
  reader->save(other);
  EXPECT_EQ(reader->expire(at(100)), 0U);
  EXPECT_NE(reader->find("answer", "a.test", at(0)), std::nullopt);
  EXPECT_EQ(reader->find("answer", "b.test", at(0)), std::nullopt);
}

TEST_F(Names, SaysWhatToDoAboutAStrangersFile) {
  std::ofstream(folder_ + "/names.db") << std::string(5000, 'x');
  const auto names = open_sqlite_names(folder_);
  ASSERT_FALSE(names);
  EXPECT_THAT(names.error().message, HasSubstr("move the file away"));
}

}  // namespace
}  // namespace lostletter::store
