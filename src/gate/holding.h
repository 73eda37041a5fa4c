// SPDX-License-Identifier: Apache-2.0
//
// Holding a part of a letter: at its end the doubtful recipients are deleted
// and one code at the hold name is added, in one edit of the MTA's queue file.
// The MTA then brings that copy to our listener (hold/reception.h), and has it
// until we say 250. The letter's row is written first, so that the code means
// something whenever the copy comes; when the MTA never commits, it lapses.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gate/consultation.h"
#include "gate/report.h"
#include "gate/shared.h"
#include "milter/handler.h"
#include "store/held.h"

namespace lostletter::gate {

// Would deleting `forward_path` surely delete it? The MTA compares it with what
// it keeps, byte by byte, and says nothing when it finds none: a source route,
// a comment or an address it rewrote would slip through.
bool is_deletable(std::string_view forward_path, std::string_view resolved);

// One recipient of the message, as RCPT had it.
struct Named {
  std::string path;
  std::vector<std::string> parameters;
  std::string key;  // Recipient::key
};

// A recipient that is to be held.
struct Detained {
  Named named;
  Judged judged;
  Occasion occasion;
};

// The recipients of one message that hold has to do with.
class Holding {
 public:
  // Deleting is a search through all recipients for each of them: beyond so
  // many in one letter, others hear 452.
  static constexpr std::size_t kMost = 100;

  void accept(Named named) { accepted_.push_back(std::move(named)); }
  void detain(Detained detained) { detained_.push_back(std::move(detained)); }
  bool empty() const { return detained_.empty(); }
  bool full() const { return detained_.size() >= kMost; }

  const std::vector<Named>& accepted() const { return accepted_; }
  const std::vector<Detained>& detained() const { return detained_; }

 private:
  std::vector<Named> accepted_;
  std::vector<Detained> detained_;
};

// What the end of a message waits for.
struct HoldJob {
  std::shared_ptr<const Generation> generation;
  milter::OnFailure on_failure{};
  store::HeldLetter letter;
  std::vector<Detained> detained;  // and whoever else is reported with them
  milter::Amend edits;
  milter::Done done;
  std::shared_ptr<Turn> turn = std::make_shared<Turn>();
};

// The envelope of the message, for its letter.
struct HoldEnvelope {
  std::string listener;
  std::string queue_id;
  std::string submitter;
  std::string reverse_path;  // MAIL's, as it stands
  std::vector<std::string> parameters;
  Seconds at;
};

// REQUIRES: !holding.empty().
store::HeldLetter letter_of(const Holding& holding,
                            const HoldEnvelope& envelope,
                            const hold::Options& options);
milter::Amend edits_of(const Holding& holding, const store::HeldLetter& letter,
                       const hold::Options& options);

// Writes the letter's row, then answers with the edits; trouble is answered by
// on_failure, and tempfail keeps the letter with its client.
void hold_at_end(const std::shared_ptr<Shared>& shared,
                 const std::shared_ptr<const HoldJob>& job);

// The same at once. REQUIRES: the worker's thread.
void hold_now(Shared& shared, const HoldJob& job);

// Those that were to be held and were not: `trouble` says what was done.
void report_not_held(Shared& shared, const HoldJob& job, Trouble trouble);

}  // namespace lostletter::gate
