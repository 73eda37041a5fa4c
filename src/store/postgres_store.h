// SPDX-License-Identifier: Apache-2.0
//
// The PostgreSQL back end: one memory for many guards. What is written has
// reached the disk of the server, and of its synchronous standby where there is
// one, before a method returns: the server's synchronous_commit decides.
//
// Plain SQL that distributed engines with PostgreSQL's protocol take too: rows
// and keys, INSERT ... ON CONFLICT, arrays as parameters, SELECT ... FOR
// UPDATE. Guards race by comparing and setting, never by locks of their own.
#pragma once

#include <memory>
#include <string>

#include "store/postgres_held.h"
#include "store/postgres_pool.h"
#include "store/store.h"

namespace lostletter::store {

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(std::unique_ptr<PostgresPool> pool)
      : pool_(std::move(pool)), held_(*pool_) {}

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
  Holdings holdings() override;
  std::size_t expire(Seconds now, const Retention& retention) override;
  std::string secret() override;
  void probe() override;
  HeldLetters& held() override { return held_; }

 private:
  std::unique_ptr<PostgresPool> pool_;
  PostgresHeld held_;
};

// Rows that are old or too many (store/postgres_sweep.cc).
std::size_t sweep_correspondence(PostgresPool& pool, Seconds now,
                                 const Retention& retention);

// Deletes what `sql` deletes, which has a LIMIT of its own, until nothing is
// left of it; the number of rows.
template <typename... Values>
std::size_t remove_in_steps(PostgresPool& pool, std::string_view doing,
                            std::string_view sql, const Values&... values) {
  std::size_t removed = 0;
  while (true) {
    const std::size_t step = pool.run(doing, [&](PostgresSession& session) {
      return session.query(sql, values...).changed();
    });
    removed += step;
    if (step == 0) return removed;
  }
}

}  // namespace lostletter::store
