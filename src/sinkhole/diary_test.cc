// SPDX-License-Identifier: Apache-2.0
//
// Past midnight with a clock that the test turns: a session that is under way,
// by itself and over a real socket, and what is forgotten.
#include "sinkhole/diary.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "net/endpoint.h"
#include "sinkhole/door.h"
#include "smtp/server.h"

namespace lostletter::sinkhole {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHello = "EHLO mail.example.com\r\n";
constexpr std::string_view kSender = "MAIL FROM:<ann@example.com>\r\n";
constexpr std::string_view kWrong = "RCPT TO:<bob@army.ml>\r\n";
constexpr std::string_view kRefused = "550 5.1.2 Your letter was not";

class Diaries : public testing::Test {
 protected:
  Diaries() {
    std::string name = std::filesystem::temp_directory_path() / "llXXXXXX";
    state_ = ::mkdtemp(name.data());
    open();
  }
  ~Diaries() override { std::filesystem::remove_all(state_); }

  void open() {
    diary_ = std::make_unique<Diary>(Diary::open(state_, clock_).value());
  }
  smtp::MakeConversation refusing() {
    return smtp::refuse_all({}, [this](const smtp::Peer& peer) {
      return std::make_unique<Door>(house_, peer.address);
    });
  }
  // One letter to a wrong name, in a session of its own.
  void refuse_one() {
    const auto session = refusing()({"192.0.2.77"}, {});
    std::string answer = session->greet();
    for (const auto line : {kHello, kSender, kWrong}) {
      session->feed(line, answer);
    }
    EXPECT_NE(answer.find(kRefused), answer.npos) << answer;
  }

  std::string path(const std::string& name) const {
    return state_ + "/sinkhole/" + name;
  }
  std::string content(const std::string& name) const {
    return read_file(path(name)).value_or("none");
  }
  // "2026-11-24: 3, ": what the files say, a day after the other.
  std::string letters() const {
    const Tally tally = Diary::read_all(state_).value();
    std::string text;
    for (const auto& [key, count] : tally.rows()) {
      text += key.day + ": " + std::to_string(count.all()) + ", ";
    }
    return text;
  }

  std::string state_;
  // A second before midnight.
  ManualClock clock_{
      Seconds(std::chrono::sys_days(std::chrono::year(2026) /
                                    std::chrono::November / 25)) -
      1s};
  const Names names_ = Names::parse({"army.ml=army.mil"}).value();
  std::unique_ptr<Diary> diary_;
  House house_{names_, clock_,
               [this]() -> const std::string& { return diary_->key(); },
               [this](const Refusal& one) { diary_->note(one); }};
};

TEST_F(Diaries, ASessionPastMidnightCountsOnBothDays) {
  const auto session = refusing()({"192.0.2.77"}, {});
  std::string answer = session->greet();
  for (const auto line : {kHello, kSender, kWrong, kWrong}) {
    session->feed(line, answer);
  }
  clock_.advance(1s);
  session->feed(kWrong, answer);
  EXPECT_EQ(letters(), "2026-11-24: 2, ");  // written when the page is turned
  clock_.advance(24h - 1s);
  session->feed(kWrong, answer);
  clock_.advance(1s);
  session->feed(kWrong, answer);
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(letters(), "2026-11-24: 2, 2026-11-25: 2, 2026-11-26: 1, ");
}

TEST_F(Diaries, AClockSetBackLosesNothing) {
  refuse_one();
  clock_.advance(1s);
  refuse_one();
  clock_.jump(-1s);
  refuse_one();
  clock_.jump(1s);
  refuse_one();
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(letters(), "2026-11-24: 2, 2026-11-25: 2, ");
  open();
  refuse_one();
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(letters(), "2026-11-24: 2, 2026-11-25: 3, ");
}

// docs/operations/sinkhole.md: after 30 days, at midnight, whether letters come
// or not.
TEST_F(Diaries, TheKeyIsForgottenInItsMonth) {
  const std::string key = diary_->key();
  EXPECT_EQ(content("key"), "2026-11-24" + key);
  clock_.advance(1s);
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(diary_->key(), key);  // a night is not enough
  clock_.advance(29 * 24h - 1s);
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(content("key"), "2026-11-24" + key);
  clock_.advance(1s);
  EXPECT_TRUE(diary_->save());
  const std::string kept = content("key");
  EXPECT_EQ(kept.substr(0, 10), "2026-12-24");
  EXPECT_EQ(kept.find(key), kept.npos);
  EXPECT_EQ(kept.substr(10), diary_->key());
  open();
  EXPECT_EQ(kept.substr(10), diary_->key());
}

// The same people, under another key: nobody can tell.
TEST_F(Diaries, HashesOfTwoKeysCannotBeCompared) {
  const auto hashes = [this] {
    refuse_one();
    EXPECT_TRUE(diary_->save());
    const std::string day = to_rfc3339(clock_.now()).substr(0, 10);
    const Tally tally = Diary::read_all(state_).value();
    for (const auto& [row, count] : tally.rows()) {
      if (row.day == day) return count.recipients.begin()->first;
    }
    return std::string();
  };
  const std::string first = hashes();
  EXPECT_FALSE(first.empty());
  clock_.advance(29 * 24h);
  EXPECT_EQ(hashes(), first);
  clock_.advance(24h);
  EXPECT_NE(hashes(), first);
}

TEST_F(Diaries, AddressesHaveTheirDayAndTheirMonth) {
  house_.enrol = [this](const Entry& one) { diary_->enrol(one); };
  ASSERT_TRUE(diary_->retain_addresses("the board said so"));
  refuse_one();
  clock_.advance(1s);
  refuse_one();
  EXPECT_TRUE(diary_->save());
  for (const std::string day : {"2026-11-24", "2026-11-25"}) {
    const std::string roll = content(day + ".addresses.tsv");
    EXPECT_NE(roll.find("\n" + day + "T"), roll.npos) << roll;
    EXPECT_EQ(std::ranges::count(roll, '\n'), 3) << roll;
  }
  clock_.advance(30 * 24h);
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(content("2026-11-24.addresses.tsv"), "none");
  EXPECT_NE(content("2026-11-25.addresses.tsv"), "none");
  EXPECT_EQ(letters(), "2026-11-24: 1, 2026-11-25: 1, ");
  clock_.advance(400 * 24h);
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(letters(), "");
}

// Hears until the text has come; false when the peer closed before.
bool hear(int descriptor, std::string_view text) {
  std::string heard;
  std::array<char, 500> piece{};
  while (heard.find(text) == heard.npos) {
    const auto size = ::recv(descriptor, piece.data(), piece.size(), 0);
    if (size <= 0) return false;
    heard.append(piece.data(), static_cast<std::size_t>(size));
  }
  return true;
}
bool ask(int descriptor, std::string_view line, std::string_view answer) {
  return ::send(descriptor, line.data(), line.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(line.size()) &&
         hear(descriptor, answer);
}

TEST_F(Diaries, AServerPastMidnightCountsOnBothDays) {
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(client, 0);
  const auto server = smtp::Server::make({}).value();
  const int listener =
      net::listen(net::Endpoint::parse("inet:127.0.0.1:0").value()).value();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(net::bound_port(listener));
  server->add(listener, refusing());
  server->every(5ms, [this] { diary_->save(); });
  std::thread serving([&] { server->run(); });

  EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address),
            0);
  EXPECT_TRUE(hear(client, "\r\n"));
  EXPECT_TRUE(ask(client, kHello, "250 "));
  EXPECT_TRUE(ask(client, kSender, "250 "));
  EXPECT_TRUE(ask(client, kWrong, kRefused));
  clock_.advance(1s);
  EXPECT_TRUE(ask(client, kWrong, kRefused));
  EXPECT_TRUE(ask(client, kWrong, kRefused));
  ::close(client);

  server->post([&] { server->stop(); });
  serving.join();
  EXPECT_TRUE(diary_->save());
  EXPECT_EQ(letters(), "2026-11-24: 1, 2026-11-25: 2, ");
}

}  // namespace
}  // namespace lostletter::sinkhole
