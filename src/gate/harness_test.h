// SPDX-License-Identifier: Apache-2.0
//
// A gate without an MTA: a clock that is turned by hand, a real SQLite store
// that can be made to fail, a real assessor with a small engine, and an MTA of
// a few lines that tells what it was answered.
#pragma once

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/worker.h"
#include "gate/gate.h"
#include "store/recorder.h"
#include "store/store.h"

namespace lostletter::gate {

// A store that fails, or hangs, when it is told to.
class FragileStore final : public store::Store {
 public:
  explicit FragileStore(std::unique_ptr<store::Store> real)
      : real_(std::move(real)) {}

  // Calls hang until the door opens.
  void close_door() { closed_ = true; }
  void open_door() {
    closed_ = false;
    closed_.notify_all();
  }
  std::atomic<bool> fails = false;
  std::atomic<int> calls = 0;

  void save_question(const store::Question& question) override {
    call().save_question(question);
  }
  std::optional<store::Question> find_question(
      std::string_view submitter, std::string_view recipient) override {
    return call().find_question(submitter, recipient);
  }
  std::size_t count_questions(std::string_view submitter,
                              Seconds since) override {
    return call().count_questions(submitter, since);
  }
  void confirm(const store::Confirmation& confirmation) override {
    call().confirm(confirmation);
  }
  std::optional<store::Confirmation> find_confirmation(
      std::string_view submitter, std::string_view recipient,
      Seconds now) override {
    return call().find_confirmation(submitter, recipient, now);
  }
  void save_verdicts(std::span<const store::VerdictRecord> records) override {
    real_->save_verdicts(records);
  }
  std::optional<store::VerdictRecord> find_verdict(
      std::string_view id) override {
    return real_->find_verdict(id);
  }
  store::Learnt learn(std::span<const guard::Lesson> lessons, Seconds now,
                      const store::Retention& keep) override {
    return call().learn(lessons, now, keep);
  }
  std::size_t note(std::span<const guard::Correspondent> contacts,
                   Seconds now) override {
    return call().note(contacts, now);
  }
  guard::Evidence find_evidence(const guard::Inquiry& inquiry) override {
    return call().find_evidence(inquiry);
  }
  std::vector<store::Familiar> familiar(std::size_t most,
                                        Seconds now) override {
    return call().familiar(most, now);
  }
  void save_reading(const store::Reading& reading, Seconds at) override {
    call().save_reading(reading, at);
  }
  std::optional<std::string> find_position(
      std::string_view fingerprint) override {
    return call().find_position(fingerprint);
  }
  std::string under_way() override { return call().under_way(); }
  std::size_t forget(std::string_view address) override {
    return call().forget(address);
  }
  store::Holdings holdings() override { return call().holdings(); }
  std::size_t expire(Seconds now, const store::Retention& keep) override {
    return call().expire(now, keep);
  }
  std::string secret() override { return real_->secret(); }
  void probe() override { call().probe(); }

 private:
  store::Store& call() {
    ++calls;
    closed_.wait(true);
    if (fails) throw store::StoreError("disk full (test)");
    return *real_;
  }

  std::unique_ptr<store::Store> real_;
  std::atomic<bool> closed_ = false;
};

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
             clock) {}
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

 public:
  FragileStore store;
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

// What the MTA hears: "" for go on, else the reply's first words and lines.
inline std::string words(const milter::Answer& answer) {
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
  };
  explicit Client(Lab& lab) : Client(lab, Who{}) {}
  Client(Lab& lab, Who who, const milter::Listener& listener = {"test", 0})
      : who_(std::move(who)), handler_(lab.gate.make_handler(listener)) {
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
    macros_.values = {{"i", "QUEUEID"}};
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
