// SPDX-License-Identifier: Apache-2.0
#include "archive/under_way.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "archive/coder.h"
#include "archive/reasons.h"

namespace lostletter::archive {
namespace {

// Mail servers give up after five days; held letters may wait longer.
constexpr Duration kSilence = std::chrono::hours(7 * 24);
constexpr Duration kSettled = std::chrono::minutes(10);
constexpr std::string_view kFormat = "lostletter under way 1\n";

bool is_last(Outcome outcome) {
  return outcome == Outcome::kDelivered || outcome == Outcome::kBounced;
}

}  // namespace

Recipient& OpenLetter::recipient(const std::string& address) {
  const auto found =
      std::ranges::find(letter.recipients, address, &Recipient::address);
  if (found != letter.recipients.end()) return *found;
  given.push_back(Outcome::kUnknown);
  return letter.recipients.emplace_back(Recipient{address, {}});
}

bool OpenLetter::is_final() const {
  return std::ranges::all_of(letter.recipients, is_last, &Recipient::outcome);
}

OpenLetter* UnderWay::find(std::string_view key) {
  const auto found = where_.find(key);
  return found == where_.end() ? nullptr : &*found->second;
}

void UnderWay::touch(Letters::iterator it, Seconds now) {
  it->touched = std::max(it->touched, now);
  open_.splice(open_.end(), it->settled ? settled_ : open_, it);
  it->settled = false;
}

OpenLetter& UnderWay::add(OpenLetter open) {
  if (where_.size() >= most_) {
    const bool settled = open_.empty();
    const auto oldest = settled ? settled_.begin() : open_.begin();
    if (!settled) sink_->skipped(kTooMany, oldest->line);
    drop(settled ? settled_ : open_, oldest);
  }
  Letters& list = open.settled ? settled_ : open_;
  list.push_back(std::move(open));
  const auto it = std::prev(list.end());
  where_.emplace(it->key, it);
  return *it;
}

OpenLetter& UnderWay::at(std::string_view key, Seconds now,
                         std::uint64_t line) {
  if (const auto found = where_.find(key); found != where_.end()) {
    touch(found->second, now);
    return *found->second;
  }
  OpenLetter open;
  open.key = key;
  open.letter.at = now;
  open.line = line;
  open.touched = now;
  return add(std::move(open));
}

OpenLetter& UnderWay::begin(std::string_view key, Seconds now,
                            std::uint64_t line) {
  if (const auto* open = find(key);
      open != nullptr && (open->sender_told || !open->letter.client.empty() ||
                          !open->letter.recipients.empty())) {
    end(key);
  }
  return at(key, now, line);
}

void UnderWay::end(std::string_view key) {
  const auto found = where_.find(key);
  if (found == where_.end()) return;
  const auto it = found->second;
  drop(it->settled ? settled_ : open_, it);
}

void UnderWay::settle(std::string_view key) {
  const auto found = where_.find(key);
  if (found == where_.end() || found->second->settled) return;
  found->second->settled = true;
  settled_.splice(settled_.end(), open_, found->second);
}

bool UnderWay::follow(OpenLetter& from, std::string_view to) {
  auto* next = find(to);
  if (next == nullptr || next == &from) return false;
  Letter& letter = next->letter;
  letter.client = from.letter.client;
  letter.login = from.letter.login;
  letter.at = std::min(letter.at, from.letter.at);
  return true;
}

void UnderWay::drop(Letters& from, Letters::iterator it) {
  give(*it);
  where_.erase(it->key);
  from.erase(it);
}

void UnderWay::give(OpenLetter& open) {
  if (open.probe) return;
  Letter letter = open.letter;
  letter.recipients.clear();
  for (std::size_t i = 0; i < open.given.size(); ++i) {
    const Recipient& recipient = open.letter.recipients[i];
    if (recipient.outcome == open.given[i]) continue;
    letter.recipients.push_back(recipient);
    open.given[i] = recipient.outcome;
  }
  if (letter.recipients.empty()) return;
  if (!open.sender_told) return sink_->skipped(kNoSender, open.line);
  if (letter.id.empty()) letter.id = open.key;
  letter.ended = open.touched;
  sink_->letter(letter);
}

void UnderWay::expire(Seconds now) {
  while (!settled_.empty() && settled_.front().touched + kSettled < now) {
    drop(settled_, settled_.begin());
  }
  while (!open_.empty() && open_.front().touched + kSilence < now) {
    drop(open_, open_.begin());
  }
}

void UnderWay::begin_source() {
  for (auto* letters : {&settled_, &open_}) {
    for (OpenLetter& open : *letters) open.line = 0;
  }
}

void UnderWay::give_all() {
  for (auto* letters : {&settled_, &open_}) {
    for (OpenLetter& open : *letters) give(open);
  }
}

std::string UnderWay::save() const {
  std::string text(kFormat);
  Writer out(text);
  for (const auto* letters : {&settled_, &open_}) {
    for (const OpenLetter& open : *letters) write(out, open);
  }
  return text;
}

Result<void> UnderWay::restore(std::string_view text) {
  if (text.empty()) return {};
  if (!text.starts_with(kFormat)) {
    return fail("what was under way was saved by another version");
  }
  text.remove_prefix(kFormat.size());
  Parts in(text);
  while (!in.at_end()) {
    OpenLetter open;
    if (!read(in, open)) return fail("what was under way is damaged");
    if (find(open.key) == nullptr) add(std::move(open));
  }
  return {};
}

}  // namespace lostletter::archive
