// SPDX-License-Identifier: Apache-2.0
//
// The Date field (RFC 5322 3.3, obsolete forms of 4.3).
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace lostletter::mail {

struct Date {
  Seconds time;              // in UTC
  bool has_comment = false;  // "(UTC)" behind the zone, as Postfix writes it
};
Result<Date> parse_date(std::string_view field_body);

}  // namespace lostletter::mail
