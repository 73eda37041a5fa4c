// SPDX-License-Identifier: Apache-2.0
//
// One line an event, on stderr: key=value (logfmt) or JSON. Every event is a
// row of base/events.cc with an id and a paragraph for the operator, printed
// into docs/events.md. No line carries content of a letter.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lostletter {

enum class Level { kDebug, kInfo, kWarning, kError };

// What happened. The rows are in base/events.cc, in this order.
enum class Event {
  kStarted,
  kStopping,
  kStopped,
  kListening,
  kReloaded,
  kNamesLearnt,
  kReloadFailed,
  kRunningAsRoot,
  kJudged,              // one recipient: verdict, action, why
  kConfirmed,           // a resend proved that the address was meant
  kConfirmationFailed,  // a resend whose headers prove nothing
  kDecisionLate,        // no decision within the deadline
  kStoreFailed,
  kStoreRecovered,
  kRecordsDropped,
  kLettersNotLearnt,
  kLetterHeld,        // a letter is in our hands, durably
  kHoldFull,          // there is no room for one
  kSenderAsked,       // about a held letter
  kLetterAnswered,    // somebody decided about a recipient of it
  kLetterHanded,      // the MTA was given it, or a report about it
  kHandingUncertain,  // nobody knows whether the MTA took it
  kMilterProtocol,    // a peer spoke no milter protocol
  kHttpRefused,
  kAcceptFailed,  // no descriptor or memory for another connection
  kJobFailed,     // a job of a Worker threw: a bug of ours
};

struct EventRow {
  Event event;
  std::string_view id;  // "judged": stable, for grep and alerts
  Level level;
  std::string_view paragraph;  // what it means and what to do
};
const std::vector<EventRow>& events();

// docs/events.md, whole.
std::string events_markdown();

// Keys are ours ([a-z_]+, not ts, level or event); values may be anything from
// outside and are escaped with printable() and quoted: no control character
// reaches a terminal or a log.
struct Field {
  std::string_view key;
  std::variant<std::string, std::int64_t, double, bool> value;
};

enum class LogFormat { kLogfmt, kJson };

// Call once, before threads start; default: logfmt, kInfo.
void set_log(LogFormat format, Level least);

// Writes `ts=... level=... event=<id> key=value ...`. Any thread, no throw.
void log_event(Event event, const std::vector<Field>& fields = {});

}  // namespace lostletter
