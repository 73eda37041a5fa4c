// SPDX-License-Identifier: Apache-2.0
//
// Seals contents before they are stored, and opens them again.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/held.h"

namespace lostletter::hold {

class Vault {
 public:
  virtual ~Vault() = default;
  virtual store::SealedContent seal(std::string_view code,
                                    std::string_view content) = 0;
  // The error says why: no such key, or altered.
  virtual Result<std::string> open(std::string_view code,
                                   const store::SealedContent& sealed) = 0;
};

}  // namespace lostletter::hold
