// SPDX-License-Identifier: Apache-2.0
//
// The SQLite back end. Two connections: look-ups do not wait behind the
// recorder's batches (WAL lets one writer and many readers work side by side).
//
// synchronous=FULL: when confirm() or save_question() has returned, a power
// cut does not take it back. WAL with NORMAL would be consistent too, but could
// forget the last seconds, and a sender who was told "confirmed" would be
// asked again. It costs one fdatasync a commit; verdicts come in batches.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "store/connection.h"
#include "store/sqlite_held.h"
#include "store/store.h"

namespace lostletter::store {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Connection> reader,
              std::unique_ptr<Connection> writer)  // null: read only
      : reader_(std::move(reader)),
        writer_(std::move(writer)),
        held_(*reader_, writer_.get()) {}

  void save_question(const Question& question) override;
  std::optional<Question> find_question(std::string_view submitter,
                                        std::string_view recipient) override;
  std::size_t count_questions(std::string_view submitter,
                              Seconds since) override;
  void confirm(const Confirmation& confirmation) override;
  std::optional<Confirmation> find_confirmation(std::string_view submitter,
                                                std::string_view recipient,
                                                Seconds now) override;
  void save_verdicts(std::span<const VerdictRecord> records) override;
  std::optional<VerdictRecord> find_verdict(std::string_view id) override;
  void save_scores(std::span<const ScoreRecord> records) override;
  guard::History find_history(std::string_view person) override;
  std::vector<std::string> scored_people() override;
  Learnt learn(std::span<const guard::Lesson> lessons, Seconds now,
               const Retention& retention) override;
  std::size_t note(std::span<const guard::Correspondent> contacts,
                   Seconds now) override;
  std::vector<std::string> recipients_of(std::string_view letter,
                                         std::string_view person) override;
  guard::Evidence find_evidence(const guard::Inquiry& inquiry) override;
  std::vector<Familiar> familiar(std::size_t most, Seconds now) override;
  void save_reading(const Reading& reading, Seconds at) override;
  std::optional<std::string> find_position(
      std::string_view fingerprint) override;
  std::string under_way() override;
  std::size_t forget(std::string_view address) override;
  HeldLetters& held() override { return held_; }
  Holdings holdings() override;
  std::size_t expire(Seconds now, const Retention& retention) override;
  std::string secret() override;
  void probe() override;

 private:
  Connection::Turn write(std::string_view doing);
  std::size_t forget_number(std::int64_t number, std::int64_t domain);
  std::size_t forget_at_gate(std::string_view address, std::string_view login);

  std::unique_ptr<Connection> reader_;
  std::unique_ptr<Connection> writer_;
  SqliteHeld held_;
};

}  // namespace lostletter::store
