// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <atomic>
#include <chrono>
#include <memory>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/log_line.h"

namespace lostletter {
namespace {

std::atomic<LogFormat> chosen_format = LogFormat::kLogfmt;
std::atomic<Level> least_level = Level::kInfo;

// The lines come finished; spdlog takes care of the lock and the one write.
// Never destroyed: threads may log while the process exits.
spdlog::logger& logger() {
  static spdlog::logger& instance = *[] {
    auto made = std::make_unique<spdlog::logger>(
        "lostletter", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    // A log that cannot be written must not stop mail.
    made->set_error_handler([](const std::string&) {});
    return made.release();
  }();
  return instance;
}

}  // namespace

void set_log(LogFormat format, Level least) {
  chosen_format = format;
  least_level = least;
}

void log_event(Event event, const std::vector<Field>& fields) {
  try {
    const EventRow& row = events().at(static_cast<std::size_t>(event));
    if (row.level < least_level.load()) return;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
    const std::string line = chosen_format.load() == LogFormat::kJson
                                 ? to_json(row, now, fields)
                                 : to_logfmt(row, now, fields);
    logger().log(spdlog::level::info, spdlog::string_view_t(line));
  } catch (...) {  // NOLINT(bugprone-empty-catch)
    // Out of memory, most likely: the line is lost, the letter is not.
  }
}

}  // namespace lostletter
