// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/text.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

struct Kind {
  FindingKind kind;
  std::string_view title;
};
constexpr Kind kKinds[] = {
    {FindingKind::kStandingLeak,
     "Standing leaks: letters that never had an answer"},
    {FindingKind::kMisdirected, "Misdirected"},
    {FindingKind::kSelfCorrection, "Corrected by their senders"},
    {FindingKind::kBouncedMistype, "Mistyped, and came back"},
};

std::string date(std::uint32_t seconds) {
  if (seconds == 0) return "unknown";
  return to_rfc3339(Seconds(Duration(seconds))).substr(0, 10);
}

std::string counted(std::uint64_t count, std::string_view one,
                    std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string from(const Finding& finding) {
  if (finding.senders.empty()) {
    return counted(finding.people, "sender", "senders");
  }
  std::string text = printable(finding.senders.front().address, 60);
  if (finding.people > 1) {
    text += fmt::format(" and {} more", finding.people - 1);
  }
  return text;
}

std::string fate(const Finding& finding) {
  std::vector<std::string> parts;
  if (finding.delivered > 0) {
    parts.push_back(fmt::format("{} delivered", finding.delivered));
  }
  if (finding.clear > 0) {
    parts.push_back(fmt::format("{} in clear", finding.clear));
  }
  if (finding.bounced > 0) {
    parts.push_back(fmt::format("{} came back", finding.bounced));
  }
  if (parts.empty()) return "fate not told";
  return fmt::format("{}", fmt::join(parts, ", "));
}

void append(const Finding& finding, bool colour, std::string& text) {
  const std::string typed = printable(finding.typed, 200);
  text +=
      fmt::format("  {:>6}  {}{}{}  for {}  ({:.1f} %)\n", finding.letters,
                  colour ? "\x1b[1;31m" : "", typed, colour ? "\x1b[0m" : "",
                  printable(finding.intended, 200), 100 * finding.probability);
  text +=
      fmt::format("          {} to {}{}; {}; from {}\n", date(finding.first),
                  date(finding.last), finding.ongoing ? ", still going on" : "",
                  fate(finding), from(finding));
  if (!finding.repair.empty()) {
    text += fmt::format("          -> {}\n", finding.repair);
  }
}

std::string head(const Summary& summary) {
  std::vector<std::string> sources;
  for (const auto& [kind, count] : summary.sources) {
    sources.push_back(fmt::format("{} {}", count, kind));
  }
  std::string text = fmt::format(
      "us       {} ({})\nread     {}: {} lines, {} letters, {} to {}\n",
      printable(fmt::format("{}", fmt::join(summary.us, ", ")), 500),
      summary.us_because, fmt::join(sources, ", "), summary.lines,
      summary.letters, date(summary.first), date(summary.last));
  text += fmt::format("sent     {} letters to {}, of whom {} have answered\n",
                      summary.outbound,
                      counted(summary.correspondents, "address", "addresses"),
                      summary.partners);
  if (summary.outside > 0) {
    text +=
        fmt::format("outside  {} letters of other times\n", summary.outside);
  }
  for (const auto& [reason, count] : summary.skipped) {
    text += fmt::format("skipped  {} ({})\n", count, printable(reason, 200));
  }
  return text;
}

// The few of each side that matter most.
constexpr std::size_t kMostOfSide = 5;

std::string side(std::string_view title, const std::vector<Share>& shares) {
  std::string text;
  for (std::size_t i = 0; i < shares.size() && i < kMostOfSide; ++i) {
    const Share& one = shares[i];
    text +=
        fmt::format("{:<9}{:>6}  {}{}\n", i == 0 ? title : "", one.letters,
                    printable(one.name, 100),
                    one.mail.empty()
                        ? ""
                        : fmt::format("  (mail: {})", printable(one.mail, 80)));
  }
  return text;
}

std::string sides(const Leakage& leakage) {
  std::string text;
  for (const Year& one : leakage.years) {
    text += fmt::format("{:<9}{:>6}  {:.1f} a day\n", one.year, one.letters,
                        one.per_day());
  }
  return text + side("by", leakage.units) + side("for", leakage.intended) +
         side("to", leakage.wrong);
}

std::string steps(const Leakage& leakage) {
  std::string text;
  for (std::size_t i = 0; i < leakage.steps.size() && i < kMostOfSide; ++i) {
    const Step& one = leakage.steps[i];
    text += fmt::format(
        "{:>3}. {}\n     stops {} of the last year, {} in all\n", i + 1,
        one.text, counted(one.lately, "letter", "letters"), one.letters);
  }
  return text.empty() ? text : "\nWhat stops most of it\n" + text;
}

std::string foot(const Summary& summary) {
  std::string text;
  if (summary.lost == 0) {
    text = "\nNothing of what was sent looks misdirected.\n";
  } else {
    text = fmt::format(
        "\n{} went to wrong names, {} of them were delivered there ({} in "
        "clear), {} to {}{}.\n",
        counted(summary.lost, "letter", "letters"), summary.lost_delivered,
        summary.lost_clear, date(summary.lost_first), date(summary.lost_last),
        summary.ongoing ? "; it is still going on" : "");
  }
  const Recall& recall = summary.recall;
  if (recall.known > 0) {
    text += fmt::format(
        "Of {} that their senders corrected, the engine names {} by itself: it "
        "finds {:.0f} to {:.0f} % of such.\n",
        counted(recall.known, "mistake", "mistakes"), recall.found,
        100 * recall.low, 100 * recall.high);
  }
  return text;
}

}  // namespace

std::string to_text(const Report& report, bool colour, std::size_t most) {
  std::string text = head(report.summary);
  for (const Kind& kind : kKinds) {
    std::size_t count = 0;
    for (const Finding& one : report.findings) {
      if (one.kind != kind.kind) continue;
      if (++count == 1) {
        text += fmt::format("\n{}\n letters  typed\n", kind.title);
      }
      if (count <= most) append(one, colour, text);
    }
    if (count > most) {
      text +=
          fmt::format("          and {} more: --json has all\n", count - most);
    }
  }
  text += foot(report.summary);
  const std::string all = sides(report.leakage);
  if (!all.empty()) text += "\n" + all;
  return text + steps(report.leakage);
}

}  // namespace lostletter::scan
