// SPDX-License-Identifier: Apache-2.0
#include "milter/command.h"

#include <optional>

#include "base/text.h"

namespace lostletter::milter {
namespace {

// Takes the text up to the next NUL, and the NUL. Nothing when there is none:
// the frame was cut or is no milter's.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const auto end = rest.find('\0');
  if (end == rest.npos) return std::nullopt;
  const auto text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

std::uint32_t take_number(std::string_view& rest) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
  }
  return number;
}

Result<Command> decode_negotiate(std::string_view payload) {
  if (payload.size() < 12) return fail("negotiation is too short");
  Negotiate offer;
  offer.version = take_number(payload);
  offer.actions = take_number(payload);
  offer.protocol = take_number(payload);
  return offer;
}

// Macros are what an MTA happens to know: empty names and values, a name
// without its value and a missing last NUL were all seen in the field and do no
// harm.
Result<Command> decode_macros(std::string_view payload) {
  if (payload.empty()) return fail("macros without the command they are for");
  Macros macros;
  macros.command = payload.front();
  payload.remove_prefix(1);
  const auto next = [&payload] {
    const auto text = take_string(payload);
    return text ? *text : std::exchange(payload, {});
  };
  while (!payload.empty()) {
    std::string_view name = next();
    const std::string_view value = next();
    if (name.starts_with('{') && name.ends_with('}')) {
      name = name.substr(1, name.size() - 2);
    }
    macros.values.emplace_back(name, value);
  }
  return macros;
}

// Sendmail writes "IPv6:2001:db8::1", Postfix the bare address.
std::string_view without_tag(std::string_view address) {
  constexpr std::string_view kTag = "IPv6:";
  if (ascii_iequals(address.substr(0, kTag.size()), kTag)) {
    address.remove_prefix(kTag.size());
  }
  return address;
}

Result<Command> decode_connect(std::string_view payload) {
  const auto hostname = take_string(payload);
  if (!hostname) return fail("connection without a host name");
  if (payload.empty()) return fail("connection without an address family");
  Connect connect;
  connect.hostname = *hostname;
  connect.family = payload.front();
  payload.remove_prefix(1);
  if (connect.family == 'U') return connect;
  if (!std::string_view("46L").contains(connect.family)) {
    return fail("unknown address family " + describe_byte(connect.family));
  }
  if (payload.size() < 2) return fail("connection without a port");
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  connect.port = static_cast<std::uint16_t>(high << 8 | low);
  payload.remove_prefix(2);
  const auto address = take_string(payload);
  if (!address) return fail("connection without an address");
  connect.address = connect.family == '6' ? without_tag(*address) : *address;
  return connect;
}

template <typename Text>
Result<Command> decode_text(std::string_view payload) {
  const auto text = take_string(payload);
  if (!text) return fail("text without its end");
  return Text{std::string(*text)};
}

// MAIL and RCPT: the path, then one string for each ESMTP parameter.
template <typename Path>
Result<Command> decode_path(std::string_view payload) {
  const auto path = take_string(payload);
  if (!path) return fail("MAIL or RCPT without a path");
  std::vector<std::string> parameters;
  while (!payload.empty()) {
    const auto parameter = take_string(payload);
    if (!parameter) return fail("MAIL or RCPT parameter without its end");
    parameters.emplace_back(*parameter);
  }
  return Path{std::string(*path), std::move(parameters)};
}

Result<Command> decode_header(std::string_view payload) {
  const auto name = take_string(payload);
  if (!name) return fail("header field without a name");
  const auto body = take_string(payload);
  if (!body) return fail("header field without a body");
  return Header{std::string(*name), std::string(*body)};
}

template <typename Piece>
Result<Command> decode_bytes(std::string_view payload) {
  return Piece{std::string(payload)};
}

template <typename Nothing>
Result<Command> decode_nothing(std::string_view) {
  return Nothing{};
}

// The protocol in one table: a new command is a new row.
struct Row {
  char letter;
  Result<Command> (*decode)(std::string_view payload);
};
constexpr Row kCommands[] = {
    {'A', decode_nothing<Abort>},
    {'B', decode_bytes<Body>},
    {'C', decode_connect},
    {'D', decode_macros},
    {'E', decode_bytes<EndOfMessage>},
    {'H', decode_text<Helo>},
    {'K', decode_nothing<QuitNew>},
    {'L', decode_header},
    {'M', decode_path<Mail>},
    {'N', decode_nothing<EndOfHeaders>},
    {'O', decode_negotiate},
    {'Q', decode_nothing<Quit>},
    {'R', decode_path<Rcpt>},
    {'T', decode_nothing<Data>},
    {'U', decode_text<Unknown>},
};

}  // namespace

Result<Command> decode(std::string_view frame) {
  if (frame.empty()) return fail("frame without a command");
  for (const Row& row : kCommands) {
    if (row.letter == frame.front()) return row.decode(frame.substr(1));
  }
  return fail("unknown command " + describe_byte(frame.front()));
}

}  // namespace lostletter::milter
