// SPDX-License-Identifier: Apache-2.0
//
// The words of a judgement, and the table of what a mode does about a verdict
// (DESIGN 3).
#pragma once

#include <optional>
#include <string_view>

namespace lostletter::guard {

enum class Verdict { kClear, kDoubtful, kMisdirected, kBlocked, kInvalid };
enum class Mode { kWatch, kAsk, kHold, kReject };
// In order: the later, the more it takes away.
enum class Action { kAccept, kAsk, kHold, kReject };

std::string_view to_string(Verdict verdict);  // "misdirected"
std::string_view to_string(Mode mode);        // "ask"
std::string_view to_string(Action action);    // "ask"
std::optional<Mode> parse_mode(std::string_view text);

Action action_for(Verdict verdict, Mode mode);

}  // namespace lostletter::guard
