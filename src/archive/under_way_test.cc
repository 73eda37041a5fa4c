// SPDX-License-Identifier: Apache-2.0
#include "archive/under_way.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

// A letter's memory is used again for another one.
TEST(OpenLetter, ClearedIsNew) {
  OpenLetter open;
  open.key = "mail/4A00";
  open.letter = {.id = "1@example.com",
                 .at = Seconds(Duration(1)),
                 .ended = Seconds(Duration(2)),
                 .sender = "ann@example.com",
                 .name = "Ann",
                 .login = "ann",
                 .client = "192.0.2.1",
                 .mailbox = "bob@example.com",
                 .size = 3,
                 .recipients = {},
                 .thread = {"2@example.com"},
                 .automatic = true,
                 .authentic = Authentic::kYes,
                 .is_complete = true};
  open.recipient("bob@example.com").outcome = Outcome::kBounced;
  open.sender_told = true;
  open.probe = true;
  open.settled = true;
  open.expected = 4;
  open.line = 5;
  open.touched = Seconds(Duration(6));
  open.clear();
  EXPECT_EQ(open, OpenLetter());
}

// What is taken over has waited, though no time passes.
TEST(UnderWay, TakesOverWhatIsSilentTooLong) {
  struct Nobody : Sink {
    void letter(const Letter&) override { ++letters; }
    void contact(const Contact&) override {}
    void skipped(std::string_view, std::uint64_t) override {}
    int letters = 0;
  } sink;
  UnderWay letters(sink, 10);
  const Seconds now(std::chrono::hours(10'000));
  letters.expire(now);
  OpenLetter old;
  old.key = "mail/4A00";
  old.sender_told = true;
  old.touched = now - std::chrono::hours(200);
  old.recipient("bob@example.com").outcome = Outcome::kDelivered;
  letters.take(old);
  EXPECT_EQ(letters.size(), 1);
  letters.expire(now);
  EXPECT_EQ(letters.size(), 0);
  EXPECT_EQ(sink.letters, 1);
}

}  // namespace
}  // namespace lostletter::archive
