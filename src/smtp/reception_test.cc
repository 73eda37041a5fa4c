// SPDX-License-Identifier: Apache-2.0
//
// Letters taken: transcripts (tests/dialogs/lmtp, tests/dialogs/reception),
// content byte for byte however it is cut, and answers that come late.
#include "smtp/reception.h"

#include <deque>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "smtp/dialog_test.h"

namespace lostletter::smtp {
namespace {

using namespace std::string_literals;
using Protocol = ReceptionOptions::Protocol;

// Answers say what was received. Who is named "later", "never", "throw" gets
// what the name says.
class Clerk final : public Receiver {
 public:
  mail::Reply sender(const ReceivedSender& sender) override {
    if (sender.reverse_path == "throw@a.test") throw std::runtime_error("disk");
    if (sender.reverse_path == "never@a.test") {
      return {550, "5.7.1", {"never"}};
    }
    return {250,
            "2.1.0",
            {sender.greeting + " '" + sender.reverse_path + "' " +
             to_text(sender.parameters)}};
  }
  mail::Reply recipient(const ReceivedSender& /*sender*/,
                        const ReceivedRecipient& recipient) override {
    if (recipient.forward_path.starts_with("never@")) {
      return {550, "5.1.1", {"nobody has that name"}};
    }
    return {
        250,
        "2.1.5",
        {"'" + recipient.forward_path + "' " + to_text(recipient.parameters)}};
  }
  void letter(ReceivedLetter letter, LetterDone done) override {
    letters.push_back(letter);
    std::vector<mail::Reply> replies;
    for (const ReceivedRecipient& one : letter.recipients) {
      if (one.forward_path.starts_with("throw@")) {
        kept = done;
        throw std::runtime_error("disk");
      }
      if (one.forward_path.starts_with("later@")) {
        replies.push_back({451, "4.3.0", {"later"}});
      } else if (one.forward_path.starts_with("full@")) {
        replies.push_back({552, "5.2.2", {"full"}});
      } else if (!one.forward_path.starts_with("forget@")) {
        replies.push_back(
            {250, "2.0.0", {one.forward_path + " has " + letter.content}});
      }
    }
    if (keeps) {
      kept = done;
    } else {
      done(replies);
    }
  }

  bool keeps = false;
  LetterDone kept;
  std::vector<ReceivedLetter> letters;
};

struct Talk {
  explicit Talk(Protocol protocol = Protocol::kLmtp,
                std::size_t most = std::size_t{1} << 20)
      : session({.protocol = protocol,
                 .host = "hold.test",
                 .most_content = most,
                 .most_recipients = 3},
                clerk, [this](auto job) { jobs.push_back(std::move(job)); }) {}

  // What the server would do: jobs run once the call returned.
  void run_jobs(std::string& answer) {
    while (!jobs.empty()) {
      const auto job = std::move(jobs.front());
      jobs.pop_front();
      job(answer);
    }
  }
  std::string say(std::string_view bytes) {
    std::string answer;
    session.feed(bytes, answer);
    run_jobs(answer);
    return answer;
  }
  void begin() {
    say("LHLO a.test\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<x@b.test>\r\n"
        "DATA\r\n");
    EXPECT_EQ(session.state(), Reception::State::kContent);
  }

  Clerk clerk;
  std::deque<std::function<void(std::string&)>> jobs;
  Reception session;
};

void play_all(const std::filesystem::path& folder, Protocol protocol,
              int least) {
  int played = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    Talk talk(protocol, 60);
    play_dialog(entry.path(), talk.session,
                [&](std::string& answer) { talk.run_jobs(answer); });
    ++played;
  }
  EXPECT_GE(played, least);
}

TEST(Reception, DialogsInLmtp) {
  play_all("tests/dialogs/lmtp", Protocol::kLmtp, 5);
}
TEST(Reception, DialogsInSmtp) {
  play_all("tests/dialogs/reception", Protocol::kSmtp, 2);
}

struct ContentCase {
  std::string wire;  // behind DATA, up to and with its end
  std::string content;
};
const ContentCase kContents[] = {
    {".\r\n", ""},
    {"\r\n.\r\n", "\r\n"},
    {"a\r\n.\r\n", "a\r\n"},
    {"..\r\n.\r\n", ".\r\n"},
    {"..a\r\n...\r\n.\r\n", ".a\r\n..\r\n"},
    {".a\r\n.\r\n", "a\r\n"},  // not stuffed: the dot goes all the same
    {"a\n.\n.\r\n\r\n.\r\n", "a\n.\n.\r\n\r\n"},
    {"a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n"},
    {"a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n"},
    {"a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n"},
    {"a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n"},
    {"a\r\r\n.\r\n", "a\r\r\n"},
    {"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n"},
    {"a\0b\xff\r\n.\r\n"s, "a\0b\xff\r\n"s},
    {"\r\n\r\n\r\n.\r\n", "\r\n\r\n\r\n"},
};

// However it is cut, with the next command behind it or not.
TEST(Reception, ContentIsTakenByteForByte) {
  for (const auto& [wire, content] : kContents) {
    for (const std::string behind : {"", "NOOP\r\n"}) {
      for (std::size_t piece = 1; piece <= wire.size() + 7; ++piece) {
        SCOPED_TRACE(printable(wire) + " in pieces of " +
                     std::to_string(piece));
        Talk talk;
        talk.begin();
        const std::string all = wire + behind;
        std::string heard;
        for (std::size_t at = 0; at < all.size(); at += piece) {
          heard += talk.say(std::string_view(all).substr(at, piece));
        }
        ASSERT_EQ(talk.clerk.letters.size(), 1U);
        EXPECT_EQ(talk.clerk.letters[0].content, content);
        EXPECT_EQ(heard,
                  "250 2.0.0 x@b.test has " + printable(content, 400) + "\r\n" +
                      (behind.empty() ? "" : "250 2.0.0 still here\r\n"));
      }
    }
  }
}

// Nothing but CR LF . CR LF ends a content.
TEST(Reception, NothingElseEndsAContent) {
  for (const std::string end :
       {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n",
        "\n\r.\r\n", "\r\n..\r\n", "\r\n.\0\r\n", "\r\n .\r\n"}) {
    Talk talk;
    talk.begin();
    EXPECT_EQ(talk.say("a" + end + "QUIT\r\n"), "") << printable(end);
    EXPECT_EQ(talk.session.state(), Reception::State::kContent);
  }
}

TEST(Reception, StuffingAndBack) {
  const std::pair<std::string, std::string> kCases[] = {
      {"", ""},
      {"a", "a\r\n"},
      {"a\r\n", "a\r\n"},
      {"a\nb\n", "a\r\nb\r\n"},
      {".\r\n..\r\n.a\r\n", "..\r\n...\r\n..a\r\n"},
      {"a\n.\nb", "a\r\n..\r\nb\r\n"},
      {"a\r.\rb\r\r\nc\r", "a . b \r\nc\r\n"},
      {"\n\n", "\r\n\r\n"},
      {"a\0b"s, "a\0b\r\n"s},
  };
  for (const auto& [content, wire] : kCases) {
    EXPECT_EQ(stuffed(content), wire) << printable(content);
  }
  // What was taken and has clean lines arrives as it was.
  for (const auto& [wire, content] : kContents) {
    const std::string sent = stuffed(content) + ".\r\n";
    ContentReader reader(1000);
    EXPECT_EQ(reader.feed(sent), sent.size());
    EXPECT_TRUE(reader.ended());
    const std::string again = reader.take();
    EXPECT_EQ(stuffed(again), stuffed(content)) << printable(content);
    EXPECT_EQ(again.find('\r' + "\r"s), again.npos);
  }
}

TEST(Reception, LargeLettersCostNoMemory) {
  Talk talk(Protocol::kLmtp, 1000);
  talk.begin();
  const std::string line = std::string(998, 'x') + "\r\n";
  EXPECT_EQ(talk.say(line), "");  // just fits
  ContentReader reader(1000);
  for (int i = 0; i < 3; ++i) reader.feed(line);
  EXPECT_EQ(reader.size(), 3000U);
  EXPECT_TRUE(reader.is_too_large());
  EXPECT_EQ(reader.take(), "");
  EXPECT_EQ(talk.say("y\r\n.\r\n"),
            "452 4.3.1 the letter is too large to be kept here\r\n");
  EXPECT_TRUE(talk.clerk.letters.empty());
  talk.begin();
  EXPECT_THAT(talk.say(line + ".\r\n"),
              testing::StartsWith("250 2.0.0 x@b.test has xxx"));
}

TEST(Reception, AnswersComeLate) {
  Talk talk;
  talk.clerk.keeps = true;
  talk.begin();
  EXPECT_EQ(talk.say("a\r\n.\r\nNOOP\r\n"), "");
  EXPECT_TRUE(talk.session.waits());
  const LetterDone done = talk.clerk.kept;
  done({{250, "2.0.0", {"kept"}}});
  done({{550, "5.0.0", {"twice"}}});
  std::string answer;
  talk.run_jobs(answer);
  EXPECT_EQ(answer, "250 2.0.0 kept\r\n250 2.0.0 still here\r\n");
  EXPECT_FALSE(talk.session.waits());
  // The first letter's `done` is nothing to the second.
  talk.begin();
  EXPECT_EQ(talk.say("b\r\n.\r\n"), "");
  done({{250, "2.0.0", {"again"}}});
  answer.clear();
  talk.run_jobs(answer);
  EXPECT_EQ(answer, "");
  talk.session.shut("stops", answer);
  EXPECT_EQ(answer, "421 4.7.0 hold.test stops\r\n");
  talk.clerk.kept({{250, "2.0.0", {"kept"}}});
  answer.clear();
  talk.run_jobs(answer);
  EXPECT_EQ(answer, "");
}

TEST(Reception, WhoThrowsIsAnsweredFor) {
  Talk talk;
  talk.say("LHLO a.test\r\n");
  EXPECT_EQ(talk.say("MAIL FROM:<throw@a.test>\r\n"),
            "451 4.3.0 temporary trouble, try again\r\n");
  talk.say("MAIL FROM:<>\r\nRCPT TO:<x@b.test>\r\nRCPT TO:<throw@b.test>\r\n");
  EXPECT_EQ(talk.say("DATA\r\n.\r\nNOOP\r\n"),
            "354 send the letter, end it with a dot on a line\r\n"
            "451 4.3.0 temporary trouble, try again\r\n"
            "451 4.3.0 temporary trouble, try again\r\n"
            "250 2.0.0 still here\r\n");
  talk.clerk.kept({{250, "2.0.0", {"kept"}}});
  EXPECT_EQ(talk.say("NOOP\r\n"), "250 2.0.0 still here\r\n");
}

TEST(Reception, MemoryAndErrorsAreBounded) {
  Talk talk;
  std::string last;
  int count = 0;
  while (!talk.session.over()) {
    last = talk.say("FOO\r\n");
    ++count;
  }
  EXPECT_EQ(count, 20);
  EXPECT_EQ(last, "421 4.7.0 hold.test too many errors\r\n");
}

}  // namespace
}  // namespace lostletter::smtp
