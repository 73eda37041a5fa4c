// SPDX-License-Identifier: Apache-2.0
#include "hold/key_vault.h"

#include "store/store.h"

namespace lostletter::hold {

store::SealedContent KeyVault::seal(std::string_view code,
                                    std::string_view content) {
  const auto keys = file_.keys();
  if (!keys) throw store::StoreError(keys.error().message);
  return store::seal(**keys, code, content);
}

Result<std::string> KeyVault::open(std::string_view code,
                                   const store::SealedContent& sealed) {
  const auto keys = file_.keys();
  if (!keys) return std::unexpected(keys.error());
  return store::unseal(**keys, sealed, code);
}

Result<void> KeyVault::check() {
  const auto keys = file_.keys();
  if (!keys) return std::unexpected(keys.error());
  return {};
}

}  // namespace lostletter::hold
