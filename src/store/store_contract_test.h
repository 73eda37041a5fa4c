// SPDX-License-Identifier: Apache-2.0
//
// What every back end promises. A back end's test instantiates the suite with
// a type that has `std::unique_ptr<Store> open()`, which may be called again
// and then opens the same data:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, SqliteBackend);
//
// Texts are valid UTF-8 without NUL: more than that no back end promises.
#pragma once

#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/store.h"

namespace lostletter::store {

inline constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

inline Question question(std::string submitter, std::string recipient,
                         Seconds asked_at = kNoon) {
  return {std::move(submitter), std::move(recipient), "ref0000001", asked_at,
          std::nullopt};
}

inline Confirmation confirmation(std::string submitter, std::string recipient,
                                 Seconds expires_at) {
  return {std::move(submitter), std::move(recipient), "ref0000002", kNoon,
          expires_at};
}

inline VerdictRecord verdict(std::string id, Seconds at = kNoon) {
  return {.id = std::move(id),
          .at = at,
          .queue_id = "4XyZ12",
          .listener = "inet:127.0.0.1:8894",
          .submitter = "ann",
          .recipient = "general@army.ml",
          .verdict = "misdirected",
          .action = "ask",
          .probability = 0.9987,
          .evidence = R"({"findings":[]})"};
}

inline std::vector<VerdictRecord> verdicts(std::size_t many,
                                           const std::string& prefix,
                                           Seconds at = kNoon) {
  std::vector<VerdictRecord> all;
  all.reserve(many);
  for (std::size_t i = 0; i < many; ++i) {
    all.push_back(verdict(prefix + std::to_string(i), at));
  }
  return all;
}

// Texts that have broken other people's stores.
inline const std::vector<std::string>& awkward_texts() {
  static const std::vector<std::string> texts = {
      "",
      " ",
      "O'Brien",
      "'; DROP TABLE questions; --",
      "\"quoted local\"@example.com",
      "a\\b%_c",
      "b\xC3\xBC"
      "cher@example.com",
      "\xE5\x90\x8D\xE5\x89\x8D@example.com",
      "\xF0\x9F\x93\xAB@example.com",
      "line\r\nend\ttab",
      "Ann@example.com",  // not the same as the next one
      "ann@example.com",
      "ann@example.com ",  // nor as this one
      "1",
      "01",
      "NULL",
      std::string(100000, 'x'),
  };
  return texts;
}

template <typename Backend>
class StoreContract : public testing::Test {
 protected:
  // A process that starts again.
  void reopen() {
    store_.reset();
    store_ = backend_.open();
  }
  Store& store() { return *store_; }

  Backend backend_;
  std::unique_ptr<Store> store_ = backend_.open();
};

TYPED_TEST_SUITE_P(StoreContract);

TYPED_TEST_P(StoreContract, QuestionsArePerSubmitterAndRecipient) {
  Store& store = this->store();
  EXPECT_EQ(store.find_question("ann", "x@army.ml"), std::nullopt);
  Question asked = question("ann", "x@army.ml");
  asked.stale_date = kNoon - std::chrono::hours(3);
  store.save_question(asked);
  EXPECT_EQ(store.find_question("ann", "x@army.ml"), asked);
  EXPECT_EQ(store.find_question("bob", "x@army.ml"), std::nullopt);
  EXPECT_EQ(store.find_question("ann", "y@army.ml"), std::nullopt);
  this->reopen();
  EXPECT_EQ(this->store().find_question("ann", "x@army.ml"), asked);
}

TYPED_TEST_P(StoreContract, ANewQuestionReplacesTheOld) {
  Store& store = this->store();
  Question first = question("ann", "x@army.ml");
  first.stale_date = kNoon;
  store.save_question(first);
  Question second = question("ann", "x@army.ml", kNoon + Duration(60));
  second.reference = "ref0000009";
  store.save_question(second);
  EXPECT_EQ(store.find_question("ann", "x@army.ml"), second);
  EXPECT_EQ(store.count_questions("ann", kNoon), 1U);
}

TYPED_TEST_P(StoreContract, CountsQuestionsSince) {
  Store& store = this->store();
  for (int i = 0; i < 5; ++i) {
    store.save_question(
        question("ann", std::to_string(i) + "@army.ml", kNoon + Duration(i)));
  }
  store.save_question(question("bob", "0@army.ml"));
  EXPECT_EQ(store.count_questions("ann", kNoon), 5U);
  EXPECT_EQ(store.count_questions("ann", kNoon + Duration(3)), 2U);
  EXPECT_EQ(store.count_questions("ann", kNoon + Duration(5)), 0U);
  EXPECT_EQ(store.count_questions("bob", kNoon), 1U);
  EXPECT_EQ(store.count_questions("eve", kNoon), 0U);
}

TYPED_TEST_P(StoreContract, ConfirmingAnswersTheQuestion) {
  Store& store = this->store();
  store.save_question(question("ann", "x@army.ml"));
  store.save_question(question("ann", "y@army.ml"));
  store.save_question(question("bob", "x@army.ml"));
  const auto confirmed =
      confirmation("ann", "x@army.ml", kNoon + std::chrono::days(90));
  store.confirm(confirmed);
  EXPECT_EQ(store.find_confirmation("ann", "x@army.ml", kNoon), confirmed);
  EXPECT_EQ(store.find_question("ann", "x@army.ml"), std::nullopt);
  EXPECT_NE(store.find_question("ann", "y@army.ml"), std::nullopt);
  EXPECT_NE(store.find_question("bob", "x@army.ml"), std::nullopt);
  EXPECT_EQ(store.find_confirmation("bob", "x@army.ml", kNoon), std::nullopt);
  EXPECT_EQ(store.find_confirmation("ann", "y@army.ml", kNoon), std::nullopt);
  this->reopen();
  EXPECT_EQ(this->store().find_confirmation("ann", "x@army.ml", kNoon),
            confirmed);
}

TYPED_TEST_P(StoreContract, ConfirmingAgainProlongs) {
  Store& store = this->store();
  store.confirm(confirmation("ann", "x@army.ml", kNoon + Duration(10)));
  auto later = confirmation("ann", "x@army.ml", kNoon + Duration(20));
  later.confirmed_at = kNoon + Duration(5);
  later.reference = "ref0000009";
  store.confirm(later);  // without a question, too
  EXPECT_EQ(store.find_confirmation("ann", "x@army.ml", kNoon + Duration(15)),
            later);
}

TYPED_TEST_P(StoreContract, AConfirmationEndsWhenItExpires) {
  Store& store = this->store();
  store.confirm(confirmation("ann", "x@army.ml", kNoon + Duration(10)));
  EXPECT_TRUE(store.find_confirmation("ann", "x@army.ml", kNoon + Duration(9)));
  EXPECT_FALSE(
      store.find_confirmation("ann", "x@army.ml", kNoon + Duration(10)));
  // A clock that was set back finds it again; nothing has been forgotten.
  EXPECT_TRUE(
      store.find_confirmation("ann", "x@army.ml", kNoon - Duration(1000000)));
}

TYPED_TEST_P(StoreContract, VerdictsComeBackWhole) {
  Store& store = this->store();
  EXPECT_EQ(store.find_verdict("none"), std::nullopt);
  store.save_verdicts({});
  std::vector<VerdictRecord> some = {verdict("a"), verdict("b")};
  some[0].queue_id = "";
  some[1].at = Seconds(Duration(-5));
  some[1].probability = 1e-300;
  store.save_verdicts(some);
  EXPECT_EQ(store.find_verdict("a"), some[0]);
  this->reopen();
  EXPECT_EQ(this->store().find_verdict("b"), some[1]);
}

TYPED_TEST_P(StoreContract, AKnownVerdictIsLeftAsItIs) {
  Store& store = this->store();
  store.save_verdicts(verdicts(1, "a"));
  auto again = verdicts(3, "a");  // a0 is known, a1 and a2 are not
  for (auto& record : again) record.verdict = "clear";
  store.save_verdicts(again);
  EXPECT_EQ(store.find_verdict("a0")->verdict, "misdirected");
  EXPECT_EQ(store.find_verdict("a1")->verdict, "clear");
  EXPECT_EQ(store.find_verdict("a2")->verdict, "clear");
}

TYPED_TEST_P(StoreContract, OddProbabilities) {
  Store& store = this->store();
  auto some = verdicts(3, "p");
  some[0].probability = std::nan("");
  some[1].probability = HUGE_VAL;
  some[2].probability = -0.0;
  store.save_verdicts(some);
  EXPECT_TRUE(std::isnan(store.find_verdict("p0")->probability));
  EXPECT_EQ(store.find_verdict("p1")->probability, HUGE_VAL);
  EXPECT_EQ(store.find_verdict("p2")->probability, 0.0);
}

TYPED_TEST_P(StoreContract, TenThousandVerdictsInOneBatch) {
  Store& store = this->store();
  const auto many = verdicts(10000, "v");
  store.save_verdicts(many);
  EXPECT_EQ(store.find_verdict("v0"), many.front());
  EXPECT_EQ(store.find_verdict("v9999"), many.back());
  EXPECT_EQ(store.expire(kNoon + std::chrono::days(90), {}), 10000U);
  EXPECT_EQ(store.find_verdict("v9999"), std::nullopt);
}

TYPED_TEST_P(StoreContract, AwkwardTextsComeBackAsTheyWere) {
  Store& store = this->store();
  for (const std::string& text : awkward_texts()) {
    const auto asked = question(text, text);
    store.save_question(asked);
    store.confirm(confirmation("someone", text, kNoon + Duration(9)));
    auto record = verdict("id of " + text);
    record.submitter = record.recipient = record.evidence = text;
    record.queue_id = record.listener = record.verdict = record.action = text;
    store.save_verdicts({&record, 1});
  }
  for (const std::string& text : awkward_texts()) {
    EXPECT_EQ(store.find_question(text, text), question(text, text)) << text;
    EXPECT_EQ(store.count_questions(text, kNoon), 1U) << text;
    EXPECT_EQ(store.find_confirmation("someone", text, kNoon),
              confirmation("someone", text, kNoon + Duration(9)))
        << text;
    const auto found = store.find_verdict("id of " + text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->evidence, text);
    EXPECT_EQ(found->queue_id, text);
    EXPECT_EQ(found->recipient, text);
  }
}

TYPED_TEST_P(StoreContract, ExpireRemovesWhatIsOver) {
  Store& store = this->store();
  const Retention retention = {.questions = Duration(100),
                               .verdicts = Duration(1000),
                               .correspondence = Duration(500)};
  store.save_question(question("ann", "q-old@army.ml", kNoon - Duration(100)));
  store.save_question(question("ann", "q-new@army.ml", kNoon - Duration(99)));
  store.confirm(confirmation("ann", "c-old@army.ml", kNoon - Duration(500)));
  store.confirm(confirmation("ann", "c-new@army.ml", kNoon - Duration(499)));
  const std::vector<VerdictRecord> records = {
      verdict("old", kNoon - Duration(1000)),
      verdict("new", kNoon - Duration(999))};
  store.save_verdicts(records);

  EXPECT_EQ(store.expire(kNoon, retention), 3U);
  EXPECT_FALSE(store.find_question("ann", "q-old@army.ml"));
  EXPECT_TRUE(store.find_question("ann", "q-new@army.ml"));
  EXPECT_FALSE(store.find_confirmation("ann", "c-old@army.ml", Seconds()));
  EXPECT_TRUE(store.find_confirmation("ann", "c-new@army.ml", Seconds()));
  EXPECT_FALSE(store.find_verdict("old"));
  EXPECT_TRUE(store.find_verdict("new"));
  EXPECT_EQ(store.expire(kNoon, retention), 0U);
}

TYPED_TEST_P(StoreContract, AClockSetBackForgetsNothing) {
  Store& store = this->store();
  store.save_question(question("ann", "x@army.ml"));
  store.confirm(confirmation("ann", "y@army.ml", kNoon + Duration(10)));
  store.save_verdicts(verdicts(1, "a"));
  EXPECT_EQ(store.expire(Seconds(), {}), 0U);
  EXPECT_EQ(store.expire(kNoon - std::chrono::days(10000), {}), 0U);
  EXPECT_TRUE(store.find_question("ann", "x@army.ml"));
  EXPECT_TRUE(store.find_confirmation("ann", "y@army.ml", kNoon));
  EXPECT_TRUE(store.find_verdict("a0"));
}

TYPED_TEST_P(StoreContract, OneSecretForAll) {
  const std::string secret = this->store().secret();
  EXPECT_EQ(secret.size(), 32U);
  EXPECT_NE(secret, std::string(32, '\0'));
  EXPECT_EQ(this->store().secret(), secret);
  EXPECT_EQ(this->backend_.open()->secret(), secret);
  this->reopen();
  EXPECT_EQ(this->store().secret(), secret);
  TypeParam another;
  EXPECT_NE(another.open()->secret(), secret);
}

TYPED_TEST_P(StoreContract, ProbeIsQuietWhenAllIsWell) {
  for (int i = 0; i < 3; ++i) EXPECT_NO_THROW(this->store().probe());
}

TYPED_TEST_P(StoreContract, TwoOpenStoresAreOne) {
  const auto other = this->backend_.open();
  this->store().save_question(question("ann", "x@army.ml"));
  EXPECT_TRUE(other->find_question("ann", "x@army.ml"));
  other->confirm(confirmation("ann", "x@army.ml", kNoon + Duration(9)));
  EXPECT_FALSE(this->store().find_question("ann", "x@army.ml"));
  EXPECT_TRUE(this->store().find_confirmation("ann", "x@army.ml", kNoon));
}

TYPED_TEST_P(StoreContract, ManyThreads) {
  Store& store = this->store();
  std::vector<std::thread> threads(4);
  for (std::size_t t = 0; t < threads.size(); ++t) {
    threads[t] = std::thread([&store, t] {
      const std::string name = "thread" + std::to_string(t);
      for (int i = 0; i < 10; ++i) {
        const std::string recipient = std::to_string(i) + "@army.ml";
        store.save_question(question(name, recipient));
        EXPECT_TRUE(store.find_question(name, recipient));
        store.confirm(confirmation(name, recipient, kNoon + Duration(9)));
        store.save_verdicts(verdicts(5, name + "-" + recipient));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t t = 0; t < threads.size(); ++t) {
    const std::string name = "thread" + std::to_string(t);
    EXPECT_EQ(store.count_questions(name, kNoon), 0U);
    EXPECT_TRUE(store.find_confirmation(name, "9@army.ml", kNoon));
    EXPECT_TRUE(store.find_verdict(name + "-9@army.ml4"));
  }
}

// "since 10, asked 1: 3 2"
inline std::string told(const guard::Scores& scores) {
  std::string text = "since " + std::to_string((scores.since - kNoon).count()) +
                     ", asked " + std::to_string(scores.asked) + ":";
  for (const double score : scores.best) {
    text += ' ' + std::to_string(static_cast<int>(score));
  }
  return text;
}

TYPED_TEST_P(StoreContract, ScoresOfAPerson) {
  const auto at = [](int seconds) {
    return kNoon + std::chrono::seconds(seconds);
  };
  const auto scores = [&](const char* person, Seconds since = kNoon) {
    return told(this->store().find_scores(person, since));
  };
  EXPECT_EQ(this->store().find_scores("ann@example.com", kNoon).since,
            Seconds());
  this->store().save_scores({});
  EXPECT_TRUE(this->store().scored_people().empty());
  const ScoreRecord some[] = {{"Ann@example.com", "x@army.mil", at(5), -3},
                              {"ann@example.com", "y@army.mil", at(6), 2},
                              {"bob@example.com", "y@army.mil", at(7), -9}};
  this->store().save_scores(some);
  EXPECT_EQ(scores("ann@example.com"), "since 5, asked 0: 2 -3");
  EXPECT_EQ(scores("BOB@example.com"), "since 7, asked 0: -9");
  EXPECT_EQ(scores("ann@example.com", at(6)), "since 5, asked 0: 2");
  // A recipient counts once, with the highest; a question is remembered.
  const ScoreRecord more[] = {
      {"ann@example.com", "X@army.mil", at(8), 4, true},
      {"ann@example.com", "x@army.mil", at(9), -5, false},
      {"ann@example.com", "y@army.mil", at(3), -8, false}};
  this->store().save_scores(more);
  this->reopen();
  EXPECT_EQ(scores("ann@example.com"), "since 3, asked 1: 4 2");
  EXPECT_EQ(scores("ann@example.com", at(9)), "since 3, asked 0:");
  const auto history = this->store().find_history("ANN@example.com");
  EXPECT_THAT(history.scores,
              testing::UnorderedElementsAre(guard::Scored{at(6), 2},
                                            guard::Scored{at(8), 4, at(8)}));
  EXPECT_THAT(this->store().scored_people(),
              testing::ElementsAre("ann@example.com", "bob@example.com"));
}

TYPED_TEST_P(StoreContract, ScoresAreBoundedForgottenAndExpire) {
  auto& store = this->store();
  std::vector<ScoreRecord> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back({"ann@example.com", std::to_string(i) + "@army.mil",
                    kNoon + std::chrono::seconds(i), double(i)});
  }
  many.push_back({"bob@example.com", "5@army.mil", kNoon, 1});
  store.save_scores(many);
  const auto found = store.find_scores("ann@example.com", kNoon);
  EXPECT_EQ(found.best.size(), guard::kMostScores);
  EXPECT_EQ(found.best.front(), 99);
  EXPECT_EQ(found.best.back(), 36);
  EXPECT_EQ(store.forget("99@army.mil"), 1U);
  EXPECT_EQ(store.find_scores("ann@example.com", kNoon).best.front(), 98);
  const Seconds later =
      kNoon + guard::Dial::kMostMemory + std::chrono::seconds(97);
  store.expire(later, {});
  EXPECT_EQ(told(store.find_scores("ann@example.com", kNoon)),
            "since 0, asked 0: 98");
  EXPECT_THAT(store.scored_people(), testing::ElementsAre("ann@example.com"));
  store.expire(later + std::chrono::seconds(1), {});
  EXPECT_TRUE(store.scored_people().empty());
  store.save_scores(many);
  EXPECT_EQ(store.forget("ANN@example.com"), 101U);
  EXPECT_THAT(store.scored_people(), testing::ElementsAre("bob@example.com"));
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreContract, QuestionsArePerSubmitterAndRecipient,
    ANewQuestionReplacesTheOld, CountsQuestionsSince,
    ConfirmingAnswersTheQuestion, ConfirmingAgainProlongs,
    AConfirmationEndsWhenItExpires, VerdictsComeBackWhole,
    AKnownVerdictIsLeftAsItIs, OddProbabilities, TenThousandVerdictsInOneBatch,
    AwkwardTextsComeBackAsTheyWere, ExpireRemovesWhatIsOver,
    AClockSetBackForgetsNothing, OneSecretForAll, ProbeIsQuietWhenAllIsWell,
    TwoOpenStoresAreOne, ManyThreads, ScoresOfAPerson,
    ScoresAreBoundedForgottenAndExpire);

}  // namespace lostletter::store
