// SPDX-License-Identifier: Apache-2.0
//
// From what a log tells to what was lost. Each address that we wrote to is
// judged once, by the engine that judges at our gates, with the site's own
// partners among the names it knows; then by what was exchanged, as the guard
// weighs it (guard/finding_correspondence.h): a name earns trust by answers
// only, so that years of letters into the void do not speak for themselves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/assess.h"
#include "guard/us.h"
#include "scan/finding.h"
#include "scan/ledger.h"
#include "scan/units.h"

namespace lostletter::scan {

// Somebody with whom letters go both ways. Without a local part: of that domain
// no single one does, or it is only written to, by several of us. The texts are
// the ledger's.
struct Partner {
  std::string_view local_part;
  std::string_view domain;
  double weight = 0;

  bool operator==(const Partner&) const = default;
};
// Calls what it is given with each of them, those of a domain together: there
// may be a million.
using EachPartner = std::function<void(const std::function<void(Partner)>&)>;

// The engine that knows these besides what a configuration says.
using MakeAssessor =
    std::function<Result<std::shared_ptr<const guard::Assessor>>(
        const EachPartner&)>;

struct JudgeOptions {
  std::vector<std::string> us;  // as guard::Us::parse() takes them
  std::string us_because;
  double misdirected_at = 0.9;
  double doubtful_at = 0.5;
  Units units = {};
  unsigned threads = 1;
  // Called at the beginning, now and then and at the end: of so many
  // correspondents so many are judged. May throw.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
};

Result<Report> judge(const Ledger& ledger, const JudgeOptions& options,
                     const MakeAssessor& make_assessor);

}  // namespace lostletter::scan
