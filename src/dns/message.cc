// SPDX-License-Identifier: Apache-2.0
#include "dns/message.h"

#include <array>
#include <cstddef>
#include <optional>

#include <arpa/inet.h>

#include "base/text.h"

namespace lostletter::dns {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kInternet = 1;  // the class

// A name on the wire has 255 octets at most, so these many labels.
constexpr int kMostLabels = 128;

void append_label(std::string& name, std::string_view label) {
  constexpr std::string_view kDigits = "0123456789";
  for (const char c : label) {
    const char lower = ascii_lower(c);
    const bool plain = (lower >= 'a' && lower <= 'z') ||
                       (lower >= '0' && lower <= '9') || lower == '-' ||
                       lower == '_';
    if (plain) {
      name += lower;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    name += '\\';
    name += kDigits[byte / 100U];
    name += kDigits[byte / 10U % 10U];
    name += kDigits[byte % 10U];
  }
}

// Reads at a position of its own; what is not there is nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= bytes_.size(); }

  std::optional<std::uint8_t> octet() {
    if (at_end()) return std::nullopt;
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  std::optional<std::uint16_t> two() {
    const auto high = octet();
    const auto low = octet();
    if (!high || !low) return std::nullopt;
    return static_cast<std::uint16_t>(*high << 8 | *low);
  }
  std::optional<std::uint32_t> four() {
    const auto high = two();
    const auto low = two();
    if (!high || !low) return std::nullopt;
    return std::uint32_t{*high} << 16 | *low;
  }
  std::optional<std::string_view> take(std::size_t length) {
    if (bytes_.size() - at_ < length) return std::nullopt;
    at_ += length;
    return bytes_.substr(at_ - length, length);
  }

  // RFC 1035 4.1.4: labels, then the root or a pointer to more of them, which
  // only points back: it cannot go in circles.
  std::optional<std::string> name() {
    std::string text;
    std::size_t from = at_;
    std::size_t before = at_;  // pointers point before here
    std::size_t octets = 1;
    bool jumped = false;
    for (int labels = 0; labels < kMostLabels;) {
      if (from >= bytes_.size()) return std::nullopt;
      const auto length = static_cast<std::uint8_t>(bytes_[from]);
      if ((length & 0xC0U) == 0xC0U) {
        if (from + 1 >= bytes_.size()) return std::nullopt;
        const std::size_t to = (length & 0x3FU) * std::size_t{256} +
                               static_cast<std::uint8_t>(bytes_[from + 1]);
        if (!jumped) at_ = from + 2;
        jumped = true;
        if (to >= before) return std::nullopt;
        before = from = to;
        continue;
      }
      if (length > 63) return std::nullopt;
      if (length == 0) {
        if (!jumped) at_ = from + 1;
        return text.empty() ? "." : text;
      }
      octets += length + 1U;
      if (bytes_.size() - from <= length || octets > 255) return std::nullopt;
      if (!text.empty()) text += '.';
      append_label(text, bytes_.substr(from + 1, length));
      from += length + 1U;
      ++labels;
    }
    return std::nullopt;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::optional<std::string> address_text(std::string_view octets) {
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(family, octets.data(), text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return std::string(text.data());
}

// RFC 1035 3.3.14: strings of at most 255 octets, which belong together.
std::optional<std::string> joined_strings(std::string_view data) {
  std::string text;
  while (!data.empty()) {
    const auto length = static_cast<std::uint8_t>(data[0]);
    if (data.size() <= length) return std::nullopt;
    text += data.substr(1, length);
    data.remove_prefix(1U + length);
  }
  return text;
}

// The data of a record, which the reader stands before. False when they are
// not what the type says.
bool read_data(Reader& reader, std::string_view data, Record& record) {
  const std::size_t end = reader.at() + data.size();
  switch (record.type) {
    case Type::kA:
    case Type::kAaaa: {
      if (data.size() != (record.type == Type::kA ? 4U : 16U)) return false;
      auto text = address_text(data);
      if (text) record.data = std::move(*text);
      return text.has_value() && reader.take(data.size()).has_value();
    }
    case Type::kTxt: {
      auto text = joined_strings(data);
      if (text) record.data = std::move(*text);
      return text.has_value() && reader.take(data.size()).has_value();
    }
    case Type::kMx: {
      const auto preference = reader.two();
      if (!preference) return false;
      record.preference = *preference;
      break;
    }
    case Type::kSoa:
      if (!reader.name()) return false;
      break;
    case Type::kNs:
    case Type::kCname:
      break;
  }
  auto name = reader.name();
  if (!name) return false;
  record.data = std::move(*name);
  if (record.type == Type::kSoa) {
    // Serial, refresh, retry, expire, minimum.
    if (!reader.take(16)) return false;
    const auto minimum = reader.four();
    if (!minimum) return false;
    record.minimum = *minimum;
  }
  return reader.at() == end;
}

bool is_understood(std::uint16_t type) {
  switch (static_cast<Type>(type)) {
    case Type::kA:
    case Type::kNs:
    case Type::kCname:
    case Type::kSoa:
    case Type::kMx:
    case Type::kTxt:
    case Type::kAaaa:
      return true;
  }
  return false;
}

// RFC 2181 8: a TTL with its first bit set is none.
std::uint32_t sane_ttl(std::uint32_t ttl) {
  return ttl > 0x7FFFFFFFU ? 0 : ttl;
}

// One record; those that are not understood leave no trace. False when it is
// not whole.
bool read_record(Reader& reader, std::string_view bytes,
                 std::vector<Record>& records) {
  Record record;
  auto owner = reader.name();
  const auto type = reader.two();
  const auto of = reader.two();
  const auto ttl = reader.four();
  const auto length = reader.two();
  if (!owner || !length) return false;
  const std::size_t begin = reader.at();
  if (bytes.size() - begin < *length) return false;
  const auto data = bytes.substr(begin, *length);
  if (!is_understood(*type) || *of != kInternet) {
    return reader.take(*length).has_value();
  }
  record.owner = std::move(*owner);
  record.type = static_cast<Type>(*type);
  record.ttl = sane_ttl(*ttl);
  if (!read_data(reader, data, record)) return false;
  records.push_back(std::move(record));
  return true;
}

}  // namespace

Result<Message> parse_message(std::string_view bytes) {
  Reader reader(bytes);
  const auto id = reader.two();
  const auto flags = reader.two();
  const auto questions = reader.two();
  const auto answers = reader.two();
  const auto authority = reader.two();
  if (!reader.two()) {
    return fail("a DNS message has " + std::to_string(kHeader) +
                " octets at least");
  }
  if ((*flags & 0x8000U) == 0) return fail("a DNS question, not an answer");
  Message message;
  message.id = *id;
  message.truncated = (*flags & 0x0200U) != 0;
  message.authentic = (*flags & 0x0020U) != 0;
  message.code = *flags & 0x000FU;
  for (int i = 0; i < *questions; ++i) {
    auto name = reader.name();
    const auto type = reader.two();
    if (!name || !reader.two()) return fail("the question is not whole");
    message.question = std::move(*name);
    message.question_type = static_cast<Type>(*type);
  }
  const auto read_section = [&](int count, std::vector<Record>& records) {
    for (int i = 0; i < count; ++i) {
      if (!read_record(reader, bytes, records)) return false;
    }
    return true;
  };
  const bool whole = read_section(*answers, message.answers) &&
                     read_section(*authority, message.authority);
  if (!whole && !message.truncated) {
    return fail("a record is not whole, or not what its type says");
  }
  return message;
}

}  // namespace lostletter::dns
