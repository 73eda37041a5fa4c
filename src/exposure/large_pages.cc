// SPDX-License-Identifier: Apache-2.0
#include "exposure/large_pages.h"

#include <cstdint>

#include <sys/mman.h>

namespace lostletter::exposure {

void advise_large(void* begin, std::size_t size) {
  constexpr std::size_t kPage = std::size_t{2} << 20;
  const std::size_t skipped =
      (kPage - reinterpret_cast<std::uintptr_t>(begin) % kPage) % kPage;
  if (size < skipped + kPage) return;
  (void)::madvise(static_cast<char*>(begin) + skipped,
                  (size - skipped) / kPage * kPage, MADV_HUGEPAGE);
}

}  // namespace lostletter::exposure
