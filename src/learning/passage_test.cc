// SPDX-License-Identifier: Apache-2.0
#include "learning/passage.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lostletter::learning {
namespace {

using archive::Bounce;
using archive::Passing;
using Strings = std::vector<std::string>;

constexpr std::string_view kPassed =
    "authentication-results: mx.example.com; dmarc=pass\n";
constexpr std::string_view kFailed =
    "authentication-results: mx.example.com; dmarc=fail\n";

// From the reverse-path too.
Passing letter(std::string from, Strings to, std::string_view results = "") {
  Passing made;
  made.at = Seconds(std::chrono::seconds(1795435200));
  made.server = "mx.example.com";
  made.header =
      fmt::format("{}from: {}\nmessage-id: <id@mail.test>\n", results, from);
  made.sender = std::move(from);
  made.recipients = std::move(to);
  return made;
}
Passing by_login(Passing made) {
  made.leaving = true;
  made.login = "ann";
  return made;
}
Passing inside(Passing made) {
  made.leaving = true;
  return made;
}

// "sent: ann@example.com>x@army.mil", '<' received, '&' beside.
std::string taught(const Hearing& hearing) {
  std::string text(hearing.outcome);
  text += ':';
  for (const guard::Lesson& lesson : hearing.lessons) {
    EXPECT_EQ(lesson.letter, "id@mail.test");
    EXPECT_EQ(lesson.at, Seconds(std::chrono::seconds(1795435200)));
    for (const guard::Correspondent& one : lesson.with) {
      text += fmt::format(
          " {}{}{}", lesson.person,
          std::string_view("><!-&")[static_cast<std::size_t>(one.passage)],
          one.address);
    }
  }
  return text;
}

TEST(Passage, LearnFrom) {
  const Passing out = letter("ann@example.com", {"x@army.mil"});
  const Passing in = letter("x@army.mil", {"ann@example.com"}, kPassed);
  const Passing to_colleague =
      letter("ann@example.com", {"bob@example.com", "x@army.mil"});
  Passing to_others = in;
  to_others.header += "to: ann@example.com, bob@example.com\ncc: y@navy.mil\n";
  struct Case {
    std::string_view name;
    Passing letter;
    std::string_view known;    // when we are example.com
    std::string_view unknown;  // when nobody has said who we are
  };
  const Case cases[] = {
      {"sent with a login", by_login(out), "sent: ann@example.com>x@army.mil",
       "sent: ann@example.com>x@army.mil"},
      {"sent from inside", inside(out), "sent: ann@example.com>x@army.mil",
       "not-authentic:"},
      {"sent to a colleague, too", by_login(to_colleague),
       "sent: ann@example.com>bob@example.com ann@example.com>x@army.mil "
       "bob@example.com<ann@example.com bob@example.com&x@army.mil",
       "sent: ann@example.com>bob@example.com ann@example.com>x@army.mil"},
      {"received with others, whom it may not have reached", to_others,
       "received: ann@example.com<x@army.mil ann@example.com&bob@example.com "
       "ann@example.com&y@navy.mil",
       "received: ann@example.com<x@army.mil ann@example.com&bob@example.com "
       "ann@example.com&y@navy.mil"},
      {"received, and authentic", in, "received: ann@example.com<x@army.mil",
       "received: ann@example.com<x@army.mil"},
      {"received, and who knows?", letter("x@army.mil", {"ann@example.com"}),
       "not-authentic:", "not-authentic:"},
      {"received, and forged",
       letter("x@army.mil", {"ann@example.com"}, kFailed),
       "not-authentic:", "not-authentic:"},
      {"from outside in our name", out, "not-authentic:", "not-authentic:"},
      {"from outside in our name, and authentic",
       letter("ann@example.com", {"bob@example.com"}, kPassed),
       "sent: ann@example.com>bob@example.com bob@example.com<ann@example.com",
       "received: bob@example.com<ann@example.com"},
      {"a login of another house",
       by_login(letter("x@army.mil", {"y@navy.mil"})),
       "not-authentic:", "sent: x@army.mil>y@navy.mil"},
      {"forwarded from inside",
       inside(letter("x@army.mil", {"y@navy.mil"}, kPassed)),
       "between-others:", "between-others:"},
      {"received for others", letter("x@army.mil", {"y@navy.mil"}, kPassed),
       "between-others:", "received: y@navy.mil<x@army.mil"},
      {"to no address", by_login(letter("ann@example.com", {"postmaster"})),
       "unusable:", "unusable:"},
  };
  const auto us = Us::parse({"example.com"});
  for (const Case& one : cases) {
    EXPECT_EQ(taught(learn_from(one.letter, &*us, {})), one.known) << one.name;
    EXPECT_EQ(taught(learn_from(one.letter, nullptr, {})), one.unknown)
        << one.name;
  }
}

TEST(Passage, BelievesTheMtaUnlessToldWhom) {
  const auto us = Us::parse({"example.com"});
  const Passing in = letter("x@army.mil", {"ann@example.com"}, kPassed);
  EXPECT_EQ(learn_from(in, &*us, {"filter.example.com"}).outcome,
            "not-authentic");
  EXPECT_EQ(
      learn_from(in, &*us, {"filter.example.com", "MX.example.com"}).outcome,
      "received");
  Passing nameless = in;
  nameless.server.clear();
  EXPECT_EQ(learn_from(nameless, &*us, {}).outcome, "not-authentic");
}

TEST(Passage, WhatAnswersByItselfTeachesNothing) {
  Passing in = letter("x@army.mil", {"ann@example.com"}, kPassed);
  in.sender.clear();
  const auto us = Us::parse({"example.com"});
  EXPECT_EQ(taught(learn_from(in, &*us, {})), "automatic:");
  EXPECT_EQ(taught(learn_from(in, nullptr, {})), "automatic:");
}

TEST(Passage, AuthorsAndWhomTheyMissed) {
  const auto us = Us::parse({"example.com"});
  const Passing bounce =
      letter("", {"Ann@example.com", "x@army.mil", "postmaster"});
  EXPECT_EQ(authors(bounce, &*us), Strings{"ann@example.com"});
  EXPECT_EQ(authors(bounce, nullptr),
            (Strings{"ann@example.com", "x@army.mil"}));

  struct Case {
    Strings told;
    Strings sent;
    Strings missed;
  };
  const Case cases[] = {
      {{"b@x.test"}, {"a@x.test", "b@x.test"}, {"b@x.test"}},
      {{"alias@x.test"}, {"a@x.test"}, {"a@x.test"}},
      {{}, {"a@x.test"}, {"a@x.test"}},
      {{}, {"a@x.test", "b@x.test"}, {}},
      {{"alias@x.test"}, {"a@x.test", "b@x.test"}, {}},
      {{"a@x.test"}, {}, {}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(missed({"id", one.told}, one.sent), one.missed);
  }
}

}  // namespace
}  // namespace lostletter::learning
