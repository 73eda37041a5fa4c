// SPDX-License-Identifier: Apache-2.0
#include "archive/names.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::archive {
namespace {

TEST(Names, Decode) {
  struct Case {
    std::string_view raw;
    std::string_view name;
  };
  const Case cases[] = {
      {"Ann Lee", "Ann Lee"},
      {"=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?=", "Jörg Müller"},
      {"=?iso-8859-1?q?J=F6rg?= =?iso-8859-1?q?M=FCller?=", "JörgMüller"},
      {"=?utf-8?B?SsO2cmc=?= Lee", "Jörg Lee"},
      {"=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?=", "Jörg"},
      {"=?koi8-r?B?68HU0Q==?=", "Катя"},
      {"=?no-such-charset?Q?Ann?=", "Ann"},
      {"=?utf-8?Q?never", "=?utf-8?Q?never"},
      {"J\xc3\xb6rg", "Jörg"},
      {"J\xf6rg", "Jörg"},
      {"\x93quoted\x94", "“quoted”"},
      {"Ann\r\n\tLee\a", "Ann   Lee"},
      {"", ""},
  };
  for (const auto& [raw, name] : cases) {
    const auto decoded = decode_name(raw);
    EXPECT_EQ(decoded, name) << raw;
    EXPECT_TRUE(is_valid_utf8(decoded)) << raw;
  }
}

TEST(Names, Long) {
  std::string raw;
  for (int i = 0; i < 1000; ++i) raw += "ö";
  const auto name = decode_name("x" + raw);
  EXPECT_EQ(name.size(), 511U);
  EXPECT_TRUE(is_valid_utf8(name));
}

TEST(Names, Charset) {
  EXPECT_EQ(decode_charset("J\xf6rg", "iso-8859-1"), "Jörg");
  EXPECT_EQ(decode_charset("J\xf6rg", ""), "Jörg");
  EXPECT_EQ(decode_charset("J\xf6rg", "no-such"), "Jörg");
  EXPECT_EQ(decode_charset("J\xc3\xb6rg", "utf-8"), "Jörg");
}

TEST(Names, QuotedPrintable) {
  EXPECT_EQ(decode_quoted_printable("J=C3=b6rg"), "Jörg");
  EXPECT_EQ(decode_quoted_printable("=4"), "=4");
  EXPECT_EQ(decode_quoted_printable("=zz="), "=zz=");
}

}  // namespace
}  // namespace lostletter::archive
