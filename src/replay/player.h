// SPDX-License-Identifier: Apache-2.0
//
// A guard that might have been: letters of years past, one after the other,
// judged as the gate judges them (gate/decide.h), with a memory that knows at
// each of them what was known then. It asks nobody; what people would have
// answered is what the caller says they did.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"
#include "base/result.h"
#include "gate/gate.h"
#include "gate/shared.h"
#include "guard/assess.h"
#include "learning/teacher.h"
#include "store/store.h"

namespace lostletter::replay {

// About one recipient of a letter.
struct Ruling {
  std::size_t recipient = 0;  // of the letter
  guard::Assessment found;    // its action is what was done in the end
  bool is_new_question = false;
  bool is_confirmed = false;  // asked about or held before, and confirmed

  bool is_stopped() const { return found.action != guard::Action::kAccept; }
};

// How a letter came to the guard, as far as its log tells.
enum class Door { kSubmitted, kLocal };

class Player {
 public:
  // The judgement of the policy that knows these besides.
  using Teach = std::function<std::shared_ptr<const guard::Assessor>(
      std::vector<store::Familiar>)>;

  // `directory` keeps what it learns; it is empty, and nobody else's. `us`:
  // whose letters teach what was sent. `teach` is asked for another judgement
  // when others are familiar, once a day of the letters; without it none is.
  static Result<std::unique_ptr<Player>> open(
      std::shared_ptr<const gate::Policy> policy, const std::string& directory,
      learning::Us us, store::Retention retention, Teach teach = {});

  // Of the recipients that the guard judges. Letters come in the order of time.
  std::vector<Ruling> judge(const archive::Letter& letter, Door door);

  // The sender of `letter` means this recipient and says so.
  void confirm(const archive::Letter& letter, Door door, const Ruling& ruling);

  // It went to these recipients of it.
  void pass(const archive::Letter& letter,
            const std::vector<std::size_t>& recipients);
  // Of those it went to, it came back from whom the log says it did.
  void come_back(const archive::Letter& letter,
                 const std::vector<std::size_t>& recipients);

 private:
  Player(std::shared_ptr<const gate::Policy> policy,
         std::unique_ptr<store::Store> store, learning::Us us,
         store::Retention retention, Teach teach);

  struct Envelope;
  Envelope envelope(const archive::Letter& letter, Door door) const;
  void rule(const Envelope& envelope, const gate::Recipient& recipient,
            Ruling& ruling);
  void ask(const Envelope& envelope, const gate::Recipient& recipient,
           Ruling& ruling, bool alone);
  void hold(const Envelope& envelope, const gate::Recipient& recipient,
            Ruling& ruling);
  bool waits(const Envelope& envelope, const gate::Recipient& recipient,
             const guard::Assessment& found);
  void ration(const archive::Letter& letter, const Envelope& envelope,
              std::vector<Ruling>& rulings);
  gate::Recipient read(const archive::Recipient& to) const;
  void record(const store::ScoreRecord& score);
  void learn(Seconds now);
  void learn_names(Seconds now);

  std::unique_ptr<store::Store> store_;
  gate::Generation generation_;
  learning::Us us_;
  learning::Teacher teacher_;
  store::Retention retention_;
  Teach teach_;
  // Whom the judgement in force was taught, and when that was last looked at.
  store::FamiliarAddresses familiar_;
  Seconds taught_{};
  std::vector<guard::Lesson> lessons_;  // not in the store yet
  std::size_t accepted_ = 0;            // recipients of the letter at hand
  std::uint64_t references_ = 0;
};

}  // namespace lostletter::replay
