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
// again only when its outcome changed. What becomes of a letter depends on its
// own lines and on the time, never on which other letters are under way (but
// for `most`).
//
// Of a part of a log (waiting.h) only those letters are known that began in it.
// Lines of the others wait for whoever knows what stood before.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "archive/letter.h"
#include "archive/read.h"
#include "archive/recent.h"
#include "archive/waiting.h"
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

  bool operator==(const OpenLetter&) const = default;

  // The recipient with that address; a new one when there is none.
  Recipient& recipient(std::string_view address);
  // Every recipient has been delivered or has bounced.
  bool is_final() const;
  // As new, with the room that its texts have taken.
  void clear();
};

class UnderWay {
 public:
  // `waiting`: what is read is a part of a log.
  UnderWay(Sink& sink, std::size_t most, Waiting* waiting = nullptr)
      : sink_(&sink), most_(most), waiting_(waiting) {}

  // All of these hand out letters that live until the next call of any.

  // The letter under that key, begun at `at` in line `line` when it is new.
  // Nothing: it may have begun before this part, and the line has to wait.
  OpenLetter* at(std::string_view key, Seconds now, std::uint64_t line);
  // The same for a line that stands near the beginning of its letter: after
  // more than an hour it is another letter's.
  OpenLetter* near_begin(std::string_view key, Seconds now, std::uint64_t line);
  // Nothing when no such letter is under way.
  OpenLetter* find(std::string_view key);
  // A letter begins: what has that key ends here. Of a letter that is known by
  // name only so far, the name is kept.
  OpenLetter& begin(std::string_view key, Seconds now, std::uint64_t line);
  // It has ended, as its log says: given and forgotten. False: has to wait.
  bool end(std::string_view key);
  // It ends because another took its place.
  void replace(std::string_view key);
  // See above: settled.
  void settle(std::string_view key);
  // A content filter took `from` and brought it back as `to`: one letter, of
  // which `to` goes on. False when `to` is not under way.
  bool follow(OpenLetter& from, std::string_view to);
  // Of a part: only who knows what stood before can tell whether it follows.
  bool may_follow(const OpenLetter& from, std::string_view to) const;
  // Of a part: a line that waits may change this letter, so it waits as well.
  void let_wait(std::string_view key);
  // Takes over a letter as it was when it was saved.
  void take(OpenLetter open);

  // Another source begins: lines are counted anew, and the old numbers are 0.
  void begin_source();
  // Of a part: a line of `host` was read. REQUIRES: each, before the others.
  void see(std::string_view host, Seconds now);
  // Of a part: within an hour of that host's first line.
  bool is_near_first(std::string_view host, Seconds now) const;
  // Ends what was silent too long at `now`.
  void expire(Seconds now);
  // Gives all, keeps all.
  void give_all();
  // Of a part: all wait.
  void let_all_wait();
  // After a part was taken over: of its hashes of letters that ended there,
  // what still has such a key ended before them.
  void end_stale(const std::vector<std::uint64_t>& hashes);

  std::size_t size() const { return where_.size(); }
  std::string save() const;
  Result<void> restore(std::string_view text);

 private:
  using Letters = std::list<OpenLetter>;
  // By the hour, or the minute, of the last line about them.
  using Ages = std::map<std::int64_t, Letters>;

  static std::int64_t age_of(const OpenLetter& open);
  Ages& ages(bool settled) { return settled ? settled_ : open_; }
  void give(OpenLetter& open, bool complete);
  void give_news(OpenLetter& open, bool complete);
  void give(const OpenLetter& open, Letter& letter, bool complete);
  void drop(Letters::iterator it, bool complete);
  Letters::iterator take_out(Letters::iterator it, Letters& to);
  Letters take_spare();
  OpenLetter& add(Letters one);
  OpenLetter* let_line_wait(std::string_view key);
  void touch(Letters::iterator it, Seconds now);

  Sink* sink_;
  std::size_t most_;
  Waiting* waiting_;
  Seconds expired_{};  // up to then all is done
  Ages open_;
  Ages settled_;
  // Keys are those inside the letters, which never move.
  using Where = std::unordered_map<std::string_view, Letters::iterator>;
  Where where_;
  // Letters come and go by the million: what held one holds another.
  Letters spare_;
  std::vector<Where::node_type> spare_places_;
  // Of a part: the letters of which lines wait; those that began and ended
  // here, for ids are not used again after so many others but by letters that
  // begin; each host's first line.
  std::unordered_set<std::string> foreign_;
  Recent ended_{50'000};
  std::map<std::string, Seconds, std::less<>> first_;
  std::string host_;  // seen last
};

}  // namespace lostletter::archive
