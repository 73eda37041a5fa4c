// SPDX-License-Identifier: Apache-2.0
#include "guard/verdict.h"

#include <array>
#include <cstddef>

namespace lostletter::guard {
namespace {

struct Row {
  Verdict verdict;
  std::string_view word;
  std::array<Action, 4> actions;  // watch, ask, hold, reject
};

using enum Action;
constexpr std::array kRows = std::to_array<Row>({
    {Verdict::kClear, "clear", {kAccept, kAccept, kAccept, kAccept}},
    {Verdict::kDoubtful, "doubtful", {kAccept, kAccept, kAccept, kAccept}},
    {Verdict::kMisdirected, "misdirected", {kAccept, kAsk, kHold, kReject}},
    {Verdict::kBlocked, "blocked", {kAccept, kReject, kReject, kReject}},
    {Verdict::kInvalid, "invalid", {kAccept, kReject, kReject, kReject}},
});

constexpr std::array<std::string_view, 4> kModes = {"watch", "ask", "hold",
                                                    "reject"};
constexpr std::array<std::string_view, 4> kActions = {"accept", "ask", "hold",
                                                      "reject"};

}  // namespace

std::string_view to_string(Verdict verdict) {
  return kRows[static_cast<std::size_t>(verdict)].word;
}

std::string_view to_string(Mode mode) {
  return kModes[static_cast<std::size_t>(mode)];
}

std::string_view to_string(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}

std::optional<Mode> parse_mode(std::string_view text) {
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == text) return static_cast<Mode>(i);
  }
  return std::nullopt;
}

Action action_for(Verdict verdict, Mode mode) {
  return kRows[static_cast<std::size_t>(verdict)]
      .actions[static_cast<std::size_t>(mode)];
}

}  // namespace lostletter::guard
