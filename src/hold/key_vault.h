// SPDX-License-Identifier: Apache-2.0
//
// The vault of a running guard: keys from a file (store/seal.h), which is read
// again when it changes.
#pragma once

#include <string>

#include "hold/vault.h"
#include "store/seal.h"

namespace lostletter::hold {

class KeyVault final : public Vault {
 public:
  explicit KeyVault(std::string path) : file_(std::move(path)) {}

  // Throws StoreError when there is no key to seal with.
  store::SealedContent seal(std::string_view code,
                            std::string_view content) override;
  Result<std::string> open(std::string_view code,
                           const store::SealedContent& sealed) override;

  // Is there a usable key? Makes one where there is no file.
  Result<void> check();

 private:
  store::KeyFile file_;
};

}  // namespace lostletter::hold
