// SPDX-License-Identifier: Apache-2.0
//
// Does a letter that came again prove that a person sent it again? Its Date
// says when it was written: a program that retries its outbox sends the old
// letter, a person who presses Send makes a new one (DESIGN 4, "Ask").
//
// Clocks are wrong. One that is slow makes a new letter look old; one that is
// fast makes an old letter look new. In both cases the Date is remembered, and
// the next letter must bear a later one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/store.h"

namespace lostletter::gate {

// Why a letter proves nothing, in the order they are looked for.
enum class Flaw {
  kAutomatic,    // Auto-Submitted: auto-replied (RFC 3834 5)
  kBulk,         // Precedence: bulk, list or junk (RFC 2076 3.9)
  kList,         // List-Id, List-Unsubscribe (RFC 2919, RFC 2369)
  kNoDate,       // none, or none that can be read
  kManyDates,    // RFC 5322 3.6 allows one
  kAddedDate,    // the MTA wrote it, at the time of the resend
  kFutureDate,   // a clock that is ahead: the letter may be as old as any
  kOldDate,      // the letter that was refused, retried
  kNoLaterDate,  // not later than that of the last one that proved nothing
};
std::string_view to_string(Flaw flaw);  // "old-date": stable, for logs

// What of the header section matters, taken in field by field, in order.
class Headers {
 public:
  void add(std::string_view name, std::string_view body);

  // Nothing when the letter proves that it was written after the question.
  std::optional<Flaw> flaw(const store::Question& question, Seconds now) const;

  // The Date when it is a candidate for stale_date: a person's, but too early
  // or too far ahead.
  std::optional<Seconds> date() const { return date_; }

 private:
  std::optional<Flaw> flaw_of_kind() const;
  bool date_was_added() const;

  int dates_ = 0;
  std::optional<Seconds> date_;
  bool date_has_comment_ = false;
  // The MTA adds its fields behind the client's: Message-Id, Date, From, To.
  bool only_added_after_date_ = false;
  bool automatic_ = false;
  bool bulk_ = false;
  bool list_ = false;
};

}  // namespace lostletter::gate
