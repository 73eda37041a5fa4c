// SPDX-License-Identifier: Apache-2.0
#include "programs/guard_house.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "console/routes.h"
#include "net/endpoint.h"
#include "programs/engine.h"
#include "programs/greeting.h"
#include "programs/memory.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

// Errors of a file come one a line; an event is one line.
std::string on_one_line(std::string_view text) {
  return fmt::format("{}", fmt::join(split(text, '\n'), "; "));
}

// sd_notify(3): the manager tells this reload from an older one by the clock.
std::string reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
}

// What a reload has to say.
std::vector<Field> told(const std::vector<std::string>& needs_restart,
                        const std::vector<std::string>& notices) {
  std::vector<Field> fields;
  if (!needs_restart.empty()) {
    const Field keys{"needs_restart",
                     fmt::format("{}", fmt::join(needs_restart, ","))};
    fields.push_back(keys);
  }
  for (const std::string& notice : notices) {
    const Field one{"notice", notice};
    fields.push_back(one);
  }
  return fields;
}

void tell(const store::StoreError& trouble) {
  log_event(Event::kStoreFailed, {{"error", trouble.what()}});
  count(Metric::kStoreErrors);
}

}  // namespace

GuardHouse::GuardHouse(Flags flags, config::Config config, Groundwork ground,
                       std::optional<Identity> identity)
    : flags_(std::move(flags)),
      started_(std::move(config)),
      identity_(std::move(identity)),
      policy_(make_policy(started_, ground.teach({}))),
      retention_(started_.retention),
      drain_time_(started_.drain_time),
      ground_(std::move(ground)) {}

GuardHouse::~GuardHouse() = default;

Result<void> GuardHouse::open() {
  using Step = Result<void> (GuardHouse::*)();
  constexpr Step kSteps[] = {
      &GuardHouse::lock_state,      &GuardHouse::open_milters,
      &GuardHouse::open_hold,       &GuardHouse::open_page,
      &GuardHouse::drop_privileges, &GuardHouse::open_store,
  };
  for (const Step step : kSteps) {
    if (auto done = (this->*step)(); !done) return done;
  }
  start_gate();
  watch_signals();
  watch_time();
  return {};
}

// One guard for each state directory: two would each remember half.
Result<void> GuardHouse::lock_state() {
  const std::string& directory = started_.state_directory;
  const bool fresh = !std::filesystem::exists(directory);
  if (auto made = make_directory(directory); !made) return made;
  const std::string path = directory + "/serve.lock";
  auto lock = FileLock::take(path);
  if (!lock) {
    const std::string held = path + " is held by ";
    std::string message = lock.error().message;
    if (message.starts_with(held)) {
      message = fmt::format("another lostletter serves from {}: {}", directory,
                            message.substr(held.size()));
    }
    return fail(message);
  }
  lock_ = std::move(*lock);
  if (!identity_) return {};
  if (fresh) {
    if (auto given = give(directory, *identity_); !given) return given;
  }
  return give(path, *identity_);
}

Result<void> GuardHouse::open_milters() {
  for (const config::Milter& milter : started_.milters) {
    const auto descriptor = net::listen(milter.gate.endpoint, milter.socket);
    if (!descriptor) return std::unexpected(descriptor.error());
    descriptors_.push_back(*descriptor);
    ports_.push_back(net::bound_port(*descriptor));
  }
  return {};
}

Result<void> GuardHouse::open_hold() {
  auto hold = HoldHouse::open(started_);
  if (!hold) return std::unexpected(hold.error());
  hold_ = std::move(*hold);
  return {};
}

Result<void> GuardHouse::open_page() {
  if (started_.http_host.empty()) return {};
  console::World world;
  world.assessor = [this] {
    const std::lock_guard lock(mutex_);
    return policy_->assessor;
  };
  world.mode = [this] {
    const std::lock_guard lock(mutex_);
    return policy_->options.mode;
  };
  world.trouble = [this] { return trouble(); };
  world.answers = [this]() -> hold::Answers* {
    const std::lock_guard lock(mutex_);
    return holding_ == nullptr ? nullptr : holding_->answers();
  };
  world.version = LOSTLETTER_VERSION;

  http::ServerOptions options;
  options.host = started_.http_host;
  options.port = started_.http_port;
  options.token = started_.http_token;
  page_ = std::make_unique<http::Server>(options,
                                         console::routes(std::move(world)));
  return page_->start();
}

Result<void> GuardHouse::drop_privileges() {
  if (identity_) return become(*identity_);
  if (is_root()) log_event(Event::kRunningAsRoot);
  return {};
}

Result<void> GuardHouse::open_store() {
  const auto place = guard_store(started_);
  if (!place) return fail("store: " + place.error().message);
  auto store = store::open_store(*place);
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  recorder_ =
      std::make_unique<store::Recorder>(*store_, store::RecorderOptions());
  pupil_ = std::make_unique<learning::Pupil>(
      *store_, system_clock(), pupil_rules(started_), learning::PupilOptions());
  worker_ = std::make_unique<Worker>();
  reloads_ = std::make_unique<Worker>(2);
  if (hold_) {
    if (auto started = hold_->start(*store_); !started) return started;
  }
  const std::lock_guard lock(mutex_);
  holding_ = hold_.get();
  serving_ = store_.get();
  return {};
}

void GuardHouse::start_gate() {
  gate_ = std::make_unique<gate::Gate>(
      policy_, *store_, *recorder_, *worker_, system_clock(),
      [this](archive::Passing letter) { pupil_->hear(std::move(letter)); });
  milter::ServerOptions options;
  options.decision_time = started_.decision_time;
  server_ = std::make_unique<milter::Server>(
      options, [this](const milter::Listener& listener) {
        return gate_->make_handler(listener);
      });
  for (std::size_t i = 0; i < descriptors_.size(); ++i) {
    const gate::ListenerOptions& listener = started_.milters[i].gate;
    const std::string name = listener.endpoint.to_string();
    server_->add(descriptors_[i], {name, i, listener.on_failure});
    log_event(Event::kListening, {{"endpoint", name}});
  }
}

void GuardHouse::watch_signals() {
  for (const int signal : {SIGTERM, SIGINT}) {
    server_->on_signal(signal, [this] { stop(); });
  }
  // A reload may build an engine of millions of names: never on the thread that
  // talks to the MTA. One waits while one runs, beside one that learns names; a
  // third would read no newer file than the second.
  server_->on_signal(SIGHUP, [this] { reloads_->run([this] { reload(); }); });
}

void GuardHouse::watch_time() {
  const auto expire_soon = [this] { worker_->run([this] { expire(); }); };
  expire_soon();
  server_->every(5min, expire_soon);
  const auto learn_soon = [this] { reloads_->run([this] { learn_names(); }); };
  learn_soon();
  server_->every(10min, learn_soon);
  const auto watchdog = std::chrono::duration_cast<milliseconds>(
      std::chrono::microseconds(net::watchdog_interval_us()));
  if (watchdog > 0ms) {
    server_->every(watchdog, [] { net::notify("WATCHDOG=1"); });
  }
}

std::string GuardHouse::welcome() const {
  return greeting(started_, ports_, page_ ? page_->port() : 0);
}

void GuardHouse::run() {
  log_event(Event::kStarted, {{"version", LOSTLETTER_VERSION},
                              {"state", started_.state_directory}});
  net::notify("READY=1");
  server_->run();
  log_event(Event::kStopped);
}

void GuardHouse::stop() {
  log_event(Event::kStopping);
  net::notify("STOPPING=1");
  milliseconds most{};
  {
    const std::lock_guard lock(mutex_);
    most = drain_time_;
  }
  server_->drain(most);
}

void GuardHouse::reload() {
  net::notify(reloading());
  const auto refuse = [](const Error& error) {
    log_event(Event::kReloadFailed, {{"error", on_one_line(error.message)}});
    count(Metric::kReloads, "failed");
    net::notify("READY=1");
  };
  const auto config = read_settings(flags_);
  if (!config) return refuse(config.error());
  auto found = familiar().value_or(std::vector<store::Familiar>());
  auto learnt = store::addresses_of(found);
  auto ground = Groundwork::lay(*config);
  if (!ground) return refuse(ground.error());

  ground_ = std::move(*ground);
  learnt_ = std::move(learnt);
  serve_by(remake_policy(*gate_->policy(), *config,
                         ground_.teach(std::move(found))));
  pupil_->set_rules(pupil_rules(*config));
  {
    const std::lock_guard lock(mutex_);
    retention_ = config->retention;
    drain_time_ = config->drain_time;
  }
  log_event(Event::kReloaded,
            told(needs_restart(started_, *config), ground_.notices()));
  count(Metric::kReloads, "ok");
  net::notify("READY=1");
}

void GuardHouse::serve_by(const std::shared_ptr<const gate::Policy>& policy) {
  gate_->set_policy(policy);
  const std::lock_guard lock(mutex_);
  policy_ = policy;
}

// What letters taught; nothing when the store cannot say.
std::optional<std::vector<store::Familiar>> GuardHouse::familiar() const {
  try {
    return store_->familiar(store::kMostFamiliar, system_clock().now());
  } catch (const store::StoreError& trouble) {
    tell(trouble);
    return std::nullopt;
  }
}

// Whom people here write to may be meant, too, when something alike is typed.
void GuardHouse::learn_names() {
  auto found = familiar();
  if (!found) return;
  auto learnt = store::addresses_of(*found);
  if (learnt == learnt_) return;
  learnt_ = std::move(learnt);
  auto policy = std::make_shared<gate::Policy>(*gate_->policy());
  policy->assessor = ground_.teach(std::move(*found));
  serve_by(policy);
  log_event(Event::kNamesLearnt,
            {{"addresses", static_cast<std::int64_t>(learnt_.size())}});
}

void GuardHouse::expire() {
  store::Retention retention;
  {
    const std::lock_guard lock(mutex_);
    retention = retention_;
  }
  try {
    store_->expire(system_clock().now(), retention);
  } catch (const store::StoreError& trouble) {
    tell(trouble);
  }
}

std::optional<std::string> GuardHouse::trouble() const {
  store::Store* store = nullptr;
  {
    const std::lock_guard lock(mutex_);
    store = serving_;
  }
  if (store == nullptr) return "starting";
  try {
    store->probe();
  } catch (const store::StoreError& failure) {
    return failure.what();
  }
  return std::nullopt;
}

}  // namespace lostletter::programs
