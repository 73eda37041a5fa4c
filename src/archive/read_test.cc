// SPDX-License-Identifier: Apache-2.0
//
// What holds for every kind: seen by its bytes, packed or not, read in pieces
// or whole.
#include "archive/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/packed_test.h"
#include "archive/position.h"
#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// `number` letters of a Postfix that has several under way at once.
std::string postfix_log(int number) {
  std::string text;
  const auto line = [&text](int second, int id, std::string_view rest) {
    char begin[100];
    std::snprintf(begin, sizeof begin, "Nov %2d %02d:%02d:%02d mx ",
                  1 + second / 86400, second / 3600 % 24, second / 60 % 60,
                  second % 60);
    char queue_id[16];
    std::snprintf(queue_id, sizeof queue_id, "%06X", id % 50);
    text.append(begin);
    const auto mark = rest.find('$');
    text.append(rest.substr(0, mark)).append(queue_id);
    text.append(rest.substr(mark + 1)).append("\n");
  };
  for (int i = 0; i < number + 3; ++i) {
    if (i < number) {
      const auto to = std::to_string(i);
      line(i, i, "postfix/smtpd[1]: $: client=pc[192.0.2.1]");
      line(i, i, "postfix/cleanup[2]: $: message-id=<" + to + "@example.com>");
      line(i, i,
           "postfix/qmgr[3]: $: from=<ann@example.com>, size=" + to +
               ", nrcpt=1 (queue active)");
      line(i, i,
           "postfix/smtp[4]: $: to=<a" + to +
               "@example.org>, relay=none, dsn=2.0.0, status=sent (ok)");
    }
    if (i >= 3) {
      line(i, i - 3,
           "postfix/smtp[4]: $: to=<b@example.org>, relay=none, "
           "dsn=4.0.0, status=deferred (no)");
      line(i, i - 3, "postfix/qmgr[3]: $: removed");
    }
  }
  return text;
}

Source source_of(std::string content, Seconds modified = kModified) {
  auto source = Source::of_bytes("test", std::move(content), modified);
  EXPECT_TRUE(source.has_value()) << source.error().message;
  return std::move(*source);
}

TEST(Read, KindIsSeenInTheBytes) {
  struct Case {
    std::string_view content;
    Kind kind;
  };
  constexpr Case kCases[] = {
      {"", Kind::kEmpty},
      {"Nov 24 01:40:22 mx postfix/qmgr[1]: ABCDEF: removed\n", Kind::kPostfix},
      {"Nov 24 01:40:22 mx dovecot[1]: hi\n"
       "Nov 24 01:40:22 mx postfix/qmgr[1]: ABCDEF: removed\n",
       Kind::kPostfix},
      {"Nov 24 01:40:22 mx kernel: hi\n", Kind::kSyslog},
      {"Nov 24 01:40:22 mx sm-mta[1]: x\n", Kind::kSendmail},
      {"2026-11-24 01:40:22 Start queue run: pid=1\n", Kind::kExim},
      {"2026-11-24 01:40:22 1tAbCd-0003Ef-2G Completed\n", Kind::kExim},
      {"From a Thu Nov 26 18:35:18 2026\nFrom: a\n", Kind::kMbox},
      {"Received: from x\nFrom: a\n\nx", Kind::kMessage},
      {"\n\nFrom: a\nSubject: x\n\nx", Kind::kMessage},
      {"\xef\xbb\xbf"
       "BEGIN:VCARD\r\nEND:VCARD\r\n",
       Kind::kVcard},
      {"email\n", Kind::kCsv},
      {"a@example.com,Ann\n", Kind::kCsv},
  };
  for (const auto& [content, kind] : kCases) {
    EXPECT_EQ(name_of(source_of(std::string(content)).kind()), name_of(kind))
        << content;
  }
}

TEST(Read, OtherKindsAreRefused) {
  constexpr std::string_view kRefused =
      "'x.txt' is of no kind that is read; what is read: Postfix, Exim and "
      "Sendmail logs (syslog or journalctl -o json), Exchange message "
      "tracking, "
      "Microsoft 365 message traces, Google Workspace e-mail logs, letters as "
      "JSON, mbox, Maildir, messages, CSV and vCard address books; plain, "
      "gzip, "
      "zstd, xz or bzip2";
  const std::string cases[] = {
      "hello\n",
      "2026-11-24 01:40:22 something else\n",
      "{\"a\": 1}\n",
      "PK\x03\x04 hello",
      std::string(10000, '\0'),
      "key: value\nother: x\n",
  };
  for (const auto& content : cases) {
    const auto source = Source::of_bytes("x.txt", content, kModified);
    ASSERT_FALSE(source.has_value()) << content;
    EXPECT_EQ(source.error().message, kRefused) << content;
  }
}

TEST(Read, Packed) {
  const auto plain = postfix_log(300);
  const auto expected = read_all(plain, Kind::kPostfix);
  ASSERT_THAT(expected, SizeIs(300));
  for (const auto* filter : {"gzip", "zstd", "xz", "bzip2"}) {
    const auto whole = packed(plain, filter);
    EXPECT_EQ(read_all(whole, Kind::kPostfix), expected) << filter;
    EXPECT_EQ(source_of(whole).packing(), filter);
    EXPECT_EQ(source_of(whole).fingerprints(), source_of(plain).fingerprints());
    // One behind the other.
    const auto half = plain.find('\n', plain.size() / 2) + 1;
    EXPECT_EQ(read_all(packed(plain.substr(0, half), filter) +
                           packed(plain.substr(half), filter),
                       Kind::kPostfix),
              expected)
        << filter;
  }
}

TEST(Read, DamagedPackedData) {
  const auto whole = packed(postfix_log(5000), "gzip");
  Record record;
  auto source = source_of(whole.substr(0, whole.size() / 2));
  Reader reader(record);
  ASSERT_TRUE(reader.read(source).has_value());
  ASSERT_GT(record.lines.size(), 1000U);
  EXPECT_THAT(record.lines.back(),
              testing::EndsWith(": packed data is damaged or ends too early"));

  const auto nothing = Source::of_bytes(
      "x.gz", packed("hello", "gzip").substr(0, 12), kModified);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().message, "'x.gz': packed data is damaged");
}

// The sum of all parts, read by readers that take over from one another.
Recorded read_in_parts(const std::string& log, std::size_t step) {
  Record record;
  std::string position;
  std::string under_way;
  for (std::size_t size = step;; size += step) {
    size = std::min(size, log.size());
    auto source = source_of(log.substr(0, size));
    Reader reader(record);
    EXPECT_TRUE(reader.restore(under_way).has_value());
    EXPECT_TRUE(reader.read(source, position).has_value());
    position = reader.position();
    under_way = reader.under_way();
    if (size == log.size()) {
      reader.finish();
      break;
    }
  }
  return record.lines;
}

TEST(Read, ALogThatGrew) {
  const auto log = postfix_log(200);
  const auto expected = read_all(log, Kind::kPostfix);
  ASSERT_THAT(expected, SizeIs(200));
  for (const std::size_t step : {197U, 1009U, 10007U, 1000000U}) {
    auto lines = read_in_parts(log, step);
    // A line that was written to the half only is told, and read again.
    std::erase_if(lines, [](const std::string& line) {
      return line.starts_with("skipped");
    });
    EXPECT_EQ(lines, expected) << step;
  }
}

TEST(Read, TheSameFileTwice) {
  const auto log = postfix_log(50);
  Record record;
  auto first = source_of(log);
  Reader reader(record);
  ASSERT_TRUE(reader.read(first).has_value());
  reader.finish();
  const auto lines = record.lines.size();
  auto again = source_of(log);
  const auto counts = reader.read(again, reader.position());
  ASSERT_TRUE(counts.has_value());
  reader.finish();
  EXPECT_EQ(*counts, Counts{});
  EXPECT_EQ(record.lines.size(), lines);
}

TEST(Read, FinishedLettersComeAgainWithNewsOnly) {
  const std::string begin =
      "2026-11-24T01:40:22Z mx postfix/qmgr[1]: ABCDEF: from=<a@example.com>, "
      "size=1, nrcpt=2 (queue active)\n"
      "2026-11-24T01:40:22Z mx postfix/smtp[1]: ABCDEF: to=<b@example.org>, "
      "relay=none, dsn=2.0.0, status=sent (ok)\n"
      "2026-11-24T01:40:22Z mx postfix/smtp[1]: ABCDEF: to=<c@example.org>, "
      "relay=none, dsn=4.0.0, status=deferred (no)\n";
  const std::string end =
      "2026-11-24T02:40:22Z mx postfix/smtp[1]: ABCDEF: to=<c@example.org>, "
      "relay=none, dsn=2.0.0, status=sent (ok)\n"
      "2026-11-24T02:40:22Z mx postfix/qmgr[1]: ABCDEF: removed\n";
  Record record;
  Reader reader(record);
  auto first = source_of(begin);
  ASSERT_TRUE(reader.read(first).has_value());
  reader.finish();
  reader.finish();
  auto second = source_of(begin + end);
  ASSERT_TRUE(reader.read(second, reader.position()).has_value());
  EXPECT_THAT(
      record.lines,
      ElementsAre("2026-11-24T01:40:22Z a@example.com id=mx/ABCDEF size=1 | "
                  "b@example.org delivered 2.0.0 | c@example.org deferred "
                  "4.0.0",
                  "2026-11-24T01:40:22Z a@example.com id=mx/ABCDEF size=1 | "
                  "c@example.org delivered 2.0.0"));
}

TEST(Read, ALogOfSeveralYears) {
  std::string log;
  const std::string day =
      " 12:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT "
      "from x[192.0.2.1]: 550 5.1.1 no; from=<a@b.example> "
      "to=<c@d.example> proto=SMTP helo=<x>\n";
  for (const auto* date : {"Mar 10", "Oct 10", "Feb 10", "Nov 10"}) {
    log += date + day;
  }
  std::string years;
  for (const auto& line : read_all(log, Kind::kPostfix)) {
    years += line.substr(0, 8);
  }
  EXPECT_EQ(years, "2025-03-2025-10-2026-02-2026-11-");
}

TEST(Read, PositionOfAnotherSource) {
  const auto log = postfix_log(100);
  Record record;
  Reader reader(record);
  auto source = source_of(log);
  ASSERT_TRUE(reader.read(source).has_value());
  auto changed = log;
  changed[changed.rfind("Nov")] = 'D';
  for (const auto& [content, position] :
       {std::pair(changed + "x\n", reader.position()),
        std::pair("x" + log, reader.position()),
        std::pair(log, std::string("1.5.1.2.3.4.")),
        std::pair(log, std::string("nonsense"))}) {
    auto other = source_of(content);
    const auto counts = reader.read(other, position);
    ASSERT_FALSE(counts.has_value());
    EXPECT_EQ(counts.error().message,
              "'test' is not what was read before: read it from its beginning");
  }
}

TEST(Read, AnAddressBookThatGrew) {
  Record record;
  Reader reader(record);
  std::string book = "name,email\nAnn,ann@example.com\n";
  auto source = source_of(book);
  ASSERT_TRUE(reader.read(source).has_value());
  auto grown = source_of(book + "Bob,bob@example.org\n");
  const auto counts = reader.read(grown, reader.position());
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->lines, 1U);
  EXPECT_THAT(record.lines, ElementsAre("contact \"Ann\" ann@example.com",
                                        "contact \"Bob\" bob@example.org"));
}

TEST(Read, Fingerprints) {
  const std::string log = postfix_log(100);
  const auto prints = source_of(log).fingerprints();
  // 64, 128 ... bytes.
  ASSERT_GT(prints.size(), 5U);
  auto shorter = source_of(log.substr(0, 500)).fingerprints();
  ASSERT_EQ(shorter.size(), 3U);  // 256, 128, 64
  EXPECT_TRUE(
      std::ranges::equal(shorter, std::vector(prints.end() - 3, prints.end())));
  EXPECT_NE(source_of("x" + log).fingerprints().back(), prints.back());
  EXPECT_THAT(source_of("").fingerprints(), IsEmpty());
  EXPECT_THAT(source_of("a@example.com\n").fingerprints(), SizeIs(1));
}

TEST(Read, CountsAndProgress) {
  const auto log = postfix_log(60000);
  Record record;
  std::vector<std::string> positions;
  Options options;
  const Reader* reader_at_work = nullptr;
  options.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.total, log.size());
    EXPECT_LE(progress.bytes, progress.total);
    positions.push_back(reader_at_work->position());
  };
  Reader reader(record, options);
  reader_at_work = &reader;
  auto source = source_of(log);
  const auto counts = reader.read(source);
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->bytes, log.size());
  EXPECT_EQ(counts->lines, 60000U * 6);
  EXPECT_EQ(counts->letters, 60000U);
  EXPECT_EQ(counts->skipped, 0U);
  EXPECT_EQ(positions.size(), log.size() >> 22U);
}

TEST(Read, TooManyUnderWay) {
  Record record;
  Options options;
  options.most_under_way = 2;
  Reader reader(record, options);
  std::string log;
  for (const auto* id : {"AAAAAA", "BBBBBB", "CCCCCC"}) {
    log += "2026-11-24T01:40:22Z mx postfix/qmgr[1]: " + std::string(id) +
           ": from=<a@example.com>, size=1, nrcpt=2 (queue active)\n"
           "2026-11-24T01:40:22Z mx postfix/smtp[1]: " +
           std::string(id) +
           ": to=<b@example.org>, relay=none, dsn=2.0.0, status=sent (ok)\n";
  }
  auto source = source_of(log);
  ASSERT_TRUE(reader.read(source).has_value());
  EXPECT_THAT(
      record.lines,
      ElementsAre("skipped line 1: more letters under way than are kept",
                  "2026-11-24T01:40:22Z a@example.com id=mx/AAAAAA size=1 | "
                  "b@example.org delivered 2.0.0"));
}

TEST(Read, SilentForAWeek) {
  const auto letter = [](std::string_view day, std::string_view id) {
    return "2026-11-" + std::string(day) +
           "T01:40:22Z mx postfix/qmgr[1]: " + std::string(id) +
           ": from=<a@example.com>, size=1, nrcpt=2 (queue active)\n2026-11-" +
           std::string(day) +
           "T01:40:22Z mx postfix/smtp[1]: " + std::string(id) +
           ": to=<b@example.org>, relay=none, dsn=2.0.0, status=sent (ok)\n";
  };
  Record record;
  Reader reader(record);
  auto source = source_of(letter("01", "AAAAAA") + letter("08", "BBBBBB") +
                          letter("09", "CCCCCC"));
  ASSERT_TRUE(reader.read(source).has_value());
  EXPECT_THAT(record.lines, SizeIs(1));
  EXPECT_THAT(record.lines[0], testing::HasSubstr("AAAAAA"));
}

TEST(Read, Hostile) {
  const std::string log = "Nov 24 01:40:22 mx postfix/qmgr[1]: ABCDEF: x\n";
  EXPECT_THAT(read_all(log + std::string(2'000'000, 'x') + "\n" +
                           std::string(100, '\0') + "\n\nNov 24\n" + log,
                       Kind::kPostfix),
              ElementsAre("skipped line 2: line is longer than 1 MiB",
                          "skipped line 3: not a line of a log",
                          "skipped line 5: not a line of a log"));
}

TEST(Read, WhatWasUnderWay) {
  Record record;
  for (const auto* text : {"nonsense", "lostletter under way 1\n5:abc",
                           "lostletter under way 1\n9999999:x"}) {
    Reader reader(record);
    EXPECT_FALSE(reader.restore(text).has_value()) << text;
  }
  Reader reader(record);
  EXPECT_EQ(reader.restore("x").error().message,
            "what was under way was saved by another version");
  EXPECT_TRUE(reader.restore("").has_value());
}

TEST(Position, RoundTrip) {
  const Position position{
      {5, 2, 3, ~std::uint64_t{0}}, Seconds(Duration(7)), "1700.M1P2.mx,S=3"};
  EXPECT_EQ(parse_position(to_string(position)), position);
  for (const auto* text : {"", "1", "2.0.0.0.0.0.", "1.0.0.0.0.0.a",
                           "1.0.0.0.0.0.zz", "1.0.x.0.0.0."}) {
    EXPECT_FALSE(parse_position(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lostletter::archive
