// SPDX-License-Identifier: Apache-2.0
#include "store/held_states.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lostletter::store {
namespace {

using enum HeldState;
using enum HeldEvent;

constexpr std::pair<HeldState, std::string_view> kStates[] = {
    {kExpected, "expected"},   {kHeld, "held"},
    {kReleasing, "releasing"}, {kHanded, "handed"},
    {kDelivered, "delivered"}, {kReturning, "returning"},
    {kReturned, "returned"},   {kDiscarded, "discarded"},
    {kVoid, "void"},
};

constexpr std::pair<HeldEvent, std::string_view> kEvents[] = {
    {kArrive, "arrive"},      {kLapse, "lapse"},
    {kRelease, "release"},    {kDiscard, "discard"},
    {kReturn, "return"},      {kHand, "hand"},
    {kAccepted, "accepted"},  {kAcknowledged, "acknowledged"},
    {kDeferred, "deferred"},  {kRefused, "refused"},
    {kReported, "reported"},  {kSendAgain, "send-again"},
    {kCallDone, "call-done"},
};

constexpr HeldRow kRows[] = {
    {kExpected, kArrive, kHeld},
    {kExpected, kLapse, kVoid},
    // It came after all: the MTA was away for longer than we waited.
    {kVoid, kArrive, kHeld},
    {kHeld, kRelease, kReleasing},
    {kHeld, kDiscard, kDiscarded},
    {kHeld, kReturn, kReturning},
    // Refused before the final dot: nothing was sent.
    {kReleasing, kDeferred, kReleasing},
    {kReleasing, kRefused, kReturning},
    {kReleasing, kHand, kHanded},
    // Somebody sent it again by mistake: the MTA had it.
    {kReleasing, kAcknowledged, kDelivered},
    {kHanded, kAccepted, kDelivered},
    {kHanded, kAcknowledged, kDelivered},
    {kHanded, kDeferred, kReleasing},
    {kHanded, kRefused, kReturning},
    {kHanded, kSendAgain, kReleasing},
    {kHanded, kCallDone, kDelivered},
    {kReturning, kDeferred, kReturning},
    {kReturning, kReported, kReturned},
};

}  // namespace

std::string_view to_string(HeldState state) {
  return std::ranges::find(kStates, state, [](auto& row) { return row.first; })
      ->second;
}

std::optional<HeldState> parse_held_state(std::string_view text) {
  const auto* row =
      std::ranges::find(kStates, text, [](auto& one) { return one.second; });
  if (row == std::end(kStates)) return std::nullopt;
  return row->first;
}

std::string_view to_string(HeldEvent event) {
  return std::ranges::find(kEvents, event, [](auto& row) { return row.first; })
      ->second;
}

bool is_final(HeldState state) {
  switch (state) {
    case kDelivered:
    case kReturned:
    case kDiscarded:
    case kVoid:
      return true;
    default:
      return false;
  }
}

std::span<const HeldRow> held_rows() { return kRows; }

std::optional<HeldState> after(HeldState state, HeldEvent event) {
  const auto* row = std::ranges::find_if(kRows, [&](const HeldRow& one) {
    return one.from == state && one.event == event;
  });
  if (row == std::end(kRows)) return std::nullopt;
  return row->to;
}

}  // namespace lostletter::store
