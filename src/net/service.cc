// SPDX-License-Identifier: Apache-2.0
#include <systemd/sd-daemon.h>

#include "net/endpoint.h"

namespace lostletter::net {

void notify(std::string_view state) {
  // Without NOTIFY_SOCKET this does nothing; a failure to tell the service
  // manager is the service manager's to notice.
  (void)sd_notify(0, std::string(state).c_str());
}

std::uint64_t watchdog_interval_us() {
  std::uint64_t interval = 0;
  if (sd_watchdog_enabled(0, &interval) <= 0) return 0;
  return interval / 2;
}

}  // namespace lostletter::net
