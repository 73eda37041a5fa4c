// SPDX-License-Identifier: Apache-2.0
//
// A question to the DNS takes its time, and an inquiry has several of them, one
// after the other. A Task is a function that waits in the middle (C++20
// coroutines): it begins when it is awaited, and its caller goes on when it
// ends. Everything happens on the resolver's thread.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace lostletter::dns {

template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the
                         // standard's
    std::optional<T> value;
    std::coroutine_handle<> continuation = std::noop_coroutine();

    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(
          std::coroutine_handle<promise_type> done) noexcept {
        return done.promise().continuation;
      }
      void await_resume() noexcept {}
    };
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    void return_value(T given) { value = std::move(given); }
    void unhandled_exception() { std::terminate(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
    handle_.promise().continuation = caller;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

// One that nobody awaits: it begins at once and cleans up after itself.
struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): the
                         // standard's
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

}  // namespace lostletter::dns
