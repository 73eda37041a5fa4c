// SPDX-License-Identifier: Apache-2.0
//
// Frame Streams (farsightsec.github.io/fstrm), in which name servers write
// dnstap: frames with their length in front, a length of 0 for a control frame.
// In a file a stream is START, data, STOP; on a socket the writer first says
// READY, hears ACCEPT, and at the end hears FINISH. Pure, and fuzzed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::sinkhole {

inline constexpr std::string_view kDnstapContent = "protobuf:dnstap.Dnstap";

enum class FrameKind : std::uint8_t {
  kData,
  kAccept,
  kStart,
  kStop,
  kReady,
  kFinish,
};

struct Frame {
  FrameKind kind = FrameKind::kData;
  std::string_view data;  // of kData; valid until the next call
};

class FrameReader {
 public:
  // A DNS message is 64 KiB at most; what dnstap adds is little.
  static constexpr std::size_t kMostData = std::size_t{256} << 10;
  static constexpr std::size_t kMostControl = 512;

  // Memory grows by what arrives and is not yet taken out.
  void feed(std::string_view bytes);
  // Nothing yet: more has to arrive. The error, after which nothing comes any
  // more, says what is wrong: a frame too long, or a stream of something else.
  Result<std::optional<Frame>> next();
  // Nothing is left that has begun.
  bool is_whole() const { return begin_ == buffer_.size(); }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
};

// A control frame as it is sent.
std::string control_frame(FrameKind kind);

}  // namespace lostletter::sinkhole
