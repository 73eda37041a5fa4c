// SPDX-License-Identifier: Apache-2.0
#include "lookalike/channel.h"

#include <algorithm>
#include <cassert>

#include "lookalike/model.h"
#include "lookalike/table.h"

namespace lostletter::lookalike {
namespace {

constexpr std::string_view kFurtherEdit = "further-edit";

}  // namespace

Result<Channel> Channel::parse(std::string_view table) {
  const auto rows = read_table(table);
  if (!rows) return std::unexpected(rows.error());
  Channel channel;
  std::array<bool, kEditKinds> seen{};
  bool has_further = false;
  for (const TableRow& row : *rows) {
    if (row.id == kFurtherEdit && row.values.size() == 1) {
      channel.further_edit_ = row.values[0];
      has_further = true;
      continue;
    }
    const auto kind = kind_of(row.id);
    if (!kind) return std::unexpected(wrong_row(row, "is no kind of slip"));
    if (row.values.size() != kPlaces ||
        std::ranges::any_of(row.values, [](double v) { return v > 0; })) {
      return std::unexpected(
          wrong_row(row,
                    "needs four logarithms of likelihoods, none above 0: "
                    "first, inside, label end, suffix"));
    }
    const auto number = static_cast<std::size_t>(*kind);
    std::ranges::copy(row.values, channel.rows_[number].begin());
    seen[number] = true;
  }
  const auto missing = std::ranges::find(seen, false);
  if (missing != seen.end()) {
    const auto number = static_cast<std::size_t>(missing - seen.begin());
    return fail("there is no row '" + std::string(edit_rows()[number].id) +
                "'");
  }
  if (!has_further) return fail("there is no row 'further-edit'");
  return channel;
}

const Channel& Channel::built_in() {
  static const Channel channel = [] {
    auto parsed = parse(data::kChannel);
    assert(parsed);  // a test has parsed it
    return parsed ? *parsed : Channel();
  }();
  return channel;
}

std::string Channel::to_table() const {
  std::string table;
  for (const EditRow& row : edit_rows()) {
    table += row.id;
    for (const double value : rows_[static_cast<std::size_t>(row.kind)]) {
      table += '\t' + to_thousandths(value);
    }
    table += '\n';
  }
  table += kFurtherEdit;
  return table + '\t' + to_thousandths(further_edit_) + '\n';
}

}  // namespace lostletter::lookalike
