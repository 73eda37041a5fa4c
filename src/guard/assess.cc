// SPDX-License-Identifier: Apache-2.0
#include "guard/assess.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "base/text.h"
#include "guard/finding_correspondence.h"
#include "guard/finding_name.h"
#include "mail/address.h"
#include "mail/local_part.h"

namespace lostletter::guard {
namespace {

// When two intended names are equally likely, asking for one of them would be a
// guess: a stop needs more than the usual certainty (DESIGN 3).
constexpr double kOverwhelming = 0.99;

// A probability is an estimate: never shown as certainty.
constexpr double kMostCertain = 0.9999;

// Two intended addresses of which neither has this share of the sum are a tie.
constexpr double kPreferred = 0.65;

// Of domains kept for the next address. Longer ones are no names.
constexpr std::size_t kLongestKept = 254;

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

JudgedDomain& RecentDomains::at(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  const auto mark = static_cast<std::uint32_t>(hash);
  const auto at = static_cast<std::size_t>((hash >> 32) * places_.size() >> 32);
  const bool again = std::exchange(marks_[at], mark) == mark;
  const bool keep = again && !text.empty() && text.size() <= kLongestKept;
  JudgedDomain& place = keep ? places_[at] : other_;
  if (place.text == text && !text.empty()) return place;
  // Met a second time right after the first: it is judged already.
  if (keep && other_.text == text) {
    std::swap(place, other_);
    return place;
  }
  place.text = text;
  place.ascii.clear();
  place.judgement.reset();
  if (auto name = mail::parse_domain(text)) place.ascii = name->ascii();
  return place;
}

struct Assessor::Target {
  std::string_view given;
  std::string_view local_part;
  JudgedDomain& domain;
  bool is_address = false;
  bool is_literal = false;
  bool local_part_is_valid = true;
  std::string literal = {};  // normalized
  std::string error = {};    // why it is no address

  // What is shown, stored and compared: lower-case A-labels if it has them.
  void assign_domain_to(std::string& text) const {
    if (is_literal) {
      text = literal;
    } else if (is_address) {
      text = domain.ascii;
    } else {
      text = ascii_lower(domain.text);
    }
  }
};

Assessor::Target Assessor::read(std::string_view text, JudgedDomain& domain) {
  const auto begin = mail::find_domain(text);
  Target target{text, text.substr(0, begin ? *begin - 1 : 0), domain};
  target.is_address =
      !domain.ascii.empty() &&
      mail::is_address(target.local_part, domain.text, domain.ascii);
  if (target.is_address) return target;
  const auto address = mail::Address::parse(text);
  target.is_address = address.has_value();
  if (address) {
    target.is_literal = true;
    target.literal = address->domain();
  } else {
    target.error = address.error().message;
    target.local_part_is_valid = !mail::refuse_local_part(target.local_part);
  }
  return target;
}

Assessor::Assessor(const Rules& rules,
                   std::shared_ptr<const lookalike::Engine> engine,
                   std::shared_ptr<const lookalike::People> people,
                   Familiar familiar)
    : misdirected_at_(rules.misdirected_at),
      doubtful_at_(rules.doubtful_at),
      block_(compile(rules.block)),
      allow_(compile(rules.allow)),
      engine_(std::move(engine)),
      people_(std::move(people)),
      familiar_(std::move(familiar)) {}

bool Assessor::is_familiar(const JudgedDomain& domain) const {
  return familiar_.names != nullptr && !domain.ascii.empty() &&
         familiar_.names->find(domain.ascii).has_value();
}

// False when no rule is about it.
bool Assessor::by_rule(const Target& target, Assessment& found) const {
  if (!target.is_address || (allow_.empty() && block_.empty())) return false;
  const std::string address =
      std::string(target.local_part) + '@' + found.domain;
  if (const auto* rule = find_match(allow_, address, found.domain)) {
    found.findings.push_back(
        {"rule.allow", 0, "allowed here: " + rule->text()});
    return true;
  }
  if (const auto* rule = find_match(block_, address, found.domain)) {
    found.verdict = Verdict::kBlocked;
    found.findings.push_back(
        {"rule.block", 0, "blocked here: " + rule->text()});
    return true;
  }
  return false;
}

// What the engine says of the domain, and the known addresses of the whole.
lookalike::AddressJudgement Assessor::judge(
    const Target& target, const lookalike::Judgement& of_domain) const {
  const std::string& domain =
      target.domain.ascii.empty() ? target.domain.text : target.domain.ascii;
  const bool familiar = familiar_.people != nullptr &&
                        familiar_.people->knows(target.local_part, domain);
  if (people_ != nullptr && !familiar) {
    auto judged = people_->judge(target.local_part, domain, of_domain);
    if (judged) return std::move(*judged);
  }
  lookalike::AddressJudgement judged;
  judged.probability = of_domain.probability;
  judged.tied = of_domain.tied;
  judged.findings = of_domain.findings;
  for (const auto& candidate : of_domain.intended) {
    judged.intended.push_back({std::string(target.local_part), candidate.name,
                               candidate.probability, candidate.edit,
                               candidate.terms});
  }
  return judged;
}

void Assessor::by_engine(const Target& target, Assessment& found) const {
  if (!target.domain.judgement) {
    using Self = lookalike::Engine::Self;
    target.domain.judgement = engine_->judge(
        target.domain.text,
        is_familiar(target.domain) ? Self::kLeaveOut : Self::kKnown);
  }
  const lookalike::Judgement& of_domain = *target.domain.judgement;
  const auto judgement = judge(target, of_domain);
  found.probability = std::min(judgement.probability, kMostCertain);
  for (const auto& candidate : judgement.intended) {
    found.intended.push_back(
        {candidate.local_part + '@' + candidate.domain, candidate.domain,
         std::min(candidate.probability, kMostCertain), candidate.edit,
         candidate.terms, candidate.standing});
  }
  found.findings.insert(found.findings.end(), judgement.findings.begin(),
                        judgement.findings.end());
  if (found.verdict == Verdict::kBlocked) return;
  const bool is_name = target.is_address && of_domain.possible;
  found.verdict = verdict_at(judgement.probability, judgement.tied);
  if (!is_name && found.verdict != Verdict::kMisdirected) {
    found.verdict = Verdict::kInvalid;
    found.findings.push_back(
        {"domain.impossible", 0,
         "no domain can be named " + printable(target.domain.text, 80)});
  }
}

Verdict Assessor::verdict_at(double probability, bool tied) const {
  const double stop_at =
      tied ? std::max(kOverwhelming, misdirected_at_) : misdirected_at_;
  if (probability >= stop_at) return Verdict::kMisdirected;
  return probability >= doubtful_at_ ? Verdict::kDoubtful : Verdict::kClear;
}

void Assessor::reconsider(const Inquiry& inquiry, const Evidence& evidence,
                          Mode mode, Assessment& found) const {
  const double before = found.probability;
  weigh_correspondence(inquiry, evidence, found);
  if (found.probability != before) conclude(mode, found);
}

void Assessor::consider(const NameFacts& facts, Mode mode,
                        Assessment& found) const {
  const bool decided =
      found.domain.empty() || found.verdict == Verdict::kBlocked ||
      std::ranges::any_of(found.findings, [](const Finding& finding) {
        return finding.id == "rule.allow" || finding.id == "address.syntax" ||
               finding.id == "domain.impossible";
      });
  if (decided) return;
  const double before = found.probability;
  weigh_name(facts, found);
  found.mail = facts.mail;
  if (found.probability != before) conclude(mode, found);
  if (!is_undeliverable(facts.mail)) return;
  if (found.verdict != Verdict::kMisdirected) {
    found.verdict = Verdict::kInvalid;
  }
  found.action = action_for(found.verdict, mode);
  // Sending it again would prove a wish, and bring it nowhere.
  if (found.action == Action::kAsk) found.action = Action::kReject;
}

void Assessor::conclude(Mode mode, Assessment& found) const {
  const bool tied =
      !found.intended.empty() &&
      found.intended.front().probability < kPreferred * found.probability;
  found.verdict = verdict_at(found.probability, tied);
  found.action = action_for(found.verdict, mode);
  found.probability = std::min(found.probability, kMostCertain);
  for (Intended& one : found.intended) {
    one.probability = std::min(one.probability, kMostCertain);
  }
}

Assessment Assessor::assess(std::string_view address, Mode mode) const {
  RecentDomains none(1);
  Assessment found;
  assess(address, mode, none, found);
  return found;
}

void Assessor::assess(std::string_view address, Mode mode,
                      RecentDomains& recent, Assessment& found) const {
  found.verdict = Verdict::kClear;
  found.probability = 0;
  found.intended.clear();
  found.findings.clear();
  found.mail = Mail::kUnknown;
  const auto begin = mail::find_domain(address);
  JudgedDomain& domain =
      recent.at(begin ? address.substr(*begin) : std::string_view());
  assess(read(address, domain), mode, found);
}

void Assessor::assess(const Target& target, Mode mode,
                      Assessment& found) const {
  found.address = target.given;
  target.assign_domain_to(found.domain);
  const bool allowed =
      by_rule(target, found) && found.verdict == Verdict::kClear;
  if (!target.is_address) {
    found.findings.push_back({"address.syntax", 0, target.error});
  }
  if (!target.is_address &&
      (!target.local_part_is_valid || target.domain.text.empty())) {
    found.verdict = Verdict::kInvalid;
  } else if (!allowed && !target.is_literal) {
    by_engine(target, found);
  }
  found.action = action_for(found.verdict, mode);
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
