// SPDX-License-Identifier: Apache-2.0
//
// A store that fails, or hangs, when it is told to; else as the one within.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/fragile_held_test.h"
#include "store/store.h"

namespace lostletter::store {

class FragileStore final : public Store {
 public:
  explicit FragileStore(std::unique_ptr<Store> real) : real_(std::move(real)) {}

  // Calls hang until the door opens.
  void close_door() { closed_ = true; }
  void open_door() {
    closed_ = false;
    closed_.notify_all();
  }
  std::atomic<bool> fails = false;
  std::atomic<int> calls = 0;
  FragileHeld& fragile_held() { return held_; }

  void save_question(const Question& question) override {
    call().save_question(question);
  }
  std::optional<Question> find_question(std::string_view submitter,
                                        std::string_view recipient) override {
    return call().find_question(submitter, recipient);
  }
  std::size_t count_questions(std::string_view submitter,
                              Seconds since) override {
    return call().count_questions(submitter, since);
  }
  void confirm(const Confirmation& confirmation) override {
    call().confirm(confirmation);
  }
  std::optional<Confirmation> find_confirmation(std::string_view submitter,
                                                std::string_view recipient,
                                                Seconds now) override {
    return call().find_confirmation(submitter, recipient, now);
  }
  void save_verdicts(std::span<const VerdictRecord> records) override {
    real_->save_verdicts(records);
  }
  std::optional<VerdictRecord> find_verdict(std::string_view id) override {
    return real_->find_verdict(id);
  }
  void save_scores(std::span<const ScoreRecord> records) override {
    real_->save_scores(records);
  }
  guard::History find_history(std::string_view person) override {
    return call().find_history(person);
  }
  std::vector<std::string> scored_people() override {
    return call().scored_people();
  }
  Learnt learn(std::span<const guard::Lesson> lessons, Seconds now,
               const Retention& keep) override {
    return call().learn(lessons, now, keep);
  }
  std::size_t note(std::span<const guard::Correspondent> contacts,
                   Seconds now) override {
    return call().note(contacts, now);
  }
  std::vector<std::string> recipients_of(std::string_view letter,
                                         std::string_view person) override {
    return call().recipients_of(letter, person);
  }
  guard::Evidence find_evidence(const guard::Inquiry& inquiry) override {
    return call().find_evidence(inquiry);
  }
  std::vector<Familiar> familiar(std::size_t most, Seconds now) override {
    return call().familiar(most, now);
  }
  void save_reading(const Reading& reading, Seconds at) override {
    call().save_reading(reading, at);
  }
  std::optional<std::string> find_position(
      std::string_view fingerprint) override {
    return call().find_position(fingerprint);
  }
  std::string under_way() override { return call().under_way(); }
  std::size_t forget(std::string_view address) override {
    return call().forget(address);
  }
  HeldLetters& held() override { return held_; }
  Holdings holdings() override { return call().holdings(); }
  std::size_t expire(Seconds now, const Retention& keep) override {
    return call().expire(now, keep);
  }
  std::string secret() override { return real_->secret(); }
  void probe() override { call().probe(); }

 private:
  Store& call() {
    ++calls;
    closed_.wait(true);
    if (fails) throw StoreError("disk full (test)");
    return *real_;
  }

  std::unique_ptr<Store> real_;
  FragileHeld held_{real_->held(), [this] { call(); }};
  std::atomic<bool> closed_ = false;
};

}  // namespace lostletter::store
