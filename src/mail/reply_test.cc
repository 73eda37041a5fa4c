// SPDX-License-Identifier: Apache-2.0
#include "mail/reply.h"

#include <gtest/gtest.h>

namespace lostletter::mail {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;

std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Reply, WireLines) {
  struct Case {
    Reply reply;
    Utf8 utf8;
    Lines wire;
  };
  const Case kCases[] = {
      {{550, "5.7.1", {"no"}}, Utf8::kNo, {"550 5.7.1 no"}},
      {{550, "5.7.1", {"<ann@army.ml>", "did you mean <ann@army.mil>?", "#7"}},
       Utf8::kNo,
       {"550-5.7.1 <ann@army.ml>", "550-5.7.1 did you mean <ann@army.mil>?",
        "550 5.7.1 #7"}},
      {{451, "4.3.0", {"later"}}, Utf8::kNo, {"451 4.3.0 later"}},
      {{250, "2.1.5", {}}, Utf8::kNo, {"250 2.1.5"}},
      {{250, "", {"ok"}}, Utf8::kNo, {"250 ok"}},
      {{250, "", {}}, Utf8::kNo, {"250 "}},
      {{550, "5.7.1", {"a", "", "b"}},
       Utf8::kNo,
       {"550-5.7.1 a", "550-5.7.1", "550 5.7.1 b"}},
      // Nothing from outside ends the line or hides in it.
      {{550, "5.7.1", {"a\r\n250 2.0.0 ok\r\n"}},
       Utf8::kYes,
       {"550 5.7.1 a\\x0d\\x0a250 2.0.0 ok\\x0d\\x0a"}},
      {{550, "5.7.1", {"a\nb\rc\0d\x1b[1m\x7f"s}},
       Utf8::kNo,
       {"550 5.7.1 a\\x0ab\\x0dc\\x00d\\x1b[1m\\x7f"}},
      {{550, "5.7.1", {"\u0085\u2028\u202E\u200B"}},
       Utf8::kYes,
       {"550 5.7.1 \\u{0085}\\u{2028}\\u{202e}\\u{200b}"}},
      {{550, "5.7.1", {"\xFF\xC0\xAF\xED\xA0\x80"}},
       Utf8::kYes,
       {"550 5.7.1 \\xff\\xc0\\xaf\\xed\\xa0\\x80"}},
      // Non-ASCII only where it was negotiated. 100 % stays 100 %.
      {{550, "5.7.1", {"b\u00FCcher \U0001F4EE 100 %"}},
       Utf8::kYes,
       {"550 5.7.1 b\u00FCcher \U0001F4EE 100 %"}},
      {{550, "5.7.1", {"b\u00FCcher \U0001F4EE 100 %"}},
       Utf8::kNo,
       {"550 5.7.1 b\\u{00fc}cher \\u{01f4ee} 100 %"}},
      {{550, "5.7.1", {"\"a\\\"b\"@example.com"}},
       Utf8::kNo,
       {"550 5.7.1 \"a\\\\\"b\"@example.com"}},
      {{550, "5.7.1", {"1", "2", "3", "4", "5", "6", "7"}},
       Utf8::kNo,
       {"550-5.7.1 1", "550-5.7.1 2", "550-5.7.1 3", "550-5.7.1 4",
        "550 5.7.1 5 ..."}},
  };
  for (const auto& [reply, utf8, wire] : kCases) {
    EXPECT_EQ(wire_lines(reply, utf8), wire);
  }
}

// "550 5.7.1 " are 10 octets of the 480.
TEST(Reply, CutsBetweenCharacters) {
  const auto line = [](std::string text, Utf8 utf8) {
    return wire_lines({550, "5.7.1", {std::move(text)}}, utf8).at(0);
  };
  const std::string head = "550 5.7.1 ";
  EXPECT_EQ(line(std::string(470, 'x'), Utf8::kNo),
            head + std::string(470, 'x'));
  EXPECT_EQ(line(std::string(471, 'x'), Utf8::kNo),
            head + std::string(467, 'x') + "...");
  // Two octets each: 467 would cut one in two.
  EXPECT_EQ(line(repeat("\u00FC", 236), Utf8::kYes),
            head + repeat("\u00FC", 233) + "...");
  // Eight octets each when escaped.
  EXPECT_EQ(line(repeat("\u00FC", 59), Utf8::kNo),
            head + repeat("\\u{00fc}", 58) + "...");
  EXPECT_EQ(line(std::string(1 << 20, '\n'), Utf8::kNo),
            head + repeat("\\x0a", 116) + "...");
}

TEST(ReplyDeathTest, ClassOfEnhancedCodeAgrees) {
  EXPECT_DEATH(wire_lines({550, "4.7.1", {}}, Utf8::kNo), "is_enhanced");
  EXPECT_DEATH(wire_lines({451, "5.3.0", {}}, Utf8::kNo), "is_enhanced");
  EXPECT_DEATH(wire_lines({550, "5.7", {}}, Utf8::kNo), "is_enhanced");
  EXPECT_DEATH(wire_lines({550, "5.7.1\r\n", {}}, Utf8::kNo), "is_enhanced");
  EXPECT_DEATH(wire_lines({354, "", {}}, Utf8::kNo), "code");
}

}  // namespace
}  // namespace lostletter::mail
