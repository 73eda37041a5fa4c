// SPDX-License-Identifier: Apache-2.0
//
// The life of one recipient of a held letter, as a table: what may happen in
// each state, and where it leads. Back ends change a state only as a row here
// says, and only when the state is still the one the row starts from
// (compare and set), so that two guards, or a guard and a person, never both
// win. docs/states.md gives each state's guarantee; a test explores every order
// of events, crashes and rivals over these very rows.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lostletter::store {

enum class HeldState {
  kExpected,  // H0  the MTA was told to bring the letter; it still has it
  kHeld,  // H1  its content is ours, durably; somebody was, or will be, asked
  kReleasing,  // H2  answered: goes to `target`. The MTA never got a final dot
               //     for it that it did not refuse
  kHanded,     // H3  a final dot may have been sent: only the MTA knows
  kDelivered,  // H4  the MTA took it (its 250, or its copy to our listener)
  kReturning,  // H5  the sender is owed a report (RFC 3464)
  kReturned,   // H6  the MTA took the report
  kDiscarded,  // H7  the sender withdrew it
  kVoid,       // H8  the MTA never brought it: it never took the letter
};
std::string_view to_string(HeldState state);  // "held"
std::optional<HeldState> parse_held_state(std::string_view text);

// Nothing more happens; the content is not needed for this recipient.
bool is_final(HeldState state);

enum class HeldEvent {
  kArrive,        // the MTA brought the letter, and it is on disk
  kLapse,         // it never came
  kRelease,       // answered: send it, as typed or mended
  kDiscard,       // answered: do not
  kReturn,        // nobody answered in time, or an operator says so
  kHand,          // written before the final dot is sent
  kAccepted,      // the MTA said 250
  kAcknowledged,  // the MTA brought its own copy of the acknowledgement
  kDeferred,      // the MTA said 4yz, so it does not have it
  kRefused,       // the MTA said 5yz, so it never will
  kReported,      // the MTA took the report, or nobody is left to report to
  kSendAgain,     // an operator knows that the MTA never had it
  kCallDone,      // an operator knows that the MTA had it
};
std::string_view to_string(HeldEvent event);  // "release": in the action log

struct HeldRow {
  HeldState from;
  HeldEvent event;
  HeldState to;
};
std::span<const HeldRow> held_rows();

// Where `event` leads from `state`; nothing when it must not happen there.
std::optional<HeldState> after(HeldState state, HeldEvent event);

}  // namespace lostletter::store
