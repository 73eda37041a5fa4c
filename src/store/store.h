// SPDX-License-Identifier: Apache-2.0
//
// What must outlive a process: questions asked, addresses confirmed, verdicts
// with their evidence. One interface; one contract test for every back end
// (store/store_contract_test.h). No type of a database crosses it.
//
// Every method may throw StoreError when the world fails (disk full, locked,
// gone); nothing is half written then. Any thread; calls are serialised inside.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "guard/budget.h"
#include "guard/correspondence.h"
#include "guard/rehearsal.h"

namespace lostletter::store {

class HeldLetters;  // store/held.h

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

// How much like a mistake a recipient of one of us was, for the budget of
// questions (guard/budget.h).
struct ScoreRecord {
  std::string person;     // whose letter: an address, as correspondence has it
  std::string recipient;  // likewise
  Seconds at;
  double score = 0;    // guard::score_of()
  bool asked = false;  // about it

  bool operator==(const ScoreRecord&) const = default;
};

// What one batch of lessons came to, in pairs of one of us and another.
struct Learnt {
  std::size_t fresh = 0;    // new
  std::size_t undone = 0;   // taken back: a bounce of what was learnt as sent
  std::size_t known = 0;    // learnt before: nothing changes
  std::size_t too_old = 0;  // beyond the retention

  bool operator==(const Learnt&) const = default;
};

// An address the organisation exchanges letters with, or has noted down; or one
// to which it wrote kOftenWritten times at least, and nothing came back,
// neither an answer nor a bounce: that one may be meant, and is vouched for by
// nobody.
struct Familiar {
  std::string local_part = {};
  std::string domain = {};
  double weight = 0;  // decayed letters
  bool answers = true;

  bool operator==(const Familiar&) const = default;
};
inline constexpr std::uint32_t kOftenWritten = 3;
// These many are candidates of what may have been meant.
inline constexpr std::size_t kMostFamiliar = 200'000;
// To see whether two lists say the same of the same ones, whatever their
// weights.
using FamiliarAddresses = std::map<std::string, bool>;  // Familiar::answers
inline FamiliarAddresses addresses_of(std::span<const Familiar> familiar) {
  FamiliarAddresses addresses;
  for (const Familiar& one : familiar) {
    addresses.emplace(one.local_part + '@' + one.domain, one.answers);
  }
  return addresses;
}

struct Reading {
  std::string fingerprint;
  std::string position;
  std::string under_way;
};

// What there is of correspondence.
struct Holdings {
  std::size_t addresses = 0;
  std::size_t domains = 0;
  std::size_t edges = 0;  // Exchanges kept, of persons and organisation
  std::size_t pairs = 0;  // of co-recipients
  std::size_t lessons = 0;

  bool operator==(const Holdings&) const = default;
};

struct Retention {
  Duration questions = std::chrono::hours(24);
  Duration verdicts = std::chrono::days(90);
  // Without a letter for so long, two have never written to each other; so long
  // a confirmation that has expired speaks for its address.
  Duration correspondence = std::chrono::days(1095);
  // Beyond so many the lightest exchanges are forgotten first.
  std::size_t most_edges = 10'000'000;
  // An MTA gives up a letter after five days; then it will not bring it.
  Duration held_expected = std::chrono::days(7);
  // A letter whose recipients have all ended: what its page can still tell.
  Duration held_ended = std::chrono::days(30);
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

  // All or none. Of a recipient of a person the highest is kept, and the last
  // time they were asked about it.
  virtual void save_scores(std::span<const ScoreRecord> records) = 0;
  virtual guard::History find_history(std::string_view person) = 0;
  // Of those since then.
  guard::Scores find_scores(std::string_view person, Seconds since) {
    return guard::scores_of(find_history(person), since);
  }
  // Who has any.
  virtual std::vector<std::string> scored_people() = 0;

  // All or none. A letter and its answer teach once, however often they are
  // given, in whatever order. What lies in the future is of `now`; what is
  // older than `retention` is left out, so that what expired stays forgotten.
  virtual Learnt learn(std::span<const guard::Lesson> lessons, Seconds now,
                       const Retention& retention) = 0;
  // Addresses of an address book; how many are new in it.
  virtual std::size_t note(std::span<const guard::Correspondent> contacts,
                           Seconds now) = 0;
  // To whom a letter of this person was learnt as sent, also where that was
  // taken back since: whom a bounce that names only the letter may be about.
  virtual std::vector<std::string> recipients_of(std::string_view letter,
                                                 std::string_view person) = 0;
  virtual guard::Evidence find_evidence(const guard::Inquiry& inquiry) = 0;
  // No more than `most`: those who answer first, of each kind the heaviest.
  virtual std::vector<Familiar> familiar(std::size_t most, Seconds now) = 0;

  // How far the reading of archives has come (archive/read.h): the position in
  // the source that has this fingerprint, and the letters under way in all of
  // them together.
  virtual void save_reading(const Reading& reading, Seconds at) = 0;
  virtual std::optional<std::string> find_position(
      std::string_view fingerprint) = 0;
  virtual std::string under_way() = 0;

  // Erases a person: as sender, as recipient, in questions, confirmations and
  // verdicts, with the held letters that have ended; those under way stay
  // (HeldLetters::under_way_of()). The number of rows removed. Takes steps: it
  // is not one transaction, and may be repeated after a failure.
  virtual std::size_t forget(std::string_view address) = 0;

  // Letters that wait for an answer. Lives as long as the store.
  virtual HeldLetters& held() = 0;

  // Counts rows: takes its time.
  virtual Holdings holdings() = 0;

  // Removes what has expired at `now`; the number of rows removed. Of
  // correspondence, one call looks at a bounded part, and the next goes on
  // from there.
  virtual std::size_t expire(Seconds now, const Retention& retention) = 0;

  // A secret of this store, the same for every process that opens it, made on
  // first use: 32 random bytes. For keyed hashes of addresses.
  virtual std::string secret() = 0;

  // Throws when the store cannot be written.
  virtual void probe() = 0;
};

// What a store knows, for the judgement: trouble is "unknown", and counted. A
// question waits for its turn no longer than the store does (`busy`). `store`
// must outlive it.
class StoredCorrespondence final : public guard::Correspondence {
 public:
  explicit StoredCorrespondence(Store& store) : store_(store) {}
  std::optional<guard::Evidence> ask(const guard::Inquiry& inquiry) override;

 private:
  Store& store_;
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
