// SPDX-License-Identifier: Apache-2.0
//
// Whatever decodes, encodes again to something that decodes to the same; what
// does not says why.
#include <cassert>
#include <cstdint>
#include <tuple>

#include "base/text.h"
#include "milter/command.h"
#include "milter/fake_mta.h"

using namespace lostletter;
using namespace lostletter::milter;

namespace {

std::string payload_of(const std::string& whole_frame) {
  return whole_frame.substr(4);
}

std::vector<std::string> with_parameters(
    const std::string& path, const std::vector<std::string>& parameters) {
  std::vector<std::string> texts = {path};
  texts.insert(texts.end(), parameters.begin(), parameters.end());
  return texts;
}

// As an MTA would write it.
struct Encode {
  std::string operator()(const Negotiate& c) const {
    return fake_mta::negotiate(c.version, c.actions, c.protocol);
  }
  std::string operator()(const Macros& c) const {
    return fake_mta::macros(c.command, c.values);
  }
  std::string operator()(const Connect& c) const {
    return fake_mta::connect(c.hostname, c.family, c.port, c.address);
  }
  std::string operator()(const Helo& c) const {
    return fake_mta::text('H', {c.name});
  }
  std::string operator()(const Mail& c) const {
    return fake_mta::text('M', with_parameters(c.reverse_path, c.parameters));
  }
  std::string operator()(const Rcpt& c) const {
    return fake_mta::text('R', with_parameters(c.forward_path, c.parameters));
  }
  std::string operator()(const Data&) const { return frame('T'); }
  std::string operator()(const Header& c) const {
    return fake_mta::text('L', {c.name, c.body});
  }
  std::string operator()(const EndOfHeaders&) const { return frame('N'); }
  std::string operator()(const Body& c) const { return frame('B', c.bytes); }
  std::string operator()(const EndOfMessage& c) const {
    return frame('E', c.bytes);
  }
  std::string operator()(const Abort&) const { return frame('A'); }
  std::string operator()(const Quit&) const { return frame('Q'); }
  std::string operator()(const QuitNew&) const { return frame('K'); }
  std::string operator()(const Unknown& c) const {
    return fake_mta::text('U', {c.command});
  }
};

// A second "IPv6:" and nested braces are peeled one layer at a time.
bool is_peeled(const Command& command) {
  if (const auto* connect = std::get_if<Connect>(&command)) {
    return !ascii_iequals(connect->address.substr(0, 5), "IPv6:");
  }
  if (const auto* macros = std::get_if<Macros>(&command)) {
    for (const auto& [name, value] : macros->values) {
      if (name.starts_with('{') && name.ends_with('}')) return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto command = decode(bytes);
  if (!command) {
    std::string message = command.error().message;
    std::erase(message, '\\');  // which printable would double
    assert(!message.empty() && printable(message) == message);
    return 0;
  }
  if (!is_peeled(*command)) return 0;
  const std::string written = payload_of(std::visit(Encode{}, *command));
  const auto again = decode(written);
  assert(again && again->index() == command->index());
  assert(payload_of(std::visit(Encode{}, *again)) == written);
  return 0;
}
