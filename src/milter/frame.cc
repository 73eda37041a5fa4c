// SPDX-License-Identifier: Apache-2.0
#include "milter/frame.h"

#include "base/text.h"

namespace lostletter::milter {
namespace {

constexpr std::size_t kLengthSize = 4;

std::uint32_t read_length(std::string_view bytes) {
  std::uint32_t length = 0;
  for (const char c : bytes.substr(0, kLengthSize)) {
    length = length << 8 | static_cast<unsigned char>(c);
  }
  return length;
}

// "EHLO" or "GET " read as a length: who sees the letters knows the peer.
std::string face(std::string_view octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  bool letters = true;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    letters = letters && octet >= ' ' && octet <= '~';
    if (!hex.empty()) hex += ' ';
    hex += {kDigits[octet >> 4], kDigits[octet & 0xf]};
  }
  return letters ? '"' + printable(octets) + '"' : hex;
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  compact();
  buffer_ += bytes;
}

Result<std::optional<std::string_view>> FrameReader::next() {
  const std::string_view waiting = std::string_view(buffer_).substr(begin_);
  if (waiting.size() < kLengthSize) {
    compact();
    return std::nullopt;
  }
  const std::uint32_t length = read_length(waiting);
  if (length == 0) return fail("empty frame");
  if (length > kMost) {
    return fail("frame of " + std::to_string(length) + " octets (" +
                face(waiting.substr(0, kLengthSize)) +
                "); the peer speaks another protocol");
  }
  if (waiting.size() - kLengthSize < length) return std::nullopt;
  begin_ += kLengthSize + length;
  return waiting.substr(kLengthSize, length);
}

// Gives back the memory of a large frame: thousands of sessions are idle most
// of the time.
void FrameReader::compact() {
  constexpr std::size_t kSmall = 4096;
  if (begin_ == 0) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.empty() && buffer_.capacity() > kSmall) buffer_.shrink_to_fit();
}

std::string big_endian(std::uint32_t number) {
  std::string bytes(kLengthSize, '\0');
  for (std::size_t i = kLengthSize; i-- > 0; number >>= 8) {
    bytes[i] = static_cast<char>(number & 0xff);
  }
  return bytes;
}

std::string frame(char letter, std::string_view payload) {
  std::string bytes =
      big_endian(static_cast<std::uint32_t>(payload.size() + 1));
  bytes += letter;
  bytes += payload;
  return bytes;
}

}  // namespace lostletter::milter
