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
constexpr std::int64_t kSilentHours = std::int64_t{7} * 24;
constexpr std::int64_t kSettledMinutes = 10;
// From the first line about a letter to its Message-ID, when it comes slowly.
constexpr Duration kNear = std::chrono::hours(1);
constexpr std::size_t kMostSpare = 1000;
constexpr std::string_view kFormat = "lostletter under way 1\n";

// FNV-1a: the same on every machine.
std::uint64_t hash_of(std::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash >> 1U;
}

bool is_last(Outcome outcome) {
  return outcome == Outcome::kDelivered || outcome == Outcome::kBounced;
}

}  // namespace

Recipient& OpenLetter::recipient(std::string_view address) {
  const auto found =
      std::ranges::find(letter.recipients, address, &Recipient::address);
  if (found != letter.recipients.end()) return *found;
  given.push_back(Outcome::kUnknown);
  Recipient& one = letter.recipients.emplace_back();
  one.address = address;
  return one;
}

void OpenLetter::clear() {
  for (std::string* text : {&key, &letter.id, &letter.sender, &letter.name,
                            &letter.login, &letter.client, &letter.mailbox}) {
    text->clear();
  }
  letter.at = {};
  letter.ended = {};
  letter.size = 0;
  letter.recipients.clear();
  letter.thread.clear();
  letter.automatic = false;
  letter.authentic = Authentic::kUnknown;
  letter.is_complete = false;
  sender_told = false;
  probe = false;
  settled = false;
  expected = 0;
  line = 0;
  touched = {};
  given.clear();
}

bool OpenLetter::is_final() const {
  return std::ranges::all_of(letter.recipients, is_last, &Recipient::outcome);
}

OpenLetter* UnderWay::find(std::string_view key) {
  const auto found = where_.find(key);
  return found == where_.end() ? nullptr : &*found->second;
}

std::int64_t UnderWay::age_of(const OpenLetter& open) {
  const auto seconds = open.touched.time_since_epoch().count();
  return seconds / (open.settled ? 60 : 3600);
}

UnderWay::Letters::iterator UnderWay::take_out(Letters::iterator it,
                                               Letters& to) {
  Ages& from = ages(it->settled);
  const auto age = from.find(age_of(*it));
  to.splice(to.end(), age->second, it);
  if (age->second.empty()) from.erase(age);
  return it;
}

void UnderWay::touch(Letters::iterator it, Seconds now) {
  const auto touched = std::max(it->touched, now);
  if (!it->settled && touched.time_since_epoch().count() / 3600 ==
                          it->touched.time_since_epoch().count() / 3600) {
    it->touched = touched;
    return;
  }
  Letters moved;
  take_out(it, moved);
  it->touched = touched;
  it->settled = false;
  Letters& list = open_[age_of(*it)];
  list.splice(list.end(), moved, it);
}

UnderWay::Letters UnderWay::take_spare() {
  Letters one;
  if (spare_.empty()) {
    one.emplace_back();
  } else {
    one.splice(one.end(), spare_, spare_.begin());
    one.front().clear();
  }
  return one;
}

OpenLetter& UnderWay::add(Letters one) {
  if (where_.size() >= most_) {
    const auto oldest = (open_.empty() ? settled_ : open_).begin();
    const auto it = oldest->second.begin();
    if (!it->settled) sink_->skipped(kTooMany, it->line);
    drop(it, it->settled);
  }
  const auto it = one.begin();
  expired_ = {};
  Letters& list = ages(it->settled)[age_of(*it)];
  list.splice(list.end(), one);
  if (spare_places_.empty()) {
    where_.emplace(it->key, it);
  } else {
    auto place = std::move(spare_places_.back());
    spare_places_.pop_back();
    place.key() = it->key;
    place.mapped() = it;
    where_.insert(std::move(place));
  }
  return *it;
}

OpenLetter* UnderWay::at(std::string_view key, Seconds now,
                         std::uint64_t line) {
  if (const auto found = where_.find(key); found != where_.end()) {
    touch(found->second, now);
    return &*found->second;
  }
  if (waiting_ != nullptr) return let_line_wait(key);
  return &begin(key, now, line);
}

// What had this key before the part began has ended when one of the same key
// began and ended since.
OpenLetter* UnderWay::let_line_wait(std::string_view key) {
  if (foreign_.emplace(key).second && ended_.take(hash_of(key))) {
    waiting_->end(key);
  }
  return nullptr;
}

void UnderWay::end_stale(const std::vector<std::uint64_t>& hashes) {
  std::vector<std::string> stale;
  for (const auto& [key, letter] : where_) {
    if (std::ranges::binary_search(hashes, hash_of(key)))
      stale.emplace_back(key);
  }
  for (const std::string& key : stale) replace(key);
}

bool UnderWay::is_near_first(std::string_view host, Seconds now) const {
  if (waiting_ == nullptr) return false;
  const auto first = first_.find(host);
  return first == first_.end() || now <= first->second + kNear;
}

OpenLetter* UnderWay::near_begin(std::string_view key, Seconds now,
                                 std::uint64_t line) {
  const auto found = where_.find(key);
  if (found != where_.end() && now <= found->second->touched + kNear) {
    return at(key, now, line);
  }
  if (found == where_.end() && waiting_ != nullptr &&
      (foreign_.contains(std::string(key)) ||
       is_near_first(key.substr(0, key.rfind('/')), now))) {
    return at(key, now, line);
  }
  return &begin(key, now, line);
}

OpenLetter& UnderWay::begin(std::string_view key, Seconds now,
                            std::uint64_t line) {
  Letters one = take_spare();
  OpenLetter& open = one.front();
  open.key = key;
  open.letter.at = now;
  open.line = line;
  open.touched = now;
  if (auto* before = find(key)) {
    const bool is_name_only = !before->sender_told &&
                              before->letter.client.empty() &&
                              before->letter.recipients.empty();
    if (is_name_only) open.letter.id = before->letter.id;
    replace(key);
  } else if (waiting_ != nullptr && foreign_.erase(open.key) > 0) {
    waiting_->end(key);
  }
  if (waiting_ != nullptr) ended_.take(hash_of(key));
  return add(std::move(one));
}

bool UnderWay::end(std::string_view key) {
  const auto found = where_.find(key);
  if (found != where_.end()) {
    drop(found->second, true);
    return true;
  }
  if (waiting_ == nullptr) return true;
  let_line_wait(key);
  foreign_.erase(std::string(key));
  return false;
}

void UnderWay::replace(std::string_view key) {
  const auto found = where_.find(key);
  if (found != where_.end()) drop(found->second, found->second->settled);
}

void UnderWay::settle(std::string_view key) {
  const auto found = where_.find(key);
  if (found == where_.end() || found->second->settled) return;
  const auto it = found->second;
  expired_ = {};
  Letters moved;
  take_out(it, moved);
  it->settled = true;
  Letters& list = settled_[age_of(*it)];
  list.splice(list.end(), moved, it);
}

bool UnderWay::follow(OpenLetter& from, std::string_view to) {
  auto* next = find(to);
  // A letter that began before it is an old one of the same name.
  if (next == nullptr || next == &from || next->letter.at < from.letter.at) {
    return false;
  }
  Letter& letter = next->letter;
  letter.client = from.letter.client;
  letter.login = from.letter.login;
  letter.at = std::min(letter.at, from.letter.at);
  return true;
}

bool UnderWay::may_follow(const OpenLetter& from, std::string_view to) const {
  if (waiting_ == nullptr || where_.contains(to)) return false;
  if (foreign_.contains(std::string(to))) return true;
  const auto first = first_.find(to.substr(0, to.rfind('/')));
  return first == first_.end() || from.letter.at <= first->second;
}

void UnderWay::let_wait(std::string_view key) {
  if (waiting_ == nullptr) return;
  const auto found = where_.find(key);
  if (found == where_.end()) {
    if (ended_.take(hash_of(key))) waiting_->end(key);
    return;
  }
  const auto it = found->second;
  waiting_->letter(*it);
  foreign_.emplace(key);
  where_.erase(found);
  Letters gone;
  take_out(it, gone);
}

void UnderWay::take(OpenLetter open) {
  replace(open.key);
  Letters one = take_spare();
  one.front() = std::move(open);
  one.front().line = 0;
  add(std::move(one));
}

void UnderWay::drop(Letters::iterator it, bool complete) {
  give(*it, complete);
  if (waiting_ != nullptr) ended_.add(hash_of(it->key));
  auto place = where_.extract(it->key);
  Letters gone;
  take_out(it, gone);
  if (spare_.size() >= kMostSpare) return;
  spare_.splice(spare_.end(), gone);
  spare_places_.push_back(std::move(place));
}

void UnderWay::give(OpenLetter& open, bool complete) {
  if (open.probe) return;
  const auto& all = open.letter.recipients;
  std::size_t news = 0;
  for (std::size_t i = 0; i < open.given.size(); ++i) {
    news += all[i].outcome != open.given[i] ? 1 : 0;
  }
  if (news == 0) return;
  if (news < all.size()) return give_news(open, complete);
  for (std::size_t i = 0; i < all.size(); ++i) open.given[i] = all[i].outcome;
  give(open, open.letter, complete);
}

// Only the recipients whose outcome is another by now.
void UnderWay::give_news(OpenLetter& open, bool complete) {
  Letter letter = open.letter;
  letter.recipients.clear();
  for (std::size_t i = 0; i < open.given.size(); ++i) {
    const Recipient& recipient = open.letter.recipients[i];
    if (recipient.outcome == open.given[i]) continue;
    letter.recipients.push_back(recipient);
    open.given[i] = recipient.outcome;
  }
  give(open, letter, complete);
}

void UnderWay::give(const OpenLetter& open, Letter& letter, bool complete) {
  if (!open.sender_told) return sink_->skipped(kNoSender, open.line);
  const bool is_nameless = letter.id.empty();
  if (is_nameless) letter.id = open.key;
  letter.ended = open.touched;
  letter.is_complete = complete;
  sink_->letter(letter);
  if (is_nameless) letter.id.clear();
  letter.ended = {};
  letter.is_complete = false;
}

void UnderWay::see(std::string_view host, Seconds now) {
  if (waiting_ == nullptr || (host == host_ && !first_.empty())) return;
  host_ = host;
  first_.try_emplace(host_, now);
}

void UnderWay::expire(Seconds now) {
  // Many lines are of one second; what was touched since is younger.
  if (now == expired_) return;
  expired_ = now;
  const auto seconds = now.time_since_epoch().count();
  const auto clear = [this](Ages& ages, std::int64_t before, bool complete) {
    while (!ages.empty() && ages.begin()->first < before) {
      drop(ages.begin()->second.begin(), complete);
    }
  };
  clear(settled_, seconds / 60 - kSettledMinutes, true);
  clear(open_, seconds / 3600 - kSilentHours, false);
}

void UnderWay::begin_source() {
  for (Ages* ages : {&settled_, &open_}) {
    for (auto& [age, letters] : *ages) {
      for (OpenLetter& open : letters) open.line = 0;
    }
  }
}

void UnderWay::give_all() {
  for (Ages* ages : {&settled_, &open_}) {
    for (auto& [age, letters] : *ages) {
      for (OpenLetter& open : letters) give(open, open.settled);
    }
  }
}

void UnderWay::let_all_wait() {
  waiting_->ended(ended_.all());
  for (Ages* ages : {&settled_, &open_}) {
    for (const auto& [age, letters] : *ages) {
      for (const OpenLetter& open : letters) waiting_->letter(open);
    }
  }
}

std::string UnderWay::save() const {
  std::string text(kFormat);
  Writer out(text);
  for (const Ages* ages : {&settled_, &open_}) {
    for (const auto& [age, letters] : *ages) {
      for (const OpenLetter& open : letters) write(out, open);
    }
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
    if (find(open.key) == nullptr) {
      Letters one = take_spare();
      one.front() = std::move(open);
      add(std::move(one));
    }
  }
  return {};
}

}  // namespace lostletter::archive
