// SPDX-License-Identifier: Apache-2.0
//
// Real mailboxes of the data, read as `lostletter learn` reads them. Nothing of
// them is printed but numbers.
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "archive/read.h"
#include "base/text.h"
#include "files.h"

namespace lostletter::eval {
namespace {

// The time of the youngest of them, or later.
constexpr Seconds kModified{Duration(1'795'521'600)};

class Numbers final : public archive::Sink {
 public:
  void letter(const archive::Letter& letter) override {
    ++letters;
    if (letter.at != Seconds{}) ++dated;
    if (!letter.id.empty()) ++named;
    if (!letter.thread.empty()) ++answers;
    recipients += letter.recipients.size();
  }
  void contact(const archive::Contact&) override { ++contacts; }
  void skipped(std::string_view reason, std::uint64_t) override {
    ++reasons[std::string(reason)];
    ++skips;
  }

  std::string told() const {
    std::string text;
    for (const auto& [reason, count] : reasons) {
      text += std::to_string(count) + " x " + reason + "; ";
    }
    return text;
  }

  std::size_t letters = 0, dated = 0, named = 0, answers = 0;
  std::size_t recipients = 0, contacts = 0, skips = 0;
  std::map<std::string, std::size_t> reasons;
};

#define DATA_OR_SKIP(data)       \
  const auto data = find_data(); \
  if (data.empty()) GTEST_SKIP() << "no evaluation data here"

TEST(Archives, MailingList) {
  DATA_OR_SKIP(data);
  const auto inputs =
      archive::find_inputs({data + "/mail/lore/raw_linux-raid.mboxrd.zst"});
  ASSERT_TRUE(inputs.has_value()) << inputs.error().message;
  auto source = archive::Source::open(inputs->front());
  ASSERT_TRUE(source.has_value()) << source.error().message;
  EXPECT_EQ(source->kind(), archive::Kind::kMbox);
  EXPECT_EQ(source->packing(), "zstd");
  Numbers numbers;
  archive::Reader reader(numbers);
  const auto counts = reader.read(*source);
  ASSERT_TRUE(counts.has_value());
  // SOURCE.txt: 18,552 complete messages. At most one in a thousand may be
  // useless.
  EXPECT_EQ(numbers.letters + numbers.skips, 18'552U) << numbers.told();
  EXPECT_LE(numbers.skips, 18U) << numbers.told();
  EXPECT_GE(numbers.dated, 18'500U);
  EXPECT_GE(numbers.named, 18'500U);
  EXPECT_GE(numbers.answers, 10'000U);
}

TEST(Archives, HamAndSpam) {
  DATA_OR_SKIP(data);
  Numbers numbers;
  archive::Reader reader(numbers);
  std::size_t messages = 0;
  for (const auto& line :
       read_lines(data + "/mail/spamassassin/messages.ndjson")) {
    const auto text = nlohmann::json::parse(line).at("raw_latin1");
    // Each byte as one character of Latin-1.
    std::string raw;
    const auto characters = decode_utf8(text.get<std::string>());
    ASSERT_TRUE(characters.has_value());
    for (const char32_t c : *characters) {
      raw += static_cast<char>(c);
    }
    auto source = archive::Source::of_bytes("message", raw, kModified);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    ASSERT_TRUE(reader.read(*source).has_value());
    ++messages;
  }
  EXPECT_EQ(messages, 6'046U);
  // Spam often hides to whom it goes; nothing else may be lost.
  const auto hidden = numbers.reasons["message without a recipient"];
  EXPECT_LE(hidden, 200U) << numbers.told();
  EXPECT_LE(numbers.skips - hidden, 60U) << numbers.told();
  EXPECT_GE(numbers.letters, 5'800U) << numbers.told();
}

}  // namespace
}  // namespace lostletter::eval
