// SPDX-License-Identifier: Apache-2.0
//
// Section G: whole addresses against known ones. Only figures leave this
// section: the addresses are real people's.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "guard/assess.h"
#include "lookalike/people.h"
#include "mail/address.h"
#include "mailboxes.h"
#include "report.h"

namespace lostletter::eval {
namespace {

using guard::Assessor;
using guard::Verdict;

constexpr std::size_t kFolds = 20;

// As `check --known FILE` does with the addresses in it.
Assessor make_assessor(const std::vector<std::string>& known) {
  std::vector<lookalike::KnownAddress> addresses;
  std::set<std::string> domains;
  for (const auto& text : known) {
    const auto address = mail::Address::parse(text);
    if (!address || address->is_literal()) continue;
    addresses.push_back({address->local_part(), address->domain(), 1});
    domains.insert(address->domain());
  }
  return Assessor({}, make_engine({domains.begin(), domains.end()}),
                  std::make_shared<const lookalike::People>(addresses));
}

Answer ask(const Assessor& assessor, const std::string& address) {
  const auto found = assessor.assess(address, guard::Mode::kWatch);
  Answer answer;
  answer.probability = found.probability;
  if (!found.intended.empty()) answer.first = found.intended.front().address;
  answer.misdirected = found.verdict == Verdict::kMisdirected;
  answer.doubtful = found.verdict == Verdict::kDoubtful;
  return answer;
}

std::string domain_of(const std::string& address) {
  return address.substr(address.rfind('@') + 1);
}

struct Score {
  std::size_t pairs = 0;
  Share right;
  Share called;
  Share doubted;
  Share wrong;
  void count(const Answer& answer, const std::string& intended, bool in_reach) {
    ++pairs;
    const bool is_right = answer.first == intended;
    wrong.count(answer.misdirected && !is_right);
    if (!in_reach) return;
    right.count(is_right);
    called.count(is_right && answer.misdirected);
    doubted.count(is_right && (answer.misdirected || answer.doubtful));
  }
  std::vector<std::string> row(const std::string& name) const {
    return {name,
            fmt::format("{}", pairs),
            fmt::format("{}", right.of),
            to_string(right),
            to_string(called),
            to_string(doubted),
            to_string(wrong)};
  }
};

void print_slips(Report& report, const Assessor& assessor,
                 const std::vector<std::string>& known,
                 const std::vector<Pair>& slips) {
  const std::set<std::string> listed(known.begin(), known.end());
  Score in_domain;
  Score in_local_part;
  Score all;
  for (const Pair& pair : slips) {
    const Answer answer = ask(assessor, pair.typed);
    const bool in_reach = listed.contains(pair.intended);
    const bool same = domain_of(pair.typed) == domain_of(pair.intended);
    (same ? in_local_part : in_domain).count(answer, pair.intended, in_reach);
    all.count(answer, pair.intended, in_reach);
  }
  Table table({"slips of people, whole addresses", "n", "in reach",
               "right, in reach", "and called >= 0.9", "and >= 0.5",
               "wrong called"});
  table.add(in_domain.row("in the domain"));
  table.add(in_local_part.row("in the local part"));
  table.add(all.row("all"));
  report.print(table);
}

struct Calm {
  Share called;
  Share doubted;
  void count(const Answer& answer) {
    called.count(answer.misdirected);
    doubted.count(answer.doubtful);
  }
  std::vector<std::string> row(const std::string& name) const {
    return {name, fmt::format("{}", called.of), to_string(called),
            to_string(doubted)};
  }
};

std::vector<std::string> without(const std::vector<std::string>& known,
                                 const std::set<std::string>& some) {
  std::vector<std::string> rest;
  for (const auto& one : known) {
    if (!some.contains(one)) rest.push_back(one);
  }
  return rest;
}

// Of those known, the ones who wrote: whom others wrote to may be a slip that
// a whole thread repeated. Each as if unknown, a twentieth of all at a time.
Calm leave_out(const std::vector<std::string>& known,
               const Mailboxes& mailboxes, std::uint64_t seed) {
  std::set<std::string> silent;
  for (const auto& [address, box] : mailboxes) {
    if (box.sent == 0) silent.insert(address);
  }
  const auto shuffled = sample(known, known.size(), seed, silent);
  Calm calm;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::set<std::string> out;
    for (std::size_t i = fold; i < shuffled.size(); i += kFolds) {
      out.insert(shuffled[i]);
    }
    const Assessor assessor = make_assessor(without(known, out));
    for (const auto& address : out) calm.count(ask(assessor, address));
  }
  return calm;
}

}  // namespace

void local_parts(Report& report) {
  const std::string& data = report.settings.data;
  const auto mailboxes = load_mailboxes(data);
  const auto slips = load_address_slips(data);
  std::set<std::string> typed;
  for (const Pair& pair : slips) typed.insert(pair.typed);
  const auto known = frequent(mailboxes, typed);
  report.title(
      fmt::format("G. Whole addresses, {} known: who wrote 5 letters or got 20",
                  known.size()));
  const Assessor assessor = make_assessor(known);
  print_slips(report, assessor, known, slips);

  Calm rare;
  for (const auto& address : without(rare_senders(mailboxes), typed)) {
    rare.count(ask(assessor, address));
  }
  Calm alike;
  for (const auto& [one, other] : load_alike_senders(data)) {
    alike.count(ask(make_assessor(without(known, {one})), one));
    alike.count(ask(make_assessor(without(known, {other})), other));
  }
  Table table({"real people", "n", "called misdirected", "doubtful"});
  table.add(rare.row("who wrote once or twice"));
  table.add(leave_out(known, mailboxes, report.settings.seed)
                .row("known who wrote, each asked as if not known"));
  table.add(alike.row("one letter from somebody known"));
  report.print(table);
}

}  // namespace lostletter::eval
