// SPDX-License-Identifier: Apache-2.0
#include "scan/repair.h"

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::scan {
namespace {

// So many letters of one sender to one wrong address: nobody types it so often.
constexpr std::uint32_t kRepeated = 3;

}  // namespace

std::string repair_of(const Finding& finding) {
  if (finding.kind == FindingKind::kSelfCorrection) return {};
  const std::string typed = printable(finding.typed, 200);
  const std::string intended = printable(finding.intended, 200);
  const SenderCount top =
      finding.senders.empty() ? SenderCount() : finding.senders.front();
  const std::string sender = printable(top.address, 200);
  if (2 * finding.forwarded > finding.letters) {
    return fmt::format("the alias or forward of {} leads to {}: make it {}",
                       sender, typed, intended);
  }
  if (finding.addresses > 1) {
    return fmt::format(
        "refuse letters to {} (`block`): {} addresses there were "
        "written to, for {}",
        typed, finding.addresses, intended);
  }
  if (top.letters < kRepeated) {
    return fmt::format("let the guard ask: {} people typed it by hand",
                       finding.people);
  }
  if (2 * top.letters > finding.letters) {
    return fmt::format(
        "{} of them are from {}: in its address book or script {} must be {}",
        top.letters, sender, typed, intended);
  }
  return fmt::format(
      "{} people repeat it: a shared address book or list has {} for {}",
      finding.people, typed, intended);
}

}  // namespace lostletter::scan
