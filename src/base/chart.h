// SPDX-License-Identifier: Apache-2.0
//
// Charts of a page (base/page.h): inline SVG that is one image with a name to
// those who hear it, and the figures behind it as a table for everybody. Colour
// never says anything alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/page.h"

namespace lostletter::html {

// Columns over time; of each a part is marked.
struct Bar {
  std::string label;
  std::uint64_t all = 0;
  std::uint64_t marked = 0;  // REQUIRES: at most `all`
};
struct Bars {
  std::string title;     // "Letters a month"
  std::string of_label;  // "month"
  std::string marked;    // "delivered in clear"
  std::string rest;      // "delivered over TLS, or not"
  std::vector<Bar> bars;
};
void write(Writer& writer, const Bars& bars);

// Bands from the left to the right, as wide as their size. Those beyond the
// largest few of a side are one; the table has all.
struct Flow {
  std::string from;
  std::string to;
  std::uint64_t size = 0;
};
struct Flows {
  std::string title;
  std::string from_label;
  std::string to_label;
  std::string size_label;  // "letters"
  std::vector<Flow> flows;
};
void write(Writer& writer, const Flows& flows);

// Cells in rows, darker with more.
struct HeatMap {
  std::string title;
  std::string corner;  // "day"
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  std::vector<std::vector<std::uint64_t>> cells;  // by row
};
void write(Writer& writer, const HeatMap& map);

}  // namespace lostletter::html
