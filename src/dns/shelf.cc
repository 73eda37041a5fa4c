// SPDX-License-Identifier: Apache-2.0
#include "dns/shelf.h"

#include <algorithm>
#include <charconv>

#include "store/store.h"

namespace lostletter::dns {
namespace {

constexpr std::string_view kKind = "answer";
constexpr std::size_t kMostFresh = 200;
constexpr std::chrono::seconds kMostWait{10};
constexpr std::size_t kMostRecords = 1000;

// "3:abc"
void append(std::string_view text, std::string& bytes) {
  bytes += std::to_string(text.size());
  bytes += ':';
  bytes += text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string text() {
    const auto colon = rest_.find(':');
    std::size_t size = 0;
    if (colon == rest_.npos || !whole(rest_.substr(0, colon), size) ||
        size > rest_.size() - colon - 1) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.substr(colon + 1, size);
    rest_.remove_prefix(colon + 1 + size);
    return std::string(taken);
  }
  std::uint32_t number() {
    std::uint32_t value = 0;
    if (!whole(text(), value)) failed_ = true;
    return value;
  }
  bool at_end() const { return rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  template <typename Number>
  static bool whole(std::string_view text, Number& number) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() &&
           !text.empty();
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string to_bytes(const Answer& answer) {
  std::string bytes;
  append(std::to_string(static_cast<int>(answer.outcome)), bytes);
  append(answer.authentic ? "1" : "0", bytes);
  append(answer.canonical, bytes);
  for (const Record& record : answer.records) {
    append(record.owner, bytes);
    append(std::to_string(static_cast<int>(record.type)), bytes);
    append(record.data, bytes);
    append(std::to_string(record.preference), bytes);
  }
  return bytes;
}

Result<Answer> answer_from(std::string_view bytes) {
  Reader reader(bytes);
  Answer answer;
  const auto outcome = reader.number();
  answer.authentic = reader.number() == 1;
  answer.canonical = reader.text();
  while (!reader.at_end() && !reader.failed() &&
         answer.records.size() < kMostRecords) {
    Record record;
    record.owner = reader.text();
    record.type = static_cast<Type>(reader.number());
    record.data = reader.text();
    record.preference = static_cast<std::uint16_t>(reader.number());
    answer.records.push_back(std::move(record));
  }
  const bool data = !answer.records.empty();
  if (reader.failed() || !reader.at_end() ||
      outcome >= static_cast<std::uint32_t>(Outcome::kUnknown) ||
      data != (outcome == static_cast<std::uint32_t>(Outcome::kData))) {
    return fail("no answer that was kept");
  }
  answer.outcome = static_cast<Outcome>(outcome);
  return answer;
}

std::optional<Answer> Shelf::find(const std::string& key) {
  try {
    const Seconds now = clock_.now();
    const auto fact = facts_.find(kKind, key, now);
    if (!fact) return std::nullopt;
    auto answer = answer_from(fact->value);
    if (!answer) return std::nullopt;
    // A clock that was turned back makes nothing hold longer.
    const auto most =
        answer->outcome == Outcome::kData ? kMostTtl : kMostNegativeTtl;
    answer->ttl = std::min(most, fact->until - now);
    return std::move(*answer);
  } catch (const store::StoreError&) {
    return std::nullopt;
  }
}

void Shelf::put(const std::string& key, const Answer& answer) {
  if (answer.outcome == Outcome::kUnknown || answer.ttl.count() <= 0) return;
  fresh_.push_back(
      {std::string(kKind), key, to_bytes(answer), clock_.now() + answer.ttl});
  const auto now = clock_.steady();
  if (flushed_ == std::chrono::steady_clock::time_point{}) flushed_ = now;
  if (fresh_.size() >= kMostFresh || now - flushed_ >= kMostWait) flush();
}

void Shelf::flush() {
  flushed_ = clock_.steady();
  try {
    facts_.save(fresh_);
    facts_.expire(clock_.now());
  } catch (const store::StoreError&) {
    // They are asked again.
  }
  fresh_.clear();
}

}  // namespace lostletter::dns
