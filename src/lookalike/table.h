// SPDX-License-Identifier: Apache-2.0
//
// The learnt tables of data/model as text: rows of an id and numbers, '#'
// begins a comment. Numbers have at most three decimals; "-" is a logarithm of
// nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::lookalike {

struct TableRow {
  std::size_t line = 0;
  std::string_view id;  // lives as long as the table's text
  std::vector<double> values;
};

// The error names the line and what is wrong with it.
Result<std::vector<TableRow>> read_table(std::string_view text);

// "-9.123", what read_table reads.
std::string to_thousandths(double value);

// "line 7: no such row: 'x'"
Error wrong_row(const TableRow& row, std::string_view what);

}  // namespace lostletter::lookalike
