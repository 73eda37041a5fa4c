// SPDX-License-Identifier: Apache-2.0
//
// The end of a letter for which there is a budget of questions: a job of the
// worker weighs the recipients that got so far with all that is known now, and
// answers the MTA. The question is put by refusing the whole letter, which
// nobody has got then: its sender answers by sending it again as it is. Where
// hold is set up, the recipient is held instead. Our own trouble asks nobody:
// what was plain was asked about at RCPT.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/passing.h"
#include "gate/consultation.h"
#include "gate/holding.h"
#include "gate/proof.h"
#include "gate/ration.h"
#include "gate/shared.h"
#include "milter/handler.h"

namespace lostletter::gate {

// A recipient that got so far, judged by engine and rules.
struct Waiting {
  Named named;
  Judged judged;
  Occasion occasion;
  bool can_hold = false;
  bool refused_here = false;  // this session heard a question about it
};

// Not changed once it is put: two threads read it.
struct EndJob {
  std::shared_ptr<const Generation> generation;
  milter::OnFailure on_failure{};
  Ending ending;  // without what the header tells
  archive::Passing letter;
  Headers headers;
  std::vector<Waiting> waiting;
  Holding holding;  // of RCPT
  HoldEnvelope envelope;
  milter::Done done;
  std::shared_ptr<Turn> turn = std::make_shared<Turn>();
};

// Beyond so many recipients a letter is no slip of the hand: they are reported
// as they stand.
inline constexpr std::size_t kMostWaiting = 100;

// Settled as kRefused it was refused for the sake of Settled::about.
void consult_about_letter(const std::shared_ptr<Shared>& shared,
                          const std::shared_ptr<const EndJob>& job);

// Without the answer of the job: `trouble` says what was done.
void report_unasked(Shared& shared, const EndJob& job, Trouble trouble);

}  // namespace lostletter::gate
