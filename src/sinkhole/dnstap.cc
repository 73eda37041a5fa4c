// SPDX-License-Identifier: Apache-2.0
//
// Of dnstap's protocol buffers (dnstap.proto; the encoding is at
// protobuf.dev/programming-guides/encoding) six fields are read:
//
//   Dnstap   14 message        15 type: 1 is MESSAGE
//   Message   1 type            4 query_address
//            12 response_time_sec, else 8 query_time_sec
//            14 response_message
#include <array>
#include <chrono>

#include <arpa/inet.h>

#include "base/text.h"
#include "dns/message.h"
#include "sinkhole/query.h"

namespace lostletter::sinkhole {
namespace {

enum class Wire : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kFixed32 = 5,
};

// One field after the other. After a failure nothing comes any more.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  bool next() {
    if (rest_.empty() || failed_) return false;
    const std::uint64_t key = varint();
    number_ = key >> 3;
    const auto wire = static_cast<Wire>(key & 7U);
    value_ = 0;
    bytes_ = {};
    switch (wire) {
      case Wire::kVarint:
        value_ = varint();
        break;
      case Wire::kBytes:
        bytes_ = take(varint());
        break;
      case Wire::kFixed32:
        take(4);
        break;
      case Wire::kFixed64:
        take(8);
        break;
      default:
        failed_ = true;  // groups, which nobody writes any more
    }
    return !failed_;
  }
  std::uint64_t number() const { return number_; }
  std::uint64_t value() const { return value_; }
  std::string_view bytes() const { return bytes_; }
  bool failed() const { return failed_; }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_[0]);
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  std::uint64_t number_ = 0;
  std::uint64_t value_ = 0;
  std::string_view bytes_;
  bool failed_ = false;
};

constexpr std::uint64_t kMessage = 1;
constexpr std::uint64_t kAuthResponse = 2;
constexpr std::uint64_t kClientResponse = 6;

// Beyond it no day has four digits of year.
constexpr std::uint64_t kMostSeconds = 253402300799;

std::string address_text(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == 4    ? AF_INET
                     : bytes.size() == 16 ? AF_INET6
                                          : 0;
  if (family == 0) return "";
  return inet_ntop(family, bytes.data(), text.data(), text.size());
}

struct Tapped {
  std::uint64_t type = 0;
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  std::string_view client;
  std::string_view response;
};

Result<Tapped> read_message(std::string_view bytes) {
  Tapped tapped;
  Fields fields(bytes);
  while (fields.next()) {
    switch (fields.number()) {
      case 1:
        tapped.type = fields.value();
        break;
      case 4:
        tapped.client = fields.bytes();
        break;
      case 8:
        tapped.asked = fields.value();
        break;
      case 12:
        tapped.answered = fields.value();
        break;
      case 14:
        tapped.response = fields.bytes();
        break;
      default:
        break;
    }
  }
  if (fields.failed()) return fail("a message of dnstap is cut");
  return tapped;
}

std::optional<Query> query_of(const Tapped& tapped) {
  if (tapped.type != kAuthResponse && tapped.type != kClientResponse) {
    return std::nullopt;
  }
  const auto message = dns::parse_message(tapped.response);
  // What has to be escaped is no name of mail.
  if (!message || message->question.empty() ||
      message->question.find('\\') != std::string::npos ||
      message->question_type != dns::Type::kMx) {
    return std::nullopt;
  }
  const auto seconds = tapped.answered > 0 ? tapped.answered : tapped.asked;
  if (seconds > kMostSeconds) return std::nullopt;
  Query query;
  query.day = to_rfc3339(Seconds(Duration(static_cast<std::int64_t>(seconds))))
                  .substr(0, 10);
  query.name = message->question;
  query.client = address_text(tapped.client);
  query.answered =
      message->code == dns::kNameError ? Answered::kNoName : Answered::kOther;
  return query;
}

}  // namespace

Result<std::optional<Query>> read_dnstap(std::string_view payload) {
  std::uint64_t type = 0;
  std::string_view message;
  Fields fields(payload);
  while (fields.next()) {
    if (fields.number() == 14) message = fields.bytes();
    if (fields.number() == 15) type = fields.value();
  }
  if (fields.failed()) return fail("a frame is no message of dnstap");
  if (type != kMessage) return std::nullopt;
  const auto tapped = read_message(message);
  if (!tapped) return std::unexpected(tapped.error());
  return query_of(*tapped);
}

}  // namespace lostletter::sinkhole
