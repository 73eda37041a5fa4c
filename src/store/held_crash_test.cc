// SPDX-License-Identifier: Apache-2.0
//
// A guard that is killed at each place where it writes, and another that goes
// on from what is in the store: the letter arrives once, nothing stays behind,
// and the action log is whole.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/fail_point.h"
#include "base/file.h"
#include "store/held_contract_test.h"
#include "store/sqlite.h"
#include "store/temporary_test.h"

namespace lostletter::store {
namespace {

// Content that takes several transactions.
constexpr std::size_t kLarge = 4300000;

// The MTA: it takes a letter at the final dot, and notes that on disk.
class Mta {
 public:
  explicit Mta(std::string path) : path_(std::move(path)) {}
  void dot(const Claim& claim) {
    std::ofstream(path_, std::ios::app)
        << claim.letter.code << ' ' << claim.token << '\n'
        << std::flush;
  }
  // The tokens under which it took this letter.
  std::vector<std::string> taken(std::string_view letter) const {
    std::ifstream file(path_);
    std::vector<std::string> tokens;
    std::string code;
    for (std::string token; file >> code >> token;) {
      if (code == letter) tokens.push_back(token);
    }
    return tokens;
  }

 private:
  std::string path_;
};

void bring(HeldLetters& held, const std::string& code, std::size_t size,
           Seconds now) {
  if (!held.find_held(code)) held.expect(held_letter(code));
  held.arrive(arrival(code, std::string(size, 'x')), now);
}

// The MTA says whether it has what an earlier life handed over; if not, it is
// sent again.
void ask_the_mta(HeldLetters& held, const Mta& mta, const std::string& code,
                 Seconds now) {
  const auto one = held.find_held(code)->recipients[0];
  if (one.state != HeldState::kHanded) return;
  const auto tokens = mta.taken(code);
  if (std::ranges::find(tokens, one.token) != tokens.end()) {
    held.acknowledge(one.token, now);
  } else {
    held.answer(code, 0, HeldEvent::kSendAgain, {}, kGuard, now);
  }
}

// The first letter is settled by the MTA's 250, others by its copy.
void send(HeldLetters& held, Mta& mta, Seconds now) {
  for (const Claim& claim :
       held.claim(HeldState::kReleasing, now, now + Duration(60), 10)) {
    if (!held.hand(claim, kGuard, now)) continue;
    mta.dot(claim);
    if (claim.letter.code == "code1") {
      held.settle(claim, HeldEvent::kAccepted, "250 Ok", now, kGuard, now);
    } else {
      held.acknowledge(claim.token, now);
    }
  }
}

// What a guard, the MTA and a sender do from wherever the store stands, until
// all is over. `now` is later in each life, so that old leases have ended.
void carry_on(HeldLetters& held, Mta& mta, Seconds now) {
  bring(held, "code1", kLarge, now);
  for (const auto& letter : held.claim_notices(1, now, now, now, 10)) {
    held.noticed(letter.code, {}, now);
  }
  held.reseal("code1", "key1", {"key2", std::string(kLarge, 'y')}, now);
  for (const char* code : {"code1", "code2"}) {
    bring(held, code, 10, now);
    ask_the_mta(held, mta, code, now);
    held.answer(code, 0, HeldEvent::kRelease, {}, kAnn, now);
    send(held, mta, now);
  }
  // One that never comes.
  if (!held.find_held("code3")) held.expect(held_letter("code3"));
  held.sweep_held(now, Seconds(), now);
}

std::int64_t count_of(const std::string& path, std::string_view sql) {
  return Database(path, Database::Access::kRead).integer(sql);
}

class HeldCrash : public testing::TestWithParam<std::string> {};

TEST_P(HeldCrash, TheLetterArrivesOnce) {
  const TemporaryDirectory directory;
  Mta mta(directory.path() + "/mta");
  const auto open = [&] {
    return open_sqlite(directory.path(), std::chrono::seconds(20));
  };
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    arm_fail_point(GetParam()).value();
    carry_on((*store)->held(), mta, kNoon);
    // These places are reached only when letters go.
    (*store)->held().sweep_held(kNoon, kNoon, kNoon);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the place was not reached";

  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  HeldLetters& held = (*store)->held();
  EXPECT_EQ(first_broken(held.read_actions(0, 1000), {}), std::nullopt);
  const bool swept = GetParam() == "sweep.removed";
  for (const Duration later : {Duration(1000), Duration(2000)}) {
    if (!swept) carry_on(held, mta, kNoon + later);
  }
  EXPECT_EQ(mta.taken("code1").size(), 1U);
  EXPECT_EQ(mta.taken("code2").size(), 1U);
  EXPECT_EQ(first_broken(held.read_actions(0, 1000), {}), std::nullopt);
  for (const char* code : {"code1", "code2", "code3"}) {
    const auto letter = held.find_held(code);
    if (swept && !letter) continue;
    EXPECT_EQ(letter->recipients[0].state, std::string_view(code) == "code3"
                                               ? HeldState::kVoid
                                               : HeldState::kDelivered)
        << code;
  }
  // A day later nothing of a content is left, and after a month no letter.
  const Seconds month = kNoon + std::chrono::days(31);
  held.sweep_held(month, month, month);
  held.sweep_held(month + Duration(1), month, month);
  const std::string path = directory.database();
  EXPECT_EQ(count_of(path, "SELECT count(*) FROM held_pieces"), 0);
  EXPECT_EQ(count_of(path, "SELECT count(*) FROM held_letters"), 0);
  EXPECT_EQ(count_of(path, "SELECT count(*) FROM held_recipients"), 0);
  EXPECT_EQ(count_of(path, "SELECT count(*) FROM held_attempts"), 0);
}

std::vector<std::string> places() {
  std::vector<std::string> all = {"arrive.ahead:2", "hand.committed:2",
                                  "settle.written", "answer.committed:2"};
  for (const FailRow& row : fail_points()) {
    // The others are no places of the store.
    if (row.point >= FailPoint::kListenerReplying) break;
    if (row.point != FailPoint::kSettleWritten) all.emplace_back(row.name);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Each, HeldCrash, testing::ValuesIn(places()),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) {
                             if (c == '.' || c == ':' || c == '-') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace lostletter::store
