// SPDX-License-Identifier: Apache-2.0
//
// A session under any stream of bytes and any handler: it never crashes, never
// answers what was not asked, writes whole frames only, calls the handler in
// the promised order, and does the same however the bytes were cut.
//
// The first byte decides how the handler behaves, the second how the stream is
// cut, the third whether a Postfix has already negotiated.
#include <cassert>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "milter/fake_mta.h"
#include "milter/session.h"

using namespace lostletter;
using namespace lostletter::milter;

namespace {

enum class Behaviour {
  kProceed,
  kRefuse,
  kAmend,
  kKeep,
  kThrow,
  kNonsense,
  kLate
};

// Asserts the order that handler.h promises:
//   connect? (mail rcpt* header* end_of_message? abort)*
class OrderedHandler final : public Handler {
 public:
  OrderedHandler(std::uint8_t seed, std::vector<Done>& open)
      : seed_(seed), open_(open) {}
  ~OrderedHandler() override { assert(phase_ <= kConnected); }

  void may_amend() override {
    assert(phase_ == kNew && !may_amend_);
    may_amend_ = true;
  }
  void connect(const Connect&, const MacroView&) override {
    assert(phase_ == kNew);
    phase_ = kConnected;
    maybe_throw();
  }
  void mail(const Mail&, const MacroView& macros) override {
    assert(phase_ <= kConnected);
    phase_ = kMail;
    (void)macros.find("auth_authen");
    maybe_throw();
  }
  void rcpt(const Rcpt&, const MacroView& macros, Done done) override {
    assert(phase_ == kMail);
    (void)macros.find("rcpt_addr");
    decide(std::move(done));
  }
  void header(const Header&) override {
    assert(phase_ == kMail || phase_ == kHeader);
    phase_ = kHeader;
    maybe_throw();
  }
  void end_of_message(const MacroView&, Done done) override {
    assert(phase_ == kMail || phase_ == kHeader);
    phase_ = kEnded;
    decide(std::move(done));
  }
  void abort() override {
    assert(phase_ >= kMail);
    phase_ = kConnected;
  }
  void late() override { assert(phase_ >= kMail); }

 private:
  // The same decisions however the stream is cut: they depend on how many came
  // before.
  Behaviour next() {
    if (seed_ == 0) return Behaviour::kProceed;
    state_ = state_ * 1103515245U + 12345U + seed_;
    return static_cast<Behaviour>((state_ >> 16) % 7);
  }

  void maybe_throw() {
    if (next() == Behaviour::kThrow) throw std::runtime_error("fuzz");
  }

  void decide(Done done) {
    switch (next()) {
      case Behaviour::kProceed:
        return done(Proceed{});
      case Behaviour::kRefuse:
        return done(Refuse{{550, "5.7.1", {"100% no", "really"}}});
      case Behaviour::kAmend:
        return done(
            Amend{{{"x@hold.invalid", "NOTIFY=NEVER"}}, {"<a@b.test>"}});
      case Behaviour::kNonsense:
        return done(Refuse{{250, "", {"yes"}}});
      case Behaviour::kThrow:
        throw std::runtime_error("fuzz");
      case Behaviour::kKeep:
        open_.push_back(done);
        return;
      case Behaviour::kLate:
        open_.emplace_back();  // answered by the deadline
        return;
    }
  }

  enum Phase { kNew, kConnected, kMail, kHeader, kEnded };

  std::uint8_t seed_;
  std::vector<Done>& open_;
  Phase phase_ = kNew;
  bool may_amend_ = false;
  std::uint32_t state_ = 1;
};

// How many answers a peer that sent these bytes may have got at most.
std::size_t most_answers(std::string_view bytes) {
  FrameReader reader;
  reader.feed(bytes);
  std::size_t answers = 0;
  for (;;) {
    const auto next = reader.next();
    if (!next || !*next) return answers;
    if (!std::string_view("DAQK").contains((*next)->front())) ++answers;
  }
}

std::size_t count_answers(std::string_view output) {
  FrameReader reader;
  reader.feed(output);
  std::size_t answers = 0;
  bool open = false;  // changes stand before the next answer
  for (;;) {
    const auto next = reader.next();
    assert(next);
    if (!*next) break;
    const std::string_view answer = **next;
    // Changes belong to the 'c' behind them.
    if (std::string_view("2-").contains(answer.front())) {
      assert(answer.ends_with('\0') &&
             !std::exchange(open, true) == (answer.front() == '2'));
      continue;
    }
    assert(!open || answer.front() == 'c');
    open = false;
    assert(std::string_view("Ocys").contains(answer.front()));
    if (answer.front() == 'y') {
      assert(answer.ends_with('\0') && answer.find('\0') == answer.size() - 1);
      assert(answer[1] == '4' || answer[1] == '5');
    } else if (answer.front() != 'O') {
      assert(answer.size() == 1);
    }
    ++answers;
  }
  assert(reader.size() == 0 && !open);
  return answers;
}

class Host final : public SessionHost {
 public:
  explicit Host(std::uint8_t seed)
      : make_handler_([this, seed](const Listener&) {
          return std::make_unique<OrderedHandler>(seed, open_);
        }) {
    listener_.on_failure =
        seed % 2 == 0 ? OnFailure::kTempfail : OnFailure::kAccept;
    session_.emplace(listener_, make_handler_, *this);
  }

  Done done_for(std::uint64_t question) override {
    return [this, question](const Answer& answer) {
      session_->answer(question, answer);
    };
  }
  void trouble(Trouble, std::string_view text) override {
    assert(!text.empty());
  }

  void feed(std::string_view bytes) {
    const bool over = session_->finished();
    session_->receive(bytes);
    while (session_->question() != 0) {
      assert(!open_.empty());
      const Done done = std::move(open_.back());
      open_.clear();
      if (done) {
        done(Proceed{});
        done(Proceed{});  // twice does no harm
      } else {
        session_->late();
      }
    }
    const std::string output = session_->take_output();
    assert(!over || output.empty());
    output_ += output;
  }

  const std::string& output() const { return output_; }

 private:
  std::vector<Done> open_;
  MakeHandler make_handler_;
  Listener listener_;
  std::string output_;
  std::optional<Session> session_;
};

std::string play(std::string_view bytes, std::uint8_t seed, std::size_t piece) {
  Host host(seed);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    host.feed(bytes.substr(at, piece));
  }
  return host.output();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  std::string bytes;
  if (data[2] % 2 == 0) {
    bytes = fake_mta::negotiate() +
            fake_mta::connect("client.example.com", '4', 1, "192.0.2.7");
  }
  bytes.append(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::string whole = play(bytes, data[0], bytes.size() + 1);
  assert(count_answers(whole) <= most_answers(bytes));
  const std::size_t piece = data[1] % 32 + 1U;
  assert(play(bytes, data[0], piece) == whole);
  return 0;
}
