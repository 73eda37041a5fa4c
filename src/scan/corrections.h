// SPDX-License-Identifier: Apache-2.0
//
// People who noticed: a letter to somebody, and soon after the same letter to
// an address almost the same; or one that bounced and was sent again. What they
// corrected is known to be a mistake, whatever the engine thinks of it.
//
// Letters come nearly in the order of time, and two of them belong together
// within two hours: they are kept in buckets of two hours, each compared with
// itself and the next one a day later, when nothing more can come. Where the
// time goes back by more than a day another log begins. A part of a log
// (Reader's Options::is_part) keeps the buckets of its first day for those who
// know what stood before it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scan/names.h"

namespace lostletter::scan {

// One recipient of a letter.
struct Event {
  std::uint32_t at = 0;  // seconds since 1970
  Id from = 0;
  Id to = 0;
  std::uint32_t size = 0;
  bool bounced = false;

  auto operator<=>(const Event&) const = default;
};

// Sender, wrong address, right address.
using Correction = std::array<Id, 3>;

struct Corrected {
  std::uint32_t letters = 0;
  std::uint32_t bounced = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  bool operator==(const Corrected&) const = default;
};

// One slip apart, or two in a long one; not for the digits of a local part
// only: those are two people.
bool is_almost(std::string_view a, std::string_view b);

class Corrections {
 public:
  enum class Scope { kWhole, kPart };
  // `names` must outlive this, and is what the events' numbers mean.
  explicit Corrections(const Names& names, Scope scope = Scope::kWhole)
      : names_(&names), scope_(scope) {}

  // `ended`: when the log last told of the letter. Those under way for long are
  // left out: their sender has gone home.
  void hear(const Event& event, std::uint32_t ended);
  // Nothing more comes. A part compares nothing then.
  void finish();

  const std::map<Correction, Corrected>& found() const { return found_; }

  // What a part is when it is saved. In order.
  struct Bucket {
    std::uint32_t epoch = 0;
    std::uint32_t number = 0;
    bool is_done = false;  // compared already
    std::vector<Event> events = {};

    bool operator==(const Bucket&) const = default;
  };
  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t clock = 0;
    std::uint32_t epochs = 0;  // how often another log began in it
    std::vector<Bucket> buckets = {};
    std::map<Correction, Corrected> found = {};

    bool operator==(const Part&) const = default;
  };
  Part part() const;
  // REQUIRES: the part's numbers are those of `names`.
  void add(const Part& part);
  // Becomes that part. REQUIRES: nothing was heard.
  void set(const Part& part);
  // Adds what another has found, with the same names.
  void take(const Corrections& other) { add_found(other.found_); }

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;  // epoch, number
  struct Open {
    bool is_done = false;
    std::vector<Event> events = {};
  };

  void step(std::uint32_t begin);
  void close(std::uint32_t before);
  void compare(Open& bucket, const Open* next);
  void compare(const std::vector<Event>& events, std::size_t own);
  void add_found(const std::map<Correction, Corrected>& found);
  void note(const Event& wrong, const Event& right);
  bool is_kept(const Key& key) const;

  const Names* names_;
  Scope scope_;
  std::uint32_t epoch_ = 0;
  std::uint32_t clock_ = 0;
  std::uint32_t begin_ = 0;  // the first `ended`
  std::map<Key, Open> open_;
  std::map<Key, Open> kept_;  // of a part's first day
  std::map<Correction, Corrected> found_;
};

}  // namespace lostletter::scan
