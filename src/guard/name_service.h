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

struct NameFacts {
  Mail mail = Mail::kUnknown;
  std::string wildcard = {};  // "ml": the name exists because any below ml does
  std::string parked_at =
      {};  // a host of those who park names, which it leads to
};

class NameService {
 public:
  virtual ~NameService() = default;

  // Of a domain, lower-case A-labels. Nothing when it cannot be known now: the
  // DNS is away, or slow. Never hangs, never throws. Any thread.
  virtual std::optional<NameFacts> ask(const std::string& domain) = 0;
};

}  // namespace lostletter::guard
