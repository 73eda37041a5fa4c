// SPDX-License-Identifier: Apache-2.0
//
// A plan as other programs read it: block lists for an MTA, for our own guard
// and for resolvers, a zone for names one holds, a table for a spreadsheet.
// Names are DNS names in ASCII throughout, so nothing needs quoting.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exposure/plan.h"

namespace lostletter::exposure {

enum class Format {
  kTable,    // for people
  kJson,     // one object a candidate
  kPostfix,  // check_recipient_access table
  kPolicy,   // `block` of lostletter.toml
  kUnbound,  // local-zone lines
  kRpz,      // response policy zone
  kZone,     // null MX for names one holds
  kCsv,
  kHtml,  // a page
};

// A row each; the help text is made of them.
struct FormatRow {
  Format format;
  std::string_view name;
  std::string_view sentence;
};
std::span<const FormatRow> format_rows();
std::optional<Format> parse_format(std::string_view name);

// Letters to these names are to be stopped: steps that say block. REQUIRES:
// format is kPostfix, kPolicy, kUnbound or kRpz
std::string block_list(Format format, const Plan& plan);

// Records for each of the registered names: no mail to it or below it, none
// from it (RFC 7505, 7208, 7489).
std::string null_mx_zone(const std::vector<std::string>& registered);

// A line a candidate, RFC 4180, with a line of headings. `has_volume`: without
// one, letters are counted for a million written.
std::string csv(const Survey& survey, const std::vector<Target>& targets,
                bool has_volume);

}  // namespace lostletter::exposure
