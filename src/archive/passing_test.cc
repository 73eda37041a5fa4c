// SPDX-License-Identifier: Apache-2.0
#include "archive/passing.h"

#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23T12:00Z

std::string notes(const Fields& fields, bool null_path = false) {
  HeaderNotes notes(null_path);
  for (const auto& [name, body] : fields) notes.add(name, body);
  return notes.text();
}

TEST(HeaderNotes, Keep) {
  struct Case {
    std::string_view name;
    Fields fields;
    std::string_view got;
  };
  const Case kCases[] = {
      {"who wrote to whom, and no content",
       {{"Received", " from x"},
        {"From", " Ann <ann@example.com>"},
        {"Subject", " secret"},
        {"TO", " Bob\n <bob@example.org>"},
        {"Date", " today"},
        {"X-Failed-Recipients", " bob@example.org"},
        {"Content-Type", " text/plain"}},
       "from: Ann <ann@example.com>\nto: Bob\n <bob@example.org>\n"},
      {"of lists that they are",
       {{"List-Unsubscribe", " <https://example.org/u?who=ann>"}},
       "list-unsubscribe:\n"},
      {"what parts results",
       {{"Authentication-Results", " a"},
        {"DKIM-Filter", " x"},
        {"Received-SPF", " x"},
        {"Authentication-Results", " b"},
        {"Subject", " x"},
        {"Comments", " x"},
        {"Authentication-Results", " c"},
        {"From", " x"},
        {"Subject", " x"}},
       "authentication-results: a\nauthentication-results: b\nx:\n"
       "authentication-results: c\nfrom: x\n"},
      {"a body is one field",
       {{"To", " a@example.org\nAuthentication-Results: mx\n\tb\n"}},
       "to: a@example.org Authentication-Results: mx\n\tb \n"},
      {"spaces about the name", {{"From ", " x"}}, "from: x\n"},
      {"nothing behind what is too long",
       {{"Authentication-Results", " a"},
        {"To", std::string(HeaderNotes::kMost, 'x')},
        {"Authentication-Results", " b"}},
       "authentication-results: a\n"},
  };
  for (const Case& one : kCases) {
    EXPECT_EQ(notes(one.fields), one.got) << one.name;
  }
}

Passing passing(const Fields& fields, std::string sender = "ann@example.com") {
  Passing one;
  one.at = kNoon;
  one.server = "mx.example.com";
  one.queue_id = "QUEUEID";
  one.login = "ann";
  one.sender = std::move(sender);
  one.recipients = {"bob@example.org", "eve@example.org"};
  one.header = notes(fields, one.sender.empty());
  return one;
}

TEST(Passing, Leaving) {
  struct Case {
    std::string_view name;
    Fields fields;
    std::string_view got;
  };
  const Case kCases[] = {
      {"names of the header, addresses of the envelope",
       {{"From", " Ann Example <Ann@example.com>"},
        {"To", " Bob <BOB@example.org>, Carl <carl@example.net>"},
        {"Message-ID", " <1@example.com>"},
        {"References", " <0@example.org>"},
        {"Date", " Tue, 24 Nov 2006 02:40:22 +0100"}},
       "2026-11-23T12:00:00Z ann@example.com \"Ann Example\" id=1@example.com "
       "login=ann re=0@example.org | bob@example.org \"Bob\" | "
       "eve@example.org | carl@example.net \"Carl\" deferred"},
      {"in another's name, and with nothing to name it",
       {{"From", " Boss <boss@example.com>"}},
       "2026-11-23T12:00:00Z ann@example.com "
       "id=QUEUEID@mx.example.com login=ann | bob@example.org | "
       "eve@example.org"},
      {"nobody believes what it says of itself",
       {{"Authentication-Results", " mx.example.com; dmarc=fail"},
        {"Message-ID", "<1@example.com>"}},
       "2026-11-23T12:00:00Z ann@example.com id=1@example.com login=ann | "
       "bob@example.org | eve@example.org"},
      {"to a list's subscribers",
       {{"Message-ID", "<1@example.com>"}, {"List-Post", " <mailto:x@y>"}},
       "2026-11-23T12:00:00Z ann@example.com id=1@example.com login=ann "
       "automatic | bob@example.org | eve@example.org"},
  };
  for (const Case& one : kCases) {
    EXPECT_EQ(describe(read_leaving(passing(one.fields))), one.got) << one.name;
  }
}

TEST(Passing, Arriving) {
  struct Case {
    std::string_view name;
    Fields results;
    std::string sender;
    std::string_view who;  // what is said of the sender
  };
  const Case kCases[] = {
      {"ours says yes",
       {{"Authentication-Results", " mx.example.com; dmarc=pass"}},
       "bounces+17@partner.example",
       "authentic"},
      {"ours says no",
       {{"Authentication-Results", " mx.example.com; dmarc=fail"}},
       "pat@partner.example",
       "forged"},
      {"nobody says anything", {}, "pat@partner.example", "forged"},
      {"somebody says yes",
       {{"Authentication-Results", " mx.partner.example; dmarc=pass"}},
       "pat@partner.example",
       "forged"},
      {"below what ours said, somebody says yes in its name",
       {{"Authentication-Results", " mx.example.com; spf=none"},
        {"Subject", " x"},
        {"Authentication-Results", " mx.example.com; dmarc=pass"}},
       "pat@partner.example",
       "forged"},
      {"an answer by a machine",
       {{"Authentication-Results", " mx.example.com; dmarc=pass"}},
       "",
       "automatic authentic"},
  };
  for (const Case& one : kCases) {
    Fields fields = one.results;
    fields.insert(fields.end(), {{"From", " Pat <pat@partner.example>"},
                                 {"Message-ID", " <2@partner.example>"}});
    const auto letter =
        read_arriving(passing(fields, one.sender), {"mx.example.com"});
    EXPECT_EQ(describe(letter),
              "2026-11-23T12:00:00Z pat@partner.example \"Pat\" "
              "id=2@partner.example login=ann " +
                  std::string(one.who) + " | bob@example.org | eve@example.org")
        << one.name;
  }
}

std::string bounce(const Fields& fields, std::string sender = "") {
  const auto found = read_bounce(passing(fields, std::move(sender)));
  if (!found) return "none";
  std::string text = found->letter;
  for (const auto& address : found->recipients) text += " | " + address;
  return text;
}

TEST(Passing, Bounce) {
  const std::pair<std::string, std::string> report = {
      "Content-Type",
      " multipart/report; report-type=delivery-status;\n boundary=x"};
  const std::pair<std::string, std::string> answers = {"In-Reply-To",
                                                       " <1@example.com>"};
  const std::pair<std::string, std::string> failed = {
      "X-Failed-Recipients", " bob@example.org,\n Eve@example.org"};
  const std::pair<std::string, std::string> subject = {
      "Subject", " Undelivered Mail Returned to Sender"};
  struct Case {
    std::string_view name;
    Fields fields;
    std::string_view got;
  };
  const Case kCases[] = {
      {"says of whom",
       {report, answers, failed},
       "1@example.com | bob@example.org | eve@example.org"},
      {"Postfix says that it failed",
       {report, answers, subject},
       "1@example.com"},
      {"an answer in a thread",
       {report, failed, {"References", " <0@example.com>\n <1@example.com>"}},
       "1@example.com | bob@example.org | eve@example.org"},
      {"both",
       {report, failed, answers, {"References", " <0@example.com> <9@x>"}},
       "1@example.com | bob@example.org | eve@example.org"},
      {"of which letter?", {report, failed}, "none"},
      {"late or lost?", {report, answers}, "none"},
      {"late",
       {report, answers, {"Subject", " Delayed Mail (still being retried)"}},
       "none"},
      {"read",
       {{"Content-Type",
         " multipart/report; report-type=disposition-notification"},
        answers,
        failed},
       "none"},
      {"no report", {answers, failed, subject}, "none"},
  };
  for (const Case& one : kCases) {
    EXPECT_EQ(bounce(one.fields), one.got) << one.name;
  }
  EXPECT_EQ(bounce({report, answers, failed}, "eve@example.org"), "none");
}

}  // namespace
}  // namespace lostletter::archive
