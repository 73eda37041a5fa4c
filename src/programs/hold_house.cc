// SPDX-License-Identifier: Apache-2.0
#include "programs/hold_house.h"

#include <array>
#include <chrono>
#include <exception>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "hold/smtp_mta.h"
#include "net/endpoint.h"

namespace lostletter::programs {
namespace {

using namespace std::chrono_literals;

// How soon something that is due is seen to.
constexpr auto kRound = 500ms;
constexpr auto kAfterTrouble = 5s;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// Each listener may have a deadline of its own.
hold::Options options_of(const config::Config& config) {
  hold::Options options = config.gate.hold;
  for (const config::Milter& milter : config.milters) {
    if (!milter.gate.at_deadline) continue;
    options.at_deadline_of[milter.gate.endpoint.to_string()] =
        *milter.gate.at_deadline;
  }
  return options;
}

}  // namespace

std::string key_file_of(const hold::Options& options,
                        const std::string& state_directory) {
  return options.key_file.empty() ? state_directory + "/hold.key"
                                  : options.key_file;
}

HoldHouse::HoldHouse(const config::Config& config, int descriptor)
    : options_(options_of(config)),
      remember_(config.gate.remember),
      state_directory_(config.state_directory),
      descriptor_(descriptor),
      vault_(key_file_of(options_, state_directory_)) {}

Result<std::unique_ptr<HoldHouse>> HoldHouse::open(
    const config::Config& config) {
  const std::string& listen = config.gate.hold.listen;
  if (listen.empty()) return nullptr;
  const auto endpoint = net::Endpoint::parse(listen);
  if (!endpoint) return std::unexpected(endpoint.error());
  const auto descriptor = net::listen(*endpoint);
  if (!descriptor) return std::unexpected(descriptor.error());
  return std::unique_ptr<HoldHouse>(new HoldHouse(config, *descriptor));
}

HoldHouse::~HoldHouse() {
  carrying_.request_stop();
  if (server_) server_->post([this] { server_->stop(); });
  if (listening_.joinable()) listening_.join();
  if (carrying_.joinable()) carrying_.join();
}

Result<void> HoldHouse::start(store::Store& store) {
  if (auto usable = vault_.check(); !usable) return usable;
  auto mta = hold::SmtpMta::make(options_.mta, host_name());
  if (!mta) return std::unexpected(mta.error());
  mta_ = std::move(*mta);
  const Clock& clock = system_clock();
  answers_ = std::make_unique<hold::Answers>(store, clock, remember_);
  courier_ = std::make_unique<hold::Courier>(store, vault_, *mta_, clock,
                                             options_, host_name());
  worker_ = std::make_unique<Worker>(100);
  const auto free_space = [directory = state_directory_]() -> std::uint64_t {
    std::error_code trouble;
    const auto space = std::filesystem::space(directory, trouble);
    return trouble ? 0 : space.available;
  };
  reception_ = std::make_unique<hold::Reception>(
      hold::Shelf{store, vault_, *answers_, clock, options_, free_space},
      *worker_);
  auto server = smtp::Server::make({.host = host_name(), .most_sessions = 100});
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  serve();
  carrying_ =
      std::jthread([this](const std::stop_token& stop) { run_courier(stop); });
  return {};
}

void HoldHouse::serve() {
  smtp::ReceptionOptions reception;
  reception.host = host_name();
  reception.most_content = options_.most_size;
  server_->add(std::exchange(descriptor_, -1),
               smtp::receive(reception, *reception_));
  log_event(Event::kListening, {{"endpoint", options_.listen}});
  listening_ = std::thread([this] { server_->run(); });
}

void HoldHouse::run_courier(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any bell;
  while (!stop.stop_requested()) {
    const bool busy = work();
    std::unique_lock lock(mutex);
    if (!busy) {
      bell.wait_for(lock, stop, failed_ ? kAfterTrouble : kRound,
                    [] { return false; });
    }
  }
}

// Nothing is lost by trouble: it is done in another round.
bool HoldHouse::work() {
  try {
    const bool busy = courier_->work();
    failed_ = false;
    return busy;
  } catch (const std::exception& trouble) {
    if (!std::exchange(failed_, true)) {
      log_event(Event::kStoreFailed, {{"error", std::string(trouble.what())}});
      count(Metric::kStoreErrors);
    }
    return false;
  }
}

}  // namespace lostletter::programs
