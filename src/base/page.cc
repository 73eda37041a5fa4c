// SPDX-License-Identifier: Apache-2.0
#include "base/page.h"

#include <cassert>
#include <utility>

#include "base/html.h"
#include "base/page_style.h"

namespace lostletter::html {
namespace {

std::string_view class_of(Column::Kind kind) {
  switch (kind) {
    case Column::Kind::kNumber:
      return "number";
    case Column::Kind::kName:
      return "name";
    case Column::Kind::kText:
      break;
  }
  return "text";
}

}  // namespace

std::string escape(std::string_view text) { return html_text(text); }

void Writer::begin(std::string_view tag, Attributes attributes) {
  text_ += '<';
  text_ += tag;
  for (const Attribute& one : attributes) {
    text_ += ' ';
    text_ += one.name;
    text_ += "=\"" + escape(one.value) + '"';
  }
  text_ += '>';
}

Writer& Writer::open(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  open_.emplace_back(tag);
  return *this;
}

Writer& Writer::close() {
  assert(!open_.empty());
  text_ += "</" + open_.back() + ">\n";
  open_.pop_back();
  return *this;
}

Writer& Writer::text(std::string_view text) {
  text_ += escape(text);
  return *this;
}

Writer& Writer::leaf(std::string_view tag, std::string_view text,
                     Attributes attributes) {
  begin(tag, attributes);
  text_ += escape(text) + "</";
  text_ += tag;
  text_ += '>';
  return *this;
}

Writer& Writer::empty(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  return *this;
}

std::string Writer::take() {
  assert(open_.empty());
  return std::exchange(text_, {});
}

void write(Writer& writer, const Table& table) {
  // Wide ones are scrolled sideways, by the keyboard too.
  writer.open("div", {{"class", "wide"},
                      {"tabindex", "0"},
                      {"role", "region"},
                      {"aria-label", table.caption}});
  writer.open("table").leaf("caption", table.caption).open("thead").open("tr");
  for (const Column& column : table.columns) {
    writer.leaf(
        "th", column.title,
        {{"scope", "col"}, {"class", std::string(class_of(column.kind))}});
  }
  writer.close().close().open("tbody");
  for (const auto& row : table.rows) {
    writer.open("tr");
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      const std::string kind(class_of(table.columns[i].kind));
      if (i == 0) {
        writer.leaf("th", row[i], {{"scope", "row"}, {"class", kind}});
      } else {
        writer.leaf("td", row[i], {{"class", kind}});
      }
    }
    writer.close();
  }
  writer.close().close().close();
}

void write_folded(Writer& writer, std::string_view summary,
                  const Table& table) {
  writer.open("details").leaf("summary", summary);
  write(writer, table);
  writer.close();
}

std::string page(std::string_view title, std::string_view body) {
  Writer head;
  head.open("head")
      .empty("meta", {{"charset", "utf-8"}})
      .empty("meta", {{"http-equiv", "Content-Security-Policy"},
                      {"content", content_policy()}})
      .empty("meta", {{"name", "viewport"},
                      {"content", "width=device-width, initial-scale=1"}})
      .empty("meta", {{"name", "referrer"}, {"content", "no-referrer"}})
      .empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}})
      .leaf("title", title)
      .close();
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n" + head.take();
  // Before </head>: a style is no text, and is not escaped.
  text.insert(text.rfind("</head>"),
              "<style>" + std::string(kStyle) + "</style>");
  text += "<body>\n";
  text += body;
  text += "</body>\n</html>\n";
  return text;
}

std::string grouped(std::uint64_t number) {
  constexpr std::string_view kNarrow = "\u202f";
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, kNarrow);
  }
  return text;
}

}  // namespace lostletter::html
