// SPDX-License-Identifier: Apache-2.0
#include "replay/tally.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/text.h"
#include "scan/ledger.h"

namespace lostletter::replay {
namespace {

using Json = nlohmann::ordered_json;
using guard::Action;
using guard::Verdict;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

std::string action_of(const Ruling* ruling) {
  return ruling == nullptr ? "accept"
                           : std::string(to_string(ruling->found.action));
}

Json json_of(const Ruling* ruling) {
  if (ruling == nullptr) return nullptr;
  const guard::Assessment& found = ruling->found;
  Json json = {{"verdict", to_string(found.verdict)},
               {"action", to_string(found.action)},
               {"probability", rounded(found.probability)}};
  if (!found.intended.empty()) json["intended"] = found.intended[0].address;
  json["findings"] = Json::array();
  for (const guard::Finding& one : found.findings) {
    json["findings"].push_back({{"id", one.id},
                                {"log_odds", rounded(one.log_odds)},
                                {"text", one.text}});
  }
  return json;
}

Json json_of(const Tally& tally, const Score& score) {
  return {
      {"judged", score.judged},
      {"verdicts", score.verdicts},
      {"actions", score.actions},
      {"questions", score.questions},
      {"questions_per_person_month",
       rounded(tally.questions_per_person_month(score))},
      {"most_questions_of_a_person_month", tally.most_of_a_person_month(score)},
      {"asked_rightly", score.asked_rightly},
      {"caught", score.caught},
      {"missed", score.missed},
      {"refused_right", score.refused_right}};
}

// Addresses are bytes of a log, and need not be UTF-8.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint64_t find(
    const std::map<std::string, std::uint64_t, std::less<>>& counts,
    std::string_view name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

std::string row(std::string_view what, std::uint64_t current,
                std::uint64_t wanted) {
  return fmt::format("{:<46}{:>10}{:>10}\n", what, current, wanted);
}

// What it gives as its reason first.
std::string reason(const Ruling* ruling) {
  if (ruling == nullptr || ruling->found.findings.empty()) {
    return "nothing speaks against it";
  }
  const auto most = std::ranges::max_element(
      ruling->found.findings, {},
      [](const guard::Finding& one) { return std::abs(one.log_odds); });
  return printable(most->text, 200);
}

}  // namespace

bool is_changed(const Case& one) {
  return action_of(one.current) != action_of(one.wanted);
}

bool is_remarkable(const Case& one) {
  for (const Ruling* ruling : {one.current, one.wanted}) {
    if (ruling != nullptr && ruling->found.verdict != Verdict::kClear) {
      return true;
    }
  }
  return is_changed(one);
}

void Tally::add(const Case& one, const Ruling* ruling, std::uint32_t month,
                Score& score) const {
  const bool is_stopped = ruling != nullptr && ruling->is_stopped();
  if (one.intended != nullptr) ++(is_stopped ? score.caught : score.missed);
  if (ruling == nullptr) return;
  ++score.judged;
  ++score.verdicts[std::string(to_string(ruling->found.verdict))];
  ++score.actions[std::string(to_string(ruling->found.action))];
  if (is_stopped && ruling->found.action == Action::kReject &&
      one.intended == nullptr && ruling->found.verdict != Verdict::kBlocked) {
    ++score.refused_right;
  }
  if (!ruling->is_new_question) return;
  ++score.questions;
  ++score.of_person[{ascii_lower(one.letter.sender), month}];
  score.asked_rightly += one.intended != nullptr ? 1 : 0;
}

void Tally::take(const Case& one) {
  const auto at = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      one.letter.at.time_since_epoch().count(), 0, 0xffffffff));
  const std::uint32_t month = scan::month_of(zone_.local(at));
  active_.emplace(ascii_lower(one.letter.sender), month);
  add(one, one.current, month, current);
  add(one, one.wanted, month, wanted);
  changed += is_changed(one) ? 1 : 0;
}

std::uint64_t Tally::people() const {
  std::uint64_t count = 0;
  const std::string* before = nullptr;
  for (const auto& [person, month] : active_) {
    count += before == nullptr || *before != person ? 1 : 0;
    before = &person;
  }
  return count;
}

double Tally::questions_per_person_month(const Score& score) const {
  return active_.empty() ? 0
                         : static_cast<double>(score.questions) /
                               static_cast<double>(active_.size());
}

std::uint32_t Tally::most_of_a_person_month(const Score& score) const {
  std::uint32_t most = 0;
  for (const auto& [key, count] : score.of_person) most = std::max(most, count);
  return most;
}

std::string to_json(const Case& one) {
  Json json;
  json["kind"] = "letter";
  json["at"] = to_rfc3339(one.letter.at);
  json["id"] = one.letter.id;
  json["sender"] = one.letter.sender;
  json["typed"] = one.recipient.address;
  json["mistake"] = one.intended != nullptr;
  if (one.intended != nullptr) json["intended"] = *one.intended;
  json["changed"] = is_changed(one);
  json["current"] = json_of(one.current);
  json["new"] = json_of(one.wanted);
  return dump(json);
}

std::string to_json(const Tally& tally, std::uint64_t letters,
                    std::uint64_t disordered) {
  Json json;
  json["kind"] = "summary";
  json["letters"] = letters;
  json["disordered"] = disordered;
  json["people"] = tally.people();
  json["person_months"] = tally.person_months();
  json["changed"] = tally.changed;
  json["current"] = json_of(tally, tally.current);
  json["new"] = json_of(tally, tally.wanted);
  return dump(json);
}

std::string to_text(const Case& one) {
  return fmt::format(
      "{}  {} -> {}{}\n    {} now, {} then: {}\n", to_rfc3339(one.letter.at),
      printable(one.letter.sender, 100), printable(one.recipient.address, 100),
      one.intended == nullptr
          ? ""
          : "  (a mistake for " + printable(*one.intended, 100) + ")",
      action_of(one.current), action_of(one.wanted),
      reason(one.wanted != nullptr ? one.wanted : one.current));
}

std::string to_text(const Tally& tally, std::uint64_t letters) {
  const Score& a = tally.current;
  const Score& b = tally.wanted;
  std::string text = fmt::format(
      "{} letters of {} people in {} of their months\n\n{:<46}{:>10}{:>10}\n",
      letters, tally.people(), tally.person_months(), "recipients", "current",
      "new");
  text += row("judged", a.judged, b.judged);
  for (const auto* verdict :
       {"misdirected", "doubtful", "blocked", "invalid"}) {
    text += row(verdict, find(a.verdicts, verdict), find(b.verdicts, verdict));
  }
  text += row("asked", a.questions, b.questions);
  text += row("held", find(a.actions, "hold"), find(b.actions, "hold"));
  text += row("refused", find(a.actions, "reject"), find(b.actions, "reject"));
  text += row("mistakes caught", a.caught, b.caught);
  text += row("mistakes missed", a.missed, b.missed);
  text += row("questions about mistakes", a.asked_rightly, b.asked_rightly);
  text += row("right, and refused without a question", a.refused_right,
              b.refused_right);
  text += fmt::format(
      "{:<46}{:>10.4f}{:>10.4f}\n", "questions a person and month",
      tally.questions_per_person_month(a), tally.questions_per_person_month(b));
  text += row("most questions of one person in a month",
              tally.most_of_a_person_month(a), tally.most_of_a_person_month(b));
  return text +
         fmt::format("\n{} recipients meet another fate.\n", tally.changed);
}

}  // namespace lostletter::replay
