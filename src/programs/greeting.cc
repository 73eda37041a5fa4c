// SPDX-License-Identifier: Apache-2.0
#include "programs/greeting.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "guard/assess.h"

namespace lostletter::programs {
namespace {

// How this very program is called from where we are.
std::string program() {
  std::error_code trouble;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", trouble);
  const auto here = std::filesystem::current_path(trouble);
  const auto folder = self.parent_path();
  if (trouble || folder == "/usr/bin" || folder == "/usr/local/bin") {
    return "lostletter";
  }
  const auto near = self.lexically_relative(here);
  const bool inside = !near.empty() && *near.begin() != "..";
  return (inside ? near : self).string();
}

std::string page(const config::Config& config, std::uint16_t port) {
  if (config.http_host.empty()) return "off";
  const bool v6 = config.http_host.find(':') != std::string::npos;
  return fmt::format("http://{}:{}/{}",
                     v6 ? "[" + config.http_host + "]" : config.http_host, port,
                     config.http_token.empty() ? "" : "?token=...");
}

// The address as Postfix wants it: a unix socket in its queue directory is
// named from there, so that it is found from inside and outside its chroot.
std::string postfix_name(net::Endpoint endpoint, std::uint16_t port) {
  constexpr std::string_view kQueue = "/var/spool/postfix/";
  if (endpoint.kind == net::Endpoint::Kind::kInet) endpoint.port = port;
  if (endpoint.path.starts_with(kQueue)) endpoint.path.erase(0, kQueue.size());
  return endpoint.to_string();
}

// What Postfix does by itself when nobody answers must come after our own
// answer, and be the same.
std::string postconf_line(const config::Config& config,
                          const config::Milter& milter, std::uint16_t port) {
  using std::chrono::seconds;
  const auto decision = std::chrono::ceil<seconds>(config.decision_time);
  const seconds patience = std::max(seconds(15), 2 * decision);
  const bool local = milter.gate.traffic == gate::Traffic::kLocal;
  const bool accept = milter.gate.on_failure == milter::OnFailure::kAccept;
  return fmt::format(
      "postconf -e '{} = {{ {}, connect_timeout=5s, command_timeout={}s, "
      "content_timeout=120s, default_action={} }}'",
      local ? "non_smtpd_milters" : "smtpd_milters",
      postfix_name(milter.gate.endpoint, port), patience.count(),
      accept ? "accept" : "tempfail");
}

}  // namespace

std::string greeting(const config::Config& config,
                     const std::vector<std::uint16_t>& ports,
                     std::uint16_t http_port) {
  std::string text =
      fmt::format("lostletter " LOSTLETTER_VERSION
                  " is ready (mode {}, state in {})\n\n"
                  "  the page            {}\n"
                  "  an address to try   {} check general@army.ml\n\n",
                  guard::to_string(config.gate.mode), config.state_directory,
                  page(config, http_port), program());
  text += config.milters.empty()
              ? "No milter listens.\n"
              : "To connect a Postfix, as root on its host:\n\n";
  for (std::size_t i = 0; i < config.milters.size(); ++i) {
    const config::Milter& milter = config.milters[i];
    if (milter.gate.endpoint.kind == net::Endpoint::Kind::kInherited) {
      text += fmt::format("  # {}: its address is in its socket unit\n",
                          milter.gate.endpoint.to_string());
    } else {
      text += fmt::format("  {}\n", postconf_line(config, milter, ports[i]));
    }
  }
  return text + (config.milters.empty() ? "" : "  postfix reload\n");
}

}  // namespace lostletter::programs
