// SPDX-License-Identifier: Apache-2.0
#include "guard/wrong_entry.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/model.h"  // made by tools/embed_model.py

namespace lostletter::guard {
namespace {

// The number of bounds below `value`.
int step_of(double value, std::initializer_list<double> bounds) {
  int step = 0;
  for (const double bound : bounds) step += value > bound ? 1 : 0;
  return step;
}

int sent_step(std::uint32_t sent) {
  return step_of(sent, {0, 1, 2, 4, 8, 16, 32, 64});
}

int exchange_step(const Exchange& with) {
  constexpr int kReceivedSteps = 6;
  return sent_step(with.sent) * kReceivedSteps +
         step_of(with.received, {0, 1, 3, 8, 20});
}

int last_step(const Exchange& with, Seconds now) {
  constexpr int kNever = 11;
  if (with.last == Seconds()) return kNever;
  const double days =
      std::chrono::duration<double, std::chrono::days::period>(now - with.last)
          .count();
  return step_of(days, {0.04, 0.5, 1, 3, 7, 14, 30, 60, 120, 240});
}

int domain_step(const Relation& typed) {
  if (typed.organisation_domain.is_none()) return 0;
  if (typed.person_domain.is_none()) return 1;
  return 2 + step_of(typed.person_domain.sent, {2, 20});
}

int thread_step(const Inquiry& inquiry, const Evidence& evidence) {
  enum Place { kNew, kUnknown, kInIt, kDomainInIt, kNotInIt };
  const Thread& thread = evidence.thread;
  const Place place = inquiry.thread.empty() ? kNew
                      : !thread.known        ? kUnknown
                      : thread.address       ? kInIt
                      : thread.domain        ? kDomainInIt
                                             : kNotInIt;
  constexpr int kSentSteps = 5;
  return place * kSentSteps +
         std::min(kSentSteps - 1,
                  sent_step(evidence.typed.person_address.sent));
}

double log_ratio(double a, double b) { return std::log((a + 0.5) / (b + 0.5)); }

// Against the one most written to of those who begin alike.
int rival_step(const Inquiry& inquiry, const Evidence& evidence) {
  std::uint32_t most = 0;
  for (const Namesake& rival : evidence.rivals) {
    const bool is_here =
        std::ranges::any_of(inquiry.together, [&](const std::string& other) {
          return ascii_iequals(other, rival.address);
        });
    if (!is_here) most = std::max(most, rival.with_person.sent);
  }
  const int alone = inquiry.together.empty() ? 0 : 6;
  if (most == 0) return alone;
  const double ratio = log_ratio(evidence.typed.person_address.sent, most);
  return alone + 1 + step_of(ratio, {-2, -0.7, 0.7, 2});
}

// Shares of letters, summed over the others.
struct Company {
  double given = 0;  // of those to the other one, to this one too; the mean
  double gives = 0;  // of those to this one, to the other too; the most
  double given_by_all = 0;  // the first, by all of us
  double strangers = 0;     // others whom nobody ever wrote to together with it
  std::uint32_t most = 0;   // letters to one of the others
};

Company read_company(const Evidence& evidence) {
  Company sum;
  const auto count = static_cast<double>(evidence.together.size());
  const double sent = evidence.typed.person_address.sent;
  for (const Companion& other : evidence.together) {
    sum.given += (other.letters + 0.1) / (other.with_person.sent + 1.0) / count;
    sum.gives = std::max(sum.gives, (other.letters + 0.1) / (sent + 1.0));
    sum.given_by_all += (other.organisation_letters + 0.1) /
                        (other.with_organisation.sent + 2.0) / count;
    sum.strangers += (other.organisation_letters == 0 ? 1 : 0) / count;
    sum.most = std::max(sum.most, other.with_person.sent);
  }
  return sum;
}

void add_company(const Evidence& evidence, std::vector<Cue>& found) {
  const Company company = read_company(evidence);
  const auto share = [](double value) {
    return step_of(std::log(value),
                   {-6, -5, -4, -3.2, -2.5, -2, -1.5, -1, -0.6, -0.3});
  };
  const double sent = evidence.typed.person_address.sent;
  found.push_back({"rank", step_of(log_ratio(sent, company.most),
                                   {-3, -2, -1.3, -0.7, -0.3, 0.3, 0.7, 1.3})});
  found.push_back({"given", share(company.given)});
  found.push_back({"gives", share(company.gives)});
  found.push_back({"given-by-all", share(company.given_by_all)});
  found.push_back(
      {"strangers", step_of(company.strangers, {0, 0.26, 0.51, 0.76, 0.99})});
  found.push_back(
      {"company",
       step_of(static_cast<double>(evidence.together.size()), {1, 2, 4, 7})});
}

}  // namespace

std::vector<Cue> cues(const Inquiry& inquiry, const Evidence& evidence) {
  const Relation& typed = evidence.typed;
  const std::uint32_t all = typed.organisation_address.sent;
  const std::uint32_t own = typed.person_address.sent;
  std::vector<Cue> found = {
      {"bias", evidence.together.empty() ? 0 : 1},
      {"exchange", exchange_step(typed.person_address)},
      {"last", last_step(typed.person_address, inquiry.now)},
      {"colleagues", step_of(all > own ? all - own : 0, {0, 2, 10, 50, 200})},
      {"domain", domain_step(typed)},
      {"thread", thread_step(inquiry, evidence)},
      {"rivals", rival_step(inquiry, evidence)},
  };
  if (!evidence.together.empty()) add_company(evidence, found);
  return found;
}

Result<WrongEntry> WrongEntry::parse(std::string_view table) {
  WrongEntry made;
  std::size_t number = 0;
  for (const std::string_view line : split(table, '\n')) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto cells = split(line, '\t');
    int step = 0;
    double weight = 0;
    const auto is_read = [](std::string_view cell, auto& value) {
      const auto [end, error] =
          std::from_chars(cell.data(), cell.data() + cell.size(), value);
      return error == std::errc() && end == cell.data() + cell.size();
    };
    if (cells.size() != 3 || !is_read(cells[1], step) ||
        !is_read(cells[2], weight) || !std::isfinite(weight)) {
      return fail(
          fmt::format("line {}: must be a name, a step and a weight, with tabs "
                      "between, not \"{}\"",
                      number, printable(line, 100)));
    }
    made.weights_[{std::string(cells[0]), step}] = weight;
  }
  return made;
}

const WrongEntry& WrongEntry::shipped() {
  static const WrongEntry made = parse(data::kEntry).value();  // tested
  return made;
}

double WrongEntry::weight(const Cue& cue) const {
  const auto found = weights_.find(std::pair(std::string(cue.name), cue.step));
  return found == weights_.end() ? 0 : found->second;
}

double WrongEntry::log_odds(std::span<const Cue> of) const {
  double sum = 0;
  for (const Cue& cue : of) sum += weight(cue);
  return sum;
}

}  // namespace lostletter::guard
