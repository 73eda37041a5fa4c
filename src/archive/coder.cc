// SPDX-License-Identifier: Apache-2.0
#include "archive/coder.h"

#include <charconv>
#include <vector>

namespace lostletter::archive {
namespace {

std::string_view until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto found = at == text.npos ? std::string_view() : text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return found;
}

void write(Writer& out, const std::vector<std::string>& texts) {
  out.number(static_cast<std::int64_t>(texts.size()));
  for (const auto& text : texts) out.text(text);
}

void read(Parts& in, std::vector<std::string>& texts) {
  for (auto n = in.number(); n > 0 && in.is_good(); --n) {
    texts.push_back(in.text());
  }
}

void write(Writer& out, const Recipient& recipient) {
  out.text(recipient.address);
  out.text(recipient.name);
  out.number(static_cast<std::int64_t>(recipient.outcome));
  out.text(recipient.status);
  out.text(recipient.relay);
  out.number(recipient.over_tls ? 1 : 0);
  write(out, recipient.forwarded_to);
}

bool is_outcome(std::int64_t value) {
  return value >= 0 && value <= static_cast<std::int64_t>(Outcome::kBounced);
}

bool read(Parts& in, Recipient& recipient) {
  recipient.address = in.text();
  recipient.name = in.text();
  const auto outcome = in.number();
  if (!is_outcome(outcome)) return false;
  recipient.outcome = static_cast<Outcome>(outcome);
  recipient.status = in.text();
  recipient.relay = in.text();
  recipient.over_tls = in.number() != 0;
  read(in, recipient.forwarded_to);
  return in.is_good();
}

}  // namespace

void Writer::text(std::string_view text) {
  *out_ += std::to_string(text.size());
  *out_ += ':';
  *out_ += text;
}

void Writer::number(std::int64_t value) {
  *out_ += std::to_string(value);
  *out_ += ' ';
}

std::string Parts::text() {
  const auto digits = until(text_, ':');
  std::size_t size = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      size > text_.size()) {
    good_ = false;
    text_ = {};
    return {};
  }
  std::string found(text_.substr(0, size));
  text_.remove_prefix(size);
  return found;
}

std::int64_t Parts::number() {
  const auto digits = until(text_, ' ');
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    good_ = false;
    text_ = {};
    return 0;
  }
  return value;
}

void write(Writer& out, const OpenLetter& open) {
  const Letter& letter = open.letter;
  out.text(open.key);
  out.text(letter.id);
  out.number(letter.at.time_since_epoch().count());
  out.text(letter.sender);
  out.text(letter.login);
  out.text(letter.client);
  out.number(static_cast<std::int64_t>(letter.size));
  out.number((open.sender_told ? 1 : 0) + (open.probe ? 2 : 0) +
             (open.settled ? 4 : 0));
  out.number(open.expected);
  out.number(open.touched.time_since_epoch().count());
  out.number(static_cast<std::int64_t>(letter.recipients.size()));
  for (std::size_t i = 0; i < letter.recipients.size(); ++i) {
    write(out, letter.recipients[i]);
    out.number(static_cast<std::int64_t>(open.given[i]));
  }
}

bool read(Parts& in, OpenLetter& open) {
  Letter& letter = open.letter;
  open.key = in.text();
  letter.id = in.text();
  letter.at = Seconds(Duration(in.number()));
  letter.sender = in.text();
  letter.login = in.text();
  letter.client = in.text();
  letter.size = static_cast<std::uint64_t>(in.number());
  const auto flags = in.number();
  open.sender_told = (flags & 1) != 0;
  open.probe = (flags & 2) != 0;
  open.settled = (flags & 4) != 0;
  open.expected = static_cast<std::uint32_t>(in.number());
  open.touched = Seconds(Duration(in.number()));
  for (auto n = in.number(); n > 0 && in.is_good(); --n) {
    if (!read(in, letter.recipients.emplace_back())) return false;
    const auto given = in.number();
    if (!is_outcome(given)) return false;
    open.given.push_back(static_cast<Outcome>(given));
  }
  return in.is_good();
}

}  // namespace lostletter::archive
