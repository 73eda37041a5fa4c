// SPDX-License-Identifier: Apache-2.0
//
// What a site may set about holding letters; each field has its row in
// config/options.cc.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace lostletter::hold {

// What becomes of a letter that nobody answers for in time.
enum class AtDeadline {
  kReturn,  // to the sender, with a report (RFC 3464)
  kBackup,  // to the address `backup`, instead of the typed one
  kSend,    // as typed: the site says so
};

// Which fields of a letter are mended with its envelope.
enum class Mend {
  kHeader,    // To and Cc, unless a DKIM signature covers them
  kAlways,    // To and Cc, signed or not
  kEnvelope,  // none
};

struct Options {
  // Where the MTA brings held letters by LMTP; empty: nothing is held.
  std::string listen;
  // The MTA that takes released letters, notices and reports, by SMTP.
  std::string mta = "inet:127.0.0.1:25";
  // Names no mail leaves by (RFC 2606): the MTA's transport map routes them.
  std::string domain = "hold.invalid";
  std::string notices_from = "postmaster";  // in the From of notices
  // How senders reach the page of answers, without a slash at the end.
  std::string answers = "http://127.0.0.1:8025";
  std::string key_file;  // empty: hold.key beside the state directory

  bool whole_letter = false;  // hold_all_when
  std::chrono::seconds deadline{std::chrono::hours(72)};
  std::chrono::seconds reminder{std::chrono::hours(24)};
  AtDeadline at_deadline = AtDeadline::kReturn;
  // By the listener a letter came in by (HeldLetter::listener), where the site
  // says otherwise for that one: machines of its own, say.
  std::map<std::string, AtDeadline, std::less<>> at_deadline_of = {};
  std::string backup;
  Mend mend = Mend::kHeader;

  std::uint64_t most_size = std::uint64_t{50} << 20U;      // of one letter
  std::uint64_t disk_reserve = std::uint64_t{256} << 20U;  // left free
};

inline AtDeadline at_deadline(const Options& options,
                              std::string_view listener) {
  const auto own = options.at_deadline_of.find(listener);
  return own == options.at_deadline_of.end() ? options.at_deadline
                                             : own->second;
}

}  // namespace lostletter::hold
