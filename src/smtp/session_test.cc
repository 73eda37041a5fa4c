// SPDX-License-Identifier: Apache-2.0
//
// Sessions as transcripts (tests/dialogs/smtp), and the promise that no letter
// is ever taken, in all states.
#include "smtp/session.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "smtp/dialog_test.h"
#include "smtp/line.h"

namespace lostletter::smtp {
namespace {

using namespace std::string_literals;

class SayNo final : public Refuser {
 public:
  mail::Reply refuse(const Transaction& transaction,
                     const mail::Path& recipient) override {
    std::string from = transaction.sender.address
                           ? transaction.sender.address->to_string()
                           : "<>";
    return {
        550,
        "5.1.2",
        {"no " +
         (recipient.address ? recipient.address->to_string() : "postmaster"s) +
         " for " + from + (transaction.utf8 ? " utf8" : "") +
         (transaction.tls ? " tls" : "")}};
  }
};

struct Talk {
  SessionOptions options{.host = "mx.test", .offers_tls = true};
  SayNo refuser;
  Session session{options, refuser};

  std::string say(std::string_view bytes) {
    std::string answer;
    session.feed(bytes, answer);
    return answer;
  }
};

TEST(Session, Dialogs) {
  int played = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("tests/dialogs/smtp")) {
    Talk talk;
    play_dialog(entry.path(), talk.session);
    ++played;
  }
  EXPECT_GE(played, 8);
}

constexpr std::string_view kCommands[] = {
    "HELO a.test",
    "EHLO a.test",
    "MAIL FROM:<a@a.test>",
    "RCPT TO:<b@b.test>",
    "DATA",
    "BDAT 10 LAST",
    "BDAT 0",
    "RSET",
    "NOOP",
    "VRFY b",
    "EXPN b",
    "HELP",
    "STARTTLS",
    "AUTH PLAIN AGEAYQ==",
    "FOO",
    "MAIL FROM:<>",
    "RCPT TO:<postmaster>",
    ".",
};

// Every sequence of three commands, then each command: no recipient is taken,
// and nothing ever answers 354, which invites a letter, or 250 to DATA or BDAT.
TEST(Session, NoStateTakesALetter) {
  std::size_t seen = 0;
  for (const auto first : kCommands) {
    for (const auto second : kCommands) {
      for (const auto third : kCommands) {
        for (const auto last : kCommands) {
          Talk talk;
          std::string answer;
          for (const auto command : {first, second, third, last}) {
            if (talk.session.over()) break;
            if (talk.session.wants_tls()) talk.session.secured();
            answer = talk.say(std::string(command) + "\r\n");
            ASSERT_NE(answer.substr(0, 3), "354") << command;
            if (command.starts_with("DATA") || command.starts_with("BDAT") ||
                command.starts_with("RCPT") || command == ".") {
              ASSERT_EQ(answer[0], '5') << command << ": " << answer;
            }
            ++seen;
          }
        }
      }
    }
  }
  EXPECT_GT(seen, 300'000U);
}

// However the bytes are cut into pieces, the answers are the same.
TEST(Session, PiecesDoNotMatter) {
  const std::string text =
      "EHLO a.test\r\nMAIL FROM:<a@a.test> SIZE=10\r\nRCPT TO:<b@b.test>\r\n"
      "RCPT TO:<c@b.test>\r\nDATA\r\nNOOP " +
      std::string(5000, 'x') + "\r\nRSET\r\nQUIT\r\nNOOP\r\n";
  Talk whole;
  const std::string want = whole.say(text);
  EXPECT_THAT(want, testing::EndsWith("250 2.0.0 forgotten\r\n"
                                      "221 2.0.0 mx.test goodbye\r\n"));
  EXPECT_THAT(want, testing::HasSubstr("500 5.5.2 line is too long\r\n"));
  for (const std::size_t size : {1U, 2U, 3U, 7U, 64U, 4095U, 4096U, 4097U}) {
    Talk talk;
    std::string got;
    for (std::size_t at = 0; at < text.size(); at += size) {
      got += talk.say(std::string_view(text).substr(at, size));
    }
    EXPECT_EQ(got, want) << size;
  }
}

TEST(Session, LimitsOfErrorsAndRecipients) {
  Talk errors;
  std::string last;
  int count = 0;
  while (!errors.session.over()) {
    last = errors.say("FOO\r\n");
    ++count;
  }
  EXPECT_EQ(count, errors.options.most_errors);
  EXPECT_EQ(last, "421 4.7.0 mx.test too many errors\r\n");

  Talk crowd;
  crowd.say("EHLO a.test\r\nMAIL FROM:<a@a.test>\r\n");
  for (int i = 0; i < crowd.options.most_recipients; ++i) {
    ASSERT_EQ(crowd.say("RCPT TO:<b@b.test>\r\n"),
              "550 5.1.2 no b@b.test for a@a.test\r\n");
  }
  EXPECT_EQ(crowd.say("RCPT TO:<b@b.test>\r\n"),
            "421 4.5.3 mx.test too many recipients\r\n");
  EXPECT_TRUE(crowd.session.over());
}

// A megabyte without an end costs a line's length.
TEST(LineReader, IsBounded) {
  LineReader lines;
  int told = 0;
  const std::string piece(1000, 'x');
  for (int i = 0; i < 1000; ++i) {
    lines.feed(piece);
    while (const auto line = lines.next()) {
      EXPECT_EQ(line->kind, LineReader::Kind::kTooLong);
      ++told;
    }
    ASSERT_LE(lines.size(), LineReader::kMost + piece.size());
  }
  EXPECT_EQ(told, 1);
  lines.feed("\r");
  EXPECT_FALSE(lines.next());
  lines.feed("\nNOOP\r\n");
  const auto line = lines.next();
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "NOOP");
}

TEST(LineReader, Ends) {
  using Kind = LineReader::Kind;
  const std::tuple<std::string, Kind, std::string> kCases[] = {
      {"NOOP\r\n", Kind::kLine, "NOOP"}, {"\r\n", Kind::kLine, ""},
      {"NOOP\n", Kind::kBare, ""},       {"NO\rOP\r\n", Kind::kBare, ""},
      {"NOOP\r\r\n", Kind::kBare, ""},   {"NO\0P\r\n"s, Kind::kBare, ""},
      {"\n", Kind::kBare, ""},
  };
  for (const auto& [bytes, kind, text] : kCases) {
    LineReader lines;
    lines.feed(bytes);
    const auto line = lines.next();
    ASSERT_TRUE(line) << bytes;
    EXPECT_EQ(line->kind, kind) << bytes;
    EXPECT_EQ(line->text, text) << bytes;
    lines.feed("QUIT\r\n");
    EXPECT_EQ(lines.next().has_value(), kind == Kind::kLine) << bytes;
  }
}

TEST(Command, Parse) {
  const std::pair<std::string_view, std::string> kCases[] = {
      {"ehlo A.test", "1 A.test"},
      {"MAIL FROM:<a@b.test>", "2 <a@b.test>"},
      {"mail from: <a@b.test> size=5 SMTPUTF8",
       "2 <a@b.test> SIZE=5 SMTPUTF8="},
      {"RCPT TO:<\"a>b\"@b.test>", "3 <\"a>b\"@b.test>"},
      {"RCPT TO:<\"a\\\">b\"@b.test>  X=Y", "3 <\"a\\\">b\"@b.test> X=Y"},
      {"RCPT TO:<>", "3 <>"},
      {"BDAT 10 LAST", "5 10 LAST"},
      {"NOOP anything at all", "7 anything at all"},
      {"", "15 "},
      {"XYZZY", "15 "},
      {"LHLO a.test", "14 a.test"},
      {"MAILFROM:<a@b.test>", "15 "},
      {"HELO", "HELO needs one name"},
      {"HELO a b", "HELO needs one name"},
      {"DATA now", "DATA has no arguments"},
      {"MAIL <a@b.test>", "MAIL needs FROM:<address>"},
      {"RCPT FROM:<a@b.test>", "RCPT needs TO:<address>"},
      {"RCPT TO:a@b.test", "the address must stand between '<' and '>'"},
      {"RCPT TO:<a@b.test", "the address must stand between '<' and '>'"},
      {"RCPT TO:<a@b.test>x", "what stands behind '>' is no parameter"},
      {"RCPT TO:<a@b.test> =x", "'=x' is no parameter"},
  };
  for (const auto& [line, want] : kCases) {
    const auto command = parse_command(line);
    std::string got;
    if (!command) {
      got = command.error().message;
    } else {
      got = std::to_string(static_cast<int>(command->verb)) + " " +
            command->argument;
      for (const Parameter& one : command->parameters) {
        got += " " + one.name + "=" + one.value;
      }
    }
    EXPECT_EQ(got, want) << line;
  }
}

}  // namespace
}  // namespace lostletter::smtp
