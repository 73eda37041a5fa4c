// SPDX-License-Identifier: Apache-2.0
//
// Questions to recursive resolvers, many at a time (c-ares). Equal questions
// under way are one, answers are kept for as long as they hold, and every
// question ends in time: with "unknown" if need be.
//
// open (ask | turn)*: one thread only, on which all answers are given, inside
// turn() or the destructor.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/answer.h"
#include "dns/server.h"

namespace lostletter::dns {

class Shelf;

struct ResolverOptions {
  std::vector<Server> servers;  // empty: those of /etc/resolv.conf
  // c-ares 1.18 fails questions when many more are under way.
  std::size_t in_flight = 200;
  // Of one try; there are two with each server, the second waits twice as long.
  std::chrono::milliseconds timeout{1500};
  // Of a question, from when it is sent.
  std::chrono::milliseconds deadline{5000};
  std::size_t cached = 200'000;  // answers
  // What is unknown is not asked again so soon (RFC 2308 7.1: 5 minutes at
  // most).
  std::chrono::seconds unknown_ttl{30};
  // Where answers are kept besides, for whoever comes later; may be none.
  // Outlives the resolver.
  Shelf* shelf = nullptr;
};

struct ResolverCounts {
  std::uint64_t asked = 0;   // questions sent
  std::uint64_t cached = 0;  // answered from what was kept
  std::uint64_t unknown = 0;
};

class Resolver {
 public:
  using Answered = std::function<void(const Answer&)>;

  // The error says which server cannot be used, and why.
  static Result<std::unique_ptr<Resolver>> open(ResolverOptions options);
  // Answers what is still under way: unknown.
  ~Resolver();

  // `name` without its last dot, any case. `done` may ask again; it is called
  // later, never from here.
  void ask(std::string_view name, Type type, Answered done);

  // From now on answers are kept there besides. It outlives this.
  void use(Shelf* shelf);

  // Waits for answers, `most` at most, and gives them. Does nothing when no
  // question is under way.
  void turn(std::chrono::milliseconds most);
  bool is_idle() const;  // no question is under way
  const ResolverCounts& counts() const;

  // The answer, if it is known without asking. Lives until the next call.
  const Answer* find(std::string_view name, Type type);

  // const Answer answer = co_await Asking(resolver, "example.com", Type::kMx);
  class Asking {
   public:
    Asking(Resolver& resolver, std::string name, Type type)
        : resolver_(resolver), name_(std::move(name)), type_(type) {}
    bool await_ready() {
      const Answer* known = resolver_.find(name_, type_);
      if (known != nullptr) answer_ = *known;
      return known != nullptr;
    }
    void await_suspend(std::coroutine_handle<> waiting) {
      resolver_.ask(name_, type_, [this, waiting](const Answer& answer) {
        answer_ = answer;
        waiting.resume();
      });
    }
    Answer await_resume() { return std::move(answer_); }

   private:
    Resolver& resolver_;
    std::string name_;
    Type type_;
    Answer answer_;
  };

 private:
  struct Impl;
  explicit Resolver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::dns
