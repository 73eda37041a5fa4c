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
#include <unordered_map>
#include <unordered_set>

#include "archive/log_line.h"
#include "archive/under_way.h"

namespace lostletter::archive {

class Postfix {
 public:
  // Both must outlive this.
  Postfix(UnderWay& letters, Sink& sink) : letters_(&letters), sink_(&sink) {}

  // Whether a daemon of Postfix writes as `program`: "postfix/smtpd",
  // "postfix/submission/smtpd", "postfix-out/qmgr".
  static bool is_program(std::string_view program);

  // Empty, or a reason (reasons.h).
  std::string_view read(const LogLine& line, std::uint64_t number);

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
  void read_tls(const LogLine& line);

  OpenLetter& letter(const Context& here);
  const std::string& key(const Context& here, std::string_view id);
  bool was_over_tls(const Context& here, std::string_view relay, bool reused);

  struct Connection {
    std::string relay;
    std::string id;  // of the letter that used it first
  };

  UnderWay* letters_;
  Sink* sink_;
  std::string key_;
  // By host and process: the connection with TLS it made last. And the relays
  // whose last new connection was with TLS: cached ones change the process.
  std::unordered_map<std::string, Connection> connections_;
  std::unordered_set<std::string> relays_;
};

}  // namespace lostletter::archive
