// SPDX-License-Identifier: Apache-2.0
//
// What the MTA brings to the hold listener: letters to hold, copies that
// acknowledge a released one, answers of senders. Whatever is answered with
// 2yz is durable; until then the MTA has it and brings it again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/worker.h"
#include "hold/answers.h"
#include "hold/options.h"
#include "hold/vault.h"
#include "mail/reply.h"
#include "smtp/reception.h"
#include "store/store.h"

namespace lostletter::hold {

// Where letters are kept, and who decides about them. All outlive whoever uses
// them.
struct Shelf {
  store::Store& store;
  Vault& vault;
  Answers& answers;
  const Clock& clock;
  Options options;
  // Bytes left where contents are kept; empty: nobody knows.
  std::function<std::uint64_t()> free_space = {};
};

class Reception final : public smtp::Receiver {
 public:
  // Letters are kept on `worker`.
  Reception(Shelf shelf, Worker& worker)
      : shelf_(std::move(shelf)), worker_(worker) {}

  mail::Reply sender(const smtp::ReceivedSender& sender) override;
  // By its form only: the store is asked once the letter is here.
  mail::Reply recipient(const smtp::ReceivedSender& sender,
                        const smtp::ReceivedRecipient& recipient) override;
  void letter(smtp::ReceivedLetter letter, smtp::LetterDone done) override;

  // Takes a letter for one recipient. May wait for the store; never throws.
  // Any thread.
  mail::Reply take(std::string_view address, std::string_view content);

 private:
  mail::Reply hold(const std::string& code, std::string_view content);
  mail::Reply acknowledge(const std::string& token);
  mail::Reply answer(const std::string& token, std::string_view content);

  const Shelf shelf_;
  Worker& worker_;
};

}  // namespace lostletter::hold
