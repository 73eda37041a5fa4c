// SPDX-License-Identifier: Apache-2.0
#include "data.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "files.h"

namespace lostletter::eval {
namespace {

namespace fs = std::filesystem;

// A data folder as small as it can be.
class Data : public testing::Test {
 protected:
  Data() {
    std::string pattern = fs::temp_directory_path() / "lostletter-data-XXXXXX";
    root_ = mkdtemp(pattern.data());
    write("typos/SOURCES.tsv",
          "source\tsplit\tgrade\n"
          "forms\tdev\tA(labelled)\n"
          "kept\tsealed\tA\n");
    write("typos/dev/forms.tsv",
          "exmaple.com\texample.com\tforms\n"
          "exmaple.com\texample.com\tforms\n"
          "ann@Exmple.com\tann@example.com\tforms\n"
          "anm@example.com\tann@example.com\tforms\n");
  }
  ~Data() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  fs::path root_;
};

TEST_F(Data, PairsAreOfNamesAndEachOnce) {
  const auto sources = load_typos(root_);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].name, "forms");
  EXPECT_EQ(sources[0].grade, "A");
  const std::vector<Pair> wanted = {{"exmaple.com", "example.com"},
                                    {"exmple.com", "example.com"}};
  EXPECT_EQ(sources[0].pairs, wanted);
}

TEST_F(Data, NeighboursAreGroupedBySource) {
  write("typos/negatives/legit_lookalike_domains.tsv",
        "domain_a\tdomain_b\tsource\n"
        "a.example\tb.example\tone\n"
        "c.example\td.example\tanother\n"
        "e.example\tf.example\tone\n");
  const auto lists = load_neighbours(root_);
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[1].name, "one");
  EXPECT_EQ(lists[1].pairs.size(), 2U);
}

TEST_F(Data, FilesMayBePacked) {
  write("list.txt", "one\ntwo\n");
  const std::string path = root_ / "list.txt";
  if (system(("zstd -q --rm '" + path + "'").c_str()) != 0) GTEST_SKIP();
  EXPECT_EQ(read_lines(path), (std::vector<std::string>{"one", "two"}));
  EXPECT_THROW(read_lines(root_ / "absent.txt"), std::runtime_error);
}

TEST_F(Data, IsFoundWhereItIsSaid) {
  setenv("LOSTLETTER_DATA", root_.c_str(), 1);
  EXPECT_EQ(find_data(), root_.string());
  setenv("LOSTLETTER_DATA", "/nowhere.example", 1);
  EXPECT_EQ(find_data(), "");
  unsetenv("LOSTLETTER_DATA");
}

TEST(Sample, IsDrawnOnceEachAndTheSameAgain) {
  const std::vector<std::string> pool = {"a.example", "b.example", "c.example",
                                         "d.example"};
  const auto drawn = sample(pool, 3, 1, {"b.example"});
  EXPECT_EQ(drawn, sample(pool, 3, 1, {"b.example"}));
  EXPECT_EQ(std::set<std::string>(drawn.begin(), drawn.end()),
            (std::set<std::string>{"a.example", "c.example", "d.example"}));
  EXPECT_EQ(sample(pool, 9, 1, {}).size(), 4U);
}

}  // namespace
}  // namespace lostletter::eval
