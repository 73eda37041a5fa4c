// SPDX-License-Identifier: Apache-2.0
//
// The Unicode consortium's own test data, where it is at hand: beside the
// project or where LOSTLETTER_DATA says. Not part of the project.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/name.h"
#include "domain/normalize.h"
#include "domain/skeleton.h"

namespace lostletter::domain {
namespace {

// The lines of a file of the data, without comments; empty when there is none.
std::vector<std::string> lines_of(const std::string& name) {
  const char* folder = std::getenv("LOSTLETTER_DATA");
  const std::string path =
      std::string(folder ? folder : "../shared/data") + "/unicode/" + name;
  std::vector<std::string> lines;
  if (!std::filesystem::exists(path)) return lines;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen(("zstd -dc --long=27 '" + path + "'").c_str(), "r"), pclose);
  std::string line;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    line.resize(std::min(line.size(), line.find('#')));
    if (!trim(line).empty()) lines.push_back(line);
    line.clear();
  }
  return lines;
}

std::string encode_hex(std::string_view numbers) {
  std::string text;
  for (const auto number : split(trim(numbers), ' ')) {
    append_utf8(text, static_cast<char32_t>(
                          std::stoul(std::string(number), nullptr, 16)));
  }
  return text;
}

std::string nfd(const std::string& utf8) {
  return encode_utf8(to_nfd(decode_utf8(utf8).value_or(U"")));
}

// The tables came by way of ICU, one character at a time; this is the source.
TEST(UnicodeData, Confusables) {
  const auto lines = lines_of("confusables.txt.zst");
  if (lines.empty()) GTEST_SKIP() << "skipped: no evaluation data here";
  int rows = 0;
  for (const auto& line : lines) {
    const auto fields = split(line, ';');
    if (fields.size() < 3) continue;  // the byte order mark
    const std::string from = encode_hex(fields[0]);
    if (nfd(from) != from) continue;  // a skeleton never asks for its prototype
    EXPECT_EQ(skeleton(from), nfd(encode_hex(fields[1]))) << line;
    ++rows;
  }
  EXPECT_GT(rows, 5000);
}

// \uXXXX and \x{XXXX}
std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool braces = text.substr(i).starts_with("\\x{");
    if (!braces && !text.substr(i).starts_with("\\u")) {
      result += text[i];
      continue;
    }
    const std::size_t start = i + (braces ? 3 : 2);
    const std::size_t length = braces ? text.find('}', i) - start : 4;
    append_utf8(result,
                static_cast<char32_t>(std::stoul(
                    std::string(text.substr(start, length)), nullptr, 16)));
    i = start + length - (braces ? 0 : 1);
  }
  return result;
}

// One line: the fields of the file's head, blank ones filled in.
struct IdnaRow {
  explicit IdnaRow(std::string_view line) {
    const auto fields = split(line, ';');
    const auto field = [&](std::size_t i, const std::string& otherwise) {
      const auto text = trim(fields[i]);
      return text.empty() ? otherwise : unescape(text);
    };
    source = field(0, "");
    ascii = field(3, field(1, source));
    status = field(4, field(2, "[]"));
  }

  // Errors of rules that Name does not apply: those on directions of writing
  // between labels and between kinds of digits, hyphens in an ASCII label.
  bool has_only_errors_we_accept() const {
    return status == "[B1]" || status == "[B4]" || status == "[B6]" ||
           status == "[V2]";
  }

  std::string source;
  std::string ascii;
  std::string status;
};

TEST(UnicodeData, IdnaTestV2) {
  const auto lines = lines_of("IdnaTestV2.txt.zst");
  if (lines.empty()) GTEST_SKIP() << "skipped: no evaluation data here";
  int accepted = 0;
  for (const auto& line : lines) {
    const IdnaRow row(line);
    const auto name = Name::parse(row.source);
    const bool valid = row.status == "[]";
    if (!name) {
      const std::string& error = name.error().message;
      // Where UTS 46 is laxer: symbols, and numbers as top-level domains.
      EXPECT_TRUE(!valid || error.contains("IDNA2008 does not allow U+") ||
                  error.contains("is a number; no top-level domain is"))
          << line << ": " << error;
      continue;
    }
    ++accepted;
    EXPECT_TRUE(valid || row.has_only_errors_we_accept()) << line;
    const bool root = row.ascii.ends_with('.');
    EXPECT_EQ(name->ascii() + (root ? "." : ""), row.ascii) << line;
  }
  EXPECT_GT(accepted, 400);
}

}  // namespace
}  // namespace lostletter::domain
