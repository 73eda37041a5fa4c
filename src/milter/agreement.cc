// SPDX-License-Identifier: Apache-2.0
#include "milter/agreement.h"

#include <algorithm>
#include <string_view>

#include "milter/frame.h"

namespace lostletter::milter {
namespace {

constexpr std::uint32_t kOldest = 2;
constexpr std::uint32_t kNewest = 6;

constexpr std::uint32_t kWanted =
    kNoHelo | kNoBody | kNoEndOfHeaders | kNoUnknown | kNoData | kCanSkip |
    kNoReplyHeader | kNoReplyConnect | kNoReplyHelo | kNoReplyMail |
    kNoReplyData | kNoReplyUnknown | kNoReplyEndOfHeaders | kNoReplyBody |
    kLeadingSpace;

constexpr std::uint32_t kActions = kAddRecipient | kDeleteRecipient |
                                   kAddRecipientWithParameters | kSetSymbolList;

// SMFIM_*: the stages whose macros may be named. The queue id is not known yet
// at MAIL in Postfix, and is at RCPT from the second recipient on.
struct Stage {
  std::uint32_t number;
  std::string_view macros;
};
constexpr Stage kStages[] = {
    {0, "j {daemon_name}"},                          // connect
    {2, "i {auth_authen} {auth_type} {mail_addr}"},  // MAIL
    {3, "i {rcpt_addr} {rcpt_mailer} {rcpt_host}"},  // RCPT
    {5, "i {auth_authen}"},                          // end of message
};

}  // namespace

Result<Agreement> agree(const Negotiate& offer) {
  if (offer.version < kOldest) {
    return fail("the MTA speaks milter protocol version " +
                std::to_string(offer.version) + "; at least " +
                std::to_string(kOldest) + " is needed");
  }
  Agreement agreement;
  agreement.version = std::min(offer.version, kNewest);
  agreement.actions = offer.actions & kActions;
  agreement.protocol = offer.protocol & kWanted;
  return agreement;
}

std::string encode_agreement(const Agreement& agreement) {
  std::string payload = big_endian(agreement.version) +
                        big_endian(agreement.actions) +
                        big_endian(agreement.protocol);
  if ((agreement.actions & kSetSymbolList) != 0) {
    for (const Stage& stage : kStages) {
      payload += big_endian(stage.number);
      payload += stage.macros;
      payload += '\0';
    }
  }
  return frame('O', payload);
}

}  // namespace lostletter::milter
