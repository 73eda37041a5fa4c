// SPDX-License-Identifier: Apache-2.0
//
// A letter as a filter in the MTA sees it pass: its envelope, and the fields of
// its header that tell who wrote to whom. Taken down on the thread that the MTA
// waits for, and read on another. Neither subject nor text is kept, but for the
// subject of a bounce: a filter that is not shown bodies knows it by nothing
// else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/letter.h"
#include "base/clock.h"

namespace lostletter::archive {

// A header section, less what tells nothing here. What is left stands in its
// order, and a field left out still parts those it stood between.
class HeaderNotes {
 public:
  // From the field on that goes beyond, none is kept: nobody's megabyte is.
  static constexpr std::size_t kMost = std::size_t{64} << 10U;

  // `null_path`: it may be a bounce.
  explicit HeaderNotes(bool null_path) : null_path_(null_path) {}

  // A field as a milter is told of it: a body with folds, without its end.
  void add(std::string_view name, std::string_view body);

  // As read_message() reads it; names in lower case.
  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }

 private:
  bool null_path_;
  bool after_results_ = false;
  bool full_ = false;
  std::string text_;
};

struct Passing {
  Seconds at{};                              // now, whatever its Date says
  std::string server;                        // the MTA's own name
  std::string queue_id;                      // may be empty
  std::string login;                         // SASL login
  bool leaving = false;                      // from a client of ours
  std::string sender;                        // reverse-path; empty: null
  std::vector<std::string> recipients = {};  // those accepted, as delivered to
  std::string header = {};                   // HeaderNotes::text()
};

// Both: recipients whom only the header names are in the letter, but nobody
// here knows whether it reached them (kDeferred).

// What we send: the envelope says who it is from and to, the header only how
// they are called. Authentic: unknown, for nobody checks our own mail.
Letter read_leaving(const Passing& passing);

// What we receive: from the author, whom our Authentication-Results speak of,
// and not from the reverse-path, which may be another one for each letter.
// Authentic: no, unless a server of `trusted` says yes.
Letter read_arriving(const Passing& passing,
                     const std::vector<std::string>& trusted);

// A report that a letter could not be delivered (RFC 3464), as far as its
// header says: which recipients failed is told by X-Failed-Recipients, which
// Exim and Gmail write, which letter by In-Reply-To or References. Without the
// former it could as well be a letter that is late, unless it bears the subject
// that Postfix gives to failures.
struct Bounce {
  std::string letter;                        // like Letter::id
  std::vector<std::string> recipients = {};  // empty: not told

  bool operator==(const Bounce&) const = default;
};
// Nothing when it is none, or does not say of which letter.
std::optional<Bounce> read_bounce(const Passing& passing);

}  // namespace lostletter::archive
