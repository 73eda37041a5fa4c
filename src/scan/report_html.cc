// SPDX-License-Identifier: Apache-2.0
//
// The first screen answers what is asked first: how much, since when, is it
// still going on, what stops most of it. Then charts with their tables, then
// every finding with its reasons.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/chart.h"
#include "base/clock.h"
#include "base/page.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

using html::Column;
using html::grouped;
using html::Writer;
using Kind = Column::Kind;

constexpr std::size_t kMostSteps = 5;
constexpr std::size_t kMostRows = 100;
// A page that opens; --json has all.
constexpr std::size_t kMostFindings = 300;
constexpr std::size_t kMostSenders = 20;

std::string date(std::uint32_t seconds) {
  if (seconds == 0) return "unknown";
  return to_rfc3339(Seconds(Duration(seconds))).substr(0, 10);
}

std::string counted(std::uint64_t count, std::string_view one,
                    std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

std::string percent(std::uint64_t some, std::uint64_t all) {
  if (all == 0) return "0 %";
  return fmt::format(
      "{:.0f} %", 100.0 * static_cast<double>(some) / static_cast<double>(all));
}

std::string month_text(std::uint32_t month) {
  return fmt::format("{:04}-{:02}", 1970 + month / 12, month % 12 + 1);
}

void section(Writer& writer, std::string id, std::string_view title,
             std::string_view about) {
  writer.open("section", {{"id", id}, {"aria-labelledby", id + "-title"}})
      .leaf("h2", title, {{"id", id + "-title"}});
  if (!about.empty()) writer.leaf("p", about, {{"class", "soft"}});
}

// The first screen.

std::string headline(const Summary& summary) {
  if (summary.lost == 0) return "Nothing that was sent looks misdirected";
  return counted(summary.lost, "letter", "letters") + " went to wrong names";
}

void write_header(Writer& writer, const Report& report) {
  const Summary& summary = report.summary;
  writer.open("header").leaf("h1", headline(summary));
  writer.leaf("p",
              fmt::format("Mail of {}, {} to {}: {} read, {} to others.{}",
                          fmt::join(summary.us, ", "), date(summary.first),
                          date(summary.last),
                          counted(summary.letters, "letter", "letters"),
                          grouped(summary.outbound),
                          report.is_aggregate
                              ? " Without names of people; groups of fewer "
                                "than 5 are shown together."
                              : ""),
              {{"class", "soft"}});
  writer.open("nav", {{"aria-label", "On this page"}}).open("ul");
  const auto link = [&](const char* to, std::string_view name) {
    writer.open("li").leaf("a", name, {{"href", to}}).close();
  };
  if (summary.lost > 0) {
    link("#when", "When");
    link("#where", "From whom, to where");
    link("#names", "Names");
  }
  if (!report.findings.empty()) link("#findings", "All findings");
  link("#read", "What was read");
  writer.close().close().close();
}

void answer(Writer& writer, std::string_view question, std::string_view big,
            std::string_view more, std::string kind = "") {
  writer.open("div").leaf("dt", question);
  writer.leaf("dd", big, {{"class", ("big " + kind)}});
  writer.leaf("dd", more, {{"class", "small soft"}}).close();
}

// The last one that the logs have a month of.
const Year& telling_year(const std::vector<Year>& years) {
  constexpr std::uint32_t kMonth = 28;
  const auto found =
      std::find_if(years.rbegin(), years.rend(),
                   [](const Year& one) { return one.days >= kMonth; });
  return found == years.rend() ? years.back() : *found;
}

void write_answers(Writer& writer, const Report& report) {
  const Summary& summary = report.summary;
  writer.open("dl", {{"class", "answers"}});
  answer(
      writer, "How much?", grouped(summary.lost),
      fmt::format("letters; {} delivered there, {} in clear ({})",
                  grouped(summary.lost_delivered), grouped(summary.lost_clear),
                  percent(summary.lost_clear, summary.lost_delivered)));
  answer(writer, "Since when?", date(summary.lost_first),
         fmt::format("the logs begin {}", date(summary.first)));
  const std::string last =
      fmt::format("the last one was sent {}; the logs end {}",
                  date(summary.lost_last), date(summary.last));
  if (summary.ongoing) {
    answer(writer, "Still going on?", "Yes", last, "yes");
  } else {
    answer(writer, "Still going on?", "No", last, "no");
  }
  if (!report.leakage.years.empty()) {
    const Year& year = telling_year(report.leakage.years);
    answer(writer, fmt::format("A day, in {}", year.year),
           fmt::format("{:.1f}", year.per_day()),
           fmt::format("{} in {}", counted(year.letters, "letter", "letters"),
                       counted(year.days, "day", "days")));
  }
  writer.close();
}

void write_steps(Writer& writer, const Leakage& leakage) {
  std::uint64_t all = 0;
  std::uint64_t lately = 0;
  for (const Step& one : leakage.steps) {
    all += one.letters;
    lately += one.lately;
  }
  if (leakage.steps.empty()) return;
  writer.leaf("h2", leakage.steps.size() > kMostSteps
                        ? "Five repairs that stop most of it"
                        : "What stops it");
  // Where nothing was lost lately, what was lost before is what there is.
  const bool is_late = lately > 0;
  writer.open("ol", {{"class", "steps"}});
  for (std::size_t i = 0; i < leakage.steps.size() && i < kMostSteps; ++i) {
    const Step& one = leakage.steps[i];
    writer.open("li").leaf("strong", one.text).empty("br");
    writer.leaf(
        "span",
        is_late ? fmt::format("{} of the last twelve months, {} of "
                              "what was lost in them; {} in all",
                              counted(one.lately, "letter", "letters"),
                              percent(one.lately, lately), grouped(one.letters))
                : fmt::format("{}, {} of what was lost",
                              counted(one.letters, "letter", "letters"),
                              percent(one.letters, all)),
        {{"class", "share"}});
    writer.close();
  }
  writer.close();
}

void write_first(Writer& writer, const Report& report) {
  writer.open("section",
              {{"class", "first"}, {"aria-label", "The answers in short"}});
  if (report.summary.lost == 0) {
    writer.leaf("p",
                "No letter of those read went to a name that is almost "
                "another one's.");
  } else {
    write_answers(writer, report);
    write_steps(writer, report.leakage);
  }
  writer.close();
}

// When.

html::Bars time_line(const Leakage& leakage) {
  html::Bars bars{"Letters to wrong names, by month",
                  "month",
                  "of standing leaks, repeated by nobody's hand",
                  "of single mistakes",
                  {}};
  if (leakage.months.empty()) return bars;
  const std::uint32_t first = leakage.months.begin()->first;
  const std::uint32_t last = leakage.months.rbegin()->first;
  for (std::uint32_t month = first; month <= last; ++month) {
    const auto found = leakage.months.find(month);
    const Month sum = found == leakage.months.end() ? Month() : found->second;
    bars.bars.push_back({month_text(month), sum.all, sum.standing});
  }
  return bars;
}

html::HeatMap hours_map(const Leakage& leakage, const std::string& zone) {
  html::HeatMap map{
      "Letters to wrong names, by hour of the week (" + zone + ")",
      "day",
      {},
      {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
       "Sunday"},
      {}};
  for (int hour = 0; hour < 24; ++hour) {
    map.columns.push_back(fmt::format("{:02}", hour));
  }
  for (std::size_t day = 0; day < 7; ++day) {
    const auto* begin = leakage.hours.data() + 24 * day;
    map.rows[day].resize(3);
    map.cells.emplace_back(begin, begin + 24);
  }
  return map;
}

void write_when(Writer& writer, const Report& report, const std::string& zone) {
  const Leakage& leakage = report.leakage;
  section(writer, "when", "When",
          "A standing leak is an entry of an address book, a script or a "
          "forward that nobody mended; it goes on at all hours. Mistakes by "
          "hand follow the working day.");
  write(writer, time_line(leakage));
  html::Table years{"By year",
                    {{"year"},
                     {"letters", Kind::kNumber},
                     {"a day", Kind::kNumber},
                     {"days in the logs", Kind::kNumber}},
                    {}};
  for (const Year& one : leakage.years) {
    years.rows.push_back({std::to_string(one.year), grouped(one.letters),
                          fmt::format("{:.1f}", one.per_day()),
                          grouped(one.days)});
  }
  write(writer, years);
  write(writer, hours_map(leakage, zone));
  writer.close();
}

// Who, where.

html::Table shares(std::string_view caption, std::string_view of,
                   const std::vector<Share>& all, Kind kind = Kind::kName) {
  html::Table table{std::string(caption),
                    {{std::string(of), kind}, {"letters", Kind::kNumber}},
                    {}};
  for (std::size_t i = 0; i < all.size() && i < kMostRows; ++i) {
    table.rows.push_back({all[i].name, grouped(all[i].letters)});
  }
  return table;
}

html::Table fates(std::string_view caption, std::string_view of,
                  const std::vector<Share>& all) {
  html::Table table = shares(caption, of, all);
  for (const auto* title : {"delivered", "in clear", "came back"}) {
    table.columns.push_back({title, Kind::kNumber});
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    for (const auto count : {all[i].delivered, all[i].clear, all[i].bounced}) {
      table.rows[i].push_back(grouped(count));
    }
  }
  return table;
}

void write_where(Writer& writer, const Report& report) {
  const Leakage& leakage = report.leakage;
  section(writer, "where", "From whom, to where", "");
  html::Flows flows{
      "From sending unit to wrong name", "unit", "wrong name", "letters", {}};
  for (const Stream& one : leakage.streams) {
    flows.flows.push_back({one.unit, one.wrong, one.letters});
  }
  write(writer, flows);
  write(writer, shares("By sending unit", "unit", leakage.units, Kind::kText));
  if (!report.is_aggregate) {
    writer.leaf("h3", "Most exposed people");
    write(writer,
          shares("Whose letters went astray", "sender", leakage.senders));
    write(writer,
          fates("Who did not get their letters", "meant", leakage.missed));
  }
  writer.close();
}

void write_names(Writer& writer, const Leakage& leakage) {
  section(writer, "names", "Names",
          "Whoever runs the mail of a wrong name has these letters. \"Not "
          "told\": the logs do not say which host took them.");
  html::Table wrong = fates("By wrong name, and who runs its mail",
                            "wrong name", leakage.wrong);
  for (std::size_t i = 0; i < wrong.rows.size(); ++i) {
    const Share& one = leakage.wrong[i];
    wrong.rows[i].push_back(one.note);
    wrong.rows[i].push_back(one.mail.empty() ? "not told" : one.mail);
  }
  wrong.columns.push_back({"written for", Kind::kName});
  wrong.columns.push_back({"its mail is run by", Kind::kName});
  write(writer, wrong);
  write(writer, fates("By intended name", "intended name", leakage.intended));
  writer.close();
}

// Every finding.

std::string_view kind_text(FindingKind kind) {
  switch (kind) {
    case FindingKind::kStandingLeak:
      return "standing leak";
    case FindingKind::kMisdirected:
      return "misdirected";
    case FindingKind::kSelfCorrection:
      return "corrected by its sender";
    case FindingKind::kBouncedMistype:
      return "mistyped, came back";
  }
  return "";
}

void write_senders(Writer& writer, const Finding& finding) {
  if (finding.senders.empty()) return;
  writer.open("p", {{"class", "small"}}).text("From ");
  for (std::size_t i = 0; i < finding.senders.size() && i < kMostSenders; ++i) {
    if (i > 0) writer.text(", ");
    writer.leaf("span", finding.senders[i].address, {{"class", "name"}});
    writer.text(fmt::format(" ({})", finding.senders[i].letters));
  }
  if (finding.senders.size() > kMostSenders) {
    writer.text(
        fmt::format(" and {} more", finding.senders.size() - kMostSenders));
  }
  writer.close();
}

void write_finding(Writer& writer, const Finding& finding) {
  writer.open("article");
  writer.open("h3")
      .text(finding.typed + " ")
      .leaf("span", kind_text(finding.kind), {{"class", "tag"}})
      .close();
  writer.open("p").text("for ").leaf("span", finding.intended,
                                     {{"class", "name"}});
  writer.text(fmt::format(
      ": {}, {} delivered, {} in clear, {} came back; {} to {}{}; {:.1f} % "
      "sure",
      counted(finding.letters, "letter", "letters"), grouped(finding.delivered),
      grouped(finding.clear), grouped(finding.bounced), date(finding.first),
      date(finding.last), finding.ongoing ? ", still going on" : "",
      100 * finding.probability));
  if (!finding.mail.empty()) {
    writer.text("; its mail is run by ")
        .leaf("span", finding.mail, {{"class", "name"}});
  }
  writer.close();
  if (!finding.repair.empty()) {
    writer.open("p").leaf("strong", "Repair: ").text(finding.repair).close();
  }
  write_senders(writer, finding);
  if (!finding.findings.empty()) {
    writer.open("details").leaf("summary", "Why").open("ul");
    for (const guard::Finding& one : finding.findings) {
      writer.leaf("li", fmt::format("{} ({:+.1f})", one.text, one.log_odds),
                  {{"class", "small"}});
    }
    writer.close().close();
  }
  writer.close();
}

void write_findings(Writer& writer, const Report& report) {
  const std::size_t shown = std::min(report.findings.size(), kMostFindings);
  section(writer, "findings", "All findings",
          shown < report.findings.size()
              ? fmt::format("The first {} of {}; --json has all.", shown,
                            report.findings.size())
              : "");
  for (std::size_t i = 0; i < shown; ++i) {
    write_finding(writer, report.findings[i]);
  }
  writer.close();
}

// What stands behind it.

html::Table read_table(const Summary& summary) {
  html::Table table{"What was read", {{"of"}, {"count", Kind::kNumber}}, {}};
  const auto add = [&](std::string what, std::uint64_t count) {
    table.rows.push_back({std::move(what), grouped(count)});
  };
  for (const auto& [kind, count] : summary.sources)
    add("source: " + kind, count);
  add("lines", summary.lines);
  add("letters", summary.letters);
  add("recipients of these", summary.recipients);
  add("letters of machines and lists, not judged", summary.automatic);
  add("letters outside the period asked for", summary.outside);
  add("letters of ours to others, by recipient", summary.outbound);
  add("addresses they went to", summary.correspondents);
  add("of these, who have answered", summary.partners);
  for (const auto& [reason, count] : summary.skipped) {
    add("skipped: " + reason, count);
  }
  return table;
}

void write_read(Writer& writer, const Summary& summary) {
  section(writer, "read", "What was read, and how sure this is", "");
  writer.leaf("p", fmt::format("Ours: {} ({}).", fmt::join(summary.us, ", "),
                               summary.us_because));
  const Recall& recall = summary.recall;
  if (recall.known > 0) {
    writer.leaf(
        "p", fmt::format(
                 "Of {} that their senders corrected themselves, {} would "
                 "have been found without that: of all such mistakes "
                 "between {:.0f} and {:.0f} % are found (95 % interval).",
                 counted(recall.known, "mistake", "mistakes"),
                 grouped(recall.found), 100 * recall.low, 100 * recall.high));
  } else {
    writer.leaf("p",
                "Nobody corrected a mistake soon after, so how much was "
                "not found cannot be estimated.");
  }
  write(writer, read_table(summary));
  writer.close();
}

}  // namespace

std::string to_html(const Report& report, const std::string& zone) {
  Writer writer;
  write_header(writer, report);
  writer.open("main");
  write_first(writer, report);
  if (report.summary.lost > 0) {
    write_when(writer, report, zone);
    write_where(writer, report);
    write_names(writer, report.leakage);
  }
  if (!report.findings.empty()) write_findings(writer, report);
  write_read(writer, report.summary);
  writer.close();
  writer.open("footer", {{"class", "small soft"}})
      .leaf("p",
            "Made by lostletter scan. This page loads nothing from "
            "elsewhere and runs no script; it holds what it shows, so "
            "hand it on with care.")
      .close();
  return html::page(headline(report.summary), writer.take());
}

}  // namespace lostletter::scan
