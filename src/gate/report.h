// SPDX-License-Identifier: Apache-2.0
//
// What is told about a recipient that was judged: one line in the log, one
// record for `lostletter explain`, and counts. A clear recipient is logged and
// counted and leaves no record: there is nothing to explain, and a database of
// everybody's correspondence is what we keep others from making.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "gate/privacy.h"
#include "guard/assess.h"
#include "store/recorder.h"

namespace lostletter::gate {

// Where and when it was judged.
struct Occasion {
  std::string listener;
  std::string queue_id;  // the first RCPT has none
  std::string submitter;
  Seconds at;
};

// What was done in the end, when our own trouble decided instead of the table
// of DESIGN 3.
enum class Trouble { kNone, kTempfailed, kLetPass };

struct Judged {
  guard::Assessment assessment;
  std::string reference;  // empty when clear
  Trouble trouble = Trouble::kNone;
};

// The sender means the address: accepted.
void add_confirmed(Judged& judged);
// It would be asked about, or held, and cannot be.
void add_too_many_questions(Judged& judged);
void add_cannot_hold(Judged& judged);
// Sent again, but `flaw` says why that proves nothing.
void add_unproven(Judged& judged, std::string_view flaw);

void report(const Judged& judged, const Occasion& occasion,
            const Privacy& privacy, store::Recorder& recorder);

// An answer to a question: the recipient was confirmed, or `flaw` says why the
// resend proves nothing.
void report_resend(const Judged& judged, const Occasion& occasion,
                   const Privacy& privacy, std::string_view flaw);

}  // namespace lostletter::gate
