// SPDX-License-Identifier: Apache-2.0
#include "scan/corrections.h"

#include <algorithm>
#include <span>
#include <string>

#include "lookalike/distance.h"
#include "mail/address.h"

namespace lostletter::scan {
namespace {

constexpr std::uint32_t kBucket = 2 * 3600;
constexpr std::uint32_t kQuick = 12 * 3600;
constexpr std::uint32_t kDay = 24 * 3600;
// The same letter again, seen to have been delivered to the wrong one.
constexpr std::uint32_t kSoon = 30 * 60;
// Who writes more than this in two buckets is a program.
constexpr std::size_t kMostOfOne = 60;
// Two slips in a short address make another one.
constexpr std::size_t kLong = 12;

// The same text, but for what its header says of the recipient.
bool is_same_size(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t more = std::max(a, b);
  return more - std::min(a, b) <= std::max<std::uint32_t>(more / 50, 80);
}

std::string without_digits(std::string_view text) {
  std::string rest(text);
  std::erase_if(rest, [](char c) { return c >= '0' && c <= '9'; });
  return rest;
}

bool is_by_slips(std::string_view a, std::string_view b) {
  // No byte is 0: is_within_slips() asks for it.
  if (a.contains('\0') || b.contains('\0')) return false;
  const int most = std::min(a.size(), b.size()) >= kLong ? 2 : 1;
  return lookalike::is_within_slips(a, b, most);
}

}  // namespace

bool is_almost(std::string_view a, std::string_view b) {
  if (a == b) return false;
  const auto split = [](std::string_view text) {
    const auto at = mail::find_domain(text).value_or(text.size());
    return std::pair{text.substr(0, at), text.substr(at)};
  };
  const auto [local_a, domain_a] = split(a);
  const auto [local_b, domain_b] = split(b);
  if (domain_a == domain_b) {
    return without_digits(local_a) != without_digits(local_b) &&
           is_by_slips(local_a, local_b);
  }
  return local_a == local_b && is_by_slips(domain_a, domain_b);
}

bool Corrections::is_kept(const Key& key) const {
  return scope_ == Scope::kPart && key.first == 0 &&
         key.second <= (begin_ + kDay) / kBucket + 1;
}

// Time goes on at `ended`, perhaps in another log.
void Corrections::step(std::uint32_t ended) {
  if (begin_ == 0) begin_ = ended;
  if (ended + kDay < clock_) {
    close(0xffffffffU);
    ++epoch_;
    clock_ = ended;
  }
  clock_ = std::max(clock_, ended);
}

void Corrections::hear(const Event& event, std::uint32_t ended) {
  if (event.at == 0 || ended < event.at || ended - event.at > kQuick) return;
  step(ended);
  if (ended + kDay / 2 < clock_) return;  // told of far too late
  open_[{epoch_, event.at / kBucket}].events.push_back(event);
  if (open_.begin()->first.second + kDay / kBucket + 1 < clock_ / kBucket) {
    close(clock_ / kBucket - kDay / kBucket - 1);
  }
}

void Corrections::finish() {
  if (scope_ == Scope::kWhole) close(0xffffffffU);
}

// Of this epoch, the buckets before that number.
void Corrections::close(std::uint32_t before) {
  while (!open_.empty() && open_.begin()->first.second < before) {
    auto node = open_.extract(open_.begin());
    Open& bucket = node.mapped();
    const auto next = open_.find({epoch_, node.key().second + 1});
    const bool is_first_day =
        is_kept(node.key()) && is_kept({epoch_, node.key().second + 1});
    if (!is_first_day && !bucket.is_done) {
      compare(bucket, next == open_.end() ? nullptr : &next->second);
    }
    if (is_kept(node.key())) kept_.insert(std::move(node));
  }
}

void Corrections::compare(Open& bucket, const Open* next) {
  bucket.is_done = true;
  if (bucket.events.empty()) return;
  std::vector<Event> events = bucket.events;
  if (next != nullptr) {
    events.insert(events.end(), next->events.begin(), next->events.end());
  }
  // Numbers differ from run to run: those of one second stand by name.
  std::ranges::sort(events, [this](const Event& a, const Event& b) {
    if (a.from != b.from) return a.from < b.from;
    if (a.at != b.at) return a.at < b.at;
    if (a.to != b.to) return names_->address(a.to) < names_->address(b.to);
    return std::pair(a.size, a.bounced) < std::pair(b.size, b.bounced);
  });
  const std::span<const Event> all(events);
  for (std::size_t begin = 0; begin < events.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].from == all[begin].from) ++end;
    if (end - begin > 1 && end - begin <= kMostOfOne) {
      compare({all.begin() + static_cast<std::ptrdiff_t>(begin),
               all.begin() + static_cast<std::ptrdiff_t>(end)},
              bucket.events.front().at / kBucket);
    }
    begin = end;
  }
}

// All of one sender, in order. Those of the bucket `own` may be mistakes.
void Corrections::compare(const std::vector<Event>& events, std::size_t own) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& wrong = events[i];
    if (wrong.at / kBucket != own) continue;
    for (std::size_t j = i + 1; j < events.size(); ++j) {
      const Event& right = events[j];
      const std::uint32_t pause = right.at - wrong.at;
      if (pause > kBucket) break;
      if (right.to == wrong.to || right.bounced || pause == 0) continue;
      if (!wrong.bounced &&
          (pause > kSoon || !is_same_size(wrong.size, right.size))) {
        continue;
      }
      if (is_almost(names_->address(wrong.to), names_->address(right.to))) {
        note(wrong, right);
        break;
      }
    }
  }
}

void Corrections::note(const Event& wrong, const Event& right) {
  Corrected& found = found_[{wrong.from, wrong.to, right.to}];
  ++found.letters;
  found.bounced += wrong.bounced ? 1 : 0;
  found.first = found.first == 0 ? wrong.at : std::min(found.first, wrong.at);
  found.last = std::max(found.last, wrong.at);
}

Corrections::Part Corrections::part() const {
  Part part{begin_, clock_, epoch_, {}, found_};
  for (const auto* buckets : {&kept_, &open_}) {
    for (const auto& [key, bucket] : *buckets) {
      part.buckets.push_back(
          {key.first, key.second, bucket.is_done, bucket.events});
    }
  }
  std::ranges::sort(part.buckets, {}, [](const Bucket& one) {
    return std::pair(one.epoch, one.number);
  });
  return part;
}

void Corrections::add_found(const std::map<Correction, Corrected>& found) {
  for (const auto& [key, more] : found) {
    Corrected& one = found_[key];
    one.letters += more.letters;
    one.bounced += more.bounced;
    one.first = one.first == 0 ? more.first : std::min(one.first, more.first);
    one.last = std::max(one.last, more.last);
  }
}

void Corrections::set(const Part& part) {
  begin_ = part.begin;
  clock_ = part.clock;
  epoch_ = part.epochs;
  found_ = part.found;
  for (const Bucket& bucket : part.buckets) {
    open_[{bucket.epoch, bucket.number}] = {bucket.is_done, bucket.events};
  }
}

void Corrections::add(const Part& part) {
  if (part.begin == 0) return;
  step(part.begin);
  const std::uint32_t first_epoch = epoch_;
  for (const Bucket& bucket : part.buckets) {
    const std::uint32_t epoch = first_epoch + bucket.epoch;
    if (epoch > epoch_) {
      close(0xffffffffU);
      epoch_ = epoch;
    }
    Open& open = open_[{epoch, bucket.number}];
    open.is_done = open.is_done || bucket.is_done;
    open.events.insert(open.events.end(), bucket.events.begin(),
                       bucket.events.end());
  }
  add_found(part.found);
  if (first_epoch + part.epochs > epoch_) {
    close(0xffffffffU);
    epoch_ = first_epoch + part.epochs;
  }
  clock_ = part.epochs > 0 ? part.clock : std::max(clock_, part.clock);
  if (clock_ / kBucket > kDay / kBucket + 1) {
    close(clock_ / kBucket - kDay / kBucket - 1);
  }
}

}  // namespace lostletter::scan
