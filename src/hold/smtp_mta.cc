// SPDX-License-Identifier: Apache-2.0
#include "hold/smtp_mta.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "smtp/client.h"

namespace lostletter::hold {
namespace {

using namespace std::chrono_literals;
using Kind = smtp::Outcome::Kind;

smtp::OutgoingLetter letter_of(const Parcel& parcel) {
  smtp::OutgoingLetter letter{.reverse_path = parcel.sender,
                              .parameters = parcel.parameters,
                              .recipients = {},
                              .content = std::string(parcel.content)};
  if (!parcel.acknowledgement.empty()) {
    letter.recipients.push_back({parcel.acknowledgement, "NOTIFY=NEVER"});
  }
  letter.recipients.push_back(
      {parcel.addressee.address, parcel.addressee.parameters});
  return letter;
}

// An MTA that will not take the copy that comes back to us is set up wrongly;
// the letter waits until it is set up right.
Sent refused(const Parcel& parcel, const smtp::Outcome& outcome) {
  const bool is_ours = !parcel.acknowledgement.empty() &&
                       outcome.recipient == std::optional<std::size_t>(0);
  return is_ours ? Sent::kDeferred : Sent::kRefused;
}

}  // namespace

Result<std::unique_ptr<Mta>> SmtpMta::make(const std::string& mta,
                                           std::string name) {
  auto endpoint = net::Endpoint::parse(mta);
  if (!endpoint) return std::unexpected(endpoint.error());
  return std::unique_ptr<Mta>(
      new SmtpMta(std::move(*endpoint), std::move(name)));
}

Receipt SmtpMta::send(const Parcel& parcel,
                      const std::function<bool()>& before_dot) {
  // All together less than a lease of the courier.
  const smtp::ClientOptions options{.server = endpoint_,
                                    .name = name_,
                                    .connect_time = 10s,
                                    .reply_time = 60s,
                                    .content_time = 120s,
                                    .final_time = 300s};
  bool cancelled = false;
  const auto outcome = smtp::send_letter(options, letter_of(parcel), [&] {
    cancelled = !before_dot();
    return !cancelled;
  });
  switch (outcome.kind) {
    case Kind::kAccepted:
      return {Sent::kAccepted, outcome.text};
    case Kind::kDeferred:
      return {Sent::kDeferred, outcome.text};
    case Kind::kRefused:
      return {refused(parcel, outcome), outcome.text};
    case Kind::kNothingSent:
      return {cancelled ? Sent::kCancelled : Sent::kDeferred, outcome.text};
    case Kind::kUncertain:
      break;
  }
  return {Sent::kUncertain, outcome.text};
}

}  // namespace lostletter::hold
