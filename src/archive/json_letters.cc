// SPDX-License-Identifier: Apache-2.0
#include "archive/json_letters.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "archive/field_text.h"
#include "archive/reasons.h"
#include "archive/table_date.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

using nlohmann::json;

constexpr int kDeepest = 8;
constexpr std::size_t kMostRecipients = 10'000;
constexpr std::uint64_t kLatest = 253'402'300'799;  // the year 9999

struct Word {
  std::string_view word;
  Outcome outcome;
};
constexpr Word kOutcomes[] = {
    {"delivered", Outcome::kDelivered},
    {"bounced", Outcome::kBounced},
    {"deferred", Outcome::kDeferred},
};
// What the guard did: a letter it lets pass has its outcome in the MTA's log.
constexpr Word kActions[] = {
    {"accept", Outcome::kUnknown},    {"ask", Outcome::kBounced},
    {"reject", Outcome::kBounced},    {"hold", Outcome::kDeferred},
    {"tempfail", Outcome::kDeferred},
};

// Hostile nesting costs no stack: deeper values are dropped.
json parse(std::string_view line) {
  const auto shallow = [](int depth, json::parse_event_t, json&) {
    return depth <= kDeepest;
  };
  return json::parse(line, shallow, false);
}

// What was found is of the right type, or is not there.
class Object {
 public:
  explicit Object(const json& object) : object_(&object) {}

  std::string text(const char* key) {
    const json* found = find(key);
    if (found == nullptr) return {};
    if (!found->is_string()) return wrong();
    return found->get<std::string>();
  }
  std::uint64_t number(const char* key) {
    const json* found = find(key);
    if (found == nullptr) return 0;
    if (!found->is_number_unsigned()) return wrong(), 0;
    return found->get<std::uint64_t>();
  }
  bool flag(const char* key) {
    const json* found = find(key);
    if (found == nullptr) return false;
    if (!found->is_boolean()) return wrong(), false;
    return found->get<bool>();
  }
  // RFC 3339, or seconds since 1970.
  Seconds time(const char* key) {
    const json* found = find(key);
    if (found == nullptr) return {};
    if (found->is_number_unsigned()) {
      const auto seconds = std::min(found->get<std::uint64_t>(), kLatest);
      return Seconds(Duration(static_cast<std::int64_t>(seconds)));
    }
    const auto read = TableDate().read(text(key));
    if (!read) wrong();
    return read.value_or(Seconds{});
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> list;
    const json* found = find(key);
    if (found == nullptr) return list;
    if (!found->is_array()) wrong();
    for (const json& one : *found) {
      if (!one.is_string()) return wrong(), list;
      if (list.size() < kMostRecipients) {
        list.push_back(address_text(one.get<std::string>()));
      }
    }
    return list;
  }
  const json* find(const char* key) const {
    const auto found = object_->find(key);
    return found == object_->end() || found->is_null() ? nullptr : &*found;
  }
  bool is_good() const { return good_; }

 private:
  std::string wrong() {
    good_ = false;
    return {};
  }

  const json* object_;
  bool good_ = true;
};

std::optional<Outcome> outcome_of(std::span<const Word> words,
                                  std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word::word);
  return found == words.end() ? std::nullopt : std::optional(found->outcome);
}

// "ann@example.com", or an object.
std::string_view read_recipient(const json& told, Recipient& recipient) {
  if (told.is_string()) {
    recipient.address = address_text(told.get<std::string>());
    return recipient.address.empty() ? kNoAddress : std::string_view();
  }
  if (!told.is_object()) return kNoJsonLetter;
  Object object(told);
  recipient.address = address_text(object.text("address"));
  const auto outcome = object.text("outcome");
  recipient.status = object.text("status").substr(0, 16);
  recipient.relay = object.text("relay").substr(0, 512);
  recipient.over_tls = object.flag("tls");
  recipient.forwarded_to = object.texts("forwarded_to");
  if (!object.is_good()) return kNoJsonLetter;
  if (recipient.address.empty()) return kNoAddress;
  if (outcome.empty()) return {};
  const auto known = outcome_of(kOutcomes, outcome);
  if (!known) return kNoOutcome;
  recipient.outcome = *known;
  return {};
}

std::string_view read_letter(const json& told, Letter& letter) {
  Object object(told);
  letter.id = id_text(object.text("id"));
  letter.at = object.time("at");
  letter.ended = std::max(letter.at, object.time("ended"));
  letter.sender = address_text(object.text("sender"));
  letter.login = object.text("login").substr(0, 512);
  letter.client = object.text("client").substr(0, 64);
  letter.size = object.number("size");
  letter.automatic = object.flag("automatic");
  letter.is_complete = true;
  if (!object.is_good()) return kNoJsonLetter;
  if (!told.contains("sender")) return kNoSender;
  for (const json& one : told["recipients"]) {
    if (letter.recipients.size() >= kMostRecipients) break;
    const auto reason = read_recipient(one, letter.recipients.emplace_back());
    if (!reason.empty()) return reason;
  }
  return letter.recipients.empty() ? kNoRecipient : std::string_view();
}

// "login:ann@example.com", "client:192.0.2.1/ann@example.com"; other forms
// hide who it was. The reason.
std::string_view read_submitter(std::string_view told, Letter& letter) {
  if (take(told, "login:")) {
    letter.login = told.substr(0, 512);
    if (told.find('*') != told.npos) return kHidden;
    if (told.find('@') == told.npos) return kNoSender;
    letter.sender = address_text(told);
    return {};
  }
  if (!take(told, "client:")) return kHidden;
  letter.client = take_until(told, "/").substr(0, 64);
  if (told.find('*') != told.npos) return kHidden;
  letter.sender = address_text(told);
  return {};
}

std::string_view read_judged(const json& told, Letter& letter) {
  Object object(told);
  letter.id = id_text(object.text("queue_id"));
  letter.at = letter.ended = object.time("ts");
  const auto submitter = object.text("submitter");
  const auto to = object.text("recipient");
  const auto action = outcome_of(kActions, object.text("action"));
  if (!object.is_good() || submitter.empty() || to.empty()) {
    return kNoJsonLetter;
  }
  if (!action) return kNoOutcome;
  const auto reason = read_submitter(submitter, letter);
  if (!reason.empty()) return reason;
  if (to.starts_with("*@") || to.find('@') == to.npos) return kHidden;
  Recipient recipient;
  recipient.address = address_text(to);
  recipient.outcome = *action;
  letter.recipients.push_back(std::move(recipient));
  letter.is_complete = true;
  return {};
}

bool is_event(const json& object) {
  const auto has_text = [&object](const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string();
  };
  return has_text("event") && has_text("ts") && has_text("level");
}

bool is_letter(const json& object) {
  const auto found = object.find("recipients");
  return found != object.end() && found->is_array();
}

}  // namespace

bool is_json_letters(std::string_view line) {
  if (!trim(line).starts_with('{')) return false;
  const auto object = parse(line);
  return object.is_object() && (is_event(object) || is_letter(object));
}

std::string_view JsonLetters::read(std::string_view line) {
  const auto object = parse(line);
  if (!object.is_object()) return kNoJson;
  Letter letter;
  std::string_view reason = kNoJsonLetter;
  if (is_letter(object)) {
    reason = read_letter(object, letter);
  } else if (is_event(object)) {
    if (object["event"] != "judged") return {};
    reason = read_judged(object, letter);
  }
  if (reason.empty()) sink_->letter(letter);
  return reason;
}

}  // namespace lostletter::archive
