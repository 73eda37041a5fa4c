// SPDX-License-Identifier: Apache-2.0
#include "scan/judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/large_pages.h"
#include "base/text.h"
#include "scan/carriers.h"
#include "scan/coincidence.h"
#include "scan/examiner.h"
#include "scan/repair.h"
#include "scan/traffic.h"

namespace lostletter::scan {
namespace {

// So many letters, and never an answer, are no accident of the calendar.
constexpr std::uint32_t kStanding = 5;
// With so many letters, both ways, it is a busy partner.
constexpr std::uint32_t kBusy = 10;
// What somebody wrote again at once to another address was wrong for certain
// enough: the other way round it would have to be chance.
constexpr double kCorrected = 5;
constexpr double kLeastSilent = 0.03;
// So many look-ups between two of LargeMemory.
constexpr std::size_t kStep = 64;
constexpr std::uint32_t kHoursOfWeek = 7 * 24;
constexpr std::uint32_t kMonth = 30 * 24 * 3600;
constexpr double kMostCertain = 0.9999;

double log_odds(double probability) {
  const double p = std::clamp(probability, 1e-9, 1 - 1e-9);
  return std::log(p / (1 - p));
}
double probability_of(double log_odds) {
  return std::min(kMostCertain, 1 / (1 + std::exp(-log_odds)));
}

class Judge {
 public:
  Judge(const Ledger& ledger, const JudgeOptions& options, const guard::Us& us)
      : ledger_(ledger),
        names_(ledger.names()),
        options_(options),
        traffic_(ledger, us),
        carriers_(ledger, us) {}

  Result<Report> run(const MakeAssessor& make_assessor) {
    auto assessor =
        make_assessor([this](const auto& use) { traffic_.each_partner(use); });
    if (!assessor) return std::unexpected(assessor.error());
    silent_ = std::max(kLeastSilent, traffic_.silent_share(kStanding));
    note_names();
    judge_all(**assessor);
    discount();
    add_findings();
    add_corrections(**assessor);
    assessor->reset();  // all who answer, by the hundred thousand
    add_hours();
    summarize();
    finish();
    return std::move(report_);
  }

 private:
  void judge_all(const guard::Assessor& assessor);
  void note_names();
  void discount();
  Fate fate_of(Id domain) const;
  Examiner examiner(const guard::Assessor& assessor) const {
    return {ledger_, traffic_, assessor, options_.doubtful_at};
  }
  bool is_busy(const Suspect& suspect) const;

  void add_findings();
  void add_group(std::span<Suspect> group);
  Finding gather(std::span<const Suspect> group) const;
  bool is_standing(const Finding& finding, const Suspect& best) const;
  void add_corrections(const guard::Assessor& assessor);
  void add_hours();
  void summarize();
  void finish();
  void keep(Finding finding, const std::vector<Id>& ids);

  const Ledger& ledger_;
  const Names& names_;
  const JudgeOptions& options_;
  Traffic traffic_;
  Carriers carriers_;
  double silent_ = 1;
  Coincidence coincidence_;
  std::vector<Suspect> suspects_;
  // Which finding a recipient belongs to, for the hours.
  std::unordered_map<Id, std::vector<std::size_t>> belongs_;
  Report report_;
};

// Whether what was meant is a busy partner.
bool Judge::is_busy(const Suspect& suspect) const {
  const auto is = [](const Exchanged& with) {
    return with.is_two_way() && with.out.arrived() + with.received >= kBusy;
  };
  const Id id = names_.find(suspect.intended);
  if (id != 0 && is(traffic_.with(id))) return true;
  if (!suspect.by_domain) return false;
  const Id domain =
      id != 0 ? names_.domain_of(id)
              : names_.find_domain(split_address(suspect.intended).domain);
  return domain != 0 && is(traffic_.with_domain(domain));
}

Fate Judge::fate_of(Id domain) const {
  const Exchanged& with = traffic_.with_domain(domain);
  if (with.received > 0) return Fate::kAnswered;
  return with.out.arrived() == 0 ? Fate::kBounced : Fate::kSilent;
}

void Judge::note_names() {
  for (Id domain = 1; domain <= names_.domains(); ++domain) {
    if (domain % kStep == 0) LargeMemory::relieve();
    const auto letters = traffic_.with_domain(domain).out.letters;
    if (letters > 0) coincidence_.add(fate_of(domain), letters);
  }
}

// Less sure where names like these are often right.
void Judge::discount() {
  for (Suspect& one : suspects_) {
    if (!one.by_domain || one.near_protected) continue;
    LargeMemory::relieve();
    const double right =
        coincidence_.share(one.alike, fate_of(one.domain),
                           traffic_.with_domain(one.domain).out.letters);
    if (1 - right >= one.probability) continue;
    const double before = log_odds(one.probability);
    one.probability = 1 - right;
    if (one.findings.empty()) continue;
    one.findings.push_back(
        {"scan.coincidence", log_odds(one.probability) - before,
         fmt::format("names so much like a partner's are right here in {:.0f} "
                     "of 100 cases: that many of them have answered",
                     100 * right)});
  }
}

void Judge::judge_all(const guard::Assessor& assessor) {
  // Below this nothing is said, whatever the silence adds.
  const double least =
      probability_of(log_odds(options_.doubtful_at) + std::log(silent_));
  auto examined =
      examine_all([&] { return examiner(assessor); }, ledger_, traffic_, least,
                  options_.threads, options_.progress);
  suspects_ = std::move(examined.suspects);
  for (const auto& [domain, alike] : examined.alike) {
    LargeMemory::relieve();
    coincidence_.add_alike(alike, fate_of(domain),
                           traffic_.with_domain(domain).out.letters);
  }
}

// All suspects at one name that were meant for another are one finding.
void Judge::add_findings() {
  const auto group_of = [](const Suspect& one) {
    return std::tuple(one.by_domain, one.by_domain ? one.domain : one.id,
                      split_address(one.intended).domain);
  };
  std::ranges::sort(suspects_, [&](const Suspect& a, const Suspect& b) {
    return std::pair(group_of(a), a.id) < std::pair(group_of(b), b.id);
  });
  for (auto first = suspects_.begin(); first != suspects_.end();) {
    const auto key = group_of(*first);
    const auto end =
        std::find_if(first, suspects_.end(),
                     [&](const Suspect& one) { return group_of(one) != key; });
    add_group({first, end});
    first = end;
    LargeMemory::relieve();
  }
  suspects_ = std::vector<Suspect>();
}

bool Judge::is_standing(const Finding& finding, const Suspect& best) const {
  const Exchanged& with = finding.addresses > 1
                              ? traffic_.with_domain(best.domain)
                              : traffic_.with(best.id);
  return finding.letters >= kStanding && finding.bounced == 0 &&
         with.received == 0;
}

void Judge::add_group(std::span<Suspect> group) {
  Finding finding = gather(group);
  // Of those whose findings are kept, the likeliest.
  Suspect& best = *std::ranges::max_element(group, {}, [](const Suspect& one) {
    return std::pair(!one.findings.empty(), one.probability);
  });
  finding.probability = best.probability;
  finding.findings = std::move(best.findings);
  if (is_standing(finding, best)) {
    finding.kind = FindingKind::kStandingLeak;
    if (is_busy(best)) {
      const double more = -std::log(silent_);
      finding.probability =
          probability_of(log_odds(finding.probability) + more);
      finding.findings.push_back(
          {"scan.silent", more,
           fmt::format("{} letters and never an answer; of addresses that got "
                       "as many, {:.0f} in 100 never answered",
                       finding.letters, 100 * silent_)});
    }
  }
  const bool came_back = finding.bounced == finding.letters && is_busy(best);
  if (finding.probability < options_.misdirected_at) {
    if (!came_back || finding.probability < options_.doubtful_at) return;
    finding.kind = FindingKind::kBouncedMistype;
  }
  std::vector<Id> ids;
  for (const Suspect& one : group) ids.push_back(one.id);
  keep(std::move(finding), ids);
}

Finding Judge::gather(std::span<const Suspect> group) const {
  Finding finding;
  const Suspect& one = group.front();
  finding.addresses = static_cast<std::uint32_t>(group.size());
  finding.typed =
      group.size() == 1 ? names_.address(one.id) : names_.domain(one.domain);
  finding.intended = group.size() == 1
                         ? one.intended
                         : std::string(split_address(one.intended).domain);
  if (one.by_domain) finding.mail = carriers_.of(one.domain);
  std::map<std::string_view, std::uint32_t> senders;
  Passed sum;
  for (const Suspect& suspect : group) {
    sum.add(traffic_.with(suspect.id).out);
    for (const auto& edge : traffic_.senders(suspect.id)) {
      senders[names_.address(edge.from)] += edge.passed.letters;
    }
  }
  finding.letters = sum.letters;
  finding.delivered = sum.delivered;
  finding.bounced = sum.bounced;
  finding.clear = sum.clear;
  finding.forwarded = sum.forwarded;
  finding.first = sum.first;
  finding.last = sum.last;
  for (const auto& [address, letters] : senders) {
    finding.senders.push_back({std::string(address), letters});
  }
  return finding;
}

// Whatever was corrected at once, however the engine thinks of it.
void Judge::add_corrections(const guard::Assessor& assessor) {
  struct Label {
    Corrected sum;
    std::vector<SenderCount> senders;
  };
  std::map<std::pair<Id, Id>, Label> labels;  // wrong, right
  for (const auto& [key, one] : ledger_.corrections().found()) {
    LargeMemory::relieve();
    const auto [from, wrong, right] = key;
    if (!traffic_.is_ours(from) || traffic_.is_ours(wrong) ||
        traffic_.is_ours(right)) {
      continue;
    }
    const Exchanged& typed = traffic_.with(wrong);
    const Exchanged& meant = traffic_.with(right);
    // A wrong address is used once or twice, and never answers.
    if (typed.received > 0 || typed.out.letters > one.letters + 2 ||
        meant.out.arrived() + meant.received <= typed.out.letters) {
      continue;
    }
    Label& label = labels[{wrong, right}];
    label.sum.letters += one.letters;
    label.sum.bounced += one.bounced;
    label.sum.first =
        label.sum.first == 0 ? one.first : std::min(label.sum.first, one.first);
    label.sum.last = std::max(label.sum.last, one.last);
    label.senders.push_back({std::string(names_.address(from)), one.letters});
  }
  std::uint32_t named = 0;
  Examiner examining = examiner(assessor);
  for (const auto& [pair, label] : labels) {
    LargeMemory::relieve();
    const auto before = examining.examine(pair.first);
    const double engine = before ? before->probability : 0;
    named += engine >= options_.misdirected_at ? 1 : 0;
    Finding finding;
    finding.kind = FindingKind::kSelfCorrection;
    finding.typed = names_.address(pair.first);
    finding.intended = names_.address(pair.second);
    finding.letters = label.sum.letters;
    finding.bounced = label.sum.bounced;
    finding.delivered = label.sum.letters - label.sum.bounced;
    finding.first = label.sum.first;
    finding.last = label.sum.last;
    finding.senders = label.senders;
    finding.probability = probability_of(log_odds(engine) + kCorrected);
    if (before) finding.findings = before->findings;
    finding.findings.push_back(
        {"scan.corrected", kCorrected,
         fmt::format("soon after, the same sender wrote to {} instead",
                     printable(finding.intended, 200))});
    keep(std::move(finding), {});
  }
  report_.summary.recall =
      recall_of(named, static_cast<std::uint32_t>(labels.size()));
}

void Judge::keep(Finding finding, const std::vector<Id>& ids) {
  std::ranges::sort(finding.senders, [](const auto& a, const auto& b) {
    return a.letters != b.letters ? a.letters > b.letters
                                  : a.address < b.address;
  });
  finding.people = static_cast<std::uint32_t>(finding.senders.size());
  finding.ongoing = finding.last != 0 && finding.last + kMonth >= ledger_.last;
  finding.repair_kind = repair_kind(finding);
  finding.repair = repair_of(finding);
  for (const Id id : ids) belongs_[id].push_back(report_.findings.size());
  report_.findings.push_back(std::move(finding));
}

// Months and hours of all findings, in one walk over those of the ledger.
void Judge::add_hours() {
  std::vector<bool> belong(names_.size() + 1);
  for (const auto& [id, findings] : belongs_) belong[id] = true;
  ledger_.slots().each([&](std::uint64_t key, std::uint32_t count) {
    if (!belong[high(key)]) return;
    const auto found = belongs_.find(high(key));
    if (found == belongs_.end()) return;
    const std::uint32_t number = low(key);
    constexpr auto kHour = static_cast<std::uint32_t>(Slot::kHour);
    for (const std::size_t i : found->second) {
      Finding& finding = report_.findings[i];
      if (number >= kHour) {
        finding.hours[(number - kHour) % kHoursOfWeek] += count;
      } else {
        finding.months[number] += count;
      }
    }
  });
}

void Judge::summarize() {
  Summary& summary = report_.summary;
  summary.lines = ledger_.lines;
  summary.letters = ledger_.letters;
  summary.recipients = ledger_.recipients;
  summary.skipped = ledger_.skips;
  summary.sources = ledger_.kinds;
  summary.automatic = ledger_.automatic;
  summary.outside = ledger_.outside;
  summary.us = options_.us;
  summary.us_because = options_.us_because;
  summary.first = ledger_.first;
  summary.last = ledger_.last;
  std::size_t steps = 0;
  summary.correspondents = traffic_.correspondents().size();
  for (const Id id : traffic_.correspondents()) {
    if (++steps % kStep == 0) LargeMemory::relieve();
    summary.outbound += traffic_.with(id).out.letters;
    summary.partners += traffic_.with(id).is_two_way() ? 1 : 0;
  }
  for (const Finding& one : report_.findings) {
    if (one.kind != FindingKind::kStandingLeak &&
        one.kind != FindingKind::kMisdirected) {
      continue;
    }
    summary.lost += one.letters;
    summary.lost_delivered += one.delivered;
    summary.lost_clear += one.clear;
    if (summary.lost_first == 0 ||
        (one.first != 0 && one.first < summary.lost_first)) {
      summary.lost_first = one.first;
    }
    summary.lost_last = std::max(summary.lost_last, one.last);
    summary.ongoing = summary.ongoing || one.ongoing;
  }
}

void Judge::finish() {
  std::ranges::sort(report_.findings, [](const Finding& a, const Finding& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    if (a.letters != b.letters) return a.letters > b.letters;
    if (a.typed != b.typed) return a.typed < b.typed;
    return a.intended < b.intended;
  });
  LargeMemory::relieve();
  report_.leakage =
      leakage_of(report_.findings, report_.summary, options_.units);
}

}  // namespace

Result<Report> judge(const Ledger& ledger, const JudgeOptions& options,
                     const MakeAssessor& make_assessor) {
  const auto us = guard::Us::parse(options.us);
  if (!us) return std::unexpected(us.error());
  return Judge(ledger, options, *us).run(make_assessor);
}

}  // namespace lostletter::scan
