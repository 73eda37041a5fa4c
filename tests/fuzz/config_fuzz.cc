// SPDX-License-Identifier: Apache-2.0
//
// A configuration file of any bytes: an error of whole printable lines, or a
// configuration that shown as TOML is read back as itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "config/config.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_error(const Error& error) {
  require(!error.message.empty());
  for (const std::string_view line : split(error.message, '\n')) {
    require(!line.empty());
    require(printable(line, 1 << 20).size() >= line.size());
    for (const char c : line) {
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = config::parse(text, "/etc/x.toml");
  if (!config) {
    check_error(config.error());
    return 0;
  }
  // A token is not shown, so what needs one cannot come back.
  if (!config->http_token.empty()) return 0;
  const auto again = config::parse(config::show(*config), "/etc/x.toml");
  require(again.has_value());
  for (const config::OptionRow& row : config::options()) {
    require(config::value_of(*again, row.key) ==
            config::value_of(*config, row.key));
  }
  require(again->milters.size() == config->milters.size());
  return 0;
}
