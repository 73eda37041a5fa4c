// SPDX-License-Identifier: Apache-2.0
#include "archive/waiting.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"
#include "archive/under_way.h"

namespace lostletter::archive {
namespace {

// Logs worse than they are: few ids, used again while letters of the same id
// were never ended; letters of which the beginning is missing; long silences;
// filters; processes that reuse connections. Two hosts. No line follows the end
// of its letter.
class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed) {}

  using Line = std::string (Chaos::*)();
  std::vector<std::string> lines(Line make) {
    std::vector<std::string> made;
    while (made.size() < 500) {
      step();
      made.push_back((this->*make)());
    }
    return made;
  }

  std::string postfix() {
    const auto process = below(3);
    const auto& name = pick();
    const auto to =
        fmt::format("smtp[{}]: {}: to=<{}>, ", process, name, person());
    switch (below(10)) {
      case 0:
        return line("smtpd[9]: " + begin() +
                    ": client=pc[192.0.2.9], sasl_username=ann");
      case 1:
        return line("pickup[9]: " + begin() + ": uid=0 from=<x>");
      case 2:
        return line(fmt::format("cleanup[9]: {}: message-id=<{}@x>",
                                below(2) == 0 ? begin() : name, below(1000)));
      case 3:
        return line(fmt::format("qmgr[9]: {}: from=<{}>, size={}, nrcpt=1 (x)",
                                name, person(), below(9000)));
      case 4:
        return line(
            fmt::format("smtp[{}]: Trusted TLS connection {} to {}: x", process,
                        below(2) == 0 ? "established" : "reused", relay()));
      case 5:
        return line(to +
                    "relay=lo[127.0.0.1]:10025, dsn=2.0.0, status=sent "
                    "(250 queued as " +
                    pick() + ")");
      case 6:
        return line("qmgr[9]: " + end() + ": removed");
      case 7:
        return line(
            fmt::format("smtpd[9]: NOQUEUE: reject: RCPT from a[192.0.2.3]: "
                        "550 5.1.1 x; from=<{}> to=<{}> proto=SMTP",
                        person(), person()));
      default:
        return line(fmt::format("{}relay={}, dsn=2.0.0, status={} (x)", to,
                                relay(), below(3) == 0 ? "deferred" : "sent"));
    }
  }

  std::string exim() {
    switch (below(4)) {
      case 0:
        return line(
            fmt::format("{} <= {} H=pc [192.0.2.1] S=9", begin(), person()));
      case 1:
        return line(end() + " Completed");
      default:
        return line(fmt::format("{} {} {} R=dns T=smtp H=mx [192.0.2.2]",
                                pick(), below(2) == 0 ? "=>" : "==", person()));
    }
  }

  std::string sendmail() {
    switch (below(7)) {
      case 0:
        return line(fmt::format("AUTH=server, relay=pc, mech=PLAIN, authid=u{}",
                                below(9)));
      case 1:
        return line(
            fmt::format("STARTTLS=client, relay=mx{}., version=x", below(2)));
      case 2:
        return line(
            fmt::format("{}: from=<{}>, size=9, nrcpts={}, msgid=<m>, "
                        "relay=pc [192.0.2.1]",
                        begin(), person(), below(2) + 1));
      case 3:
        return line(
            fmt::format("{}: ruleset=check_rcpt, arg1=<{}>, relay=x, "
                        "reject=550 5.7.1 no",
                        below(2) == 0 ? begin() : pick(), person()));
      default:
        return line(
            fmt::format("{}: to=<{}>, delay=0, relay=mx{}. "
                        "[192.0.2.2], dsn=2.0.0, stat=Sent (ok)",
                        pick(), person(), below(2)));
    }
  }

  std::size_t below(std::size_t most) { return random_() % most; }

  std::string program;   // "exim[7]: "
  std::string first_id;  // digits at its end count up

 private:
  void step() {
    now_ += std::chrono::seconds(below(40));
    if (below(60) == 0) now_ += std::chrono::minutes(below(200));
    if (below(300) == 0) now_ += std::chrono::hours(below(400));
    host_ = below(2);
  }
  std::string line(const std::string& rest) {
    return fmt::format("{} mx{} {}{}\n", to_rfc3339(now_), host_, program,
                       rest);
  }
  std::string begin() {
    auto name = first_id;
    const auto number = fmt::format("{:02}", count_++ % 25);
    name.replace(name.find("##"), 2, number);
    open_[host_].push_back(name);
    return name;
  }
  const std::string& pick() {
    if (open_[host_].empty()) begin();
    return open_[host_][below(open_[host_].size())];
  }
  std::string end() {
    auto& open = open_[host_];
    const std::string name = pick();
    std::erase(open, name);
    return name;
  }
  std::string person() { return fmt::format("p{}@example.org", below(9)); }
  std::string relay() { return fmt::format("mx[192.0.2.{}]:25", below(2)); }

  std::mt19937 random_;
  Seconds now_{Duration(1'700'000'000)};
  std::size_t host_ = 0;
  std::size_t count_ = 0;
  std::vector<std::string> open_[2];
};

// Names of letters may differ: which of two lines named it may be told apart.
Recorded sorted(Recorded lines) {
  for (std::string& line : lines) {
    if (line.starts_with("skipped")) line.erase(0, line.find(':'));
    const auto id = line.find(" id=");
    if (id != line.npos) line.erase(id, line.find(' ', id + 1) - id);
  }
  std::ranges::sort(lines);
  return lines;
}

Source source_of(const std::vector<std::string>& lines, std::size_t begin,
                 std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text += lines[i];
  auto source = Source::of_bytes("test", text, kModified);
  EXPECT_TRUE(source.has_value());
  return std::move(*source);
}

Recorded whole(const std::vector<std::string>& lines) {
  Record record;
  Reader reader(record);
  auto source = source_of(lines, 0, lines.size());
  EXPECT_TRUE(reader.read(source).has_value());
  reader.finish();
  return sorted(record.lines);
}

Recorded in_parts(const std::vector<std::string>& lines,
                  std::vector<std::size_t> cuts) {
  cuts.push_back(lines.size());
  Record record;
  Reader main(record);
  std::size_t begin = 0;
  for (const auto end : cuts) {
    Options options;
    options.is_part = true;
    Reader part(record, options);
    auto source = source_of(lines, begin, end);
    EXPECT_TRUE(part.read(source).has_value());
    EXPECT_TRUE(main.go_on(part.waiting()).has_value());
    begin = end;
  }
  main.finish();
  return sorted(record.lines);
}

// What is different, and of which lines it is enough to see it.
std::string difference(std::vector<std::string> lines,
                       std::vector<std::size_t> cuts) {
  const auto differs = [](const auto& some, const auto& at) {
    return in_parts(some, at) != whole(some);
  };
  for (std::size_t i = lines.size(); i-- > 0;) {
    auto less = lines;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
    auto moved = cuts;
    for (auto& cut : moved) cut -= i < cut ? 1 : 0;
    if (!differs(less, moved)) continue;
    lines = less;
    cuts = moved;
  }
  std::string text;
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    if (std::ranges::find(cuts, i) != cuts.end()) text += "---\n";
    if (i < lines.size()) text += lines[i];
  }
  for (const auto& line : in_parts(lines, cuts)) text += "part  " + line + '\n';
  for (const auto& line : whole(lines)) text += "whole " + line + '\n';
  return text;
}

void expect_parts_equal_whole(const std::string& program, const std::string& id,
                              Chaos::Line line) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Chaos chaos(seed);
    chaos.program = program;
    chaos.first_id = id;
    const auto lines = chaos.lines(line);
    const auto want = whole(lines);
    ASSERT_GT(want.size(), 20U);
    for (int round = 0; round < 8; ++round) {
      std::vector<std::size_t> cuts;
      for (auto n = chaos.below(6) + 1; n > 0; --n) {
        cuts.push_back(1 + chaos.below(lines.size() - 1));
      }
      std::ranges::sort(cuts);
      cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
      ASSERT_TRUE(in_parts(lines, cuts) == want) << "seed " << seed << '\n'
                                                 << difference(lines, cuts);
    }
  }
}

TEST(Waiting, PartsOfPostfixLogsEqualTheWhole) {
  expect_parts_equal_whole("postfix/", "ABCD##", &Chaos::postfix);
}

TEST(Waiting, PartsOfEximLogsEqualTheWhole) {
  expect_parts_equal_whole("exim[7]: ", "1aBcDe-0000##-00", &Chaos::exim);
}

TEST(Waiting, PartsOfSendmailLogsEqualTheWhole) {
  expect_parts_equal_whole("sm-mta[3]: ", "3AFabcde0100##", &Chaos::sendmail);
}

TEST(Waiting, LittleWaits) {
  std::vector<std::string> lines;
  for (int i = 0; i < 5000; ++i) {
    const auto stamp = to_rfc3339(Seconds(Duration(1'700'000'000 + 60 * i)));
    const auto id = fmt::format("{:06X}", 0xA00000 + i);
    for (const char* line :
         {"smtpd[9]: {}: client=pc[192.0.2.9]",
          "qmgr[9]: {}: from=<a@example.com>, size=1, nrcpt=1 (x)",
          "smtp[9]: {}: to=<b@example.org>, relay=mx[192.0.2.1]:25, "
          "dsn=2.0.0, status=sent (ok)",
          "qmgr[9]: {}: removed"}) {
      lines.push_back(stamp + " mx postfix/" +
                      fmt::format(fmt::runtime(line), id) + '\n');
    }
  }
  Record record;
  Options options;
  options.is_part = true;
  Reader part(record, options);
  auto source = source_of(lines, 2, lines.size() - 1);
  ASSERT_TRUE(part.read(source).has_value());
  EXPECT_EQ(record.lines.size(), 4998U);
  // A hash for each letter, of the last 100,000; and two letters.
  EXPECT_LT(part.waiting().size(), 15 * 5000U);
}

TEST(Waiting, Damaged) {
  Waiting waiting;
  waiting.end("mx/ABCDEF");
  OpenLetter open;
  open.key = "mx/A";
  waiting.letter(open);
  const std::string good = waiting.save();
  Record record;
  EXPECT_TRUE(Reader(record).go_on(good).has_value());
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto done = Reader(record).go_on(good.substr(0, size));
    ASSERT_FALSE(done.has_value()) << size;
    EXPECT_EQ(done.error().message, "what waits is damaged");
  }
  EXPECT_FALSE(Reader(record).go_on(good + "1 ").has_value());
}

}  // namespace
}  // namespace lostletter::archive
