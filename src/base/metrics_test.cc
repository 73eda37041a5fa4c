// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <cstdlib>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter {
namespace {

using testing::HasSubstr;

// The value in the line that begins with `name`; -1 where there is none.
double value_of(const std::string& name) {
  const std::string text = metrics_text();
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(name + " ")) {
      return std::atof(std::string(line.substr(name.size())).c_str());
    }
  }
  return -1;
}

TEST(Metrics, EveryMetricIsThereFromTheStart) {
  const std::string text = metrics_text();
  constexpr std::string_view kHeads[] = {
      "# TYPE lostletter_recipients_total counter\n",
      "# TYPE lostletter_actions_total counter\n",
      "# TYPE lostletter_confirmations_total counter\n",
      "# TYPE lostletter_milter_sessions gauge\n",
      "# TYPE lostletter_milter_messages_total counter\n",
      "# TYPE lostletter_milter_errors_total counter\n",
      "# TYPE lostletter_decision_seconds histogram\n",
      "# TYPE lostletter_store_errors_total counter\n",
      "# TYPE lostletter_store_queue gauge\n",
      "# TYPE lostletter_records_dropped_total counter\n",
      "# TYPE lostletter_reloads_total counter\n",
      "lostletter_recipients_total{verdict=\"misdirected\"} ",
      "lostletter_milter_messages_total ",
      "# HELP lostletter_reloads_total Reloads of the configuration.\n",
  };
  for (const auto head : kHeads) {
    EXPECT_THAT(text, HasSubstr(std::string(head)));
  }
}

TEST(Metrics, Count) {
  const std::string ask = "lostletter_actions_total{action=\"ask\"}";
  const double asked = value_of(ask);
  const double messages = value_of("lostletter_milter_messages_total");
  count(Metric::kActions, "ask");
  count(Metric::kActions, "ask", 2);
  count(Metric::kMilterMessages);
  EXPECT_EQ(value_of(ask), asked + 3);
  EXPECT_EQ(value_of("lostletter_milter_messages_total"), messages + 1);
}

TEST(Metrics, GaugeAndHistogram) {
  set_gauge(Metric::kStoreQueue, 7);
  add_gauge(Metric::kStoreQueue, -2);
  EXPECT_EQ(value_of("lostletter_store_queue"), 5);
  const std::string bucket = "lostletter_decision_seconds_bucket{le=\"0.005\"}";
  const double before = value_of(bucket);
  observe(Metric::kDecisionSeconds, 0.004);
  observe(Metric::kDecisionSeconds, 0.006);
  EXPECT_EQ(value_of(bucket), before + 1);
}

TEST(Metrics, LabelsAreEscaped) {
  count(Metric::kHttpRequests, "a\"b\\c\nd");
  EXPECT_EQ(value_of(R"(lostletter_http_requests_total{route="a\"b\\c\nd"})"),
            1);
}

TEST(Metrics, ThreadsLoseNothing) {
  const std::string name = "lostletter_http_requests_total{route=\"/t";
  std::vector<std::thread> threads(4);
  for (auto& thread : threads) {
    thread = std::thread([] {
      for (int i = 0; i < 1000; ++i) {
        count(Metric::kHttpRequests, "/t" + std::to_string(i % 10));
        if (i % 250 == 0) metrics_text();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(value_of(name + std::to_string(i) + "\"}"), 400);
  }
}

// Last in this file: it uses up the labels of its metric.
TEST(MetricsLimit, LabelsFromOutsideDoNotFillTheMemory) {
  for (int i = 0; i < 1000; ++i) {
    count(Metric::kHttpRequests, "/x" + std::to_string(i));
  }
  EXPECT_GT(value_of("lostletter_http_requests_total{route=\"other\"}"), 800);
  EXPECT_EQ(value_of("lostletter_http_requests_total{route=\"/x999\"}"), -1);
}

}  // namespace
}  // namespace lostletter
