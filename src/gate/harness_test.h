// SPDX-License-Identifier: Apache-2.0
//
// A gate without an MTA: a clock that is turned by hand, a real SQLite store
// that can be made to fail, a real assessor with a small engine, and an MTA of
// a few lines that tells what it was answered.
#pragma once

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/worker.h"
#include "gate/gate.h"
#include "store/fragile_test.h"
#include "store/recorder.h"
#include "store/store.h"

namespace lostletter::gate {

inline std::shared_ptr<const guard::Assessor> assessor(
    const guard::Rules& rules = {}) {
  using lookalike::Source;
  static const auto engine = std::make_shared<const lookalike::Engine>(
      std::vector<lookalike::KnownName>{{"army.mil", Source::kCurated, 1},
                                        {"navy.mil", Source::kCurated, 1},
                                        {"gmail.com", Source::kCurated, 1}},
      lookalike::built_in_options());
  return std::make_shared<const guard::Assessor>(rules, engine);
}

inline Policy default_policy() {
  Policy policy;
  policy.options.our_domains = {"example.com"};
  policy.options.inside = *net::Networks::parse({"127.0.0.0/8", "::1"});
  policy.listeners.resize(1);
  policy.assessor = assessor();
  return policy;
}

class Lab {
 public:
  explicit Lab(const Policy& policy = default_policy(),
               std::size_t most_waiting = 1000)
      : clock(Seconds(std::chrono::seconds(1795435200))),  // 2026-11-23T12:00Z
        directory_(make_directory()),
        store(open(directory_)),
        recorder(store, {.linger = std::chrono::milliseconds(1)}),
        worker(std::make_unique<Worker>(most_waiting)),
        gate(std::make_shared<const Policy>(policy), store, recorder, *worker,
             clock, [this](archive::Passing letter) {
               const std::lock_guard lock(mutex_);
               heard_.push_back(std::move(letter));
             }) {}
  ~Lab() {
    worker.reset();
    std::filesystem::remove_all(directory_);
  }

  void wait(int seconds) { clock.advance(std::chrono::seconds(seconds)); }
  // The clock's time, `later` seconds, as a Date field.
  std::string date(int later = 0) const {
    const std::time_t time =
        (clock.now().time_since_epoch() + std::chrono::seconds(later)).count();
    std::tm utc{};
    gmtime_r(&time, &utc);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc);
    return text;
  }
  // Until the worker has done what it was given before.
  void settle() {
    std::promise<void> done;
    worker->run([&done] { done.set_value(); });
    done.get_future().wait();
  }
  // The letters that were told of since the last call.
  std::vector<archive::Passing> heard() {
    settle();
    const std::lock_guard lock(mutex_);
    return std::exchange(heard_, {});
  }
  std::optional<store::VerdictRecord> record(const std::string& reference) {
    EXPECT_TRUE(recorder.flush(std::chrono::seconds(10)));
    return store.find_verdict(reference);
  }

  ManualClock clock;

 private:
  static std::string make_directory() {
    std::string name = std::filesystem::temp_directory_path() / "gate.XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    return name;
  }
  static std::unique_ptr<store::Store> open(const std::string& directory) {
    auto opened = store::open_sqlite(directory);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  std::string directory_;
  std::mutex mutex_;
  std::vector<archive::Passing> heard_;

 public:
  store::FragileStore store;
  store::Recorder recorder;
  std::unique_ptr<Worker> worker;
  Gate gate;
};

class FakeMacros final : public milter::MacroView {
 public:
  std::map<std::string, std::string, std::less<>> values;
  std::string_view find(std::string_view name) const override {
    const auto at = values.find(name);
    return at == values.end() ? std::string_view() : at->second;
  }
};

// What the MTA hears: "" for go on, else the reply's first words and lines, or
// the edits: "-<a@x> +code@hold.invalid NOTIFY=FAILURE".
inline std::string words(const milter::Answer& answer) {
  if (const auto* amend = std::get_if<milter::Amend>(&answer)) {
    std::string text;
    for (const auto& path : amend->removed) text += '-' + path + ' ';
    for (const auto& [address, parameters] : amend->added) {
      text += '+' + address + ' ' + parameters;
    }
    return text;
  }
  const auto* refuse = std::get_if<milter::Refuse>(&answer);
  if (refuse == nullptr) return "";
  std::string text =
      std::to_string(refuse->reply.code) + ' ' + refuse->reply.enhanced;
  for (const auto& line : refuse->reply.lines) text += '\n' + line;
  return text;
}

// One SMTP connection of a client, as the MTA tells of it.
class Client {
 public:
  struct Who {
    std::string login = {};
    std::string address = "127.0.0.1";
    char family = '4';
    bool can_edit = true;  // the MTA lets a filter change recipients
  };
  explicit Client(Lab& lab) : Client(lab, Who{}) {}
  Client(Lab& lab, Who who, const milter::Listener& listener = {"test", 0})
      : who_(std::move(who)), handler_(lab.gate.make_handler(listener)) {
    if (who_.can_edit) handler_->may_amend();
    milter::Connect connect;
    connect.hostname = "client.example";
    connect.family = who_.family;
    connect.address = who_.address;
    handler_->connect(connect, macros_);
  }

  Client& mail(const std::string& reverse_path = "<ann@example.com>") {
    macros_.values = {{"auth_authen", who_.login}};
    handler_->mail({reverse_path, {}}, macros_);
    macros_.values.clear();
    return *this;
  }
  // "ann@army.ml": Postfix resolves it to its lower case.
  std::string rcpt(const std::string& address) {
    return rcpt('<' + address + '>', ascii_lower(address));
  }
  std::string rcpt(const std::string& path, const std::string& resolved) {
    return ask_rcpt(path, resolved).get();
  }
  std::future<std::string> ask_rcpt(const std::string& path,
                                    const std::string& resolved,
                                    const std::string& mailer = "smtp") {
    macros_.values = {{"rcpt_addr", resolved}, {"rcpt_mailer", mailer}};
    auto [done, answer] = promise();
    handler_->rcpt({path, {}}, macros_, done);
    return std::move(answer);
  }
  // The header section and the end of message.
  std::string end(
      const std::vector<std::pair<std::string, std::string>>& fields) {
    return ask_end(fields).get();
  }
  std::string end_dated(const std::string& date) {
    return end({{"Date", date}, {"Subject", "x"}});
  }
  std::future<std::string> ask_end(
      const std::vector<std::pair<std::string, std::string>>& fields) {
    for (const auto& [name, body] : fields) handler_->header({name, body});
    macros_.values = {{"i", "QUEUEID"}, {"j", "mx.example.com"}};
    auto [done, answer] = promise();
    handler_->end_of_message(macros_, done);
    return std::move(answer);
  }
  void abort() { handler_->abort(); }
  void late() { handler_->late(); }
  void hang_up() { handler_.reset(); }

 private:
  static std::pair<milter::Done, std::future<std::string>> promise() {
    auto promise = std::make_shared<std::promise<std::string>>();
    auto answer = promise->get_future();
    return {[promise](const milter::Answer& got) {
              promise->set_value(words(got));
            },
            std::move(answer)};
  }

  Who who_;
  FakeMacros macros_;
  std::unique_ptr<milter::Handler> handler_;
};

}  // namespace lostletter::gate
