// SPDX-License-Identifier: Apache-2.0
#include "dns/parking.h"

#include <algorithm>

#include "domain/name.h"

namespace lostletter::dns {
namespace {

// Name servers by what parking services tell their customers to enter; mail
// hosts of which Szurdi and Christin (IMC 2017) found that they serve 95 % of
// the typo domains that took mail.
constexpr std::string_view kHosts[] = {
    "above.com",
    "afternic.com",
    "b-io.co",
    "bodis.com",
    "cashparking.com",
    "dan.com",
    "dsredirection.com",
    "fabulous.com",
    "h-email.net",
    "m1bp.com",
    "mb1p.com",
    "mb5p.com",
    "namedrive.com",
    "parkingcrew.net",
    "parklogic.com",
    "sedoparking.com",
    "skenzo.com",
    "trafficz.com",
    "uniregistrymarket.link",
    "voodoo.com",
    "ztomy.com",
};

}  // namespace

bool is_parking_host(std::string_view host) {
  return std::ranges::any_of(kHosts, [&](std::string_view known) {
    return domain::is_within(host, known);
  });
}

}  // namespace lostletter::dns
