// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::sinkhole {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Refusal refusal(std::string sender) {
  Refusal one;
  one.day = "2026-11-24";
  one.wrong = "us.army.ml";
  one.intended = "us.army.mil";
  one.owner = "army.mil";
  one.sender = std::move(sender);
  one.network = "192.0.2.0/24";
  one.recipient_hash = "a1";
  one.sender_hash = "b1";
  return one;
}

Report report_of(std::initializer_list<std::string_view> senders) {
  Tally tally;
  for (const auto sender : senders) tally.note(refusal(std::string(sender)));
  return make_reports(tally).at(0);
}

TEST(Page, SaysWhatWasCountedAndThatItIsABound) {
  const std::vector<Report> reports = {report_of({"example.com", "<b>.test"})};
  const std::string page = to_html(reports, {});
  EXPECT_THAT(page, HasSubstr("Meant for army.mil"));
  EXPECT_THAT(page, HasSubstr("<td>us.army.ml</td><td class=\"n\">2</td>"));
  EXPECT_THAT(page, HasSubstr("<td>example.com</td><td>perhaps people</td>"));
  EXPECT_THAT(page, HasSubstr("upper bounds"));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;.test"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(to_html({}, {}), HasSubstr("No letter was refused yet."));
}

TEST(Page, Contacts) {
  EXPECT_THAT(
      contacts_of("# a comment\r\nContact: mailto:security@army.mil\r\n"
                  "contact: https://army.mil/report\n"
                  "Contact: MAILTO:other@army.mil?subject=x\n"
                  "Contact: mailto:nobody\nContact: tel:+1-201-555-0123\n"
                  "Contact: mailto:a@b.test\tBcc: x@y.test\n"
                  "Expires: 2027-01-01T00:00:00Z\n"),
      ElementsAre("security@army.mil", "other@army.mil"));
  EXPECT_THAT(contacts_of(""), IsEmpty());
}

TEST(Page, Notice) {
  const Report report = report_of({"example.com", "", "example.com"});
  const std::string letter = notice(report, {});
  EXPECT_THAT(letter,
              StartsWith("To: postmaster@army.mil\nSubject: Mail meant for "
                         "army.mil is written to us.army.ml\nX-Unsent: 1\n"));
  EXPECT_THAT(letter, Not(HasSubstr("From: ")));
  EXPECT_THAT(letter, HasSubstr("2026-11-24, until 2026-11-24: 3 recipients"));
  EXPECT_THAT(letter, HasSubstr("  us.army.ml "));
  EXPECT_THAT(letter, HasSubstr("  example.com "));
  EXPECT_THAT(letter, HasSubstr("upper bound"));
  EXPECT_THAT(notice(report, {"a@army.mil", "b@army.mil"}),
              StartsWith("To: a@army.mil,\n b@army.mil\n"));
}

}  // namespace
}  // namespace lostletter::sinkhole
