// SPDX-License-Identifier: Apache-2.0
//
// Letters of a log in the order of time, before two guards: the one of the
// policy in force, and the one that might be. A log tells of a letter when it
// has ended; a guard hears of it when it begins.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string_view>
#include <vector>

#include "archive/read.h"
#include "replay/player.h"
#include "replay/truth.h"
#include "scan/ledger.h"

namespace lostletter::replay {

// One recipient, before both.
struct Case {
  const archive::Letter& letter;
  const archive::Recipient& recipient;
  const std::string* intended;  // null: as far as is known it was right
  const Ruling* current;        // null: not judged
  const Ruling* wanted;
};

class Stage final : public archive::Sink {
 public:
  using Tell = std::function<void(const Case&)>;

  // All must outlive it. Letters before the period teach, and are not told.
  Stage(Player& current, Player& wanted, const Truth& truth,
        const scan::Period& period, Tell tell);

  void begin_source(archive::Kind kind);
  void letter(const archive::Letter& letter) override;
  void contact(const archive::Contact&) override {}
  void skipped(std::string_view, std::uint64_t) override {}
  void finish();

  std::uint64_t letters = 0;     // played
  std::uint64_t disordered = 0;  // that came after later ones

 private:
  struct Played {
    archive::Letter letter;
    Door door{};
    std::vector<std::size_t> passed[2] = {};
  };
  // Its beginning, or its end for those it came back from.
  struct Event {
    Seconds at;
    std::uint64_t number;  // of two at one time, the first told
    bool is_end;
    std::shared_ptr<Played> played;

    bool operator>(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  void play_until(Seconds time);
  void play(const Event& event);
  std::vector<Ruling> play(Player& player, Played& played, std::size_t which);

  Player& current_;
  Player& wanted_;
  const Truth& truth_;
  scan::Period period_;
  Tell tell_;
  bool is_mta_ = false;  // the source at hand is an MTA's log
  Seconds clock_{};      // the latest end
  Seconds played_{};     // everything before has been
  std::uint64_t number_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace lostletter::replay
