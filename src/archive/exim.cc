// SPDX-License-Identifier: Apache-2.0
#include "archive/exim.h"

#include <algorithm>
#include <utility>

#include "archive/field_text.h"
#include "archive/reasons.h"
#include "archive/waiting.h"

namespace lostletter::archive {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

// 1tAbCd-0003Ef-2G, since 4.97 1tAbCd-00000003EfG-2hIj.
bool is_id(std::string_view text) {
  if (text.size() != 16 && text.size() != 23) return false;
  const std::size_t second = text.size() == 16 ? 13 : 18;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 6 || i == second;
    if (dash ? text[i] != '-' : !is_alnum(text[i])) return false;
  }
  return true;
}

// The date that Exim writes also where syslog has one already.
void skip_date(std::string_view& text) {
  if (text.size() > 20 && text[4] == '-' && text[7] == '-' && text[10] == ' ' &&
      text[13] == ':') {
    text.remove_prefix(20);
    // +0100
    if ((text.starts_with('+') || text.starts_with('-')) && text.size() > 6 &&
        text[5] == ' ') {
      text.remove_prefix(6);
    }
  }
}

// An address or a field, with the space behind it; spaces inside quotes and
// brackets are its own.
std::string_view take_item(std::string_view& text) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != ' '); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  const auto item = text.substr(0, i);
  text.remove_prefix(std::min(i, text.size()));
  take(text, " ");
  return item;
}

// "H=name (helo) [192.0.2.1]:25" or "H=[192.0.2.1]" without its "H=".
std::string_view take_host(std::string_view& text) {
  const auto close = text.find(']');
  const auto next = text.find('=');
  if (close == text.npos || next < close) return take_item(text);
  const auto host = text.substr(0, close + 1);
  text.remove_prefix(close + 1);
  take_until(text, " ");  // the port
  return host;
}

std::string_view in_brackets(std::string_view host) {
  const auto open = host.rfind('[');
  if (open == host.npos || !host.ends_with(']')) return {};
  return host.substr(open + 1, host.size() - open - 2);
}

// "plain_server:ann@example.com" -> the login.
std::string_view login_of(std::string_view authenticator) {
  const auto colon = authenticator.find(':');
  return colon == authenticator.npos ? std::string_view()
                                     : authenticator.substr(colon + 1);
}

// "R=...", "(parent)", "<typed>": what may follow an address.
bool is_next(std::string_view text) {
  if (text.empty() || text[0] == '(' || text[0] == '<') return true;
  const auto name = text.substr(0, text.find('='));
  return name.size() < text.size() && std::ranges::all_of(name, is_alnum);
}

// "final (parent) <typed>": who was written to, and where that led. A local
// part that needs quotes has none in `final`, but in `typed`.
struct Whom {
  std::string_view typed;
  std::string_view final;
};
Whom take_whom(std::string_view& text) {
  const auto whole = text;
  Whom whom;
  whom.final = take_item(text);
  // "** y@nowhere.example: Unrouteable address"
  if (whom.final.ends_with(':')) {
    whom.final.remove_suffix(1);
  } else if (const auto end = whole.find(" <");
             !is_next(text) && end != whole.npos) {
    whom.final = whole.substr(0, end);
    text = whole.substr(end + 1);
  }
  whom.typed = whom.final;
  while (text.starts_with('(')) {
    take_until(text, ")");
    take(text, " ");
  }
  if (take(text, "<")) {
    const auto from = text;
    if (text.starts_with('"')) {
      text.remove_prefix(1);
      take_until(text, "\"@");
    }
    take_until(text, ">");
    whom.typed = from.substr(0, from.size() - text.size());
    if (whom.typed.ends_with('>')) whom.typed.remove_suffix(1);
    take(text, " ");
  }
  return whom;
}

// Whether an alias led from one to the other.
bool is_elsewhere(const Whom& whom) {
  if (whom.final.find('@') == whom.final.npos) return false;
  std::string bare;
  for (const char c : whom.typed) {
    if (c != '"' && c != '\\') bare += c;
  }
  return whom.final != whom.typed && whom.final != bare;
}

struct Mark {
  std::string_view mark;
  Outcome outcome;
};
constexpr Mark kMarks[] = {
    {"=> ", Outcome::kDelivered}, {"-> ", Outcome::kDelivered},
    {">> ", Outcome::kDelivered}, {"** ", Outcome::kBounced},
    {"== ", Outcome::kDeferred},
};

}  // namespace

bool Exim::is_program(std::string_view program) {
  return program == "exim" || program == "exim4";
}

bool Exim::is_line(std::string_view text) {
  skip_date(text);
  if (is_id(text.substr(0, text.find(' ')))) return true;
  constexpr std::string_view kBegins[] = {
      "Start queue run: ",
      "End queue run: ",
      "exim ",
      "SMTP connection from ",
      "no host name found for IP address ",
      "unexpected disconnection while reading SMTP",
      "TLS error on connection from ",
      "SMTP call from ",
      "SMTP protocol synchronization error",
      "H=",
      "no IP address found for"};
  return std::ranges::any_of(kBegins, [text](std::string_view begin) {
    return text.starts_with(begin);
  });
}

std::string_view Exim::read(const LogLine& line, std::uint64_t number) {
  auto text = line.text;
  skip_date(text);
  const auto id = text.substr(0, text.find(' '));
  if (!is_id(id)) return read_refusal(line);
  key_.assign(line.host);
  if (!key_.empty()) key_ += '/';
  key_ += id;
  text.remove_prefix(id.size());
  take(text, " ");
  if (take(text, "<= ")) return read_arrival(line, number, text);
  if (text == "Completed" || text.starts_with("Completed QT=")) {
    return letters_->end(key_) ? std::string_view() : kWaits;
  }
  for (const Mark& mark : kMarks) {
    if (take(text, mark.mark)) {
      return read_delivery(line, number, mark.outcome, text);
    }
  }
  return {};
}

std::string_view Exim::read_arrival(const LogLine& line, std::uint64_t number,
                                    std::string_view text) {
  const auto sender = take_item(text);
  if (sender.empty()) return kBrokenLine;
  auto& open = letters_->begin(key_, line.at, number);
  Letter& letter = open.letter;
  open.sender_told = true;
  letter.sender = sender == "<>" ? std::string() : address_text(sender);
  while (!text.empty()) {
    if (take(text, "H=")) {
      letter.client = in_brackets(take_host(text));
      continue;
    }
    auto item = take_item(text);
    if (take(item, "A=")) letter.login = login_of(item);
    if (take(item, "S=")) letter.size = number_of(item);
    if (take(item, "id=")) letter.id = id_text(item);
  }
  return {};
}

std::string_view Exim::read_delivery(const LogLine& line, std::uint64_t number,
                                     Outcome outcome, std::string_view text) {
  const auto whom = take_whom(text);
  // What follows names at least the router, or ends in ": " and an error.
  if (whom.typed.empty() || text.empty()) return kBrokenLine;
  auto* known = letters_->at(key_, line.at, number);
  if (known == nullptr) return kWaits;
  auto& open = *known;
  auto& recipient = open.recipient(address_text(whom.typed));
  // "retry time not reached" tells nothing new.
  const auto status = status_in(text);
  if (!status.empty() || recipient.outcome != outcome) {
    recipient.status = status;
  }
  recipient.outcome = outcome;
  recipient.over_tls = false;
  if (is_elsewhere(whom)) {
    auto to = address_text(whom.final);
    if (std::ranges::find(recipient.forwarded_to, to) ==
        recipient.forwarded_to.end()) {
      recipient.forwarded_to.push_back(std::move(to));
    }
  }
  while (!text.empty() && !text.starts_with(": ")) {
    if (take(text, "H=")) {
      recipient.relay = take_host(text);
      continue;
    }
    if (take_item(text).starts_with("X=")) recipient.over_tls = true;
  }
  return {};
}

// H=(helo) [192.0.2.1] A=plain:ann F=<ann@example.com> rejected RCPT
// <bob@example.org>: reason
std::string_view Exim::read_refusal(const LogLine& line) {
  auto text = line.text;
  const auto at = text.find(" rejected RCPT ");
  if (at == text.npos) return {};
  OpenLetter refused;
  Letter& letter = refused.letter;
  auto before = text.substr(0, at + 1);
  text.remove_prefix(at + 15);
  bool is_for_now = false;
  while (!before.empty()) {
    if (take(before, "H=")) {
      letter.client = in_brackets(take_host(before));
      continue;
    }
    auto item = take_item(before);
    if (item == "temporarily") is_for_now = true;
    if (take(item, "A=")) letter.login = login_of(item);
    if (take(item, "F=<") && item.ends_with('>')) {
      item.remove_suffix(1);
      letter.sender = address_text(item);
      refused.sender_told = true;
    }
  }
  if (!refused.sender_told) return kBrokenLine;
  auto to = take_until(text, ": ");
  if (take(to, "<") && to.ends_with('>')) to.remove_suffix(1);
  if (to.empty()) return kBrokenLine;
  letter.at = line.at;
  letter.is_complete = true;
  letter.recipients.push_back(
      {address_text(to),
       {},
       is_for_now ? Outcome::kDeferred : Outcome::kBounced});
  letter.recipients.back().status = status_in(text);
  sink_->letter(letter);
  return {};
}

}  // namespace lostletter::archive
