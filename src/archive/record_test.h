// SPDX-License-Identifier: Apache-2.0
//
// A sink that writes down what it hears, a line each, for tables of cases:
//
//   2026-11-24T01:40:22Z ann@example.com login=ann | bob@example.org delivered
//   contact "Ann Lee" ann@example.com
//   skipped line 3: not a line of a log
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "archive/read.h"

namespace lostletter::archive {

inline std::string describe(const Recipient& recipient) {
  constexpr std::string_view kOutcomes[] = {"", " delivered", " deferred",
                                            " bounced"};
  std::string text = " | " + recipient.address;
  if (!recipient.name.empty()) text += " \"" + recipient.name + '"';
  text += kOutcomes[static_cast<std::size_t>(recipient.outcome)];
  if (!recipient.status.empty()) text += ' ' + recipient.status;
  if (!recipient.relay.empty()) text += " by " + recipient.relay;
  if (recipient.over_tls) text += " TLS";
  for (const auto& to : recipient.forwarded_to) text += " -> " + to;
  return text;
}

inline std::string describe(const Letter& letter) {
  const auto part = [](std::string_view name, const std::string& value) {
    return value.empty() ? std::string()
                         : ' ' + std::string(name) + '=' + value;
  };
  std::string text = letter.at == Seconds{} ? "-" : to_rfc3339(letter.at);
  text += ' ' + (letter.sender.empty() ? "<>" : letter.sender);
  if (!letter.name.empty()) text += " \"" + letter.name + '"';
  text += part("id", letter.id) + part("login", letter.login) +
          part("client", letter.client) + part("mailbox", letter.mailbox);
  if (letter.size > 0) text += part("size", std::to_string(letter.size));
  for (const auto& id : letter.thread) text += part("re", id);
  if (letter.automatic) text += " automatic";
  if (letter.authentic == Authentic::kYes) text += " authentic";
  if (letter.authentic == Authentic::kNo) text += " forged";
  for (const auto& recipient : letter.recipients) text += describe(recipient);
  return text;
}

class Record final : public Sink {
 public:
  void letter(const Letter& letter) override {
    lines.push_back(describe(letter));
  }
  void contact(const Contact& contact) override {
    lines.push_back("contact \"" + contact.name + "\" " + contact.address);
  }
  void skipped(std::string_view reason, std::uint64_t line) override {
    lines.push_back("skipped line " + std::to_string(line) + ": " +
                    std::string(reason));
  }

  std::vector<std::string> lines;
};

using Recorded = std::vector<std::string>;

// 2026-11-24T12:00:00Z: when files in tests were last written.
inline constexpr Seconds kModified{Duration(1'795'521'600)};

// All of `content`, to its end, and what is under way then.
inline Recorded read_all(const std::string& content, Kind kind,
                         Options options = {}) {
  Record record;
  auto source = Source::of_bytes("test", content, kModified);
  if (!source) return {source.error().message};
  EXPECT_EQ(source->kind(), kind) << name_of(source->kind());
  Reader reader(record, std::move(options));
  const auto counts = reader.read(*source);
  EXPECT_TRUE(counts.has_value());
  reader.finish();
  return record.lines;
}

}  // namespace lostletter::archive
