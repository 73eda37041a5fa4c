// SPDX-License-Identifier: Apache-2.0
//
// One SMTP connection at the gate. Whatever needs no memory is answered at
// once; the rest is a Consultation, whose outcome is read back at the next
// call.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gate/consultation.h"
#include "gate/ending.h"
#include "gate/holding.h"
#include "gate/notes.h"
#include "gate/shared.h"
#include "milter/handler.h"

namespace lostletter::gate {

class Connection final : public milter::Handler {
 public:
  Connection(std::shared_ptr<Shared> shared, milter::Listener listener);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void may_amend() override { can_edit_ = true; }
  void connect(const milter::Connect& connect,
               const milter::MacroView& macros) override;
  void mail(const milter::Mail& mail, const milter::MacroView& macros) override;
  void rcpt(const milter::Rcpt& rcpt, const milter::MacroView& macros,
            milter::Done done) override;
  void header(const milter::Header& header) override;
  void end_of_message(const milter::MacroView& macros,
                      milter::Done done) override;
  void abort() override;
  void late() override;

 private:
  // A recipient accepted until the headers prove that it is meant.
  struct Pending {
    store::Question question;
    Judged judged;
    Occasion occasion;
  };
  struct Message {
    std::shared_ptr<const Generation> generation;
    ListenerOptions listener;
    std::string submitter;
    std::string person;  // the reverse-path, or nothing
    bool leaving = false;
    guard::Mode mode{};
    bool can_hold = false;     // the MTA lets us, and hold is set up
    bool released = false;     // by us: nobody is judged
    std::size_t accepted = 0;  // recipients
    std::optional<Pending> pending;
    Headers headers;
    std::optional<Notes> notes;  // when anybody wants to hear of it
    Holding holding;
    milter::Mail mail;  // as it stands
    // What the end of the letter is judged by, where there is a budget.
    bool rationed = false;
    std::vector<Waiting> waiting = {};
    std::vector<std::string> recipients = {};  // that were accepted, by key
    archive::HeaderNotes header{false};
  };

  Judged judge(const Recipient& recipient) const;
  void watch(const Judged& judged, Occasion here);
  void judge_rcpt(const milter::Rcpt& rcpt, const Recipient& recipient,
                  const milter::MacroView& macros, milter::Done done);
  // True when it is at the hold name: then it is answered.
  bool at_hold_name(const Recipient& recipient, const milter::MacroView& macros,
                    const milter::Done& done);
  void accept(const milter::Rcpt& rcpt, const std::string& recipient,
              const milter::Done& done);
  void take(const std::string& recipient);
  void note(const std::string& recipient);
  void consult(const milter::Rcpt& rcpt, const Recipient& recipient,
               const Judged& judged, Occasion occasion, milter::Done done);
  void wait(Judged judged, Occasion here, bool can_hold);
  void hold(const milter::MacroView& macros, milter::Done done);
  void weigh_letter(const milter::MacroView& macros, milter::Done done);
  HoldEnvelope envelope(const milter::MacroView& macros) const;
  bool can_hold(const milter::Rcpt& rcpt, std::string_view resolved) const;
  milter::Done telling(const milter::MacroView& macros, milter::Done done);
  Occasion occasion(const milter::MacroView& macros) const;
  void read_back();
  bool was_refused(const std::string& recipient) const;
  void remember_refusal(const Consultation& job);
  void remember_refusal(const std::string& submitter,
                        const std::string& recipient);
  void report_unfinished(Judged judged, const Occasion& occasion) const;
  void end_message();

  std::shared_ptr<Shared> shared_;
  const milter::Listener listener_;
  bool can_edit_ = false;  // delete and add recipients
  milter::Connect client_;
  std::unique_ptr<Message> message_;
  // (submitter, recipient) refused in this SMTP session, which therefore can
  // confirm none of them. Never more than kMostRefused: beyond, it can confirm
  // nothing at all.
  static constexpr std::size_t kMostRefused = 10000;
  std::set<std::pair<std::string, std::string>> refused_;
  // The question to the worker whose outcome was not read back yet.
  std::shared_ptr<const Consultation> open_;
  Named open_named_;  // whom it is about
  // The end of a message that waits for the store.
  std::shared_ptr<const HoldJob> holding_;
  std::shared_ptr<const EndJob> ending_;
};

}  // namespace lostletter::gate
