// SPDX-License-Identifier: Apache-2.0
//
// The MTA at the other end of an SMTP connection, one for each parcel.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "hold/mta.h"
#include "net/endpoint.h"

namespace lostletter::hold {

class SmtpMta final : public Mta {
 public:
  // `mta`: inet:host:port or unix:/path; `name`: who we say we are.
  static Result<std::unique_ptr<Mta>> make(const std::string& mta,
                                           std::string name);

  Receipt send(const Parcel& parcel,
               const std::function<bool()>& before_dot) override;

 private:
  SmtpMta(net::Endpoint endpoint, std::string name)
      : endpoint_(std::move(endpoint)), name_(std::move(name)) {}

  const net::Endpoint endpoint_;
  const std::string name_;
};

}  // namespace lostletter::hold
