// SPDX-License-Identifier: Apache-2.0
#include "base/html.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "base/page_style.h"
#include "base/text.h"

namespace lostletter {
namespace {

constexpr std::size_t kMostText = 4096;

std::string_view class_of(HtmlTable::Column column) {
  return column == HtmlTable::Column::kNumber ? " class=\"n\"" : "";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : printable(text, kMostText)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n{}"
      "</body>\n</html>\n",
      html::content_policy(), html_text(title), html::kStyle, html_text(title),
      body);
}

HtmlTable::HtmlTable(std::initializer_list<Head> head) {
  text_ = "<table>\n<thead><tr>";
  for (const Head& one : head) {
    columns_.push_back(one.column);
    text_ += fmt::format("<th scope=\"col\"{}>{}</th>", class_of(one.column),
                         html_text(one.text));
  }
  text_ += "</tr></thead>\n<tbody>\n";
}

void HtmlTable::add(std::initializer_list<std::string_view> cells) {
  assert(cells.size() == columns_.size());
  text_ += "<tr>";
  auto column = columns_.begin();
  for (const std::string_view cell : cells) {
    text_ += fmt::format("<td{}>{}</td>", class_of(*column++), html_text(cell));
  }
  text_ += "</tr>\n";
}

std::string HtmlTable::html() const { return text_ + "</tbody>\n</table>\n"; }

std::string html_bars(std::span<const HtmlBar> bars) {
  if (bars.empty()) return "";
  constexpr double kHeight = 100;
  double most = 0;
  for (const HtmlBar& bar : bars) most = std::max(most, bar.value);
  std::string text = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\">\n",
      10 * bars.size(), kHeight);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double height = most > 0 ? kHeight * bars[i].value / most : 0;
    text += fmt::format(
        "<rect x=\"{}\" y=\"{:.2f}\" width=\"9\" height=\"{:.2f}\">"
        "<title>{}: {:g}</title></rect>\n",
        10 * i, kHeight - height, height, html_text(bars[i].label),
        bars[i].value);
  }
  return text + fmt::format(
                    "</svg>\n<div class=\"ends\"><span>{}</span><span>at most "
                    "{:g}</span><span>{}</span></div>\n",
                    html_text(bars.front().label), most,
                    html_text(bars.back().label));
}

}  // namespace lostletter
