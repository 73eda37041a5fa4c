// SPDX-License-Identifier: Apache-2.0
#include "learning/teacher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::learning {
namespace {

using archive::Authentic;
using archive::Letter;
using archive::Outcome;
using guard::Passage;

// What nothing names is the same letter when all we know of it is the same.
std::string name_of(const Letter& letter) {
  if (!letter.id.empty()) return letter.id;
  std::string name =
      fmt::format("{} {} {}", letter.at.time_since_epoch().count(), letter.size,
                  letter.sender);
  for (const archive::Recipient& to : letter.recipients) {
    name += ' ' + to.address;
  }
  return name;
}

// Everybody in the letter's header.
std::vector<std::string> beside(const Letter& letter) {
  std::vector<std::string> all;
  for (const archive::Recipient& to : letter.recipients) {
    std::string address = usable_address(to.address);
    if (!address.empty()) all.push_back(std::move(address));
  }
  return all;
}

bool has_arrived(const archive::Recipient& to) {
  return to.outcome == Outcome::kUnknown || to.outcome == Outcome::kDelivered;
}

}  // namespace

std::string usable_address(std::string_view text) {
  const auto address = mail::Address::parse(text);
  if (!address || address->is_literal()) return {};
  return ascii_lower(address->to_string());
}

bool Teacher::is_authentic(const Letter& letter, bool from_us) const {
  if (letter.authentic != Authentic::kUnknown) {
    return letter.authentic == Authentic::kYes;
  }
  // Our own outgoing mail is checked by nobody.
  return from_us || trust_ == Trust::kArchive;
}

void Teacher::teach_sent(const Letter& letter, const guard::Lesson& model,
                         std::vector<guard::Lesson>& lessons) {
  guard::Lesson lesson = model;
  for (const archive::Recipient& to : letter.recipients) {
    // Where it is still under way, the log tells later.
    if (to.outcome == Outcome::kDeferred) continue;
    std::string address = usable_address(to.address);
    if (address.empty() || address == lesson.person) continue;
    lesson.with.push_back(
        {std::move(address), to.name,
         to.outcome == Outcome::kBounced ? Passage::kBounced : Passage::kSent});
  }
  if (lesson.with.empty()) {
    ++tally_.unusable;
    return;
  }
  ++tally_.sent;
  lessons.push_back(std::move(lesson));
}

// By each of us among the recipients; how many they are.
std::size_t Teacher::teach_received(const Letter& letter,
                                    const guard::Lesson& model,
                                    std::vector<guard::Lesson>& lessons) const {
  std::vector<std::string> ours;
  const auto add = [&](std::string_view text) {
    std::string address = usable_address(text);
    if (!address.empty() && address != model.person && us_.has(address) &&
        std::ranges::find(ours, address) == ours.end()) {
      ours.push_back(std::move(address));
    }
  };
  for (const archive::Recipient& to : letter.recipients) {
    if (has_arrived(to)) add(to.address);
  }
  add(letter.mailbox);  // whom the header need not name
  const std::vector<std::string> all = beside(letter);
  for (const std::string& person : ours) {
    guard::Lesson& lesson = lessons.emplace_back(
        guard::Lesson{model.letter,
                      model.at,
                      person,
                      {{model.person, letter.name, Passage::kReceived}}});
    for (const std::string& address : all) {
      if (address == person || address == model.person) continue;
      lesson.with.push_back({address, "", Passage::kBeside});
    }
  }
  return ours.size();
}

void Teacher::teach(const Letter& letter, std::vector<guard::Lesson>& lessons) {
  if (letter.automatic || letter.sender.empty()) {
    ++tally_.automatic;
    return;
  }
  guard::Lesson model;
  model.person = usable_address(letter.sender);
  if (model.person.empty() || letter.recipients.empty()) {
    ++tally_.unusable;
    return;
  }
  model.letter = name_of(letter);
  model.at = letter.at == Seconds() ? fallback_ : letter.at;
  const bool from_us = us_.has(model.person);
  if (!is_authentic(letter, from_us)) {
    ++tally_.not_authentic;
    return;
  }
  if (from_us) {
    teach_sent(letter, model, lessons);
    teach_received(letter, model, lessons);
  } else if (teach_received(letter, model, lessons) > 0) {
    ++tally_.received;
  } else {
    ++tally_.between_others;
  }
}

}  // namespace lostletter::learning
