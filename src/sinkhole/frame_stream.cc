// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/frame_stream.h"

#include "base/text.h"

namespace lostletter::sinkhole {
namespace {

constexpr std::size_t kWord = 4;
constexpr std::uint32_t kContentType = 1;  // the only field there is

std::uint32_t read_word(std::string_view bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < kWord; ++i) {
    word = word << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return word;
}

void append_word(std::uint32_t word, std::string& bytes) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(word >> shift & 0xFFU);
  }
}

// What a control frame is, when what it carries is dnstap.
Result<FrameKind> read_control(std::string_view bytes) {
  if (bytes.size() < kWord) return fail("a control frame without a type");
  const std::uint32_t type = read_word(bytes);
  if (type < 1 || type > 5) {
    return fail("a control frame of the unknown type " + std::to_string(type));
  }
  bytes.remove_prefix(kWord);
  bool names_content = false;
  bool is_dnstap = false;
  while (!bytes.empty()) {
    if (bytes.size() < 2 * kWord) return fail("a control frame is cut");
    const std::uint32_t field = read_word(bytes);
    const std::uint32_t length = read_word(bytes.substr(kWord));
    bytes.remove_prefix(2 * kWord);
    if (length > bytes.size()) return fail("a control frame is cut");
    if (field == kContentType) {
      names_content = true;
      is_dnstap = is_dnstap || bytes.substr(0, length) == kDnstapContent;
    }
    bytes.remove_prefix(length);
  }
  if (names_content && !is_dnstap) return fail("the stream is not of dnstap");
  return static_cast<FrameKind>(type);
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_ += bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
  const auto rest = std::string_view(buffer_).substr(begin_);
  if (rest.size() < kWord) return std::nullopt;
  const std::size_t length = read_word(rest);
  if (length > kMostData) {
    return fail("no frame stream: a frame of " + std::to_string(length) +
                " octets");
  }
  if (length > 0) {
    if (rest.size() < kWord + length) return std::nullopt;
    begin_ += kWord + length;
    return Frame{FrameKind::kData, rest.substr(kWord, length)};
  }
  if (rest.size() < 2 * kWord) return std::nullopt;
  const std::size_t control = read_word(rest.substr(kWord));
  if (control > kMostControl) {
    return fail("no frame stream: a control frame of " +
                std::to_string(control) + " octets");
  }
  if (rest.size() < 2 * kWord + control) return std::nullopt;
  const auto kind = read_control(rest.substr(2 * kWord, control));
  if (!kind) return std::unexpected(kind.error());
  begin_ += 2 * kWord + control;
  return Frame{*kind, {}};
}

std::string control_frame(FrameKind kind) {
  std::string inner;
  append_word(static_cast<std::uint32_t>(kind), inner);
  const bool with_content = kind == FrameKind::kAccept ||
                            kind == FrameKind::kStart ||
                            kind == FrameKind::kReady;
  if (with_content) {
    append_word(kContentType, inner);
    append_word(static_cast<std::uint32_t>(kDnstapContent.size()), inner);
    inner += kDnstapContent;
  }
  std::string frame;
  append_word(0, frame);
  append_word(static_cast<std::uint32_t>(inner.size()), frame);
  return frame + inner;
}

}  // namespace lostletter::sinkhole
