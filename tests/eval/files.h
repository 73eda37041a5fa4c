// SPDX-License-Identifier: Apache-2.0
//
// The evaluation data, which is not part of the project: plain files or
// zstd-packed ones, a record a line. What cannot be read is an exception: this
// program has no use without it.
#pragma once

#include <string>
#include <vector>

namespace lostletter::eval {

// $LOSTLETTER_DATA, else the nearest shared/data beside or above the working
// directory; empty when there is none.
std::string find_data();

// All lines of `path`, or of `path`.zst through zstd(1) when only that is
// there.
std::vector<std::string> read_lines(const std::string& path);

// Tab-separated fields of a line.
std::vector<std::string> fields(const std::string& line);

}  // namespace lostletter::eval
