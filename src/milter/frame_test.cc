// SPDX-License-Identifier: Apache-2.0
#include "milter/frame.h"

#include <vector>

#include <gtest/gtest.h>

namespace lostletter::milter {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

// Everything that the reader gives out until it wants more, or the error.
std::vector<std::string> read_all(FrameReader& reader) {
  std::vector<std::string> frames;
  for (;;) {
    const auto next = reader.next();
    if (!next) {
      frames.push_back("error: " + next.error().message);
      return frames;
    }
    if (!*next) return frames;
    frames.emplace_back(**next);
  }
}

TEST(Frame, Encode) {
  EXPECT_EQ(frame('c'), "\0\0\0\1c"sv);
  EXPECT_EQ(frame('y', "550\0"sv), "\0\0\0\5y550\0"sv);
  EXPECT_EQ(frame('B', std::string(65535, 'x')).substr(0, 6), "\0\1\0\0Bx"sv);
  EXPECT_EQ(big_endian(0x01fe02fd), "\x01\xfe\x02\xfd");
}

TEST(Frame, ReadWhole) {
  using Frames = std::vector<std::string>;
  struct Case {
    std::string_view bytes;
    Frames frames;
  };
  const Case cases[] = {
      {"", {}},
      {"\0\0\0"sv, {}},
      {"\0\0\0\1"sv, {}},
      {"\0\0\0\1A"sv, {"A"}},
      {"\0\0\0\1A\0\0\0\3Hx\0"sv, {"A", "Hx\0"s}},
      {"\0\0\0\1A\0\0"sv, {"A"}},
      {"\0\0\0\0"sv, {"error: empty frame"}},
      {"\0\0\0\1A\0\0\0\0"sv, {"A", "error: empty frame"}},
      {"\0\x10\0\4"sv, {}},  // the most
      {"\0\x10\0\5"sv,
       {"error: frame of 1048581 octets (00 10 00 05); the peer "
        "speaks another protocol"}},
      {"\x80\0\0\0"sv,
       {"error: frame of 2147483648 octets (80 00 00 00); the "
        "peer speaks another protocol"}},
  };
  for (const auto& [bytes, frames] : cases) {
    FrameReader reader;
    reader.feed(bytes);
    EXPECT_EQ(read_all(reader), frames);
  }
}

TEST(Frame, PiecesOfEverySize) {
  const std::string bytes =
      frame('A') + frame('H', "mx.example\0"sv) + frame('B', "x") + frame('Q');
  const std::vector<std::string> frames = {"A", "Hmx.example\0"s, "Bx", "Q"};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      for (auto& found : read_all(reader)) got.push_back(std::move(found));
    }
    EXPECT_EQ(got, frames) << "in pieces of " << piece;
    EXPECT_EQ(reader.size(), 0U);
  }
}

TEST(Frame, TheLongestFrame) {
  FrameReader reader;
  const std::string longest =
      frame('B', std::string(FrameReader::kMost - 1, 'x'));
  reader.feed(longest);
  const auto next = reader.next();
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->size(), FrameReader::kMost);
}

}  // namespace
}  // namespace lostletter::milter
