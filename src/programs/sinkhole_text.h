// SPDX-License-Identifier: Apache-2.0
//
// What a sinkhole counted, as people and programs read it.
#pragma once

#include <string>

#include "sinkhole/queries.h"
#include "sinkhole/report.h"

namespace lostletter::programs {

// One object, one line.
std::string to_json(const sinkhole::Report& one);
std::string to_json(const sinkhole::QueryReport& one);

std::string to_text(const sinkhole::Report& one);
std::string to_text(const sinkhole::QueryReport& one);

}  // namespace lostletter::programs
