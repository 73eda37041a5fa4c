// SPDX-License-Identifier: Apache-2.0
#include "exposure/plan.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lostletter::exposure {
namespace {

// What is known of all names at one registered part.
struct Group {
  Step step;
  bool takes_mail = false;
  bool exists = false;    // one of them does, for certain
  bool unknown = false;   // of one it is not known
  bool known = false;     // somebody's own name
  bool says_null = true;  // each of them that exists
};

void add(Group& group, const Surveyed& one) {
  group.step.names.push_back(one.candidate.name);
  group.step.typed += one.typed;
  group.step.expected += one.expected;
  group.known = group.known || one.known;
  if (!one.facts) {
    group.unknown = true;
    return;
  }
  group.takes_mail =
      group.takes_mail || one.facts->accepts() == dns::Known::kYes;
  group.exists = group.exists || one.facts->exists == dns::Known::kYes;
  group.unknown = group.unknown || one.facts->exists == dns::Known::kUnknown;
  group.says_null =
      group.says_null && one.facts->service == dns::MailService::kNull;
}

// Nothing where there is nothing to be done.
std::optional<Advice> advice_for(const Group& group, bool own) {
  if (own) {
    return group.says_null ? std::nullopt : std::optional(Advice::kNullMx);
  }
  if (group.takes_mail) return Advice::kBlock;
  if (group.exists) return Advice::kWatch;
  return group.unknown ? Advice::kWatch : Advice::kRegister;
}

}  // namespace

std::string_view to_string(Advice advice) {
  switch (advice) {
    case Advice::kBlock:
      return "block";
    case Advice::kRegister:
      return "register";
    case Advice::kWatch:
      return "watch";
    case Advice::kNullMx:
      break;
  }
  return "null-mx";
}

Plan make_plan(const Survey& survey, const std::vector<Target>& targets,
               const std::vector<std::string>& own) {
  std::map<std::string, Group, std::less<>> groups;
  Plan plan;
  for (const Surveyed& one : survey.names) {
    if (one.candidate.holder != Holder::kAnyone) continue;
    plan.typed += one.typed;
    const auto registered = registered_part(one.candidate.name);
    auto found = groups.find(registered);
    if (found == groups.end()) {
      found = groups.emplace(registered, Group()).first;
      found->second.step.registered = registered;
      found->second.step.of = targets[one.candidate.of].name.ascii();
    }
    add(found->second, one);
  }
  for (auto& [registered, group] : groups) {
    if (group.known) continue;
    const bool is_own = std::ranges::find(own, registered) != own.end();
    const auto advice = advice_for(group, is_own);
    if (!advice) continue;
    group.step.advice = *advice;
    group.step.share = plan.typed > 0 ? group.step.typed / plan.typed : 0;
    plan.steps.push_back(std::move(group.step));
  }
  // What is lost today before what may be lost tomorrow.
  std::ranges::stable_sort(plan.steps, [](const Step& a, const Step& b) {
    return a.expected != b.expected ? a.expected > b.expected
                                    : a.typed > b.typed;
  });
  return plan;
}

}  // namespace lostletter::exposure
