// SPDX-License-Identifier: Apache-2.0
#include "programs/exposure_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/html.h"

namespace lostletter::programs {
namespace {

using Column = HtmlTable::Column;

constexpr std::size_t kMostSteps = 50;
constexpr std::size_t kMostBars = 40;

constexpr std::string_view kNote =
    "Expected letters are the letters written times the probability that a "
    "writer types this name instead. Intervals hold 95 %, and are wide because "
    "the published counts are. Blocking stops one's own letters only; whoever "
    "holds a wrong name gets those of everybody else.";

std::string plan(const Exposed& exposed) {
  const auto& steps = exposed.plan.steps;
  if (!exposed.resolved || steps.empty()) return "";
  HtmlTable table({{"Do"},
                   {"With"},
                   {"For"},
                   {"Letters today", Column::kNumber},
                   {"Share it removes", Column::kNumber},
                   {"Names", Column::kNumber}});
  for (std::size_t i = 0; i < std::min(kMostSteps, steps.size()); ++i) {
    const exposure::Step& step = steps[i];
    table.add({to_string(step.advice), step.registered, step.of,
               count_text(step.expected),
               fmt::format("{:.1f} %", 100 * step.share),
               std::to_string(step.names.size())});
  }
  return "<h3>What to do first</h3>\n" + table.html();
}

std::string clusters(const Exposed& exposed) {
  if (exposed.survey.clusters.empty()) return "";
  HtmlTable table({{"Mail hosts"},
                   {"Names", Column::kNumber},
                   {"Letters", Column::kNumber}});
  for (const exposure::Cluster& one : exposed.survey.clusters) {
    table.add({one.hosts, std::to_string(one.names), count_text(one.expected)});
  }
  return "<h3>Mail hosts that several of them share</h3>\n" + table.html();
}

std::string names(const Exposed& exposed, std::size_t rows) {
  const auto& all = exposed.survey.names;
  std::vector<HtmlBar> bars;
  HtmlTable table({{"Name"},
                   {"Meant"},
                   {"How it comes about"},
                   {"Typed", Column::kNumber},
                   {"Taken", Column::kNumber},
                   {"Who may hold it"},
                   {"Mail goes to"}});
  const std::size_t shown = rows == 0 ? all.size() : std::min(rows, all.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const exposure::Surveyed& one = all[i];
    if (i < kMostBars) bars.push_back({one.candidate.name, one.typed});
    table.add({one.candidate.name, exposed.name_of(one.candidate),
               edit_text(exposed, one.candidate), count_text(one.typed),
               one.facts ? count_text(one.expected) : "", who_may(one),
               how_it_takes_mail(one)});
  }
  std::string text =
      "<h3>Names, the likeliest first</h3>\n" + html_bars(bars) + table.html();
  if (shown < all.size()) {
    text += fmt::format(
        "<p class=\"note\">And {} more (--limit 0 has all)."
        "</p>\n",
        all.size() - shown);
  }
  return text;
}

}  // namespace

std::string to_html(std::span<const Exposed> all, std::size_t rows) {
  std::string body = fmt::format("<p class=\"note\">{}</p>\n", kNote);
  for (const Exposed& one : all) {
    body += fmt::format("<h2>{}</h2>\n<p>{}</p>\n",
                        html_text(one.targets.front().name.unicode()),
                        html_text(head_text(one)));
    body += plan(one) + clusters(one) + names(one, rows);
  }
  return html_page("Wrong names that people type", body);
}

}  // namespace lostletter::programs
