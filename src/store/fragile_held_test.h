// SPDX-License-Identifier: Apache-2.0
//
// Held letters behind a store that fails when it is told to: before the call,
// so that nothing happened, or after it, so that the caller cannot know.
#pragma once

#include <atomic>
#include <functional>
#include <type_traits>
#include <utility>

#include "store/held.h"
#include "store/store.h"

namespace lostletter::store {

class FragileHeld final : public HeldLetters {
 public:
  // `enter` is called before each call, and may throw.
  FragileHeld(HeldLetters& real, std::function<void()> enter)
      : real_(real), enter_(std::move(enter)) {}

  // The work is done, but the answer is lost on its way.
  std::atomic<bool> loses_answers = false;

  void expect(const HeldLetter& letter) override {
    call([&] { return real_.expect(letter), 0; });
  }
  Arrived arrive(const Arrival& arrival, Seconds now) override {
    return call([&] { return real_.arrive(arrival, now); });
  }
  std::optional<HeldLetter> find_held(std::string_view code) override {
    return call([&] { return real_.find_held(code); });
  }
  std::vector<HeldLetter> list_held(const HeldFilter& filter) override {
    return call([&] { return real_.list_held(filter); });
  }
  std::optional<SealedContent> held_content(std::string_view code) override {
    return call([&] { return real_.held_content(code); });
  }
  std::vector<HeldCounts> count_held() override {
    return call([&] { return real_.count_held(); });
  }
  bool decide(const HeldAnswer& answer, const Actor& actor,
              Seconds now) override {
    return call([&] { return real_.decide(answer, actor, now); });
  }
  std::vector<Claim> claim(HeldState state, Seconds now, Seconds until,
                           std::size_t most) override {
    return call([&] { return real_.claim(state, now, until, most); });
  }
  bool hand(const Claim& claim, const Actor& actor, Seconds now) override {
    return call([&] { return real_.hand(claim, actor, now); });
  }
  bool settle(const Claim& claim, HeldEvent event, std::string_view trouble,
              Seconds next_at, const Actor& actor, Seconds now) override {
    return call([&] {
      return real_.settle(claim, event, trouble, next_at, actor, now);
    });
  }
  bool acknowledge(std::string_view token, Seconds now) override {
    return call([&] { return real_.acknowledge(token, now); });
  }
  bool is_token(std::string_view token) override {
    return call([&] { return real_.is_token(token); });
  }
  std::vector<HeldLetter> claim_notices(std::size_t notices, Seconds before,
                                        Seconds now, Seconds until,
                                        std::size_t most) override {
    return call(
        [&] { return real_.claim_notices(notices, before, now, until, most); });
  }
  void noticed(std::string_view code, std::string_view detail,
               Seconds now) override {
    call([&] { return real_.noticed(code, detail, now), 0; });
  }
  std::vector<HeldLetter> overdue(Seconds now, std::size_t most) override {
    return call([&] { return real_.overdue(now, most); });
  }
  std::vector<std::string> sealed_otherwise(std::string_view key,
                                            std::size_t most) override {
    return call([&] { return real_.sealed_otherwise(key, most); });
  }
  bool reseal(std::string_view code, std::string_view before,
              const SealedContent& content, Seconds now) override {
    return call([&] { return real_.reseal(code, before, content, now); });
  }
  std::size_t under_way_of(std::string_view address) override {
    return call([&] { return real_.under_way_of(address); });
  }
  std::size_t sweep_held(Seconds lapsed_before, Seconds ended_before,
                         Seconds now) override {
    return call(
        [&] { return real_.sweep_held(lapsed_before, ended_before, now); });
  }
  std::vector<ActionLine> read_actions(std::uint64_t after,
                                       std::size_t most) override {
    return call([&] { return real_.read_actions(after, most); });
  }

 private:
  template <typename Work>
  std::invoke_result_t<const Work&> call(const Work& work) {
    enter_();
    auto result = work();
    if (loses_answers) throw StoreError("connection lost (test)");
    return result;
  }

  HeldLetters& real_;
  std::function<void()> enter_;
};

}  // namespace lostletter::store
