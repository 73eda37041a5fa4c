// SPDX-License-Identifier: Apache-2.0
#include "gate/report.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"

namespace lostletter::gate {
namespace {

std::string_view action_of(const Judged& judged) {
  switch (judged.trouble) {
    case Trouble::kTempfailed:
      return "tempfail";
    case Trouble::kLetPass:
      return to_string(guard::Action::kAccept);
    case Trouble::kNone:
      break;
  }
  return to_string(judged.assessment.action);
}

std::string ids_of(const std::vector<guard::Finding>& findings) {
  std::string ids;
  for (const auto& finding : findings) {
    if (!ids.empty()) ids += ',';
    ids += finding.id;
  }
  return ids;
}

std::vector<Field> fields_of(const Judged& judged, const Occasion& occasion,
                             const Privacy& privacy) {
  std::vector<Field> fields;
  if (!occasion.queue_id.empty()) {
    fields.push_back({"queue_id", occasion.queue_id});
  }
  fields.push_back({"listener", occasion.listener});
  fields.push_back({"submitter", privacy.submitter(occasion.submitter)});
  fields.push_back({"recipient", privacy.address(judged.assessment.address)});
  if (!judged.reference.empty()) {
    fields.push_back({"reference", judged.reference});
  }
  return fields;
}

void add_finding(Judged& judged, std::string id, std::string text) {
  judged.assessment.findings.push_back({std::move(id), 0, std::move(text)});
}

}  // namespace

void add_confirmed(Judged& judged) {
  judged.assessment.action = guard::Action::kAccept;
  add_finding(judged, "guard.confirmed",
              "the sender sent it again and so confirmed the address");
}

void add_too_many_questions(Judged& judged) {
  add_finding(judged, "guard.too-many-questions",
              "the sender has left too many questions unanswered");
}

void add_cannot_hold(Judged& judged) {
  add_finding(judged, "guard.cannot-hold",
              "this MTA, or this form of the address, cannot be held");
}

void add_unproven(Judged& judged, std::string_view flaw) {
  add_finding(
      judged, "guard.unproven",
      "sent again, but its header proves nothing: " + std::string(flaw));
}

void report(const Judged& judged, const Occasion& occasion,
            const Privacy& privacy, store::Recorder& recorder) {
  const auto& found = judged.assessment;
  const auto verdict = to_string(found.verdict);
  const auto action = action_of(judged);
  count(Metric::kRecipients, verdict);
  count(Metric::kActions, action);

  const guard::Assessment shown = privacy.assessment(found);
  auto fields = fields_of(judged, occasion, privacy);
  fields.push_back({"verdict", std::string(verdict)});
  fields.push_back({"action", std::string(action)});
  fields.push_back({"probability", found.probability});
  if (!shown.intended.empty() && !shown.intended.front().domain.empty()) {
    fields.push_back({"intended", shown.intended.front().domain});
  }
  fields.push_back({"findings", ids_of(found.findings)});
  log_event(Event::kJudged, fields);

  if (judged.reference.empty()) return;
  recorder.record({.id = judged.reference,
                   .at = occasion.at,
                   .queue_id = occasion.queue_id,
                   .listener = occasion.listener,
                   .submitter = privacy.submitter(occasion.submitter),
                   .recipient = privacy.address(found.address),
                   .verdict = std::string(verdict),
                   .action = std::string(action),
                   .probability = found.probability,
                   .evidence = to_json(shown)});
}

void report_resend(const Judged& judged, const Occasion& occasion,
                   const Privacy& privacy, std::string_view flaw) {
  auto fields = fields_of(judged, occasion, privacy);
  if (flaw.empty()) {
    count(Metric::kConfirmations, "confirmed");
    log_event(Event::kConfirmed, fields);
    return;
  }
  count(Metric::kConfirmations, "unproven");
  fields.push_back({"reason", std::string(flaw)});
  log_event(Event::kConfirmationFailed, fields);
}

}  // namespace lostletter::gate
