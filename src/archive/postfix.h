// SPDX-License-Identifier: Apache-2.0
//
// Postfix's log lines (its log format is described in postfix(1) and its
// daemons' manuals; what is relied on here is what 2.3 to 3.9 write).
//
//   smtpd    QID: client=host[addr], sasl_method=PLAIN, sasl_username=ann
//   cleanup  QID: message-id=<...>
//   qmgr     QID: from=<ann@example.com>, size=1234, nrcpt=1 (queue active)
//   smtp     QID: to=<bob@example.org>, orig_to=<...>, relay=..., dsn=2.0.0,
//            status=sent (250 2.0.0 Ok: queued as ...)
//   qmgr     QID: removed
//   smtpd    NOQUEUE: reject: RCPT from ...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/log_line.h"
#include "archive/processes.h"
#include "archive/under_way.h"
#include "archive/waiting.h"

namespace lostletter::archive {

class Postfix {
 public:
  // All must outlive this. `waiting`: see UnderWay.
  Postfix(UnderWay& letters, Sink& sink, Waiting* waiting = nullptr)
      : letters_(&letters), sink_(&sink), waiting_(waiting) {}

  // Whether a daemon of Postfix writes as `program`: "postfix/smtpd",
  // "postfix/submission/smtpd", "postfix-out/qmgr".
  static bool is_program(std::string_view program);

  // Empty, or a reason (reasons.h), or kWaits.
  std::string_view read(const LogLine& line, std::uint64_t number);

  // Connections with TLS, by host and process: the one it made last.
  Processes& connections() { return connections_; }

 private:
  struct Context {
    const LogLine& line;
    std::uint64_t number;
    std::string_view id;    // queue id
    std::string_view text;  // behind it
  };

  std::string_view read_queued(const Context& here);
  std::string_view read_client(const Context& here);
  std::string_view read_pickup(const Context& here);
  std::string_view read_message_id(const Context& here);
  std::string_view read_from(const Context& here);
  std::string_view read_to(const Context& here);
  std::string_view read_removed(const Context& here);
  std::string_view read_reject(const Context& here);
  void read_tls(const LogLine& line, std::string_view text);

  OpenLetter* letter(const Context& here);
  const std::string& key(const Context& here, std::string_view id);
  const std::string& process(const LogLine& line);
  bool was_over_tls(const Context& here, std::string_view relay,
                    Seconds letter_at);
  std::string_view let_wait(const Context& here, std::string_view relay,
                            std::string_view filtered_as);

  UnderWay* letters_;
  Sink* sink_;
  Waiting* waiting_;
  std::string key_;
  std::string process_;
  std::string address_;
  Processes connections_;
};

}  // namespace lostletter::archive
