// SPDX-License-Identifier: Apache-2.0
#include "gate/decide.h"

#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "guard/finding_correspondence.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

using guard::Action;
using guard::Assessment;
using guard::Mode;
using guard::Verdict;

// With what the DNS says of a name that something else speaks against: of the
// others the MTA will ask it anyway.
void consider_name(const guard::Assessor& assessor, guard::NameService* names,
                   Mode mode, Assessment& found) {
  if (names == nullptr || found.verdict == Verdict::kClear ||
      !domain::Name::parse(found.domain)) {
    return;
  }
  const auto facts =
      names->ask_about({.domain = found.domain,
                        .is_wrong = found.verdict == Verdict::kMisdirected});
  assessor.consider(facts.value_or(guard::NameFacts()), mode, found);
}

}  // namespace

std::string person_of(std::string_view reverse_path) {
  const auto path = mail::parse_path(reverse_path);
  if (!path || !path->address) return {};
  return ascii_lower(path->address->to_string());
}

Assessment judge(const guard::Assessor& assessor, const Recipient& recipient,
                 Mode mode) {
  Assessment found = assessor.assess(recipient.addresses.front(), mode);
  if (found.action != Action::kAccept && !recipient.other_case.empty()) {
    Assessment other = assessor.assess(recipient.other_case, mode);
    if (other.action < found.action) found = std::move(other);
  }
  for (std::size_t i = 1; i < recipient.addresses.size(); ++i) {
    Assessment typed = assessor.assess(recipient.addresses[i], mode);
    // What the MTA could make an address of is one, whatever we think of it.
    if (typed.verdict == Verdict::kInvalid) continue;
    if (typed.action > found.action) found = std::move(typed);
  }
  return found;
}

bool is_to_be_weighed(const Assessment& found) {
  return found.verdict == Verdict::kMisdirected ||
         found.verdict == Verdict::kDoubtful;
}

void weigh(const guard::Assessor& assessor, store::Store& store,
           guard::NameService* names, Told told, Mode mode, Assessment& found) {
  auto inquiry = guard::inquiry_about(found, told.person, told.name, told.now);
  inquiry.together = std::move(told.together);
  inquiry.thread = std::move(told.thread);
  inquiry.whole = told.whole;
  const auto evidence = store::StoredCorrespondence(store).ask(inquiry);
  if (evidence) assessor.reconsider(inquiry, *evidence, mode, found);
  consider_name(assessor, names, mode, found);
}

}  // namespace lostletter::gate
