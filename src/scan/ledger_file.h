// SPDX-License-Identifier: Apache-2.0
//
// A ledger as a file, so that many machines can read a log in parts and one
// adds them up (lostletter scan --partial, --merge). docs/formats/partial.md
// describes the bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "scan/ledger.h"

namespace lostletter::scan {

struct Part {
  std::unique_ptr<Ledger> ledger;
  std::string waiting;  // archive::Reader::waiting()
};

std::string save_part(const Ledger& ledger, std::string_view waiting);

// The error says what is wrong with `bytes`: of another program, of a newer
// version, cut off, damaged, or of another period.
Result<Part> load_part(std::string_view bytes, const Period& period);

}  // namespace lostletter::scan
