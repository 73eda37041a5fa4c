// SPDX-License-Identifier: Apache-2.0
#include "archive/mbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Mbox, FromLine) {
  for (const auto* line :
       {"From ann@example.com Thu Nov 26 18:35:18 2026",
        "From ann@example.com  Thu Nov  6 18:35:18 2026",
        "From - Thu Nov 26 18:35:18 2026",
        "From MAILER-DAEMON Thu Nov 26 18:35 2026 +0100",
        "From ann lee@example.com Thu Nov 26 18:35:18 MET 2026",
        "From mboxrd@z Thu Jan  1 00:00:00 1970"}) {
    EXPECT_TRUE(is_from_line(line)) << line;
  }
  for (const auto* line :
       {"From ", "From: ann@example.com", ">From a Thu Nov 26 18:35:18 2026",
        "From here on Thu you may go", "from a Thu Nov 26 18:35:18 2026",
        "From Thu to Fri we meet at 10:30"}) {
    EXPECT_FALSE(is_from_line(line)) << line;
  }
}

constexpr std::string_view kTwo =
    "From a@example.com Thu Nov 26 18:35:18 2026\n"
    "From: Ann <ann@example.com>\n"
    "To: bob@example.org\n"
    "\n"
    "From here on.\n"
    "\n"
    ">From b Thu Nov 26 18:35:18 2026\n"
    "text\n"
    "From c@example.com Thu Nov 26 18:35:18 2026\n"  // no empty line before it
    "To: nobody@example.org\n"
    "\n"
    "From d@example.com Thu Nov 26 18:35:18 2026\n"
    "From: bob@example.org\n"
    "To: ann@example.com\n"
    "\n"
    "body";

TEST(Mbox, Two) {
  EXPECT_THAT(read_all(std::string(kTwo), Kind::kMbox),
              ElementsAre("- ann@example.com \"Ann\" size=170 | "
                          "bob@example.org",
                          "- bob@example.org size=47 | ann@example.com"));
}

TEST(Mbox, CrLf) {
  std::string text(kTwo);
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) {
    text.insert(at, 1, '\r');
  }
  EXPECT_THAT(read_all(text, Kind::kMbox),
              ElementsAre("- ann@example.com \"Ann\" size=180 | "
                          "bob@example.org",
                          "- bob@example.org size=50 | ann@example.com"));
}

TEST(Mbox, GoesOnWhereItStopped) {
  // Cut anywhere, it gives the same letters, each once.
  const std::string whole(kTwo);
  const auto expected = read_all(whole, Kind::kMbox);
  const auto second = whole.find("From d@");
  for (const std::size_t cut : {second - 1, second, whole.size()}) {
    Record record;
    std::string position;
    for (const auto& part : {whole.substr(0, cut), whole}) {
      auto source = Source::of_bytes("test", part, kModified);
      ASSERT_TRUE(source.has_value());
      Reader reader(record);
      ASSERT_TRUE(reader.read(*source, position).has_value());
      position = reader.position();
    }
    // The size is that of what was there.
    ASSERT_EQ(record.lines.size(), 2U) << cut;
    EXPECT_EQ(record.lines[1], expected[1]) << cut;
  }
}

TEST(Mbox, Message) {
  EXPECT_THAT(read_all("From: ann@example.com\nTo: bob@example.org\n\n\n"
                       "From d@example.com Thu Nov 26 18:35:18 2026\n",
                       Kind::kMessage),
              ElementsAre("- ann@example.com size=88 | bob@example.org"));
}

TEST(Mbox, Skipped) {
  const std::string head = "From a Thu Nov 26 18:35:18 2026\n";
  const std::string two = "From: a@example.com\nTo: b@example.org\n";
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view skipped;
  };
  const Case cases[] = {
      {"no author", head + "To: a@example.com\nSubject: x\n\nx\n",
       "skipped line 2: message without an author"},
      {"no recipient", head + "From: a@example.com\nSubject: x\n\nx\n",
       "skipped line 2: message without a recipient"},
      {"no header", head + "\n\n",
       "skipped line 2: message without header "
       "fields"},
      {"huge", head + two + "X: " + std::string(300'000, 'x') + "\n\nx\n",
       "skipped line 2: header section is larger than 256 KiB"},
  };
  for (const auto& [name, text, skipped] : cases) {
    EXPECT_THAT(read_all(text, Kind::kMbox), ElementsAre(skipped)) << name;
  }
}

TEST(Mbox, HeaderWithoutEnd) {
  EXPECT_THAT(read_all("From: a@example.com\nTo: b@example.org\nno field\n"
                       "Cc: c@example.org\n",
                       Kind::kMessage),
              ElementsAre("- a@example.com size=65 | b@example.org"));
}

TEST(Mbox, UndisclosedRecipients) {
  EXPECT_THAT(read_all("Delivered-To: bob@example.org\nFrom: a@example.com\n"
                       "To: undisclosed-recipients:;\n\n",
                       Kind::kMessage),
              ElementsAre("- a@example.com mailbox=bob@example.org size=80 | "
                          "bob@example.org delivered"));
}

TEST(Mbox, Empty) {
  EXPECT_THAT(read_all("", Kind::kEmpty), IsEmpty());
  EXPECT_THAT(read_all("\n\r\n ", Kind::kEmpty), IsEmpty());
}

}  // namespace
}  // namespace lostletter::archive
