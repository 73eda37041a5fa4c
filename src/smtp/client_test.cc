// SPDX-License-Identifier: Apache-2.0
//
// The client against a server that says, keeps silent or breaks off as a test
// wants, at every stage and after every byte: what it reports must never claim
// more than the server knows.
#include "smtp/client.h"

#include <filesystem>
#include <map>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "smtp/reply_reader.h"

namespace lostletter::smtp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = Outcome::Kind;

// Who says what when: stage -> reply; "" is silence, "close" the end. Stages:
// greeting EHLO HELO MAIL "RCPT TO:<...>" DATA . and QUIT.
using Script = std::map<std::string, std::string>;

constexpr std::size_t kWhole = SIZE_MAX;

// One connection at a time, on a unix socket.
class Server {
 public:
  Server() {
    std::string name = std::filesystem::temp_directory_path() / "llXXXXXX";
    folder_ = ::mkdtemp(name.data());
    endpoint_ = net::Endpoint::parse("unix:" + folder_ + "/mta").value();
    listening_ = net::listen(endpoint_).value();
  }
  ~Server() {
    ::close(listening_);
    std::filesystem::remove_all(folder_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const net::Endpoint& endpoint() const { return endpoint_; }

  // Serves one connection; breaks off after so many bytes read or written.
  void serve(const Script& script, std::size_t most_in = kWhole,
             std::size_t most_out = kWhole) {
    script_ = script;
    left_in_ = most_in;
    left_out_ = most_out;
    saw_end_ = false;
    told_ = false;
    said_.clear();
    int connection = -1;
    while ((connection = ::accept(listening_, nullptr, nullptr)) < 0) {
      std::this_thread::sleep_for(1ms);
    }
    connection_ = connection;
    talk();
    ::close(connection_);
  }

  bool saw_end() const { return saw_end_; }          // the final dot, whole
  bool told() const { return told_; }                // its reply went out whole
  const std::string& said() const { return said_; }  // by the client

 private:
  static inline const Script kUsual = {
      {"greeting", "220 mta.test ESMTP"},
      {"EHLO",
       "250-mta.test\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-DSN\r\n"
       "250 SMTPUTF8"},
      {"HELO", "250 mta.test"},
      {"MAIL", "250 2.1.0 Ok"},
      {"RCPT", "250 2.1.5 Ok"},
      {"DATA", "354 go on"},
      {".", "250 2.0.0 Ok: queued as 4XyZ"},
      {"QUIT", "221 2.0.0 Bye"},
  };

  void talk() {
    if (!say("greeting", "greeting")) return;
    for (std::string line; read_line(line);) {
      if (!say(line, line.substr(0, 4))) return;
      if (line == "DATA" && !content()) return;
    }
  }
  bool content() {
    for (std::string line; read_line(line);) {
      if (line != ".") continue;
      saw_end_ = true;
      told_ = say(".", ".");
      return told_;
    }
    return false;
  }
  bool read_line(std::string& line) {
    line.clear();
    while (!line.ends_with("\r\n")) {
      char c = 0;
      if (left_in_ == 0 || ::recv(connection_, &c, 1, 0) != 1) return false;
      if (left_in_ != kWhole) --left_in_;
      line += c;
      said_ += c;
    }
    line.resize(line.size() - 2);
    return true;
  }
  bool say(const std::string& line, const std::string& stage) {
    std::string reply = kUsual.contains(stage) ? kUsual.at(stage) : "500 what";
    if (script_.contains(stage)) reply = script_.at(stage);
    if (script_.contains(line)) reply = script_.at(line);
    if (reply == "close") return false;
    if (reply.empty()) {  // until the client has lost patience
      char c = 0;
      while (::recv(connection_, &c, 1, 0) == 1) said_ += c;
      return false;
    }
    reply += "\r\n";
    const auto size = std::min(reply.size(), left_out_);
    if (left_out_ != kWhole) left_out_ -= size;
    return ::send(connection_, reply.data(), size, MSG_NOSIGNAL) ==
               static_cast<ssize_t>(size) &&
           size == reply.size();
  }

  std::string folder_;
  net::Endpoint endpoint_;
  int listening_ = -1;
  int connection_ = -1;
  Script script_;
  std::size_t left_in_ = 0;
  std::size_t left_out_ = 0;
  bool saw_end_ = false;
  bool told_ = false;
  std::string said_;
};

OutgoingLetter letter() {
  return {"ann@example.com",
          "RET=HDRS ENVID=x BODY=8BITMIME AUTH=<> REQUIRE=x",
          {{"carl@example.org", "NOTIFY=FAILURE ORCPT=rfc822;c@e"},
           {"t0ken@ack.hold.invalid", "NOTIFY=NEVER"}},
          "Subject: x\n\n.dot\r\nend"};
}

struct Sent {
  Outcome outcome;
  int asked = 0;  // before_dot's calls
};

class Client : public testing::Test {
 protected:
  Sent send(
      const Script& script, const OutgoingLetter& one = letter(),
      std::size_t most_in = kWhole, std::size_t most_out = kWhole,
      std::function<bool()> before_dot = [] { return true; }) {
    std::thread serving([&] { server.serve(script, most_in, most_out); });
    ClientOptions options{.server = server.endpoint(), .name = "guard.test"};
    // Where silence is meant, no reply is worth waiting for.
    for (const auto& [stage, reply] : script) {
      if (reply.empty()) options.reply_time = options.final_time = 100ms;
    }
    Sent sent;
    sent.outcome = send_letter(options, one, [&] {
      ++sent.asked;
      return before_dot();
    });
    serving.join();
    return sent;
  }

  Server server;
};

TEST_F(Client, SaysWhatIsOffered) {
  const Sent sent = send({});
  EXPECT_EQ(sent.outcome.kind, Kind::kAccepted) << sent.outcome.text;
  EXPECT_EQ(sent.outcome.queue_id, "4XyZ");
  EXPECT_EQ(sent.outcome.text, "250 2.0.0 Ok: queued as 4XyZ");
  EXPECT_EQ(sent.outcome.reply.enhanced, "2.0.0");
  EXPECT_EQ(sent.asked, 1);
  EXPECT_EQ(server.said(),
            "EHLO guard.test\r\n"
            "MAIL FROM:<ann@example.com> SIZE=26 RET=HDRS ENVID=x "
            "BODY=8BITMIME\r\n"
            "RCPT TO:<carl@example.org> NOTIFY=FAILURE ORCPT=rfc822;c@e\r\n"
            "RCPT TO:<t0ken@ack.hold.invalid> NOTIFY=NEVER\r\n"
            "DATA\r\n"
            "Subject: x\r\n\r\n..dot\r\nend\r\n.\r\n"
            "QUIT\r\n");
  const Sent plain = send({{"EHLO", "502 what"}});
  EXPECT_EQ(plain.outcome.kind, Kind::kAccepted);
  EXPECT_EQ(server.said(),
            "EHLO guard.test\r\nHELO guard.test\r\n"
            "MAIL FROM:<ann@example.com>\r\n"
            "RCPT TO:<carl@example.org>\r\n"
            "RCPT TO:<t0ken@ack.hold.invalid>\r\n"
            "DATA\r\n"
            "Subject: x\r\n\r\n..dot\r\nend\r\n.\r\n"
            "QUIT\r\n");
}

TEST_F(Client, WhatALetterNeeds) {
  auto one = letter();
  one.parameters = "";
  one.recipients[0] = {"jürgen@bücher.example", ""};
  EXPECT_EQ(send({}, one).outcome.kind, Kind::kAccepted);
  EXPECT_THAT(server.said(), testing::HasSubstr("SIZE=26 SMTPUTF8\r\n"));
  const Script old{{"EHLO", "250-mta.test\r\n250 8BITMIME"}};
  for (const std::string parameters : {"", "SMTPUTF8", "REQUIRETLS"}) {
    one.parameters = parameters;
    const Sent sent = send(old, one);
    EXPECT_EQ(sent.outcome.kind, Kind::kRefused);
    EXPECT_EQ(sent.outcome.text,
              "the letter needs "s +
                  (parameters == "REQUIRETLS" ? "REQUIRETLS" : "SMTPUTF8") +
                  ", which the MTA does not offer");
    EXPECT_EQ(sent.outcome.reply.code, 550);
    EXPECT_EQ(server.said(), "EHLO guard.test\r\nQUIT\r\n");
    if (parameters == "SMTPUTF8") one.recipients[0].address = "c@example.org";
  }
  one = letter();
  one.parameters = "";
  one.content = "ü\r\n";
  EXPECT_EQ(send({}, one).outcome.kind, Kind::kAccepted);
  EXPECT_THAT(server.said(), testing::HasSubstr("SIZE=4 BODY=8BITMIME\r\n"));
}

// Nobody is even connected to.
TEST_F(Client, NothingIsSmuggledIntoALine) {
  const ClientOptions options{.server = server.endpoint()};
  const auto never = [] { return ADD_FAILURE(), true; };
  for (const std::string& bad :
       {"a@b.test>\r\nDATA"s, "a\n@b.test"s, "a@b>.test"s, "a\0@b.test"s}) {
    auto one = letter();
    one.recipients[1].address = bad;
    EXPECT_EQ(send_letter(options, one, never).kind, Kind::kRefused);
    one = letter();
    one.reverse_path = bad;
    EXPECT_EQ(send_letter(options, one, never).kind, Kind::kRefused);
  }
  auto one = letter();
  one.recipients[0].parameters = "NOTIFY=NEVER\r\nRCPT TO:<e@e.test>";
  EXPECT_EQ(send_letter(options, one, never).kind, Kind::kRefused);
}

TEST_F(Client, EveryAnswerAtEveryStage) {
  const std::string stages[] = {"greeting",
                                "EHLO",
                                "MAIL",
                                "RCPT TO:<carl@example.org> NOTIFY=FAILURE "
                                "ORCPT=rfc822;c@e",
                                "RCPT TO:<t0ken@ack.hold.invalid> NOTIFY=NEVER",
                                "DATA",
                                "."};
  for (const std::string& stage : stages) {
    SCOPED_TRACE(stage);
    const bool end = stage == ".";
    const auto expect = [&](const std::string& reply, Kind kind) {
      SCOPED_TRACE(reply.empty() ? "silence" : reply);
      const Sent sent = send({{stage, reply}});
      EXPECT_EQ(sent.outcome.kind, kind) << sent.outcome.text;
      EXPECT_FALSE(sent.outcome.text.empty());
      EXPECT_EQ(sent.asked, end ? 1 : 0);
      EXPECT_EQ(server.saw_end(), end);
      const bool one = stage.starts_with("RCPT") &&
                       (kind == Kind::kDeferred || kind == Kind::kRefused);
      EXPECT_EQ(sent.outcome.recipient.has_value(), one);
      if (one) {
        EXPECT_EQ(*sent.outcome.recipient, stage.contains("carl") ? 0U : 1U);
        EXPECT_THAT(server.said(), testing::EndsWith("\r\nQUIT\r\n"));
      }
    };
    const Kind unknown = end ? Kind::kUncertain : Kind::kNothingSent;
    expect("451 4.3.0 later", Kind::kDeferred);
    expect("421 4.3.2 closing", Kind::kDeferred);
    if (stage != "EHLO")
      expect("550-5.7.1 no\r\n550 5.7.1 never", Kind::kRefused);
    expect("", unknown);
    expect("close", unknown);
    expect("what is this", unknown);
    expect("250-half a reply\r\n451 4.0.0 x", unknown);
    expect(stage == "DATA" ? "250 2.0.0 Ok" : "354 go on", unknown);
  }
}

// A reply that was not asked for would be taken for that to the dot.
TEST_F(Client, NobodySpeaksBeforeTheEnd) {
  const Sent sent = send({{"DATA", "354 go on\r\n250 2.0.0 queued as 1"}});
  EXPECT_EQ(sent.outcome.kind, Kind::kNothingSent);
  EXPECT_EQ(sent.asked, 0);
  EXPECT_FALSE(server.saw_end());
}

TEST_F(Client, OneRefusedRecipientStopsAll) {
  const Sent sent = send(
      {{"RCPT TO:<carl@example.org> NOTIFY=FAILURE ORCPT=rfc822;c@e",
        "450 4.2.0 later"},
       {"RCPT TO:<t0ken@ack.hold.invalid> NOTIFY=NEVER", "550 5.1.1 who"}});
  EXPECT_EQ(sent.outcome.kind, Kind::kRefused);
  EXPECT_EQ(sent.outcome.recipient, 1U);
  EXPECT_EQ(sent.outcome.text,
            "the MTA said to RCPT TO:<t0ken@ack.hold.invalid>: 550 5.1.1 who");
}

TEST_F(Client, TheCallerHasTheLastWord) {
  const Sent sent = send({}, letter(), kWhole, kWhole, [] { return false; });
  EXPECT_EQ(sent.outcome.kind, Kind::kNothingSent);
  EXPECT_EQ(sent.asked, 1);
  EXPECT_FALSE(server.saw_end());
  EXPECT_THAT(server.said(), testing::EndsWith("end\r\n"));

  std::thread serving([&] { server.serve({}); });
  EXPECT_THROW(send_letter({.server = server.endpoint()}, letter(),
                           []() -> bool { throw std::runtime_error("disk"); }),
               std::runtime_error);
  serving.join();
  EXPECT_FALSE(server.saw_end());
}

// The connection breaks after every byte that one side or the other sent.
// Accepted is said only when the server told it, nothing sent only when it saw
// no end, and never without having asked.
TEST_F(Client, BreaksAfterEveryByte) {
  std::map<Kind, int> seen;
  const auto check = [&](std::size_t most_in, std::size_t most_out) {
    const Sent sent = send({}, letter(), most_in, most_out);
    const Kind kind = sent.outcome.kind;
    ++seen[kind];
    EXPECT_EQ(kind == Kind::kAccepted, server.told());
    if (server.saw_end() && !server.told()) {
      EXPECT_EQ(kind, Kind::kUncertain);
    }
    EXPECT_EQ(sent.asked == 1,
              kind == Kind::kAccepted || kind == Kind::kUncertain);
    EXPECT_FALSE(testing::Test::HasFailure())
        << most_in << " " << most_out << " " << sent.outcome.text;
    return kind == Kind::kAccepted;
  };
  std::size_t in = 0;
  while (!check(in, kWhole) && !HasFailure()) ++in;
  std::size_t out = 0;
  while (!check(kWhole, out) && !HasFailure()) ++out;
  EXPECT_GT(in, 200U);
  EXPECT_GT(out, 150U);
  EXPECT_GT(seen[Kind::kNothingSent], 300);
  EXPECT_GT(seen[Kind::kUncertain], 10);
  EXPECT_EQ(seen[Kind::kAccepted], 2);
}

TEST(ClientAlone, NobodyListens) {
  const auto ends = [](const std::string& where) {
    return send_letter({.server = net::Endpoint::parse(where).value()},
                       letter(), [] { return ADD_FAILURE(), true; });
  };
  EXPECT_EQ(ends("unix:/nonexistent/mta").text,
            "cannot connect to unix:/nonexistent/mta: No such file or "
            "directory");
  EXPECT_EQ(ends("unix:/nonexistent/mta").kind, Kind::kNothingSent);
  const Outcome closed = ends("inet:127.0.0.1:1");
  EXPECT_EQ(closed.kind, Kind::kNothingSent);
  EXPECT_EQ(closed.text,
            "cannot connect to inet:127.0.0.1:1: Connection refused");
  EXPECT_EQ(ends("fd:mta").kind, Kind::kNothingSent);
}

TEST(ReplyReader, Reads) {
  const std::pair<std::string, std::string> kCases[] = {
      {"250 Ok\r\n", "250 [] Ok"},
      {"250\r\n", "250 [] "},
      {"250 2.0.0 Ok\r\n", "250 [2.0.0] Ok"},
      {"250 5.0.0 Ok\r\n", "250 [] 5.0.0 Ok"},
      {"550 5.7.1\r\n", "550 [5.7.1] "},
      {"550-5.7.1 a\r\n550-b\r\n550 5.7.1 c\r\n", "550 [5.7.1] a|b|c"},
      {"250-a\n250 b\n", "250 [] a|b"},
      {"250-a\r\n", "nothing"},
      {"250 a", "nothing"},
      {"", "nothing"},
      {"250-a\r\n251 b\r\n", "a reply with the codes 250 and 251"},
      {"25 a\r\n", "'25 a' is no reply"},
      {"150 a\r\n", "'150 a' is no reply"},
      {"650 a\r\n", "'650 a' is no reply"},
      {"250x\r\n", "'250x' is no reply"},
      {"\r\n", "'' is no reply"},
      {std::string(3000, '2'), "a reply's line is too long"},
  };
  for (const auto& [bytes, want] : kCases) {
    ReplyReader reader;
    reader.feed(bytes);
    const auto reply = reader.next();
    std::string got = "nothing";
    if (!reply) {
      got = reply.error().message;
    } else if (*reply) {
      got = std::to_string((*reply)->code) + " [" + (*reply)->enhanced + "] ";
      for (std::size_t i = 0; i < (*reply)->lines.size(); ++i) {
        got += (i > 0 ? "|" : "") + (*reply)->lines[i];
      }
    }
    EXPECT_EQ(got, want) << printable(bytes, 60);
  }
  ReplyReader endless;
  for (int i = 0; i < 101; ++i) endless.feed("250-x\r\n");
  EXPECT_FALSE(endless.next());
}

}  // namespace
}  // namespace lostletter::smtp
