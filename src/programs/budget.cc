// SPDX-License-Identifier: Apache-2.0
//
// lostletter budget: how many questions people were put, and how many other
// dials would have come to, over the scores that the guard kept of what passed.
#include <algorithm>
#include <chrono>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "guard/rehearsal.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

using guard::Dial;
using guard::History;

constexpr double kDaysOfMonth = 30;

struct Flags {
  std::string state;
  std::string config;
  std::vector<std::string> questions;
  int days = 30;
  bool json = false;
};

// What one dial would have come to.
struct Row {
  std::string text;
  Dial dial;
  std::size_t questions = 0;
  std::size_t people = 0;  // asked at least once
  std::size_t most = 0;    // of one person
};

struct Period {
  Seconds from;
  double months = 1;
};

// Of everybody, in the period.
struct Sum {
  std::size_t people = 0;      // who wrote
  std::size_t newcomers = 0;   // of them, known for too short a time
  std::size_t recipients = 0;  // weighed
  std::size_t asked = 0;       // really, or as good as, where it was watched
};

void take(const History& history, const Period& period, Sum& sum,
          std::vector<Row>& rows) {
  std::size_t weighed = 0;
  for (const guard::Scored& one : history.scores) {
    weighed += one.at >= period.from ? 1 : 0;
    sum.asked += one.asked_at && *one.asked_at >= period.from ? 1 : 0;
  }
  if (weighed == 0) return;
  ++sum.people;
  sum.recipients += weighed;
  sum.newcomers += history.since + guard::kAcquaintance > period.from ? 1 : 0;
  for (Row& row : rows) {
    const auto asked = guard::rehearse(row.dial, history, period.from);
    row.questions += asked;
    row.people += asked > 0 ? 1 : 0;
    row.most = std::max(row.most, asked);
  }
}

double each(std::size_t questions, const Sum& sum, const Period& period) {
  return sum.people == 0 ? 0
                         : static_cast<double>(questions) /
                               static_cast<double>(sum.people) / period.months;
}

std::string to_text(const Sum& sum, const std::vector<Row>& rows,
                    const Period& period, const std::string& configured,
                    int days) {
  std::string text = fmt::format(
      "The last {} days: {} people wrote to {} recipients that were weighed.\n"
      "As configured (questions = \"{}\"): {} questions, {:.2f} a person and "
      "month.\n",
      days, sum.people, sum.recipients, configured, sum.asked,
      each(sum.asked, sum, period));
  if (sum.newcomers > 0) {
    text += fmt::format(
        "{} of them were known for less than 30 days when it began: those are "
        "asked about near certainty only.\n",
        sum.newcomers);
  }
  text += fmt::format("\n{:<28} {:>9} {:>12} {:>19} {:>11}\n",
                      "it would have been with", "questions", "people asked",
                      "a person and month", "most of one");
  for (const Row& row : rows) {
    text += fmt::format("{:<28} {:>9} {:>12} {:>19.2f} {:>11}\n", row.text,
                        row.questions, row.people,
                        each(row.questions, sum, period), row.most);
  }
  return text +
         "\nNeighbours of protected names are always asked about, whatever the "
         "dial says.\n";
}

std::string to_json(const Sum& sum, const std::vector<Row>& rows,
                    const Period& period, const std::string& configured,
                    int days) {
  std::string text;
  for (const Row& row : rows) {
    const nlohmann::ordered_json object = {
        {"kind", "dial"},
        {"questions", row.text},
        {"asked", row.questions},
        {"people_asked", row.people},
        {"per_person_month", each(row.questions, sum, period)},
        {"most_of_one", row.most}};
    text += object.dump() + '\n';
  }
  const nlohmann::ordered_json summary = {
      {"kind", "summary"},
      {"days", days},
      {"from", to_rfc3339(period.from)},
      {"people", sum.people},
      {"newcomers", sum.newcomers},
      {"recipients", sum.recipients},
      {"configured", configured},
      {"asked", sum.asked},
      {"per_person_month", each(sum.asked, sum, period)}};
  return text + summary.dump() + '\n';
}

std::vector<std::string> dials_of(const Flags& flags,
                                  const std::string& configured) {
  if (!flags.questions.empty()) return flags.questions;
  std::vector<std::string> dials;
  for (const auto* number : {"0.25", "0.5", "1", "2", "4"}) {
    dials.push_back(std::string(number) + " per person per month");
  }
  if (configured != "unlimited" &&
      std::ranges::find(dials, configured) == dials.end()) {
    dials.push_back(configured);
  }
  return dials;
}

int print(const Flags& flags, store::Store* store,
          const std::string& configured) {
  std::vector<Row> rows;
  for (const std::string& text : dials_of(flags, configured)) {
    const auto dial = Dial::parse(text);
    if (!dial || dial->is_unlimited()) {
      return give_up(kUsage, "--questions: " + (dial ? "unlimited is no budget"
                                                     : dial.error().message));
    }
    rows.push_back({.text = text, .dial = *dial});
  }
  const Period period{system_clock().now() - std::chrono::days(flags.days),
                      flags.days / kDaysOfMonth};
  Sum sum;
  if (store != nullptr) {
    for (const std::string& person : store->scored_people()) {
      take(store->find_history(person), period, sum, rows);
    }
  }
  Output output;
  output.write(flags.json ? to_json(sum, rows, period, configured, flags.days)
                          : to_text(sum, rows, period, configured, flags.days));
  if (sum.recipients == 0) {
    complain(
        "nothing was weighed in this time: a guard that watches (mode = "
        "\"watch\") weighs every recipient of mail that leaves");
  }
  return output.finish(kOk);
}

void describe(CLI::App& app, Flags& flags) {
  add_state_option(app, flags.state);
  add_config_option(app, flags.config);
  app.add_option("--questions", flags.questions,
                 "A dial to try: \"1 per person per month\"; may be repeated. "
                 "Else five usual ones")
      ->type_name("DIAL");
  app.add_option("--days", flags.days, "How far to look back")
      ->check(CLI::Range(1, 365))
      ->capture_default_str();
  app.add_flag("--json", flags.json, "One object a dial, and a summary");
  app.footer(
      "Scores are kept while `questions` is set, or while the guard watches; "
      "of "
      "a person known\nfor less than 30 days only near certainty is asked "
      "about.\n"
      "Ends with 0; 64 for a wrong command line, 69 when the store cannot be "
      "read, 78 for a\nbad configuration.");
}

}  // namespace

int budget(const Arguments& arguments) {
  CLI::App app(
      "How many questions people were put, and what other budgets would have "
      "come to.",
      "lostletter budget [OPTION]...");
  Flags flags;
  describe(app, flags);
  if (const auto code = parse(app, arguments)) return *code;
  const auto config = load_config(flags.config);
  if (!config) return give_up(kBadConfig, config.error().message);
  const auto place = store_address(flags.state, *config);
  if (!place) return give_up(kUsage, place.error().message);
  auto store = open_if_there(*place);
  if (!store) return give_up(kUnavailable, store.error().message);
  try {
    return print(flags, store->get(), config->gate.questions);
  } catch (const store::StoreError& trouble) {
    return give_up(kUnavailable, trouble.what());
  }
}

}  // namespace lostletter::programs
