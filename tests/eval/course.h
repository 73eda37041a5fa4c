// SPDX-License-Identifier: Apache-2.0
//
// A post replayed as the guard would have lived it: every letter is judged and
// learnt in its time, questions are asked within a budget (guard/budget.h), or
// without one from kCalled on, and all answered "yes, I mean it". Beside each
// letter of the last tenth of a person's, letters are judged that the person
// might have sent instead, with one recipient mistaken for another; of these
// nothing is learnt.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "guard/assess.h"
#include "guard/budget.h"
#include "post.h"
#include "table.h"
#include "wrong_pick.h"

namespace lostletter::eval {

// From here on the guard calls a recipient misdirected when no budget is set.
inline const double kCalled = guard::score_of(guard::Rules().misdirected_at);

// A letter with a wrong recipient.
struct Trial {
  std::string person;
  std::size_t recipients = 1;
  double score = 0;      // of the wrong one
  double threshold = 0;  // from which the person would then have been asked
  bool is_asked() const { return score >= threshold; }
};

// A letter as it was sent. Who was asked about a recipient is not asked again
// soon, so what counts are scores above those of the last 90 days.
struct RightLetter {
  struct Call {
    double score = 0;
    double before = 0;
  };
  std::vector<Call> calls;
  bool is_called(double from) const;
};

struct Asked {
  Seconds first{};
  Seconds last{};
  std::size_t letters = 0;
  std::size_t questions = 0;
};

struct Course {
  std::vector<RightLetter> right;
  // From kCalled on, of all recipients that are no slips as far as anybody
  // knows.
  Share called;
  std::map<Wrong, std::vector<Trial>> wrong;
  std::map<std::string, Asked> people;
};

// How often the budget lets one be asked in the time of `asked`.
double expected(const Asked& asked, const guard::Dial& dial);

// The state of the budget in one replay, with the scores that its store keeps.
class Budget {
 public:
  Budget(store::Store& store, const guard::Dial& dial)
      : store_(store), dial_(dial) {}

  double threshold(const std::string& person, Seconds now);
  // About how many of a letter's recipients the person is asked; the likeliest
  // mistake first.
  std::size_t send(const Sending& sending, const std::vector<double>& scores);

 private:
  double threshold(const guard::Scores& known, Seconds now) const;
  guard::Scores known(const std::string& person, Seconds now);

  store::Store& store_;
  const guard::Dial& dial_;
  // When a person last said that they mean this recipient.
  std::map<std::pair<std::string, std::string>, Seconds> meant_;
};

// `slips`: addresses known to be mistyped, in lower case.
Course run_course(const Post& post, const guard::Dial& dial, std::uint64_t seed,
                  const std::set<std::string>& slips = {});

}  // namespace lostletter::eval
