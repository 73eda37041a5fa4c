// SPDX-License-Identifier: Apache-2.0
//
// Hosts of those who park names by the thousand: a name there was registered
// to be visited, or sold, and may take mail meant for somebody else.
#pragma once

#include <string_view>

namespace lostletter::dns {

// Is it, or does it lie below, a name server or a mail host of a business that
// parks names?
bool is_parking_host(std::string_view host);

}  // namespace lostletter::dns
