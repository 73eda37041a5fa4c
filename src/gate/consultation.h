// SPDX-License-Identifier: Apache-2.0
//
// A job of the worker: consults the store about one recipient and answers the
// MTA. It carries all it needs, because the connection that asked may be gone
// by the time it runs, or may have answered without it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gate/question.h"
#include "gate/report.h"
#include "gate/shared.h"
#include "milter/handler.h"

namespace lostletter::gate {

// What became of a recipient.
enum class Outcome {
  kAccepted,
  kProvable,  // accepted until the headers are seen
  kHeld,      // accepted, to be taken from the letter at its end
  kOurs,      // accepted: the whole letter is one that we release
  kRefused,   // and the question is, or was, put
  kWaiting,   // accepted, and judged again at the end of the letter
  kFailed,    // our own trouble
};
struct Settled {
  Outcome outcome{};
  std::optional<store::Question> question;  // kProvable
  std::optional<Judged> judged = {};        // kHeld, kWaiting
  std::string about = {};  // kRefused at the end of a letter: Recipient::key
};

// Between a connection and its job: whoever comes first, the answer or the end
// of patience, wins. Any thread.
class Turn {
 public:
  // False when the connection has abandoned it: then nothing is reported.
  bool settle(Settled settled);
  // False when it is settled already.
  bool abandon();
  bool is_abandoned() const;
  // Nothing when it was not settled.
  std::optional<Settled> settled() const;

 private:
  mutable std::mutex mutex_;
  bool abandoned_ = false;
  std::optional<Settled> settled_;
};

// Not changed once it is put: two threads read it.
struct Consultation {
  std::shared_ptr<const Generation> generation;
  milter::OnFailure on_failure{};
  Occasion occasion;
  Judged judged;
  guard::Mode mode{};
  std::string person = {};  // the reverse-path, whose correspondence is weighed
  Resend resend;
  bool can_hold = false;  // this recipient, should it come to that
  bool rationed = false;  // gate/ration.h
  milter::Done done;
  std::shared_ptr<Turn> turn = std::make_shared<Turn>();
};

// May `resend.recipient` pass? It may when enough was exchanged with it, or
// when its sender confirmed it. Answers at once when the worker is too busy.
void consult_at_rcpt(const std::shared_ptr<Shared>& shared,
                     const std::shared_ptr<const Consultation>& consultation);

// Reports what is weighed; nobody waits for it, `done` is not called.
void report_weighed(const std::shared_ptr<Shared>& shared,
                    const std::shared_ptr<const Consultation>& consultation);

// Did the mail of a partner, whose address is clear, move to where wrong names
// go since letters went both ways? Then it is reported once more, as doubtful.
// Nobody waits for it; the letter goes its way.
void watch_partner(const std::shared_ptr<Shared>& shared,
                   const std::shared_ptr<const Consultation>& consultation);

// Do the headers answer `question`?
void consult_at_end(const std::shared_ptr<Shared>& shared,
                    const std::shared_ptr<const Consultation>& consultation,
                    store::Question question, Headers headers);

// Is `token` that of a released letter under way? Then the letter is ours, and
// nobody is judged.
void consult_about_token(
    const std::shared_ptr<Shared>& shared,
    const std::shared_ptr<const Consultation>& consultation,
    const std::string& token);

// 550 5.7.1: nobody but the guard writes to the hold name.
milter::Answer not_ours();

// 451 4.3.0: our own trouble.
milter::Answer later();

// 550 5.7.1 with the text of the guard. `whole_letter`: nobody gets it.
milter::Answer refuse(const Generation& generation, const Judged& judged,
                      bool whole_letter = false);

}  // namespace lostletter::gate
