// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sinkhole/frame_stream.h"

namespace lostletter::sinkhole {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr Seconds kModified{Duration(1'795'600'000)};  // 2026-11-25

std::string to_text(const std::optional<Query>& query) {
  if (!query) return "nothing";
  const char* const kAnswered[] = {"", " gone", " answered"};
  return query->day + " " + query->name + " " + query->client +
         kAnswered[static_cast<int>(query->answered)];
}

TEST(QueryLog, Lines) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      // unbound: log-queries, log-replies, both with log-tag-queryreply.
      {"[1795514400] unbound[12:0] info: 192.0.2.1 Army.ML. MX IN",
       "2026-11-24 army.ml 192.0.2.1"},
      {"[1795514400] unbound[12:0] info: 192.0.2.1 army.ml. MX IN NXDOMAIN "
       "0.000000 0 100",
       "2026-11-24 army.ml 192.0.2.1 gone"},
      {"[1795514400] unbound[12:0] reply: 2001:db8::1 army.ml. MX IN NOERROR "
       "0.000000 0 100",
       "2026-11-24 army.ml 2001:db8::1 answered"},
      {"[1795514400] unbound[12:0] query: 192.0.2.1 army.ml. MX IN",
       "2026-11-24 army.ml 192.0.2.1"},
      {"[1795514400] unbound[12:0] info: 192.0.2.1 army.ml. A IN", "nothing"},
      {"[1795514400] unbound[12:0] info: 192.0.2.1 mx.army.ml. AAAA IN MX",
       "nothing"},
      // The same in syslog, and with log-time-ascii.
      {"Nov 24 10:00:00 ns1 unbound: [12:0] info: 192.0.2.1 army.ml. MX IN",
       "2026-11-24 army.ml 192.0.2.1"},
      {"Nov 24 10:00:00 unbound[12:0] info: 192.0.2.1 army.ml. MX IN",
       "2026-11-24 army.ml 192.0.2.1"},
      // BIND's own file, with and without category and severity, and in syslog.
      {"24-Nov-2026 10:00:00.123 client @0x7f01 192.0.2.1#53001 (army.ml): "
       "query: army.ml IN MX +E(0)K (192.0.2.53)",
       "2026-11-24 army.ml 192.0.2.1"},
      {"24-Nov-2026 10:00:00.123 queries: info: client @0x7f01 "
       "2001:db8::1#53001 (US.army.ml): view outside: query: US.army.ml IN MX "
       "-E(0)DC (192.0.2.53)",
       "2026-11-24 us.army.ml 2001:db8::1"},
      {"24-Nov-2026 10:00:00.123 client @0x7f01 192.0.2.1#53001 (army.ml): "
       "response: army.ml IN MX NXDOMAIN +E(0)K (192.0.2.53)",
       "2026-11-24 army.ml 192.0.2.1 gone"},
      {"2026-11-24T10:00:00.123Z client @0x7f01 192.0.2.1#53001 (army.ml): "
       "query: army.ml IN MX + (192.0.2.53)",
       "2026-11-24 army.ml 192.0.2.1"},
      {"Nov 24 10:00:00 ns1 named[12]: client @0x7f01 192.0.2.1#53001 "
       "(army.ml): query: army.ml IN MX + (192.0.2.53)",
       "2026-11-24 army.ml 192.0.2.1"},
      {"24-Nov-2026 10:00:00.123 client @0x7f01 192.0.2.1#53001 (army.ml): "
       "query: army.ml IN A + (192.0.2.53)",
       "nothing"},
      {"24-Xxx-2026 10:00:00 client @0x7f01 192.0.2.1#5 (army.ml): query: "
       "army.ml IN MX +",
       "nothing"},
      {"24-Nov-2026 10:00:00.123 client @0x7f01 192.0.2.1#53001 (a\\.b): "
       "query: a\\.b IN MX + (192.0.2.53)",
       "nothing"},
      {"MX", "nothing"},
      {"", "nothing"},
      {"[99999999999999] unbound[1:0] info: 192.0.2.1 a.test. MX IN",
       "nothing"},
  };
  for (const auto& [line, want] : kCases) {
    EXPECT_EQ(to_text(QueryLog(kModified).read(line)), want) << line;
  }
}

// One field of protocol buffers.
std::string bytes_field(int number, std::string_view bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         static_cast<char>(bytes.size()) + std::string(bytes);
}
std::string number_field(int number, std::uint64_t value) {
  std::string text(1, static_cast<char>(number << 3));
  while (value >= 0x80) {
    text += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7;
  }
  return text + static_cast<char>(value);
}

// NXDOMAIN for army.ml MX, as the wire has it.
constexpr std::string_view kResponse(
    "\x00\x07\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00\x04"
    "army\x02ml\x00\x00\x0f\x00\x01",
    25);

std::string payload(int kind, std::string_view response = kResponse) {
  const std::string message =
      number_field(1, static_cast<std::uint64_t>(kind)) + number_field(2, 1) +
      bytes_field(4, std::string_view("\xC0\x00\x02\x01", 4)) +
      number_field(8, 1'795'428'000) + number_field(12, 1'795'514'400) +
      // response_time_nsec, fixed32, is passed over.
      std::string("\x6D\x01\x02\x03\x04") + bytes_field(14, response);
  return bytes_field(1, "ns1") + bytes_field(14, message) + number_field(15, 1);
}

TEST(Dnstap, Payload) {
  EXPECT_EQ(to_text(read_dnstap(payload(6)).value()),
            "2026-11-24 army.ml 192.0.2.1 gone");
  EXPECT_EQ(to_text(read_dnstap(payload(2)).value()),
            "2026-11-24 army.ml 192.0.2.1 gone");
  // A question, what a resolver heard, a response that is none.
  EXPECT_EQ(to_text(read_dnstap(payload(5)).value()), "nothing");
  EXPECT_EQ(to_text(read_dnstap(payload(4)).value()), "nothing");
  EXPECT_EQ(to_text(read_dnstap(payload(6, "x")).value()), "nothing");
  EXPECT_EQ(to_text(read_dnstap("").value()), "nothing");
  for (std::size_t cut = 1; cut < payload(6).size() - 2; ++cut) {
    const auto read = read_dnstap(payload(6).substr(0, cut));
    EXPECT_EQ(read ? to_text(*read) : "nothing", "nothing") << cut;
  }
  EXPECT_EQ(read_dnstap("\xFF").error().message,
            "a frame is no message of dnstap");
}

TEST(FrameReader, PiecesDoNotMatter) {
  const std::string stream =
      control_frame(FrameKind::kStart) + std::string("\0\0\0\3abc", 7) +
      std::string("\0\0\0\1d", 5) + control_frame(FrameKind::kStop);
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    FrameReader reader;
    std::string seen;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      reader.feed(std::string_view(stream).substr(at, size));
      for (;;) {
        const auto frame = reader.next();
        ASSERT_TRUE(frame);
        if (!*frame) break;
        seen +=
            (*frame)->kind == FrameKind::kData
                ? std::string((*frame)->data) + ' '
                : '#' + std::to_string(static_cast<int>((*frame)->kind)) + ' ';
      }
    }
    EXPECT_EQ(seen, "#2 abc d #3 ") << size;
    EXPECT_TRUE(reader.is_whole());
  }
}

TEST(FrameReader, Refuses) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> kCases[] = {
      {"GET / HTTP/1.1\r\n", "no frame stream: a frame of 1195725856 octets"},
      {"\0\0\0\0\0\1\0\0"s, "no frame stream: a control frame of 65536 octets"},
      {"\0\0\0\0\0\0\0\4\0\0\0\x63"s, "a control frame of the unknown type 99"},
      {"\0\0\0\0\0\0\0\2\0\0"s, "a control frame without a type"},
      {"\0\0\0\0\0\0\0\x10\0\0\0\2\0\0\0\1\0\0\0\4xxxx"s,
       "the stream is not of dnstap"},
      {"\0\0\0\0\0\0\0\x0E\0\0\0\2\0\0\0\1\0\0\0\4xx"s,
       "a control frame is cut"},
  };
  for (const auto& [bytes, want] : kCases) {
    FrameReader reader;
    reader.feed(bytes);
    const auto frame = reader.next();
    ASSERT_FALSE(frame) << want;
    EXPECT_EQ(frame.error().message, want);
  }
}

Query query(std::string day, std::string client, Answered answered) {
  return {std::move(day), "us.army.ml", std::move(client), answered};
}

TEST(Queries, QuestionsAndTheirAnswersAreTheSame) {
  const auto names = Names::parse({"army.ml=army.mil"}).value();
  const Match match = names.find("us.army.ml").value();
  QueryTally tally;
  for (const auto answered : {Answered::kNotTold, Answered::kNoName}) {
    tally.note(query("2026-11-24", "192.0.2.1", answered), match);
    tally.note(query("2026-11-24", "198.51.100.1", answered), match);
  }
  tally.note(query("2026-11-20", "192.0.2.9", Answered::kNotTold), match);
  const auto reports = make_query_reports(tally);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].owner, "army.mil");
  EXPECT_EQ(reports[0].queries, 3U);
  EXPECT_EQ(reports[0].by_day.size(), 5U);
  EXPECT_THAT(reports[0].wrong_names, ElementsAre(Pair("us.army.ml", 3)));
  EXPECT_THAT(reports[0].networks,
              ElementsAre(Pair("192.0.2.0/24", 2), Pair("198.51.100.0/24", 1)));
  QueryTally again;
  for (const char* day : {"2026-11-20", "2026-11-24"}) {
    ASSERT_TRUE(again.read(tally.write(day)));
  }
  EXPECT_EQ(again.rows(), tally.rows());
  again.forget_before("2026-11-24");
  EXPECT_EQ(again.rows().size(), 2U);
  EXPECT_EQ(QueryTally().read("a\tb\n").error().message,
            "line 1 is no row of a tally");
}

TEST(Queries, AreBounded) {
  QueryTally tally(10);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i) + ".army.ml";
    tally.note({"2026-11-24", name, "192.0.2.1", Answered::kNoName},
               {"army.ml", name, name, "army.mil"});
  }
  EXPECT_EQ(tally.rows().size(), 11U);
  EXPECT_EQ(make_query_reports(tally).at(0).queries, 1000U);
}

}  // namespace
}  // namespace lostletter::sinkhole
