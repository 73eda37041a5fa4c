// SPDX-License-Identifier: Apache-2.0
#include "console/answer_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/held.h"
#include "store/temporary_test.h"

namespace lostletter::console {
namespace {

using hold::Purpose;
using store::HeldState;
using testing::HasSubstr;
using testing::Not;

class AnswerPage : public testing::Test {
 protected:
  AnswerPage() {
    store::HeldLetter letter;
    letter.code = code_;
    letter.at = clock_.now();
    letter.deadline = clock_.now() + std::chrono::hours(72);
    letter.submitter = "login:ann";
    letter.reverse_path = "ann@example.com";
    store::HeldRecipient one;
    one.address = "\"<script>\"@army.ml";
    one.intended = "\"<script>\"@army.mil";
    one.reason = "army.ml is one letter from army.mil (i lost)";
    letter.recipients = {one};
    store_->held().expect(letter);
    store_->held().arrive({.code = code_,
                           .content = {"key", "sealed"},
                           .size = 6,
                           .subject = "a <b> & \"c\"",
                           .message_id = "1@example.com"},
                          clock_.now());
  }

  http::Request request(Purpose purpose, std::string method) {
    http::Request request;
    request.method = std::move(method);
    request.path = "/answer";
    request.query["t"] =
        hold::make_token(store_->secret(), {code_, 0, purpose});
    return request;
  }
  http::Response show(Purpose purpose) {
    return show_question(answers_, request(purpose, "GET"));
  }
  http::Response press(Purpose purpose) {
    return take_answer(answers_, request(purpose, "POST"));
  }
  HeldState state() {
    return store_->held().find_held(code_)->recipients.at(0).state;
  }

  ManualClock clock_{Seconds(std::chrono::seconds(1795435200))};
  store::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_ = *store::open_sqlite(directory_.path());
  const std::string code_ = store::new_code();
  hold::Answers answers_{*store_, clock_, std::chrono::days(90)};
};

TEST_F(AnswerPage, ShowsAndChangesNothing) {
  for (const Purpose purpose :
       {Purpose::kMend, Purpose::kSend, Purpose::kDiscard}) {
    const auto page = show(purpose);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<form method=\"post\">"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
    EXPECT_THAT(page.body, HasSubstr("a &lt;b&gt; &amp;"));
  }
  EXPECT_EQ(state(), HeldState::kHeld);
}

TEST_F(AnswerPage, TheFirstAnswerCounts) {
  EXPECT_EQ(press(Purpose::kDiscard).status, 200);
  EXPECT_EQ(state(), HeldState::kDiscarded);
  const auto late = press(Purpose::kSend);
  EXPECT_EQ(late.status, 409);
  EXPECT_THAT(late.body, HasSubstr("is not sent to this address"));
  EXPECT_THAT(show(Purpose::kSend).body, Not(HasSubstr("<form")));
  EXPECT_EQ(state(), HeldState::kDiscarded);
}

TEST_F(AnswerPage, WhoGuessesLearnsNothing) {
  http::Request guess = request(Purpose::kSend, "POST");
  guess.query["t"].back() = guess.query["t"].back() == '0' ? '1' : '0';
  EXPECT_EQ(take_answer(answers_, guess).status, 404);
  guess.query.clear();
  EXPECT_EQ(show_question(answers_, guess).status, 404);
  // An address to reply to is no link.
  EXPECT_EQ(press(Purpose::kReply).status, 404);
  EXPECT_EQ(state(), HeldState::kHeld);
}

}  // namespace
}  // namespace lostletter::console
