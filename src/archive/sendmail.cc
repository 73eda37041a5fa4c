// SPDX-License-Identifier: Apache-2.0
#include "archive/sendmail.h"

#include <algorithm>
#include <vector>

#include "archive/field_text.h"
#include "archive/reasons.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 5ANIZI3x012345: letters and digits, the last five digits (the process).
bool is_id(std::string_view text) {
  return text.size() >= 10 && text.size() <= 24 &&
         std::ranges::all_of(text,
                             [](char c) {
                               return is_digit(c) || (ascii_lower(c) >= 'a' &&
                                                      ascii_lower(c) <= 'z');
                             }) &&
         std::ranges::all_of(text.substr(text.size() - 5), is_digit);
}

// What stands behind "name=" up to the next ", "; empty when it is not there.
std::string_view value(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; (at = text.find(name, at)) != text.npos; ++at) {
    const bool begins = at == 0 || (at >= 2 && text.substr(at - 2, 2) == ", ");
    if (!begins || text.substr(at + name.size(), 1) != "=") continue;
    text.remove_prefix(at + name.size() + 1);
    return text.substr(0, text.find(", "));
  }
  return {};
}

std::string_view unbracket(std::string_view path) {
  if (path.starts_with('<') && path.ends_with('>')) {
    return path.substr(1, path.size() - 2);
  }
  return path;
}

// "<bob@example.org>,<carol@example.org>,root"
std::vector<std::string_view> split_paths(std::string_view list) {
  std::vector<std::string_view> paths;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '<') inside = true;
    if (i < list.size() && list[i] == '>') inside = false;
    if (i < list.size() && (inside || list[i] != ',')) continue;
    const auto path = unbracket(trim(list.substr(begin, i - begin)));
    if (!path.empty()) paths.push_back(path);
    begin = i + 1;
  }
  return paths;
}

std::string_view address_of(std::string_view relay) {
  const auto open = relay.rfind('[');
  const auto close = relay.find(']', open == relay.npos ? 0 : open);
  if (open == relay.npos || close == relay.npos) return {};
  auto address = relay.substr(open + 1, close - open - 1);
  take(address, "IPv6:");
  return address;
}

Outcome outcome_of(std::string_view stat, std::string_view dsn) {
  if (stat.starts_with("Sent")) return Outcome::kDelivered;
  if (stat.starts_with("Deferred")) return Outcome::kDeferred;
  if (dsn.starts_with('2')) return Outcome::kDelivered;
  if (dsn.starts_with('4')) return Outcome::kDeferred;
  // Only what is over has another word: "User unknown", "Service unavailable".
  return Outcome::kBounced;
}

// From the submission program to the server on the same host: the id there.
std::string_view accepted_as(std::string_view relay, std::string_view stat) {
  const auto address = address_of(relay);
  if (!address.starts_with("127.") && address != "::1") return {};
  if (!take(stat, "Sent (") || !stat.contains(" Message accepted")) return {};
  const auto next = take_until(stat, " ");
  return is_id(next) ? next : std::string_view();
}

}  // namespace

bool Sendmail::is_program(std::string_view program) {
  return program == "sendmail" || program == "sm-mta" ||
         program == "sm-msp-queue" || program == "sm-que";
}

std::string Sendmail::process_of(const LogLine& line) const {
  return std::string(line.host).append("/").append(line.process);
}

std::string_view Sendmail::read(const LogLine& line, std::uint64_t number) {
  auto text = line.text;
  const auto colon = text.find(": ");
  const auto id = text.substr(0, colon);
  if (colon != text.npos && is_id(id)) {
    text.remove_prefix(colon + 2);
    key_.assign(line.host).append("/").append(id);
    if (take(text, "from=")) return read_from(line, number, text);
    if (take(text, "to=")) return read_to(line, number, text);
    if (text.starts_with("done; ")) {
      return letters_->end(key_) ? std::string_view() : kWaits;
    }
    if (text.starts_with("ruleset=check_rcpt, ") ||
        text.starts_with("Milter: to=") || text.starts_with('<')) {
      return read_refusal(line, number, text);
    }
  }
  if (text.starts_with("AUTH=server, ")) {
    logins_.say(process_of(line),
                {std::string(value(text, "authid")), {}, line.at});
    // Letters that begin about now wait (near_begin).
    if (letters_->is_near_first(line.host, line.at)) return kWaits;
  } else if (text.starts_with("STARTTLS=client, ")) {
    encrypted_.say(process_of(line),
                   {std::string(value(text, "relay")), {}, line.at});
  }
  return {};
}

// "<ann@example.com>, size=1234, class=0, nrcpts=1, msgid=<...>, relay=..."
std::string_view Sendmail::read_from(const LogLine& line, std::uint64_t number,
                                     std::string_view text) {
  const auto end = text.find(", size=");
  if (end == text.npos) return kBrokenLine;
  // Refused recipients are told before the sender.
  const auto* known = letters_->find(key_);
  auto* begun = known != nullptr && known->sender_told
                    ? &letters_->begin(key_, line.at, number)
                    : letters_->near_begin(key_, line.at, number);
  const auto* login = logins_.recall(process_of(line), line.at);
  if (begun == nullptr) {
    if (login != nullptr) {
      waiting_->said("sendmail login", process_of(line), *login);
    }
    return kWaits;
  }
  auto& open = *begun;
  Letter& letter = open.letter;
  open.sender_told = true;
  letter.sender = address_text(unbracket(text.substr(0, end)));
  text.remove_prefix(end + 2);
  letter.size = number_of(value(text, "size"));
  open.expected = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(number_of(value(text, "nrcpts")), 1'000'000));
  letter.id = id_text(value(text, "msgid"));
  letter.client = address_of(value(text, "relay"));
  if (login != nullptr) letter.login = login->text;
  // Nobody was accepted: nothing will follow.
  if (open.expected == 0 && !letter.recipients.empty()) letters_->end(key_);
  return {};
}

// "<bob@example.org>, ctladdr=..., delay=..., relay=..., dsn=..., stat=..."
std::string_view Sendmail::read_to(const LogLine& line, std::uint64_t number,
                                   std::string_view text) {
  const auto delay = text.find(", delay=");
  const auto stat_at = text.find(", stat=", delay == text.npos ? 0 : delay);
  if (delay == text.npos || stat_at == text.npos) return kBrokenLine;
  const auto to = text.substr(0, std::min(delay, text.find(", ctladdr=")));
  const auto stat = text.substr(stat_at + 7);
  const auto fields = text.substr(delay + 2, stat_at - delay - 2);
  if (stat.starts_with("queued")) return {};
  const auto relay = value(fields, "relay");
  const auto dsn = value(fields, "dsn");
  const auto outcome = outcome_of(stat, dsn);

  const auto next =
      outcome == Outcome::kDelivered ? accepted_as(relay, stat) : "";
  const auto next_key = std::string(line.host).append("/").append(next);
  auto* known = letters_->at(key_, line.at, number);
  if (known != nullptr && !next.empty() &&
      letters_->may_follow(*known, next_key)) {
    letters_->let_wait(key_);
    known = nullptr;
  }
  if (known == nullptr) {
    if (const auto* said = encrypted_.recall(process_of(line), line.at)) {
      waiting_->said("sendmail tls", process_of(line), *said);
    }
    if (!next.empty()) letters_->let_wait(next_key);
    return kWaits;
  }
  auto& open = *known;
  if (!next.empty() && letters_->follow(open, next_key)) return {};
  for (const auto path : split_paths(to)) {
    auto& recipient = open.recipient(address_text(path));
    recipient.outcome = outcome;
    recipient.status = dsn.substr(0, 16);
    recipient.relay = relay;
    recipient.over_tls = was_over_tls(line, relay, open.letter.at);
  }
  if (open.expected > 0 && open.letter.recipients.size() >= open.expected &&
      open.is_final()) {
    letters_->settle(open.key);
  }
  return {};
}

// ruleset=check_rcpt, arg1=<bob@example.org>, relay=..., reject=550 5.7.1 ...
// Milter: to=<bob@example.org>, reject=550 5.7.1 ...
// <bob@example.org>... User unknown
std::string_view Sendmail::read_refusal(const LogLine& line,
                                        std::uint64_t number,
                                        std::string_view text) {
  std::string_view path;
  std::string_view reply;
  if (text.starts_with('<')) {
    const auto end = text.find(">... ");
    if (end == text.npos) return {};
    path = text.substr(1, end - 1);
    reply = "550";
  } else {
    take(text, "Milter: ");
    const auto arg =
        text.starts_with("to=") ? value(text, "to") : value(text, "arg1");
    path = unbracket(arg);
    const auto at = text.find(", reject=");
    if (at == text.npos) return {};
    reply = text.substr(at + 9);
  }
  if (path.empty()) return kBrokenLine;
  auto* known = letters_->at(key_, line.at, number);
  if (known == nullptr) return kWaits;
  auto& open = *known;
  auto& recipient = open.recipient(address_text(path));
  recipient.outcome =
      reply.starts_with('4') ? Outcome::kDeferred : Outcome::kBounced;
  if (reply.size() > 4) {
    const auto status = reply.substr(4, reply.find(' ', 4) - 4);
    if (status.find_first_not_of("0123456789.") == status.npos) {
      recipient.status = status.substr(0, 16);
    }
  }
  return {};
}

bool Sendmail::was_over_tls(const LogLine& line, std::string_view relay,
                            Seconds letter_at) {
  const auto* said = encrypted_.recall(process_of(line), line.at);
  return said != nullptr && said->at >= letter_at && !said->text.empty() &&
         relay.starts_with(said->text);
}

}  // namespace lostletter::archive
