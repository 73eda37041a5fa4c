// SPDX-License-Identifier: Apache-2.0
#include "base/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Html, Text) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"army.ml", "army.ml"},
      {"<script>alert('x')</script>",
       "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
      {"a & \"b\"", "a &amp; &quot;b&quot;"},
      {"\xC3\xA4", "\xC3\xA4"},
      {"\xFF", "\\xff"},
      {"a\nb", "a\\x0ab"},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(html_text(text), want);
}

TEST(Html, PageRunsAndFetchesNothing) {
  const std::string page = html_page("A <b> title", "<p>body</p>\n");
  EXPECT_THAT(page, HasSubstr("<title>A &lt;b&gt; title</title>"));
  EXPECT_THAT(page, HasSubstr("<h1>A &lt;b&gt; title</h1>\n<p>body</p>\n"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* bad : {"<script", "<link", "http:", "https:", "src=", "@im"})
    EXPECT_THAT(page, Not(HasSubstr(bad)));
}

TEST(Html, Table) {
  HtmlTable table({{"Name"}, {"Letters", HtmlTable::Column::kNumber}});
  table.add({"<x>", "12"});
  EXPECT_EQ(table.html(),
            "<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" "
            "class=\"n\">Letters</th></tr></thead>\n<tbody>\n"
            "<tr><td>&lt;x&gt;</td><td class=\"n\">12</td></tr>\n"
            "</tbody>\n</table>\n");
}

TEST(Html, Bars) {
  EXPECT_EQ(html_bars({}), "");
  const std::string flat = html_bars(std::vector<HtmlBar>{{"one", 0}});
  EXPECT_THAT(flat, HasSubstr("height=\"0.00\"><title>one: 0</title>"));
  const std::string text =
      html_bars(std::vector<HtmlBar>{{"<a>", 1}, {"b", 2.5}});
  EXPECT_THAT(text, HasSubstr("y=\"60.00\" width=\"9\" height=\"40.00\"><title>"
                              "&lt;a&gt;: 1</title>"));
  EXPECT_THAT(text, HasSubstr("<title>b: 2.5</title>"));
  EXPECT_THAT(text, HasSubstr("at most 2.5"));
}

}  // namespace
}  // namespace lostletter
