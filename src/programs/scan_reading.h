// SPDX-License-Identifier: Apache-2.0
//
// Reads what lostletter scan is given into one ledger: by one thread, by all
// cores, or by other machines before; the ledger is the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"
#include "base/result.h"
#include "programs/reading_bar.h"
#include "scan/ledger.h"

namespace lostletter::programs {

struct Reading {
  unsigned threads = 1;
  // A part of what was written: what it does not know waits.
  bool is_part = false;
};

struct Read {
  std::vector<std::string> unreadable;  // messages
  std::string waiting;                  // of a part
};

// Throws Stopped (programs/scanning.h).
Read read_all(const std::vector<archive::Input>& inputs, scan::Ledger& ledger,
              const Reading& reading, ReadingBar& bar);

// Reads parts, in this order, of one whole. The error names a file.
Result<void> merge_all(const std::vector<std::string>& paths,
                       scan::Ledger& ledger, const scan::Period& period,
                       ReadingBar& bar);

// To a file that is whole or not there, or to standard output ("-").
Result<void> write_part(const std::string& path, const scan::Ledger& ledger,
                        std::string_view waiting);

}  // namespace lostletter::programs
