// SPDX-License-Identifier: Apache-2.0
#include "scan/notes.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace lostletter::scan {
namespace {

using archive::Outcome;

// "mx.example.org[192.0.2.1]:25": over a network. "local", "dovecot",
// "mail.example.com[private/dovecot-lmtp]": into a mailbox of this host.
bool is_elsewhere(std::string_view relay) {
  const auto open = relay.rfind('[');
  if (open == relay.npos) return false;
  const std::string_view host = relay.substr(open + 1);
  return !host.starts_with('/') && !host.starts_with("private/") &&
         !host.starts_with("127.") && !host.starts_with("::1]");
}

// "mx.example.org[192.0.2.1]:25" is a name; "unknown[192.0.2.1]:25" and
// "[192.0.2.1]:25" are an address.
std::string_view host_of(std::string_view relay) {
  const auto open = relay.rfind('[');
  const std::string_view name = relay.substr(0, open);
  if (!name.empty() && name != "unknown") return name;
  const std::string_view address = relay.substr(open + 1);
  return address.substr(0, address.find(']'));
}

bool has_upper(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::uint32_t seconds_of(Seconds time) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(time.time_since_epoch().count(), 0,
                               std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t Wanted::add(std::string_view text) {
  all_.push_back({texts_.size(), static_cast<std::uint32_t>(text.size()),
                  Texts::hash_of(text), 0});
  texts_ += text;
  return static_cast<std::uint32_t>(all_.size() - 1);
}

void Wanted::clear() {
  texts_.clear();
  all_.clear();
}

void Notes::take(const archive::Letter& letter, bool may_correct) {
  Letter& note = letters_.emplace_back();
  note.at = seconds_of(letter.at);
  note.ended = std::max(note.at, seconds_of(letter.ended));
  note.size = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(letter.size, 0xffffffffU));
  note.may_correct = may_correct;
  note.has_login = !letter.login.empty();
  note.from = addresses_.add(letter.sender);
  note.begin = to_.size();
  for (const archive::Recipient& to : letter.recipients) {
    recipient(to, note.at);
  }
  // Whom the header need not name.
  if (!letter.mailbox.empty() &&
      std::ranges::none_of(letter.recipients, [&](const auto& to) {
        return ascii_iequals(to.address, letter.mailbox);
      })) {
    recipient({.address = letter.mailbox, .name = {}}, note.at);
  }
  note.end = to_.size();
}

void Notes::recipient(const archive::Recipient& recipient, std::uint32_t at) {
  To to;
  to.address = addresses_.add(recipient.address);
  Passed& one = to.passed;
  one = {.letters = 1, .first = at, .last = at};
  one.delivered = recipient.outcome == Outcome::kDelivered ? 1 : 0;
  one.bounced = recipient.outcome == Outcome::kBounced ? 1 : 0;
  if (one.delivered != 0 && is_elsewhere(recipient.relay)) {
    one.clear = recipient.over_tls ? 0 : 1;
    const std::string_view host = host_of(recipient.relay);
    to.host = hosts_.add(has_upper(host) ? ascii_lower(host) : host);
  } else if (one.delivered != 0) {
    to.is_kept = !recipient.relay.empty();
  }
  to_.push_back(to);
  for (const std::string& text : recipient.forwarded_to) {
    To alias;
    alias.passed = one;
    alias.passed.forwarded = 1;
    alias.address = addresses_.add(text);
    alias.is_alias = true;
    to_.push_back(alias);
  }
}

void Notes::clear() {
  letters_.clear();
  to_.clear();
  addresses_.clear();
  hosts_.clear();
}

}  // namespace lostletter::scan
