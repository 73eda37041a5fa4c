// SPDX-License-Identifier: Apache-2.0
//
// The whole judgement about a recipient at one point of a replay, by the code
// that the guard runs: the engine with the names and people that correspondence
// taught it so far, then what was exchanged, then the wrong entry. In the
// letter's whole company and thread, as at the end of a message.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "guard/assess.h"
#include "replay.h"

namespace lostletter::eval {

class Judge {
 public:
  // `us` as Post has it.
  Judge(Replay& replay, const std::vector<std::string>& us);

  // guard::score_of() of one recipient of `to`, which is what the letter of
  // `sending` is addressed to.
  double score(const Sending& sending, const std::vector<std::string>& to,
               std::size_t which);

 private:
  // Reads the names and people anew, as the guard does when it starts.
  void renew(Seconds now);

  Replay& replay_;
  std::vector<std::string> us_;
  std::shared_ptr<const guard::Assessor> assessor_;
  std::unique_ptr<guard::RecentDomains> recent_;
  Seconds renewed_{};
};

}  // namespace lostletter::eval
