// SPDX-License-Identifier: Apache-2.0
#include "archive/postfix.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "archive/field_text.h"
#include "archive/reasons.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kLongestId = 32;

constexpr std::string_view kDaemons[] = {
    "smtp",       "smtpd",           "lmtp",
    "qmgr",       "cleanup",         "pickup",
    "local",      "virtual",         "pipe",
    "bounce",     "error",           "relay",
    "retry",      "discard",         "nqmgr",
    "postscreen", "trivial-rewrite", "anvil",
    "scache",     "tlsmgr",          "tlsproxy",
    "master",     "postsuper",       "postfix-script",
    "verify",     "oqmgr",           "proxymap",
    "dnsblog",    "sendmail",        "postdrop",
    "submission", "smtps",           "submissions",
    "flush",      "showq",           "spawn",
    "qmqpd",      "postlogd",
};

// Short ids are upper-case hexadecimal; long ones (enable_long_queue_ids) have
// digits and consonants: no word of a log line looks so.
constexpr std::uint8_t kInShort = 1, kInLong = 2;
constexpr auto kIdBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  const auto mark = [&bytes](std::string_view all, std::uint8_t where) {
    for (const char c : all) bytes[static_cast<unsigned char>(c)] |= where;
  };
  mark("0123456789ABCDEF", kInShort);
  mark("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz", kInLong);
  return bytes;
}();
bool is_queue_id(std::string_view text) {
  if (text.size() < 6 || text.size() > kLongestId) return false;
  std::uint8_t in = kInShort | kInLong;
  for (const char c : text) in &= kIdBytes[static_cast<unsigned char>(c)];
  return (in & kInShort) != 0 || ((in & kInLong) != 0 && text.size() >= 10);
}

struct State {
  std::string_view status;
  Outcome outcome;
};
constexpr State kStates[] = {
    {"sent", Outcome::kDelivered},        {"bounced", Outcome::kBounced},
    {"deferred", Outcome::kDeferred},     {"expired", Outcome::kBounced},
    {"force-expired", Outcome::kBounced}, {"SOFTBOUNCE", Outcome::kDeferred},
    {"filtered", Outcome::kDelivered},
};

// mx.example.org[192.0.2.1]:25 -> 192.0.2.1
std::string_view address_of(std::string_view host) {
  if (host.empty()) return {};
  const void* const open = ::memrchr(host.data(), '[', host.size());
  if (open == nullptr) return {};
  host.remove_prefix(
      static_cast<std::size_t>(static_cast<const char*>(open) - host.data()) +
      1);
  const auto close = host.find(']');
  return close == host.npos ? std::string_view() : host.substr(0, close);
}

bool is_loopback(std::string_view relay) {
  const auto address = address_of(relay);
  return address.starts_with("127.") || address == "::1";
}

// "250 2.0.0 Ok: queued as 4XyZ)" -> 4XyZ
std::string_view queued_as(std::string_view text) {
  constexpr std::string_view kMark = "queued as ";
  const auto at = text.rfind(kMark);
  if (at == text.npos) return {};
  text.remove_prefix(at + kMark.size());
  return text.substr(0, text.find_first_of(" )"));
}

// What stands before ", "; removed with it, as take_until() does.
std::string_view take_item(std::string_view& text) {
  auto at = text.find(',');
  while (at < text.size() && !text.substr(at + 1).starts_with(' ')) {
    at = text.find(',', at + 1);
  }
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 2);
  return taken;
}

// What stands before ">, " and one of `next`; removed, up to there. False when
// there is none. Quoted local-parts may have ">, " of their own.
bool take_path(std::string_view& text, std::string_view& path,
               std::initializer_list<std::string_view> next) {
  constexpr std::string_view kEnd = ">, ";
  auto at = text.find(kEnd);
  while (at != text.npos) {
    const auto rest = text.substr(at + kEnd.size());
    if (std::ranges::any_of(
            next, [rest](auto key) { return rest.starts_with(key); })) {
      path = text.substr(0, at);
      text = rest;
      return true;
    }
    at = text.find(kEnd, at + 1);
  }
  return false;
}

// What the comma-separated rest of a delivery's line says.
struct Delivery {
  std::string_view relay, dsn, status, reply;
};

// Up to a space or a comma.
std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != ' ' && text[end] != ',') ++end;
  return text.substr(0, end);
}

bool read_delivery(std::string_view text, Delivery& delivery) {
  while (!text.empty()) {
    if (take(text, "status=")) {
      delivery.status = first_word(text);
      text.remove_prefix(delivery.status.size());
      delivery.reply = text;
      return !delivery.status.empty();
    }
    auto value = take_item(text);
    if (take(value, "relay=")) {
      if (value != "none") delivery.relay = value;
    } else if (take(value, "dsn=")) {
      delivery.dsn = value;
    }
  }
  return false;
}

}  // namespace

bool Postfix::is_program(std::string_view program) {
  const auto slash = program.rfind('/');
  if (slash == program.npos || slash == 0) return false;
  return std::ranges::find(kDaemons, program.substr(slash + 1)) !=
         std::end(kDaemons);
}

std::string_view Postfix::read(const LogLine& line, std::uint64_t number) {
  auto text = line.text;
  // Ids are short: most of a line without one need not be searched.
  const auto colon = text.substr(0, kLongestId + 1).find(':');
  if (colon != text.npos && text.substr(colon, 2) == ": ") {
    const auto id = text.substr(0, colon);
    text.remove_prefix(colon + 2);
    if (id == "NOQUEUE") return read_reject({line, number, {}, text});
    if (is_queue_id(id)) return read_queued({line, number, id, text});
  } else if (const auto space = text.find(' '); space != text.npos) {
    text.remove_prefix(space + 1);
    if (take(text, "TLS connection ")) read_tls(line, text);
  }
  return {};
}

std::string_view Postfix::read_queued(const Context& here) {
  struct Row {
    std::string_view begin;
    std::string_view (Postfix::*read)(const Context& here);
  };
  static constexpr Row kRows[] = {
      {"to=<", &Postfix::read_to},
      {"from=<", &Postfix::read_from},
      {"removed", &Postfix::read_removed},
      {"message-id=", &Postfix::read_message_id},
      {"client=", &Postfix::read_client},
      {"uid=", &Postfix::read_pickup},
      {"reject: ", &Postfix::read_reject},
      {"milter-reject: ", &Postfix::read_reject},
  };
  if (here.text.empty()) return {};
  for (const Row& row : kRows) {
    if (here.text.front() == row.begin.front() &&
        here.text.starts_with(row.begin)) {
      return (this->*row.read)(here);
    }
  }
  return {};
}

const std::string& Postfix::key(const Context& here, std::string_view id) {
  key_.assign(here.line.host);
  key_ += '/';
  key_ += id;
  return key_;
}

const std::string& Postfix::process(const LogLine& line) {
  process_.assign(line.host);
  process_ += '/';
  process_ += line.process;
  return process_;
}

OpenLetter* Postfix::letter(const Context& here) {
  return letters_->at(key(here, here.id), here.line.at, here.number);
}

std::string_view Postfix::read_client(const Context& here) {
  auto text = here.text;
  take(text, "client=");
  const auto client = address_of(take_item(text));
  if (client.empty()) return kBrokenLine;
  auto& open = letters_->begin(key(here, here.id), here.line.at, here.number);
  open.letter.client = client;
  while (!text.empty()) {
    auto value = take_item(text);
    if (take(value, "sasl_username=")) open.letter.login = value;
  }
  return {};
}

// Submitted by sendmail(1). The sender may still be rewritten: qmgr tells it.
std::string_view Postfix::read_pickup(const Context& here) {
  letters_->begin(key(here, here.id), here.line.at, here.number);
  return {};
}

std::string_view Postfix::read_message_id(const Context& here) {
  auto text = here.text;
  take(text, "message-id=");
  auto* open =
      letters_->near_begin(key(here, here.id), here.line.at, here.number);
  if (open == nullptr) return kWaits;
  if (open->letter.id.empty()) open->letter.id = id_in(text);
  return {};
}

// from=<...>, size=1, nrcpt=1 (queue active); or
// from=<...>, status=expired, returned to sender
std::string_view Postfix::read_from(const Context& here) {
  auto text = here.text;
  take(text, "from=<");
  std::string_view path;
  if (!take_path(text, path, {"size=", "status="})) return kBrokenLine;
  auto* known = letter(here);
  if (known == nullptr) return kWaits;
  auto& open = *known;
  set_address(open.letter.sender, path);
  open.sender_told = true;
  if (take(text, "size=")) {
    std::uint64_t size = 0;
    for (const char c : text.substr(0, text.find_first_not_of("0123456789"))) {
      size = size * 10 + static_cast<std::uint64_t>(c - '0');
    }
    open.letter.size = size;
  } else if (take(text, "status=expired") ||
             take(text, "status=force-expired")) {
    for (Recipient& recipient : open.letter.recipients) {
      if (recipient.outcome != Outcome::kDelivered) {
        recipient.outcome = Outcome::kBounced;
      }
    }
  }
  return {};
}

std::string_view Postfix::read_to(const Context& here) {
  auto text = here.text;
  take(text, "to=<");
  std::string_view path;
  if (!take_path(text, path, {"relay=", "orig_to=<"})) return kBrokenLine;
  std::string_view typed = path;
  if (take(text, "orig_to=<") && !take_path(text, typed, {"relay="})) {
    return kBrokenLine;
  }
  Delivery delivery;
  if (!read_delivery(text, delivery)) return kBrokenLine;

  const bool is_probe =
      delivery.status == "deliverable" || delivery.status == "undeliverable";
  const auto* state =
      std::ranges::find(kStates, delivery.status, &State::status);
  if (state == std::end(kStates) && !is_probe) return kBrokenLine;
  // A content filter brought it back to us: the letter goes on as another.
  std::string_view next;
  const bool loops = is_loopback(delivery.relay);
  if (!is_probe && state->outcome == Outcome::kDelivered && loops) {
    next = queued_as(delivery.reply);
    if (!is_queue_id(next)) next = {};
  }
  auto* known = letter(here);
  if (known != nullptr && !next.empty() &&
      letters_->may_follow(*known, key(here, next))) {
    letters_->let_wait(key(here, here.id));
    known = nullptr;
  }
  if (known == nullptr) return let_wait(here, delivery.relay, next);
  auto& open = *known;
  if (is_probe) {
    open.probe = true;
    return {};
  }
  if (!next.empty() && letters_->follow(open, key(here, next))) return {};
  set_address(address_, typed);
  auto& recipient = open.recipient(address_);
  recipient.outcome = state->outcome;
  recipient.status = delivery.dsn.substr(0, 16);
  recipient.relay = delivery.relay;
  recipient.over_tls =
      !loops && was_over_tls(here, delivery.relay, open.letter.at);
  if (typed != path) {
    auto to = address_text(path);
    if (std::ranges::find(recipient.forwarded_to, to) ==
        recipient.forwarded_to.end()) {
      recipient.forwarded_to.push_back(std::move(to));
    }
  }
  return {};
}

std::string_view Postfix::read_removed(const Context& here) {
  if (here.text != "removed") return {};
  return letters_->end(key(here, here.id)) ? std::string_view() : kWaits;
}

// reject: RCPT from host[192.0.2.1]: 550 5.1.1 <bob@example.org>: ...;
// from=<ann@example.com> to=<bob@example.org> proto=ESMTP helo=<host>
std::string_view Postfix::read_reject(const Context& here) {
  auto text = here.text;
  const bool at_rcpt = text.starts_with("reject: RCPT from ") ||
                       text.starts_with("milter-reject: RCPT from ");
  const bool at_end = text.starts_with("milter-reject: END-OF-MESSAGE from ") ||
                      text.starts_with("reject: END-OF-MESSAGE from ");
  if (!at_rcpt && !at_end) return {};
  take_until(text, " from ");
  const auto client = take_until(text, ": ");
  const auto envelope = text.rfind("; from=<");
  if (envelope == text.npos) return kBrokenLine;
  auto reply = text.substr(0, envelope);
  text.remove_prefix(envelope + 8);
  const auto from = take_until(text, "> to=<");
  const auto end = text.find("> proto=");
  if (end == text.npos) return kBrokenLine;
  const auto to = text.substr(0, end);

  OpenLetter refused;
  auto* known = here.id.empty() ? &refused : letter(here);
  if (known == nullptr) return kWaits;
  auto& open = *known;
  open.letter.at = here.id.empty() ? here.line.at : open.letter.at;
  set_address(open.letter.sender, from);
  open.letter.client = address_of(client);
  open.sender_told = true;
  set_address(address_, to);
  auto& recipient = open.recipient(address_);
  // The milter's own code is not logged before its text: "5.7.1 text".
  recipient.outcome =
      reply.starts_with('4') ? Outcome::kDeferred : Outcome::kBounced;
  if (reply.size() > 4 && reply[3] == ' ') reply.remove_prefix(4);
  const auto status = take_until(reply, " ");
  if (status.find_first_not_of("0123456789.") == status.npos) {
    recipient.status = status.substr(0, 16);
  }
  if (here.id.empty()) {
    open.letter.is_complete = true;
    sink_->letter(open.letter);
  } else if (at_end) {
    letters_->end(key(here, here.id));
  }
  return {};
}

// "Trusted TLS connection established to mx.example.org[192.0.2.1]:25: TLSv1.3"
// or, of one that another letter left open, "reused to".
void Postfix::read_tls(const LogLine& line, std::string_view text) {
  if (!take(text, "established to ") && !take(text, "reused to ")) return;
  const auto relay = take_until(text, ": ");
  connections_.say(process(line), {std::string(relay), {}, line.at});
}

// A connection is the letter's that the process tells of next: it says when it
// makes or takes another. REQUIRES: the relay is another host.
bool Postfix::was_over_tls(const Context& here, std::string_view relay,
                           Seconds letter_at) {
  auto* said = connections_.recall(process(here.line), here.line.at);
  if (said == nullptr) {
    // It may have made one before this part: that was for this letter.
    if (letters_->is_near_first(here.line.host, here.line.at)) {
      const Processes::Said none{{}, std::string(here.id), here.line.at};
      connections_.say(process_, none);
      waiting_->said("postfix", process_, none);
    }
    return false;
  }
  if (said->id.empty()) said->id = here.id;
  if (said->id != here.id) *said = {{}, std::string(here.id), said->at};
  return said->id == here.id && said->text == relay && said->at >= letter_at;
}

// With what it needs: the connection, and the letter that goes on after a
// filter.
std::string_view Postfix::let_wait(const Context& here, std::string_view relay,
                                   std::string_view filtered_as) {
  const auto* said = connections_.recall(process(here.line), here.line.at);
  if (said != nullptr && !is_loopback(relay)) {
    waiting_->said("postfix", process_, *said);
    was_over_tls(here, relay, {});
  }
  if (!filtered_as.empty()) letters_->let_wait(key(here, filtered_as));
  return kWaits;
}

}  // namespace lostletter::archive
