// SPDX-License-Identifier: Apache-2.0
//
// One event as one line of text. Pure, so that tests need no stderr.
//
// A text from outside is first made printable(), then quoted as the format
// wants it. Both formats thus carry the same value: what a logfmt or JSON
// parser gives back is the printable() form, never a raw control character.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace lostletter {

using LogTime = std::chrono::sys_time<std::chrono::milliseconds>;

std::string_view to_string(Level level);  // "warning"

// ts=2026-11-23T18:35:18.042Z level=info event=judged verdict=clear
std::string to_logfmt(const EventRow& row, LogTime time,
                      const std::vector<Field>& fields);

// {"ts":"2026-11-23T18:35:18.042Z","level":"info","event":"judged", ...}
std::string to_json(const EventRow& row, LogTime time,
                    const std::vector<Field>& fields);

}  // namespace lostletter
