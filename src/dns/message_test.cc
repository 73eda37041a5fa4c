// SPDX-License-Identifier: Apache-2.0
#include "dns/message.h"

#include <gtest/gtest.h>

#include "dns/answer.h"

namespace lostletter::dns {
namespace {

using namespace std::string_literals;

std::string two(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFFU)};
}

// "a.test" on the wire.
std::string wire(std::string_view name) {
  std::string bytes;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    bytes += static_cast<char>(label.size());
    bytes += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return bytes + '\0';
}

std::string header(unsigned flags, unsigned questions, unsigned answers,
                   unsigned authority = 0) {
  return two(0x1234) + two(flags) + two(questions) + two(answers) +
         two(authority) + two(0);
}

std::string question(std::string_view name, unsigned type) {
  return wire(name) + two(type) + two(1);
}

std::string record(const std::string& owner, unsigned type,
                   const std::string& data, unsigned ttl = 60) {
  return owner + two(type) + two(1) + two(0) + two(ttl) +
         two(static_cast<unsigned>(data.size())) + data;
}

std::string mx(std::string_view owner, std::string_view host,
               unsigned preference = 10) {
  return record(wire(owner), 15, two(preference) + wire(host));
}

// What was read, in one line; or the error.
std::string read(const std::string& bytes) {
  const auto message = parse_message(bytes);
  if (!message) return message.error().message;
  std::string text = message->question;
  const auto append = [&](const std::vector<Record>& records) {
    for (const Record& one : records) {
      text += "|" + one.owner + " " + std::to_string(one.ttl) + " " +
              std::to_string(static_cast<int>(one.type)) + " " + one.data;
      if (one.type == Type::kMx) text += " " + std::to_string(one.preference);
      if (one.type == Type::kSoa) text += " " + std::to_string(one.minimum);
    }
  };
  append(message->answers);
  append(message->authority);
  return text;
}

TEST(Message, Parse) {
  const std::string start = header(0x8180, 1, 1) + question("A.Test", 15);
  const std::string owner = "\xC0\x0C";
  const std::string broken = "a record is not whole, or not what its type says";
  const std::pair<std::string, std::string> kCases[] = {
      {header(0x8180, 1, 0) + question("a.test", 1), "a.test"},
      {start + record(owner, 15, two(10) + wire("Mail.Test")),
       "a.test|a.test 60 15 mail.test 10"},
      {start + record(owner, 15, two(0) + "\0"s), "a.test|a.test 60 15 . 0"},
      {start + record(owner, 15, two(7) + "\4mail\xC0\x0E"),
       "a.test|a.test 60 15 mail.test 7"},
      {start + record(owner, 1, "\xC0\0\2\1"s), "a.test|a.test 60 1 192.0.2.1"},
      {start +
           record(owner, 28, "\x20\1\x0D\xB8"s + std::string(11, '\0') + "\1"),
       "a.test|a.test 60 28 2001:db8::1"},
      {start + record(owner, 16,
                      "\5v=spf\6"
                      "1 -all"),
       "a.test|a.test 60 16 v=spf1 -all"},
      {start + record(owner, 5, wire("b.test")), "a.test|a.test 60 5 b.test"},
      // A byte that no host name has is escaped, a capital is not.
      {start + record(owner, 2, "\4a.\0B\0"s),
       "a.test|a.test 60 2 a\\046\\000b"},
      // Types nobody asked for are passed over, whatever they hold.
      {start + record(owner, 99, "anything"), "a.test"},
      {start + record(owner, 15, ""), broken},
      {start + record(owner, 15, two(10)), broken},
      {start + record(owner, 15, two(10) + wire("mail.test") + "x"), broken},
      {start + record(owner, 1, "\1\2\3"), broken},
      {start + record(owner, 16, "\5v=s"), broken},
      {start + record(owner, 5, "\xC0\xFF"), broken},
      {start + record("\xC0\x1E", 5, wire("b.test")), broken},  // to itself
      {start + record("\x40xx", 5, wire("b.test")), broken},
      {start + two(0xC00C), broken},
      {start, broken},
      {header(0x8180, 1, 0) + "\3abc", "the question is not whole"},
      {header(0x0100, 0, 0), "a DNS question, not an answer"},
      {"", "a DNS message has 12 octets at least"},
      {std::string(11, '\0'), "a DNS message has 12 octets at least"},
  };
  for (const auto& [bytes, want] : kCases) EXPECT_EQ(read(bytes), want);
}

TEST(Message, FlagsAndSoa) {
  const auto message =
      parse_message(header(0x83A3, 1, 0, 1) + question("a.test", 15) +
                    record(wire("test"), 6,
                           wire("ns.test") + wire("root.test") +
                               std::string(16, '\1') + two(0) + two(30)));
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->authentic);
  EXPECT_TRUE(message->truncated);
  EXPECT_EQ(message->code, kNameError);
  EXPECT_EQ(message->id, 0x1234);
  ASSERT_EQ(message->authority.size(), 1U);
  EXPECT_EQ(message->authority[0].minimum, 30U);
}

// A name that grows beyond 255 octets through pointers.
TEST(Message, LongNames) {
  std::string bytes = header(0x8180, 1, 4);
  bytes += question("a.test", 15);
  const std::string label = "\x3F" + std::string(63, 'a');
  std::size_t before = 12;
  for (int i = 0; i < 3; ++i) {
    const std::size_t at = bytes.size();
    bytes += record(label + two(static_cast<unsigned>(0xC000U | before)), 5,
                    wire("b"));
    before = at;
  }
  const std::string fits = bytes + record("\xC0\x0C", 5, wire("b"));
  EXPECT_TRUE(parse_message(fits));
  const std::string grows =
      bytes + record(label + two(static_cast<unsigned>(0xC000U | before)), 5,
                     wire("b"));
  EXPECT_FALSE(parse_message(grows));
}

struct Case {
  std::string_view what;
  std::string bytes;  // after the header
  unsigned flags;
  unsigned answers;
  unsigned authority;
  Outcome outcome;
  int ttl;
  std::string_view records;
};

TEST(Answer, Read) {
  const std::string soa = record(wire("test"), 6,
                                 wire("ns.test") + wire("root.test") +
                                     std::string(16, '\1') + two(0) + two(30),
                                 600);
  const auto alias = [](std::string_view from, std::string_view to) {
    return record(wire(from), 5, wire(to), 20);
  };
  const Case kCases[] = {
      {"data", mx("a.test", "m.test"), 0x8180, 1, 0, Outcome::kData, 60,
       "m.test "},
      {"of another name", mx("b.test", "m.test"), 0x8180, 1, 0,
       Outcome::kNoData, 0, ""},
      {"beside another name's", mx("a.test", "m.test") + mx("b.test", "x.test"),
       0x8180, 2, 0, Outcome::kData, 60, "m.test "},
      {"of another type", record(wire("a.test"), 1, "\1\1\1\1"), 0x8180, 1, 0,
       Outcome::kNoData, 0, ""},
      {"alias", alias("a.test", "b.test") + mx("b.test", "m.test"), 0x8180, 2,
       0, Outcome::kData, 20, "m.test "},
      {"alias in any order", mx("b.test", "m.test") + alias("a.test", "b.test"),
       0x8180, 2, 0, Outcome::kData, 20, "m.test "},
      {"alias to nothing", alias("a.test", "b.test") + soa, 0x8183, 1, 1,
       Outcome::kNoName, 20, ""},
      {"circle", alias("a.test", "b.test") + alias("b.test", "a.test"), 0x8180,
       2, 0, Outcome::kUnknown, 0, ""},
      {"no data", soa, 0x8180, 0, 1, Outcome::kNoData, 30, ""},
      {"no name", soa, 0x8183, 0, 1, Outcome::kNoName, 30, ""},
      {"no name without SOA", "", 0x8183, 0, 0, Outcome::kNoName, 0, ""},
      {"failure", soa, 0x8182, 0, 1, Outcome::kUnknown, 0, ""},
      {"refused", soa, 0x8185, 0, 1, Outcome::kUnknown, 0, ""},
      {"truncated", mx("a.test", "m.test"), 0x8380, 1, 0, Outcome::kUnknown, 0,
       ""},
  };
  for (const Case& one : kCases) {
    const auto message =
        parse_message(header(one.flags, 1, one.answers, one.authority) +
                      question("a.test", 15) + one.bytes);
    ASSERT_TRUE(message) << one.what;
    const Answer answer = read_answer(*message, "a.test", Type::kMx);
    EXPECT_EQ(answer.outcome, one.outcome) << one.what;
    EXPECT_EQ(answer.ttl.count(), one.ttl) << one.what;
    std::string records;
    for (const Record& record : answer.records) records += record.data + " ";
    EXPECT_EQ(records, one.records) << one.what;
    EXPECT_EQ(read_answer(*message, "b.test", Type::kMx).outcome,
              Outcome::kUnknown);
    EXPECT_EQ(read_answer(*message, "a.test", Type::kA).outcome,
              Outcome::kUnknown);
  }
}

}  // namespace
}  // namespace lostletter::dns
