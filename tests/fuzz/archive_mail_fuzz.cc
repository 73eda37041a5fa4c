// SPDX-License-Identifier: Apache-2.0
//
// A header section gives addresses that parse, names that are UTF-8, a bounded
// thread; an mbox of the same message twice gives it twice.
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/mbox.h"
#include "archive/message.h"
#include "base/text.h"
#include "mail/address.h"

using namespace lostletter;

namespace {

class Letters final : public archive::Sink {
 public:
  void letter(const archive::Letter& letter) override {
    check(letter);
    all.push_back(letter);
  }
  void contact(const archive::Contact&) override { assert(false); }
  void skipped(std::string_view, std::uint64_t) override { ++skips; }

  static void check(const archive::Letter& letter) {
    assert(letter.sender.empty() || mail::Address::parse(letter.sender));
    assert(is_valid_utf8(letter.name) && letter.name.size() <= 512);
    assert(letter.thread.size() <= 100);
    for (const auto& recipient : letter.recipients) {
      assert(mail::Address::parse(recipient.address));
      assert(is_valid_utf8(recipient.name) && recipient.name.size() <= 512);
    }
  }
  std::vector<archive::Letter> all;
  std::size_t skips = 0;
};

std::vector<archive::Letter> read_mbox(const std::string& text) {
  Letters letters;
  const std::vector<std::string> trusted = {"mx.example"};
  archive::Messages messages(letters, trusted, true, false);
  std::uint64_t number = 0;
  for (const auto line : split(text, '\n')) {
    messages.line(line, line.size() + 1, ++number);
  }
  messages.end();
  return letters.all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto message = archive::read_message(text, {"mx.example"});
  Letters::check(message.letter);
  if (message.resent) Letters::check(*message.resent);

  const std::string one = "From a Thu Nov 26 18:35:18 2026\n" + text + "\n\n";
  const auto once = read_mbox(one);
  auto twice = read_mbox(one + one);
  assert(twice.size() == 2 * once.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    // Sizes differ by the end of the text, which is one line more.
    auto first = once[i];
    auto second = twice[once.size() + i];
    first.size = second.size = twice[i].size = 0;
    assert(first == second && first == twice[i]);
  }
  return 0;
}
