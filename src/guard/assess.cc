// SPDX-License-Identifier: Apache-2.0
#include "guard/assess.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::guard {
namespace {

// When two intended names are equally likely, asking for one of them would be a
// guess: a stop needs more than the usual certainty (DESIGN 3).
constexpr double kOverwhelming = 0.99;

// A probability is an estimate: never shown as certainty.
constexpr double kMostCertain = 0.9999;

std::vector<Pattern> compile(const std::vector<std::string>& texts) {
  std::vector<Pattern> patterns;
  for (const std::string& text : texts) {
    auto pattern = Pattern::parse(text);
    assert(pattern);
    if (pattern) patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

}  // namespace

struct Assessor::Target {
  std::string given;
  std::string local_part;
  std::string domain_text;  // behind the '@', as typed
  Result<mail::Address> address = fail("");
  bool local_part_is_valid = false;

  std::string domain() const {
    return address ? address->domain() : ascii_lower(domain_text);
  }
};

Assessor::Target Assessor::read(std::string_view text) {
  Target target;
  target.given = text;
  target.address = mail::Address::parse(text);
  if (const auto at = mail::find_domain(text)) {
    target.local_part = text.substr(0, *at - 1);
    target.domain_text = text.substr(*at);
  }
  target.local_part_is_valid =
      target.address.has_value() ||
      mail::Address::parse(target.local_part + "@example.com").has_value();
  return target;
}

Assessor::Assessor(const Rules& rules,
                   std::shared_ptr<const lookalike::Engine> engine,
                   std::shared_ptr<const lookalike::People> people)
    : misdirected_at_(rules.misdirected_at),
      doubtful_at_(rules.doubtful_at),
      block_(compile(rules.block)),
      allow_(compile(rules.allow)),
      engine_(std::move(engine)),
      people_(std::move(people)) {}

std::optional<Assessment> Assessor::by_rule(const Target& target) const {
  if (!target.address) return std::nullopt;
  const std::string address = target.address->to_string();
  Assessment found;
  if (const auto* rule = find_match(allow_, address, target.domain())) {
    found.findings.push_back(
        {"rule.allow", 0, "allowed here: " + rule->text()});
    return found;
  }
  if (const auto* rule = find_match(block_, address, target.domain())) {
    found.verdict = Verdict::kBlocked;
    found.findings.push_back(
        {"rule.block", 0, "blocked here: " + rule->text()});
    return found;
  }
  return std::nullopt;
}

// What the engine says of the domain, and the known addresses of the whole.
lookalike::AddressJudgement Assessor::judge(
    const Target& target, const lookalike::Judgement& of_domain) const {
  if (people_ != nullptr) {
    auto judged = people_->judge(target.local_part, target.domain(), of_domain);
    if (judged) return std::move(*judged);
  }
  lookalike::AddressJudgement judged;
  judged.probability = of_domain.probability;
  judged.tied = of_domain.tied;
  judged.findings = of_domain.findings;
  for (const auto& candidate : of_domain.intended) {
    judged.intended.push_back({target.local_part, candidate.name,
                               candidate.probability, candidate.edit});
  }
  return judged;
}

void Assessor::by_engine(const Target& target, Assessment& found) const {
  const auto of_domain = engine_->judge(target.domain_text);
  const auto judgement = judge(target, of_domain);
  found.probability = std::min(judgement.probability, kMostCertain);
  for (const auto& candidate : judgement.intended) {
    found.intended.push_back(
        {candidate.local_part + '@' + candidate.domain, candidate.domain,
         std::min(candidate.probability, kMostCertain), candidate.edit});
  }
  found.findings.insert(found.findings.end(), judgement.findings.begin(),
                        judgement.findings.end());
  if (found.verdict == Verdict::kBlocked) return;
  const double stop_at = judgement.tied
                             ? std::max(kOverwhelming, misdirected_at_)
                             : misdirected_at_;
  const bool is_name = target.address.has_value() && of_domain.possible;
  if (judgement.probability >= stop_at) {
    found.verdict = Verdict::kMisdirected;
  } else if (!is_name) {
    found.verdict = Verdict::kInvalid;
    found.findings.push_back(
        {"domain.impossible", 0,
         "no domain can be named " + printable(target.domain_text, 80)});
  } else if (judgement.probability >= doubtful_at_) {
    found.verdict = Verdict::kDoubtful;
  }
}

Assessment Assessor::assess(std::string_view address, Mode mode) const {
  const Target target = read(address);
  Assessment found = by_rule(target).value_or(Assessment{});
  found.address = target.given;
  found.domain = target.domain();
  const bool allowed =
      found.verdict == Verdict::kClear && !found.findings.empty();
  if (!target.address) {
    found.findings.push_back(
        {"address.syntax", 0, target.address.error().message});
  }
  if (!target.address &&
      (!target.local_part_is_valid || target.domain_text.empty())) {
    found.verdict = Verdict::kInvalid;
  } else if (!allowed && !(target.address && target.address->is_literal())) {
    by_engine(target, found);
  }
  found.action = action_for(found.verdict, mode);
  return found;
}

Result<void> check_rules(const Rules& rules) {
  for (const auto* list : {&rules.block, &rules.allow}) {
    for (const std::string& text : *list) {
      if (auto pattern = Pattern::parse(text); !pattern) {
        return std::unexpected(pattern.error());
      }
    }
  }
  if (rules.doubtful_at < 0 || rules.misdirected_at > 1 ||
      rules.doubtful_at > rules.misdirected_at) {
    return fail(
        "thresholds must satisfy 0 <= doubtful_at <= misdirected_at "
        "<= 1");
  }
  return {};
}

}  // namespace lostletter::guard
