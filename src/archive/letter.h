// SPDX-License-Identifier: Apache-2.0
//
// A letter of years past, as logs, mailboxes and address books tell of it. They
// tell of different parts; what one does not tell stays empty.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace lostletter::archive {

enum class Outcome { kUnknown, kDelivered, kDeferred, kBounced };

// What our own Authentication-Results said of the sender's domain (RFC 8601):
// DMARC, or aligned DKIM or SPF. `kUnknown`: nobody whom we trust said
// anything.
enum class Authentic { kUnknown, kNo, kYes };

struct Recipient {
  std::string address;  // mail::Address::to_string(), or as found if it is none
  std::string name;     // display name in UTF-8
  Outcome outcome = Outcome::kUnknown;  // the last that was told
  std::string status = {};              // RFC 3463: "5.1.1"
  std::string relay = {};  // the host it was given to, with its address
  bool over_tls = false;
  std::vector<std::string> forwarded_to = {};  // where an alias led, if it did

  bool operator==(const Recipient&) const = default;
};

struct Letter {
  // Message-ID without its brackets, else host and queue id. The same letter in
  // two files has the same; empty when nothing names it.
  std::string id;
  Seconds at{};         // 0: not told
  Seconds ended{};      // of the last line about it; 0: not told
  std::string sender;   // like Recipient::address; empty: null reverse-path
  std::string name;     // the sender's display name
  std::string login;    // SASL login
  std::string client;   // address of the client it came from
  std::string mailbox;  // Delivered-To: whose copy this is
  std::uint64_t size = 0;
  std::vector<Recipient> recipients;
  std::vector<std::string> thread;  // In-Reply-To and References, like id
  bool automatic = false;           // RFC 3834, a mailing list's, or bulk
  Authentic authentic = Authentic::kUnknown;
  bool is_complete = false;  // its log says that nothing more follows

  bool operator==(const Letter&) const = default;
};

// An address somebody noted down.
struct Contact {
  std::string address;  // like Recipient::address
  std::string name;     // in UTF-8

  bool operator==(const Contact&) const = default;
};

}  // namespace lostletter::archive
