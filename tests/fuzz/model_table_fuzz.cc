// SPDX-License-Identifier: Apache-2.0
//
// A learnt table from outside is read or refused; what is read is written and
// read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "guard/wrong_entry.h"
#include "lookalike/channel.h"
#include "lookalike/family.h"
#include "lookalike/labels.h"

namespace {

template <typename Table>
void check(std::string_view text) {
  const auto table = Table::parse(text);
  if (!table) {
    if (table.error().message.empty()) std::abort();
    return;
  }
  const auto again = Table::parse(table->to_table());
  if (!again || again->to_table() != table->to_table()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace lostletter::lookalike;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<Channel>(text);
  check<Family>(text);
  (void)Labels::parse(text);
  const auto trees = lostletter::guard::WrongEntry::parse(text);
  if (!trees) return 0;
  // Whatever was read can be walked to an end.
  const std::vector<double> figures(lostletter::guard::entry_features().size(),
                                    1);
  (void)trees->odds(figures);
  return 0;
}
