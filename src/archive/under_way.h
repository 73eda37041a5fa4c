// SPDX-License-Identifier: Apache-2.0
//
// The letters whose lines are being gathered from logs. A letter is known by
// its host and queue id; ids are used again, so it ends where its log says so,
// or a new one begins under its id, or it has been silent too long.
//
// A letter is in one of these states.
//
//   open      lines of it may follow
//   settled   all recipients have a last outcome, but the log never says that
//             it is the end (Sendmail): given after ten minutes of silence
//
// Guarantee: what was told of a recipient is given at least once, and given
// again only when its outcome changed.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/letter.h"
#include "archive/read.h"
#include "base/result.h"

namespace lostletter::archive {

struct OpenLetter {
  std::string key;  // host/queue id
  Letter letter;
  bool sender_told = false;
  bool probe = false;  // not a letter: an address was only tried
  bool settled = false;
  std::uint32_t expected = 0;  // recipients, as far as told
  std::uint64_t line = 0;      // its first, in its source
  Seconds touched{};
  std::vector<Outcome> given;  // of the recipients, in their order

  // The recipient with that address; a new one when there is none.
  Recipient& recipient(const std::string& address);
  // Every recipient has been delivered or has bounced.
  bool is_final() const;
};

class UnderWay {
 public:
  UnderWay(Sink& sink, std::size_t most) : sink_(&sink), most_(most) {}

  // All of these hand out references that live until the next call of any.

  // The letter under that key, begun at `at` in line `line` when it is new.
  OpenLetter& at(std::string_view key, Seconds now, std::uint64_t line);
  // Nothing when no such letter is under way.
  OpenLetter* find(std::string_view key);
  // A letter begins: what has that key ends here, unless it is only known by
  // name so far.
  OpenLetter& begin(std::string_view key, Seconds now, std::uint64_t line);
  // It has ended: given and forgotten.
  void end(std::string_view key);
  // See above: settled.
  void settle(std::string_view key);
  // A content filter took `from` and brought it back as `to`: one letter, of
  // which `to` goes on. False when `to` is not under way.
  bool follow(OpenLetter& from, std::string_view to);

  // Another source begins: lines are counted anew, and the old numbers are 0.
  void begin_source();
  // Ends what was silent too long at `now`.
  void expire(Seconds now);
  // Gives all, keeps all.
  void give_all();

  std::size_t size() const { return where_.size(); }
  std::string save() const;
  Result<void> restore(std::string_view text);

 private:
  using Letters = std::list<OpenLetter>;

  void give(OpenLetter& open);
  void drop(Letters& from, Letters::iterator it);
  OpenLetter& add(OpenLetter open);
  void touch(Letters::iterator it, Seconds now);

  Sink* sink_;
  std::size_t most_;
  Letters open_;     // touched last stands last
  Letters settled_;  // likewise
  // Keys are those inside the letters, which never move.
  std::unordered_map<std::string_view, Letters::iterator> where_;
};

}  // namespace lostletter::archive
