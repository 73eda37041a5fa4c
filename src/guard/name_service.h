// SPDX-License-Identifier: Apache-2.0
//
// What the DNS says about mail to a name, as the judgement asks it: values in,
// values out. `dns` implements it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lostletter::guard {

enum class Mail : std::uint8_t {
  kUnknown,     // nobody answered: it says nothing, least of all "no"
  kTaken,       // there is somewhere to bring a letter
  kNoSuchName,  // NXDOMAIN
  kNoService,   // the name exists, with neither MX nor address
  kNull,        // RFC 7505: it takes none, and says so
};

// Is it proven that no letter can arrive?
constexpr bool is_undeliverable(Mail mail) {
  return mail == Mail::kNoSuchName || mail == Mail::kNoService ||
         mail == Mail::kNull;
}

// Whose name, as far as the asker knows.
struct NameQuestion {
  std::string domain;     // lower-case A-labels
  bool is_wrong = false;  // judged misdirected: one more of its kind
  // Letters went both ways with it, so many of them here.
  bool is_partner = false;
  std::uint64_t received = 0;
};

struct NameFacts {
  Mail mail = Mail::kUnknown;
  std::string wildcard = {};  // "ml": the name exists because any below ml does
  std::string parked_at =
      {};  // a host of those who park names, which it leads to
  std::string clutch_at = {};  // a mail host that several wrong names share
  // Of a partner whose mail went to the first when letters last went both ways,
  // and now goes to the second, a host of one of the two kinds above.
  std::string moved_from = {};
  std::string moved_to = {};
};

class NameService {
 public:
  virtual ~NameService() = default;

  // Of a domain, lower-case A-labels. Nothing when it cannot be known now: the
  // DNS is away, or slow. Never hangs, never throws. Any thread.
  virtual std::optional<NameFacts> ask(const std::string& domain) = 0;
  // The same, with what the service remembers of names.
  virtual std::optional<NameFacts> ask_about(const NameQuestion& question) {
    return ask(question.domain);
  }
};

}  // namespace lostletter::guard
