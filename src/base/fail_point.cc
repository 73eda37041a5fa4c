// SPDX-License-Identifier: Apache-2.0
#include "base/fail_point.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter {
namespace {

using enum FailPoint;

constexpr FailRow kRows[] = {
    {kExpectWritten, "expect.written", "a letter is expected, uncommitted"},
    {kExpectCommitted, "expect.committed", "before the MTA hears of its code"},
    {kArriveAhead, "arrive.ahead", "a part of a large content is committed"},
    {kArriveWritten, "arrive.written", "a letter is here, uncommitted"},
    {kArriveCommitted, "arrive.committed", "before the listener says 250"},
    {kAnswerWritten, "answer.written", "an answer, uncommitted"},
    {kAnswerCommitted, "answer.committed", "before its sender hears so"},
    {kClaimWritten, "claim.written", "a claim, uncommitted"},
    {kClaimCommitted, "claim.committed", "before the guard begins"},
    {kHandWritten, "hand.written", "handed over, uncommitted"},
    {kHandCommitted, "hand.committed", "before the final dot"},
    {kSettleWritten, "settle.written", "the MTA's answer, uncommitted"},
    {kSettleCommitted, "settle.committed", "after the MTA's answer"},
    {kAcknowledgeWritten, "acknowledge.written", "the copy, uncommitted"},
    {kAcknowledgeCommitted, "acknowledge.committed", "before the copy's 250"},
    {kNoticeClaimed, "notice.claimed", "before a notice is sent"},
    {kNoticeWritten, "notice.written", "a notice was sent, uncommitted"},
    {kNoticeCommitted, "notice.committed", "after a notice"},
    {kResealWritten, "reseal.written", "sealed anew, uncommitted"},
    {kResealCommitted, "reseal.committed", "before the old content goes"},
    {kLapseWritten, "lapse.written", "what never came, uncommitted"},
    {kSweepLetGo, "sweep.let-go", "a letter let go of its content"},
    {kSweepRemoved, "sweep.removed", "a letter is gone, its content is not"},
    {kListenerReplying, "listener.replying", "before the listener's reply"},
    {kDotSending, "dot.sending", "all but the final dot was written"},
    {kDotSent, "dot.sent", "the final dot was written, not answered"},
    {kDotAnswered, "dot.answered", "the MTA answered the final dot"},
    {kNoticeSending, "notice.sending", "a notice is written, not yet sent"},
    {kReportSending, "report.sending", "a report is written, not yet sent"},
    {kReportSent, "report.sent", "a report was sent, and nothing says so"},
};

constexpr int kNowhere = -1;
std::atomic<int> armed = kNowhere;
std::atomic<int> passes_left = 0;

void arm_by_environment() {
  // Read once, before any thread could set it.
  const char* where = std::getenv("LOSTLETTER_FAIL_AT");  // NOLINT
  if (where == nullptr) return;
  if (const auto done = arm_fail_point(where); !done) {
    std::fprintf(stderr, "LOSTLETTER_FAIL_AT: %s\n",
                 done.error().message.c_str());
    ::_exit(64);  // a test that kills nothing proves nothing
  }
}

}  // namespace

std::span<const FailRow> fail_points() { return kRows; }

void fail_point(FailPoint point) {
  static std::once_flag once;
  std::call_once(once, [] {
    if (armed == kNowhere) arm_by_environment();
  });
  if (armed.load(std::memory_order_relaxed) != static_cast<int>(point)) return;
  if (--passes_left == 0) ::raise(SIGKILL);
}

Result<void> arm_fail_point(std::string_view where) {
  armed = kNowhere;
  if (where.empty()) return {};
  const auto colon = where.find(':');
  int count = 1;
  if (colon != where.npos) {
    const auto digits = where.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc() || end != digits.data() + digits.size() ||
        count < 1) {
      return fail(fmt::format("'{}' is no count", printable(digits)));
    }
  }
  const auto name = where.substr(0, colon);
  for (const FailRow& row : kRows) {
    if (row.name != name) continue;
    passes_left = count;
    armed = static_cast<int>(row.point);
    return {};
  }
  return fail(
      fmt::format("no place is named '{}'; print_fail_points lists "
                  "them",
                  printable(name)));
}

}  // namespace lostletter
