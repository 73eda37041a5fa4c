// SPDX-License-Identifier: Apache-2.0
//
// Ask = resend to confirm (DESIGN 4): the states of one (submitter, recipient)
// and what moves it from one to the next. Runs where it may wait for the store.
//
//   Q0  unknown    nothing stored, or expired
//   Q1  asked      refused with a question, open for confirm_within
//   Q2  confirmed  remembered for `remember`; the address is let through
//
//   Q0 -> Q1  RCPT: refused with the question. Never beyond most_questions.
//   Q1 -> Q1  RCPT within confirm_after, or from a session that was refused
//             already: refused again, its time stands. RCPT together with other
//             recipients: refused again, from now. A resend whose headers prove
//             nothing: refused again, from now; its Date is remembered.
//   Q1 -> Q2  A resend, alone, from another session, whose headers prove it.
//             Where the question was put at the end of a letter, all of whose
//             recipients were refused with it, the resend need not be alone.
//   Q1 -> Q0  confirm_within is over, or the question lies in the future: the
//             clock was turned back, and nobody knows how old it is.
//
// Guarantee: Q2 is written before the MTA is told to take the letter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gate/options.h"
#include "gate/proof.h"
#include "store/store.h"

namespace lostletter::gate {

// Whose address, and how this transaction came to it.
struct Resend {
  std::string submitter;
  std::string recipient;      // Recipient::key
  std::string reference;      // of the verdict at hand
  bool refused_here = false;  // this SMTP session heard the question
  bool alone = true;          // no other recipient was accepted before
};

// Q1: is there one, open at `now`?
bool has_question(store::Store& store, const Options& options, Seconds now,
                  std::string_view submitter, std::string_view recipient);

// What RCPT is answered.
enum class Standing {
  kConfirmed,  // accept
  kProvable,   // accept, and let the headers prove it
  kAsked,      // refuse; this is the first time, or the first time again
  kOpen,       // refuse; the question was open already
  kTooMany,    // refuse, without a question
};
struct AtRcpt {
  Standing standing{};
  std::optional<store::Question> question;  // kProvable: which one
};
AtRcpt ask(store::Store& store, const Options& options, Seconds now,
           const Resend& resend);

// At the end of message. Nothing when it is confirmed now (or was meanwhile).
std::optional<Flaw> prove(store::Store& store, const Options& options,
                          Seconds now, const store::Question& question,
                          const std::string& reference, const Headers& headers);

}  // namespace lostletter::gate
