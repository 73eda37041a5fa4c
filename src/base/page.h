// SPDX-License-Identifier: Apache-2.0
//
// Pages for people, written by the program: one file each, which asks nothing
// of anybody. No scripts, no resources from elsewhere, one style in light, dark
// and print; its own Content-Security-Policy says so to the browser. Whatever
// is text goes through text() or an attribute's value, and is escaped there:
// names in logs are chosen by strangers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::html {

struct Attribute {
  std::string_view name;
  std::string value;
};
using Attributes = std::initializer_list<Attribute>;

// For text and for values in double quotes. What does not show, and what is not
// UTF-8, is shown as printable() has it.
std::string escape(std::string_view text);

// Elements in the order in which they stand; what is opened is closed.
class Writer {
 public:
  Writer& open(std::string_view tag, Attributes attributes = {});
  Writer& close();  // the element opened last. REQUIRES: there is one
  Writer& text(std::string_view text);
  // An element with nothing but text in it, perhaps none.
  Writer& leaf(std::string_view tag, std::string_view text,
               Attributes attributes = {});
  Writer& leaf(std::string_view tag, Attributes attributes) {
    return leaf(tag, "", attributes);
  }
  // An element of HTML that has no end: "br", "meta".
  Writer& empty(std::string_view tag, Attributes attributes = {});

  // Of what was written. REQUIRES: everything is closed.
  std::string take();

 private:
  void begin(std::string_view tag, Attributes attributes);

  std::string text_;
  std::vector<std::string> open_;
};

struct Column {
  std::string title;
  enum class Kind { kText, kNumber, kName } kind = Kind::kText;
};
// The first cell of a row is what the row is about.
struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};
void write(Writer& writer, const Table& table);
// The same behind a line that opens it; printed in any case.
void write_folded(Writer& writer, std::string_view summary, const Table& table);

// The whole file. `body` is what a Writer made, with a <main> in it.
std::string page(std::string_view title, std::string_view body);

// "1 234 567", with narrow spaces that do not break.
std::string grouped(std::uint64_t number);

}  // namespace lostletter::html
