// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/file.h"
#include "base/log_line.h"
#include "base/text.h"

namespace lostletter {
namespace {

using namespace std::string_view_literals;

constexpr LogTime kTime{std::chrono::milliseconds(1795458918042)};

const EventRow& row_of(Event event) {
  return events().at(static_cast<std::size_t>(event));
}

TEST(Log, EveryEventHasItsRow) {
  const auto last = static_cast<std::size_t>(Event::kJobFailed);
  ASSERT_EQ(events().size(), last + 1);
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < events().size(); ++i) {
    const EventRow& row = events()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.event), i) << row.id;
    EXPECT_TRUE(ids.insert(row.id).second) << row.id << " appears twice";
    EXPECT_THAT(row.id, testing::MatchesRegex("[a-z-]+"));
    EXPECT_GT(row.paragraph.size(), 80U) << row.id;
    EXPECT_EQ(row.paragraph.back(), '.') << row.id;
  }
}

TEST(Log, MarkdownHasEveryEvent) {
  const std::string page = events_markdown();
  for (const EventRow& row : events()) {
    const std::string head = "\n## " + std::string(row.id) + "\n\nLevel: ";
    EXPECT_THAT(page, testing::HasSubstr(head));
    EXPECT_THAT(page, testing::HasSubstr(std::string(row.paragraph) + "\n"));
  }
}

// LOSTLETTER_WRITE_DOCS=1 build/release/bin/base_test writes the page anew.
TEST(Log, ThePageIsTheRows) {
  if (std::getenv("LOSTLETTER_WRITE_DOCS") != nullptr) {
    std::ofstream("docs/events.md") << events_markdown();
  }
  EXPECT_EQ(read_file("docs/events.md"), events_markdown());
}

TEST(Log, Logfmt) {
  struct Case {
    std::string_view value;
    std::string_view shown;
  };
  constexpr Case kCases[] = {
      {"plain", "plain"},
      {"a.smith@army.ml", "a.smith@army.ml"},
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a=b", "\"a=b\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"\"", "\"\\\"\""},
      {"a\nlevel=error", "\"a\\\\x0alevel=error\""},
      {"a\nb", "a\\x0ab"},
      {"\x1b[31m", "\\x1b[31m"},
      {"nul\0nul"sv, "nul\\x00nul"},
      {"back\\slash", "back\\\\slash"},
      {"\xFF\xFE", "\\xff\\xfe"},
      {"\xE2\x80\xAE", "\\u{202e}"},
      {"b\xC3\xBC"
       "cher",
       "b\xC3\xBC"
       "cher"},
  };
  for (const auto& [value, shown] : kCases) {
    EXPECT_EQ(to_logfmt(row_of(Event::kJudged), kTime,
                        {{"text", std::string(value)}}),
              "ts=2026-11-23T18:35:18.042Z level=info event=judged text=" +
                  std::string(shown));
  }
}

TEST(Log, Kinds) {
  const std::vector<Field> fields = {
      {"queue_id", "4XyZ"},
      {"count", std::int64_t{-3}},
      {"probability", 0.9987},
      {"whole", 2.0},
      {"tiny", 1e-9},
      {"none", std::numeric_limits<double>::quiet_NaN()},
      {"held", false}};
  EXPECT_EQ(to_logfmt(row_of(Event::kStoreFailed), kTime, fields),
            "ts=2026-11-23T18:35:18.042Z level=error event=store-failed "
            "queue_id=4XyZ count=-3 probability=0.9987 whole=2 tiny=1e-09 "
            "none=null held=false");
  EXPECT_EQ(to_json(row_of(Event::kStoreFailed), kTime, fields),
            R"({"ts":"2026-11-23T18:35:18.042Z","level":"error",)"
            R"("event":"store-failed","queue_id":"4XyZ","count":-3,)"
            R"("probability":0.9987,"whole":2,"tiny":1e-09,"none":null,)"
            R"("held":false})");
}

// Every pair of bytes: all of the broken beginnings of UTF-8 are among them.
TEST(Log, JsonIsValidForAnyBytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string value = {static_cast<char>(a), static_cast<char>(b)};
      const auto line =
          to_json(row_of(Event::kJudged), kTime, {{"text", value}});
      const auto json = nlohmann::json::parse(line, nullptr, false);
      ASSERT_FALSE(json.is_discarded()) << line;
      ASSERT_EQ(json["text"], printable(value));
    }
  }
}

TEST(Log, LongValuesAreCut) {
  const std::string line = to_logfmt(row_of(Event::kJudged), kTime,
                                     {{"text", std::string(1 << 20, 'x')}});
  EXPECT_LT(line.size(), 1500U);
  EXPECT_TRUE(line.ends_with("xxx...")) << line;
}

// Standard error, replaced by a pipe whose packets are the single writes.
class Stderr {
 public:
  Stderr() {
    std::fflush(stderr);
    EXPECT_EQ(::pipe2(ends_, O_DIRECT | O_CLOEXEC), 0);
    ::fcntl(ends_[0], F_SETPIPE_SZ, 1 << 20);  // a page for each packet
    saved_ = ::dup(STDERR_FILENO);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  Stderr(const Stderr&) = delete;
  Stderr& operator=(const Stderr&) = delete;
  ~Stderr() {
    if (saved_ >= 0) packets();
  }

  // Puts the real one back; what was written, one string a write.
  std::vector<std::string> packets() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(std::exchange(saved_, -1));
    std::vector<std::string> all;
    char buffer[8192];
    while (true) {
      const ssize_t got = ::read(ends_[0], buffer, sizeof buffer);
      if (got <= 0) break;
      all.emplace_back(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends_[0]);
    return all;
  }

 private:
  int ends_[2] = {};
  int saved_ = -1;
};

TEST(Log, OneWriteALine) {
  Stderr err;
  log_event(Event::kListening, {{"address", "127.0.0.1:8894"}});
  log_event(Event::kListening, {{"address", std::string(900, '\n')}});
  const auto packets = err.packets();
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_THAT(packets[0], testing::MatchesRegex(
                              "ts=....-..-..T..:..:..\\....Z level=info "
                              "event=listening address=127.0.0.1:8894\n"));
  EXPECT_EQ(std::ranges::count(packets[1], '\n'), 1);
}

TEST(Log, LevelAndFormat) {
  Stderr err;
  set_log(LogFormat::kJson, Level::kWarning);
  log_event(Event::kJudged);
  log_event(Event::kDecisionLate, {{"queue_id", "4X"}});
  set_log(LogFormat::kLogfmt, Level::kInfo);
  const auto packets = err.packets();
  ASSERT_EQ(packets.size(), 1U);
  const auto json = nlohmann::json::parse(packets[0]);
  EXPECT_EQ(json["event"], "decision-late");
  EXPECT_EQ(json["level"], "warning");
  EXPECT_EQ(json["queue_id"], "4X");
}

TEST(Log, ThreadsDoNotMixLines) {
  Stderr err;
  std::vector<std::thread> threads;
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([name] {
      for (int i = 0; i < 10; ++i) {
        log_event(Event::kJudged, {{"text", std::string(50, name)}});
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto packets = err.packets();
  EXPECT_EQ(packets.size(), 40U);
  for (const std::string& line : packets) {
    EXPECT_THAT(line,
                testing::MatchesRegex("ts=[^ ]+ level=info event=judged "
                                      "text=(a{50}|b{50}|c{50}|d{50})\n"));
  }
}

TEST(Log, BrokenStderrIsNoTrouble) {
  const int saved = ::dup(STDERR_FILENO);
  ASSERT_GE(saved, 0);
  ::close(STDERR_FILENO);
  EXPECT_NO_THROW(log_event(Event::kStarted));
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
}

}  // namespace
}  // namespace lostletter
