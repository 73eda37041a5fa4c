// SPDX-License-Identifier: Apache-2.0
//
// Frames: four octets of length (big endian), then as many octets, of which the
// first is the command's letter. They arrive in any pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::milter {

class FrameReader {
 public:
  // Sendmail may be told to send pieces of a megabyte; nobody sends more.
  static constexpr std::size_t kMost = (std::size_t{1} << 20) + 4;

  // Keeps the bytes until next() gives them out. Memory grows by what arrived,
  // never by what a length announces.
  void feed(std::string_view bytes);

  // The next whole frame without its length, or nothing yet. An empty or too
  // long one is an error at once, before it has arrived: the peer speaks
  // something else, and there is no way to find the next frame. The view lives
  // until the next call of any kind.
  Result<std::optional<std::string_view>> next();

  // How much waits here.
  std::size_t size() const { return buffer_.size() - begin_; }

 private:
  void compact();

  std::string buffer_;
  std::size_t begin_ = 0;  // given out before here
};

// One frame, ready to be sent.
std::string frame(char letter, std::string_view payload = {});

// Four octets, big endian.
std::string big_endian(std::uint32_t number);

}  // namespace lostletter::milter
