// SPDX-License-Identifier: Apache-2.0
//
// Counting happens for every recipient of every letter, so it costs no lock:
// each metric keeps the handles it has given out in a list that only grows.
#include "base/metrics.h"

#include <atomic>
#include <cassert>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/text.h"

namespace lostletter {
namespace {

enum class Kind { kCounter, kGauge, kHistogram };

struct Row {
  Metric metric;
  std::string_view name;
  std::string_view help;
  Kind kind;
  std::string_view label;  // empty: none
  // Values of the label shown as 0 from the start, so that the first increment
  // is seen as one; between spaces.
  std::string_view values;
};

constexpr Row kRows[] = {
    {Metric::kRecipients, "recipients_total", "Recipients judged, by verdict.",
     Kind::kCounter, "verdict", "clear doubtful misdirected blocked invalid"},
    {Metric::kActions, "actions_total",
     "What was done about recipients judged.", Kind::kCounter, "action",
     "accept ask reject tempfail"},
    {Metric::kConfirmations, "confirmations_total",
     "Questions asked, answered by a resend, and resends that proved nothing.",
     Kind::kCounter, "outcome", "asked confirmed unproven"},
    {Metric::kMilterSessions, "milter_sessions", "Milter connections open now.",
     Kind::kGauge, "", ""},
    {Metric::kMilterMessages, "milter_messages_total",
     "Letters the MTA told us of.", Kind::kCounter, "", ""},
    {Metric::kMilterErrors, "milter_errors_total",
     "Milter sessions in trouble: malformed frame, command out of order, "
     "decision too late, decision failed.",
     Kind::kCounter, "kind", "frame state late handler"},
    {Metric::kDecisionSeconds, "decision_seconds",
     "Time from the MTA's question about a recipient to our answer.",
     Kind::kHistogram, "", ""},
    {Metric::kStoreErrors, "store_errors_total",
     "Failed operations of the database.", Kind::kCounter, "", ""},
    {Metric::kStoreQueue, "store_queue",
     "Records of verdicts waiting to be written.", Kind::kGauge, "", ""},
    {Metric::kRecordsDropped, "records_dropped_total",
     "Records of verdicts given up because the database was away too long.",
     Kind::kCounter, "", ""},
    {Metric::kLettersHeard, "letters_heard_total",
     "Letters that passed, by what they taught.", Kind::kCounter, "taught",
     "sent received bounced automatic not-authentic between-others unusable "
     "dropped"},
    {Metric::kLearningQueue, "learning_queue",
     "Letters that passed and wait to teach.", Kind::kGauge, "", ""},
    {Metric::kHttpRequests, "http_requests_total",
     "Requests to the console, by route.", Kind::kCounter, "route", ""},
    {Metric::kReloads, "reloads_total", "Reloads of the configuration.",
     Kind::kCounter, "outcome", "ok failed"},
};

// RCPT is answered in well under 5 ms or something is wrong; decision_time is
// about a second.
constexpr std::initializer_list<double> kSeconds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
    0.025,  0.05,    0.1,    0.25,  0.5,    1,     2.5};

// Labels come from closed sets. Should one come from outside by mistake, it
// must not fill the memory.
constexpr int kMostLabels = 100;

std::string name_of(const Row& row) {
  return "lostletter_" + std::string(row.name);
}

// The counters of one metric, one for each value of its label.
class Counters {
 public:
  Counters(const Row& row, prometheus::Registry& registry)
      : label_(row.label),
        family_(prometheus::BuildCounter()
                    .Name(name_of(row))
                    .Help(std::string(row.help))
                    .Register(registry)) {
    for (const std::string_view value : split(row.values, ' ')) {
      if (row.label.empty() || !value.empty()) find(value);
    }
  }

  prometheus::Counter& find(std::string_view value) {
    if (auto* known = search(value)) return *known;
    const std::lock_guard lock(adding_);
    if (auto* known = search(value)) return *known;
    if (handles_.size() >= kMostLabels) value = "other";
    return add(value);
  }

 private:
  struct Handle {
    std::string value;
    prometheus::Counter* counter;
    const Handle* next;
  };

  prometheus::Counter* search(std::string_view value) const {
    const Handle* handle = newest_.load(std::memory_order_acquire);
    while (handle != nullptr && handle->value != value) handle = handle->next;
    return handle == nullptr ? nullptr : handle->counter;
  }

  prometheus::Counter& add(std::string_view value) {
    prometheus::Labels labels;
    if (!label_.empty()) labels.emplace(label_, value);
    auto& counter = family_.Add(labels);
    handles_.push_back({std::string(value), &counter, newest_.load()});
    newest_.store(&handles_.back(), std::memory_order_release);
    return counter;
  }

  const std::string label_;
  prometheus::Family<prometheus::Counter>& family_;
  std::atomic<const Handle*> newest_ = nullptr;
  std::mutex adding_;
  std::deque<Handle> handles_;  // never moves what it holds
};

struct Slot {
  std::unique_ptr<Counters> counters;
  prometheus::Gauge* gauge = nullptr;
  prometheus::Histogram* histogram = nullptr;
};

class Metrics {
 public:
  Metrics() {
    for (const Row& row : kRows) {
      assert(static_cast<std::size_t>(row.metric) == slots_.size());
      slots_.push_back(make_slot(row));
    }
  }

  Slot& slot(Metric metric) { return slots_[static_cast<std::size_t>(metric)]; }
  const prometheus::Registry& registry() const { return registry_; }

 private:
  Slot make_slot(const Row& row) {
    Slot slot;
    switch (row.kind) {
      case Kind::kCounter:
        slot.counters = std::make_unique<Counters>(row, registry_);
        break;
      case Kind::kGauge:
        slot.gauge = &prometheus::BuildGauge()
                          .Name(name_of(row))
                          .Help(std::string(row.help))
                          .Register(registry_)
                          .Add({});
        break;
      case Kind::kHistogram:
        slot.histogram =
            &prometheus::BuildHistogram()
                 .Name(name_of(row))
                 .Help(std::string(row.help))
                 .Register(registry_)
                 .Add({}, prometheus::Histogram::BucketBoundaries(kSeconds));
    }
    return slot;
  }

  prometheus::Registry registry_;
  std::vector<Slot> slots_;
};

// Never destroyed: threads may count while the process exits.
Metrics& metrics() {
  static Metrics& instance = *std::make_unique<Metrics>().release();
  return instance;
}

}  // namespace

void count(Metric metric, std::string_view label, double by) {
  auto& counters = metrics().slot(metric).counters;
  assert(counters != nullptr);
  counters->find(label).Increment(by);
}

void set_gauge(Metric metric, double value) {
  auto* gauge = metrics().slot(metric).gauge;
  assert(gauge != nullptr);
  gauge->Set(value);
}

void add_gauge(Metric metric, double by) {
  auto* gauge = metrics().slot(metric).gauge;
  assert(gauge != nullptr);
  gauge->Increment(by);
}

void observe(Metric metric, double value) {
  auto* histogram = metrics().slot(metric).histogram;
  assert(histogram != nullptr);
  histogram->Observe(value);
}

std::string metrics_text() {
  return prometheus::TextSerializer().Serialize(metrics().registry().Collect());
}

}  // namespace lostletter
