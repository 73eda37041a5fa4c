// SPDX-License-Identifier: Apache-2.0
//
// What stands behind "lostletter sinkhole", besides the server itself.
#pragma once

#include "programs/command.h"

namespace lostletter::programs {

// What was counted: as text, JSON, a page, or a letter to those concerned.
int sinkhole_report(const Arguments& arguments);
// Questions to name servers, from dnstap or query logs.
int sinkhole_queries(const Arguments& arguments);

}  // namespace lostletter::programs
