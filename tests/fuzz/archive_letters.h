// SPDX-License-Identifier: Apache-2.0
//
// A sink that keeps letters as texts, to compare two readings of the same.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"

class Letters final : public lostletter::archive::Sink {
 public:
  // Whether what is read always tells an outcome.
  explicit Letters(bool tells_outcomes) : tells_outcomes_(tells_outcomes) {}

  void letter(const lostletter::archive::Letter& letter) override {
    assert(!letter.recipients.empty());
    std::string text = letter.id + '|' + letter.sender + '|' + letter.client +
                       '|' + letter.login + '|' + std::to_string(letter.size) +
                       lostletter::to_rfc3339(letter.at);
    for (const auto& recipient : letter.recipients) {
      assert(!tells_outcomes_ ||
             recipient.outcome != lostletter::archive::Outcome::kUnknown);
      text += '|' + recipient.address + recipient.status + recipient.relay +
              std::to_string(static_cast<int>(recipient.outcome));
      for (const auto& to : recipient.forwarded_to) text += '>' + to;
    }
    all.push_back(std::move(text));
  }
  void contact(const lostletter::archive::Contact&) override { assert(false); }
  void skipped(std::string_view reason, std::uint64_t) override {
    assert(!reason.empty());
  }

  std::vector<std::string> all;

 private:
  bool tells_outcomes_;
};
