// SPDX-License-Identifier: Apache-2.0
//
// The MTA that takes what we send: released letters, notices, reports. What it
// says is as certain as it can be, because a letter must neither be lost nor be
// delivered twice.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lostletter::hold {

struct Addressee {
  std::string address;
  std::string parameters = {};  // of RCPT: "NOTIFY=NEVER ORCPT=rfc822;..."
};

struct Parcel {
  std::string sender;      // of MAIL, without brackets; empty: null
  std::string parameters;  // of MAIL: "RET=HDRS BODY=8BITMIME SMTPUTF8"
  Addressee addressee;
  // Named before the addressee where it is not empty, and gets the letter with
  // it or not at all: the MTA's copy to it proves that the MTA has the letter,
  // and its name tells our own milter that the letter was judged already.
  std::string acknowledgement = {};
  std::string_view content;
};

enum class Sent {
  kAccepted,   // 2yz after the final dot
  kDeferred,   // 4yz, at any stage; or no final dot was written
  kRefused,    // 5yz for the addressee, or for the content
  kCancelled,  // before_dot said no
  kUncertain,  // a final dot may have been written, and no answer was heard
};
std::string_view to_string(Sent sent);  // "accepted"

struct Receipt {
  Sent sent{};
  std::string words;  // the MTA's reply, or what went wrong; one line
};

class Mta {
 public:
  virtual ~Mta() = default;
  // Blocks, for a bounded time. `before_dot` is called right before the final
  // dot is written, and says whether it may be.
  virtual Receipt send(const Parcel& parcel,
                       const std::function<bool()>& before_dot) = 0;
};

}  // namespace lostletter::hold
