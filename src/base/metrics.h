// SPDX-License-Identifier: Apache-2.0
//
// Counters for /metrics. Every metric is a row of base/metrics.cc: name, help,
// and at most one label. All names begin with lostletter_. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace lostletter {

// The rows are in base/metrics.cc, in this order.
enum class Metric {
  kRecipients,       // counter, label verdict
  kActions,          // counter, label action
  kConfirmations,    // counter, label outcome: asked, confirmed, unproven
  kMilterSessions,   // gauge
  kMilterMessages,   // counter
  kMilterErrors,     // counter, label kind: frame, state, late, handler
  kDecisionSeconds,  // histogram
  kStoreErrors,      // counter
  kStoreQueue,       // gauge: records waiting to be written
  kRecordsDropped,   // counter
  kLettersHeard,     // counter, label taught: see base/metrics.cc
  kLearningQueue,    // gauge: letters waiting to teach
  kHttpRequests,     // counter, label route
  kReloads,          // counter, label outcome: ok, failed
};

void count(Metric metric, std::string_view label = {}, double by = 1);
void set_gauge(Metric metric, double value);
void add_gauge(Metric metric, double by);
void observe(Metric metric, double value);

// The whole registry in the Prometheus text format 0.0.4.
std::string metrics_text();

}  // namespace lostletter
