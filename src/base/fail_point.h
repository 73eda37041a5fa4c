// SPDX-License-Identifier: Apache-2.0
//
// Places at which a process dies when a test wants it to, as by a power cut:
//
//   LOSTLETTER_FAIL_AT=hand.committed:2 lostletter serve
//
// kills it (SIGKILL) when it comes to that place for the second time. Without
// the variable nothing happens. print_fail_points lists them for the crash
// harness; each is a row in fail_point.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace lostletter {

// "Written": within the transaction, before its commit. "Committed": after it,
// before anybody hears of it.
enum class FailPoint {
  kExpectWritten,
  kExpectCommitted,
  kArriveAhead,
  kArriveWritten,
  kArriveCommitted,
  kAnswerWritten,
  kAnswerCommitted,
  kClaimWritten,
  kClaimCommitted,
  kHandWritten,
  kHandCommitted,
  kSettleWritten,
  kSettleCommitted,
  kAcknowledgeWritten,
  kAcknowledgeCommitted,
  kNoticeClaimed,
  kNoticeWritten,
  kNoticeCommitted,
  kResealWritten,
  kResealCommitted,
  kLapseWritten,
  kSweepLetGo,
  kSweepRemoved,
  // Below: where the guard talks to the MTA, outside the store.
  kListenerReplying,
  kDotSending,
  kDotSent,
  kDotAnswered,
  kNoticeSending,
  kReportSending,
  kReportSent,
};

struct FailRow {
  FailPoint point;
  std::string_view name;
  std::string_view meaning;
};
std::span<const FailRow> fail_points();

// Dies here when it was told to. Any thread.
void fail_point(FailPoint point);

// "NAME" or "NAME:COUNT", as the variable; empty: nowhere. For tests.
Result<void> arm_fail_point(std::string_view where);

}  // namespace lostletter
