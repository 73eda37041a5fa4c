// SPDX-License-Identifier: Apache-2.0
//
// What must outlive a process: questions asked, addresses confirmed, verdicts
// with their evidence. One interface; one contract test for every back end
// (store/store_contract_test.h). No type of a database crosses it.
//
// Every method may throw StoreError when the world fails (disk full, locked,
// gone); nothing is half written then. Any thread; calls are serialised inside.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace lostletter::store {

class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A recipient refused with a question, still unanswered. At most one for each
// (submitter, recipient).
struct Question {
  std::string submitter;
  std::string recipient;  // mail::Address::to_string()
  std::string reference;  // id of the verdict
  Seconds asked_at;
  // The Date of the newest letter whose proof failed: only a later one
  // confirms.
  std::optional<Seconds> stale_date;

  bool operator==(const Question&) const = default;
};

struct Confirmation {
  std::string submitter;
  std::string recipient;
  std::string reference;
  Seconds confirmed_at;
  Seconds expires_at;

  bool operator==(const Confirmation&) const = default;
};

struct VerdictRecord {
  std::string id;  // random_id()
  Seconds at;
  std::string queue_id;  // may be empty (the first RCPT has none)
  std::string listener;
  std::string submitter;  // as log_addresses allows
  std::string recipient;  // as log_addresses allows
  std::string verdict;
  std::string action;
  double probability = 0;
  std::string evidence;  // guard::to_json(), addresses as log_addresses allows

  bool operator==(const VerdictRecord&) const = default;
};

struct Retention {
  Duration questions = std::chrono::hours(24);
  Duration verdicts = std::chrono::days(90);
};

class Store {
 public:
  virtual ~Store() = default;

  // Replaces an older one for the same submitter and recipient.
  virtual void save_question(const Question& question) = 0;
  virtual std::optional<Question> find_question(std::string_view submitter,
                                                std::string_view recipient) = 0;
  // Questions of one submitter asked at or after `since`.
  virtual std::size_t count_questions(std::string_view submitter,
                                      Seconds since) = 0;

  // Saves the confirmation and removes its question, in one transaction.
  virtual void confirm(const Confirmation& confirmation) = 0;
  // Nothing when there is none or it has expired at `now`.
  virtual std::optional<Confirmation> find_confirmation(
      std::string_view submitter, std::string_view recipient, Seconds now) = 0;

  // All or none. A record whose id exists already is left as it is.
  virtual void save_verdicts(std::span<const VerdictRecord> records) = 0;
  virtual std::optional<VerdictRecord> find_verdict(std::string_view id) = 0;

  // Removes what has expired at `now`; the number of rows removed.
  virtual std::size_t expire(Seconds now, const Retention& retention) = 0;

  // A secret of this store, the same for every process that opens it, made on
  // first use: 32 random bytes. For keyed hashes of addresses.
  virtual std::string secret() = 0;

  // Throws when the store cannot be written.
  virtual void probe() = 0;
};

// Opens or creates DIRECTORY/lostletter.db (WAL) and migrates its schema. The
// error says what to do; a schema newer than this program is refused. `busy`
// bounds every wait for a lock.
Result<std::unique_ptr<Store>> open_sqlite(
    const std::string& directory,
    std::chrono::milliseconds busy = std::chrono::milliseconds(500));

// Read-only for `explain`: works beside a running guard.
Result<std::unique_ptr<Store>> open_sqlite_reader(const std::string& directory);

}  // namespace lostletter::store
