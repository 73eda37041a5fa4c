// SPDX-License-Identifier: Apache-2.0
//
// What `serve` prints when it is ready: the page, an address to try, and what
// connects a Postfix.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace lostletter::programs {

// `ports`: of the listening sockets, in the order of config.milters (a port of
// 0 was any free one); `http_port`: of the page.
std::string greeting(const config::Config& config,
                     const std::vector<std::uint16_t>& ports,
                     std::uint16_t http_port);

}  // namespace lostletter::programs
