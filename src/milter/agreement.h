// SPDX-License-Identifier: Apache-2.0
//
// The negotiation: of what the MTA offers, what we take. Every message we need
// not hear about, and every answer we need not give, saves the MTA a round
// trip; the envelope, the header (it proves a resend) and the end of message
// are what the guard lives on.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "milter/command.h"

namespace lostletter::milter {

// SMFIF_*: what a filter may do. We change recipients, never content.
inline constexpr std::uint32_t kAddRecipient = 0x4;
inline constexpr std::uint32_t kDeleteRecipient = 0x8;
inline constexpr std::uint32_t kAddRecipientWithParameters = 0x80;
inline constexpr std::uint32_t kSetSymbolList = 0x100;

// SMFIP_*: what the MTA need not send (kNo), what we need not answer
// (kNoReply), and what else it can do.
enum Protocol : std::uint32_t {
  kNoHelo = 0x2,
  kNoBody = 0x10,
  kNoEndOfHeaders = 0x40,
  kNoReplyHeader = 0x80,
  kNoUnknown = 0x100,
  kNoData = 0x200,
  kCanSkip = 0x400,
  kNoReplyConnect = 0x1000,
  kNoReplyHelo = 0x2000,
  kNoReplyMail = 0x4000,
  kNoReplyData = 0x10000,
  kNoReplyUnknown = 0x20000,
  kNoReplyEndOfHeaders = 0x40000,
  kNoReplyBody = 0x80000,
  kLeadingSpace = 0x100000,
};

struct Agreement {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;
  std::uint32_t protocol = 0;

  bool has(Protocol flag) const { return (protocol & flag) != 0; }
  // All of Amend (milter/handler.h), or none: half of it would send a letter
  // to whom it must not go, or to nobody.
  bool may_amend() const {
    constexpr std::uint32_t kAll =
        kAddRecipient | kDeleteRecipient | kAddRecipientWithParameters;
    return (actions & kAll) == kAll;
  }
  bool operator==(const Agreement&) const = default;
};

// A subset of the offer, or an error when the MTA is too old for us.
Result<Agreement> agree(const Negotiate& offer);

// 'O': our half, with the macros we ask for where the MTA lets us.
std::string encode_agreement(const Agreement& agreement);

}  // namespace lostletter::milter
