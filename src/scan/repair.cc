// SPDX-License-Identifier: Apache-2.0
#include "scan/repair.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scan/finding.h"

namespace lostletter::scan {
namespace {

// So many letters of one sender to one wrong address: nobody types it so often.
constexpr std::uint32_t kRepeated = 3;

SenderCount top_of(const Finding& finding) {
  return finding.senders.empty() ? SenderCount() : finding.senders.front();
}

}  // namespace

RepairKind repair_kind(const Finding& finding) {
  if (finding.kind == FindingKind::kSelfCorrection) return RepairKind::kNone;
  if (2 * finding.forwarded > finding.letters) return RepairKind::kAlias;
  if (finding.addresses > 1) return RepairKind::kRefuse;
  const std::uint32_t most = top_of(finding).letters;
  if (most < kRepeated) return RepairKind::kAsk;
  return 2 * most > finding.letters ? RepairKind::kEntry
                                    : RepairKind::kSharedEntry;
}

std::string repair_of(const Finding& finding) {
  const std::string typed = printable(finding.typed, 200);
  const std::string intended = printable(finding.intended, 200);
  const SenderCount top = top_of(finding);
  const std::string sender = printable(top.address, 200);
  switch (repair_kind(finding)) {
    case RepairKind::kNone:
      break;
    case RepairKind::kAlias:
      return fmt::format("the alias or forward of {} leads to {}: make it {}",
                         sender, typed, intended);
    case RepairKind::kRefuse:
      return fmt::format(
          "refuse letters to {} (`block`): {} addresses there were "
          "written to, for {}",
          typed, finding.addresses, intended);
    case RepairKind::kAsk:
      return fmt::format("let the guard ask: {} people typed it by hand",
                         finding.people);
    case RepairKind::kEntry:
      return fmt::format(
          "{} of them are from {}: in its address book or script {} must be {}",
          top.letters, sender, typed, intended);
    case RepairKind::kSharedEntry:
      return fmt::format(
          "{} people repeat it: a shared address book or list has {} for {}",
          finding.people, typed, intended);
  }
  return {};
}

}  // namespace lostletter::scan
