// SPDX-License-Identifier: Apache-2.0
#include "base/page.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::html {
namespace {

TEST(Escape, LeavesNoMarkup) {
  EXPECT_EQ(escape("<script>alert('1')</script> & \"x\""),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
            "&quot;x&quot;");
  // What does not show is shown, and bytes that are no text.
  EXPECT_EQ(escape("a\x1b[1m\xff\n"), "a\\x1b[1m\\xff\\x0a");
  EXPECT_EQ(escape("a\u202eb"), "a\\u{202e}b");
  EXPECT_EQ(escape("b\u00fccher"), "b\u00fccher");
}

TEST(Writer, NestsElements) {
  Writer writer;
  writer.open("p", {{"class", "a\"b"}})
      .text("1 < 2")
      .empty("br")
      .leaf("b", "x")
      .leaf("rect", {{"width", "2"}})
      .close();
  EXPECT_EQ(writer.take(),
            "<p class=\"a&quot;b\">1 &lt; 2<br><b>x</b><rect width=\"2\">"
            "</rect></p>\n");
  EXPECT_EQ(writer.take(), "");
}

TEST(Table, HasAHeadAndRowsThatSayWhatTheyAreAbout) {
  Writer writer;
  write_folded(
      writer, "As a table",
      {"Letters",
       {{"name", Column::Kind::kName}, {"letters", Column::Kind::kNumber}},
       {{"army.ml", "3"}, {"<b>", "4"}}});
  EXPECT_EQ(
      writer.take(),
      "<details><summary>As a table</summary><div class=\"wide\" "
      "tabindex=\"0\" role=\"region\" aria-label=\"Letters\"><table><caption>"
      "Letters</caption><thead><tr><th scope=\"col\" class=\"name\">name</th>"
      "<th scope=\"col\" class=\"number\">letters</th></tr>\n</thead>\n<tbody>"
      "<tr><th scope=\"row\" class=\"name\">army.ml</th><td class=\"number\">3"
      "</td></tr>\n<tr><th scope=\"row\" class=\"name\">&lt;b&gt;</th><td "
      "class=\"number\">4</td></tr>\n</tbody>\n</table>\n</div>\n</details>\n");
}

TEST(Page, AsksNothingOfAnybody) {
  const std::string text = page("A & B", "<main>x</main>");
  EXPECT_TRUE(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n<head>"));
  EXPECT_NE(text.find("<title>A &amp; B</title>"), std::string::npos);
  EXPECT_NE(text.find("default-src &#39;none&#39;; style-src &#39;sha256-"),
            std::string::npos);
  for (const auto* none :
       {"<script", "src=", "url(", "@import", "http:", "https:", "style=\""}) {
    EXPECT_EQ(text.find(none), std::string::npos) << none;
  }
  EXPECT_TRUE(text.ends_with("<main>x</main></body>\n</html>\n"));
}

TEST(Grouped, ReadsWell) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1\u202f234\u202f567");
}

}  // namespace
}  // namespace lostletter::html
