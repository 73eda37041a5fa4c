// SPDX-License-Identifier: Apache-2.0
#include "base/chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace lostletter::html {
namespace {

constexpr double kWide = 900;  // of every chart, in its own units

std::string number(double value) { return fmt::format("{:.1f}", value); }

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - 1;
  // Never within a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end) + "\u2026";
}

void open_svg(Writer& writer, const std::string& title, double height) {
  writer.open("svg",
              {{"viewBox", fmt::format("0 0 {:.0f} {:.0f}", kWide, height)},
               {"role", "img"},
               {"aria-label", title}});
}

void write_text(Writer& writer, double x, double y, std::string_view text,
                std::string anchor, std::string kind = "") {
  writer.leaf("text", text,
              {{"x", number(x)},
               {"y", number(y)},
               {"text-anchor", std::move(anchor)},
               {"class", std::move(kind)}});
}

// A shape that says what it is when pointed at.
void write_shape(Writer& writer, std::string_view tag, Attributes attributes,
                 std::string_view title) {
  writer.open(tag, attributes).leaf("title", title).close();
}

void write_rect(Writer& writer, double x, double y, double width, double height,
                std::string kind, std::string_view title) {
  write_shape(writer, "rect",
              {{"x", number(x)},
               {"y", number(y)},
               {"width", number(width)},
               {"height", number(height)},
               {"class", std::move(kind)}},
              title);
}

// 1, 2, 5, 10, 20, 50 ... of which at most `most` reach to `all`.
std::uint64_t step_for(std::uint64_t all, std::uint64_t most) {
  std::uint64_t step = 1;
  for (int i = 0; all / step > most; ++i)
    step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

struct Frame {
  double left = 52;
  double top = 10;
  double height = 190;
  double width = kWide - 60;
};

void write_rules(Writer& writer, const Frame& frame, std::uint64_t most) {
  const std::uint64_t step = step_for(most, 5);
  for (std::uint64_t at = 0; at <= most; at += step) {
    const double y =
        frame.top + frame.height -
        frame.height * static_cast<double>(at) / static_cast<double>(most);
    writer.leaf("line", {{"x1", number(frame.left)},
                         {"x2", number(frame.left + frame.width)},
                         {"y1", number(y)},
                         {"y2", number(y)},
                         {"class", "rule"}});
    write_text(writer, frame.left - 6, y + 4, grouped(at), "end", "dim");
  }
}

void write_bar(Writer& writer, const Frame& frame, const Bar& bar, double x,
               double width, std::uint64_t most, const Bars& bars) {
  const auto high = [&](std::uint64_t value) {
    return frame.height * static_cast<double>(value) /
           static_cast<double>(most);
  };
  const double bottom = frame.top + frame.height;
  const std::string title =
      fmt::format("{}: {}, {} {}", bar.label, grouped(bar.all),
                  grouped(bar.marked), bars.marked);
  write_rect(writer, x, bottom - high(bar.all), width,
             high(bar.all - bar.marked), "rest bar", title);
  write_rect(writer, x, bottom - high(bar.marked), width, high(bar.marked),
             "mark bar", title);
}

void write_legend(Writer& writer, const Bars& bars) {
  writer.open("p", {{"class", "legend"}});
  for (const auto& [kind, name] :
       {std::pair{"mark", bars.marked}, {"rest", bars.rest}}) {
    writer.open("span")
        .open("svg", {{"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}})
        .leaf("rect", {{"width", "10"}, {"height", "10"}, {"class", kind}})
        .close()
        .text(name)
        .close();
  }
  writer.close();
}

}  // namespace

void write(Writer& writer, const Bars& bars) {
  std::uint64_t most = 1;
  for (const Bar& bar : bars.bars) most = std::max(most, bar.all);
  writer.open("figure").leaf("figcaption", bars.title);
  const Frame frame;
  open_svg(writer, bars.title, frame.top + frame.height + 26);
  write_rules(writer, frame, most);
  const double each =
      std::min(60.0, frame.width / static_cast<double>(std::max<std::size_t>(
                                       bars.bars.size(), 1)));
  // As many labels as there is room for.
  const auto stride = static_cast<std::size_t>(std::ceil(64 / each));
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const double x = frame.left + each * static_cast<double>(i);
    write_bar(writer, frame, bars.bars[i], x + each * 0.1, each * 0.8, most,
              bars);
    if (i % stride == 0) {
      write_text(writer, x + each * 0.1, frame.top + frame.height + 18,
                 bars.bars[i].label, "start", "dim");
    }
  }
  writer.close();
  write_legend(writer, bars);
  using Kind = Column::Kind;
  Table table{bars.title,
              {{bars.of_label, Kind::kText},
               {"all", Kind::kNumber},
               {bars.marked, Kind::kNumber}},
              {}};
  for (const Bar& bar : bars.bars) {
    table.rows.push_back({bar.label, grouped(bar.all), grouped(bar.marked)});
  }
  write_folded(writer, "The figures as a table", table);
  writer.close();
}

namespace {

// One side of the bands: who, how much, where it stands.
struct Node {
  std::uint64_t size = 0;
  double y = 0;
  double used = 0;  // of its height, by bands drawn
};
using Nodes = std::map<std::string, Node>;

constexpr std::size_t kMostNodes = 9;
constexpr std::string_view kOthers = "all others";

std::vector<std::string> largest(
    const std::map<std::string, std::uint64_t>& by) {
  std::vector<std::pair<std::string, std::uint64_t>> all(by.begin(), by.end());
  std::ranges::stable_sort(
      all, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size() && i < kMostNodes; ++i) {
    names.push_back(all[i].first);
  }
  return names;
}

// The few of each side by name, the rest as one.
std::vector<Flow> condensed(const std::vector<Flow>& flows,
                            std::vector<std::string>& from,
                            std::vector<std::string>& to) {
  std::map<std::string, std::uint64_t> by_from;
  std::map<std::string, std::uint64_t> by_to;
  for (const Flow& one : flows) {
    by_from[one.from] += one.size;
    by_to[one.to] += one.size;
  }
  from = largest(by_from);
  to = largest(by_to);
  const auto short_name = [](const std::vector<std::string>& names,
                             const std::string& name) {
    return std::ranges::find(names, name) != names.end() ? name
                                                         : std::string(kOthers);
  };
  std::map<std::pair<std::string, std::string>, std::uint64_t> sums;
  for (const Flow& one : flows) {
    sums[{short_name(from, one.from), short_name(to, one.to)}] += one.size;
  }
  if (by_from.size() > from.size()) from.emplace_back(kOthers);
  if (by_to.size() > to.size()) to.emplace_back(kOthers);
  std::vector<Flow> few;
  for (const std::string& left : from) {
    for (const std::string& right : to) {
      const auto sum = sums.find({left, right});
      if (sum != sums.end()) few.push_back({left, right, sum->second});
    }
  }
  return few;
}

constexpr double kGap = 12;
constexpr double kLeast = 8;  // no node is lower than its name needs
constexpr double kLeft = 250;
constexpr double kRight = kWide - 250;
constexpr double kNode = 10;

// Stacks them; what they take of the height.
double stack(Nodes& nodes, const std::vector<std::string>& order,
             double scale) {
  double y = 4;
  for (const std::string& name : order) {
    Node& node = nodes[name];
    node.y = y;
    y += std::max(kLeast, static_cast<double>(node.size) * scale) + kGap;
  }
  return y;
}

void write_nodes(Writer& writer, const Nodes& nodes, double x, bool is_left,
                 double scale) {
  for (const auto& [name, node] : nodes) {
    const double high =
        std::max(kLeast, static_cast<double>(node.size) * scale);
    const std::string size = grouped(node.size);
    write_rect(writer, x, node.y, kNode, high, "node", name + ": " + size);
    write_text(writer, is_left ? x - 8 : x + kNode + 8, node.y + high / 2 + 4,
               fmt::format("{}  {}", cut(name, 32), size),
               is_left ? "end" : "start");
  }
}

void write_band(Writer& writer, Node& from, Node& to, const Flow& flow,
                double scale) {
  const double high = std::max(1.0, static_cast<double>(flow.size) * scale);
  const double a = from.y + from.used;
  const double b = to.y + to.used;
  from.used += static_cast<double>(flow.size) * scale;
  to.used += static_cast<double>(flow.size) * scale;
  const double left = kLeft + kNode;
  const double middle = (left + kRight) / 2;
  write_shape(
      writer, "path",
      {{"d", fmt::format("M{0:.1f} {1:.1f}C{2:.1f} {1:.1f} {2:.1f} {3:.1f} "
                         "{4:.1f} {3:.1f}V{5:.1f}C{2:.1f} {5:.1f} {2:.1f} "
                         "{6:.1f} {0:.1f} {6:.1f}Z",
                         left, a, middle, b, kRight, b + high, a + high)},
       {"class", "band"}},
      fmt::format("{} to {}: {}", flow.from, flow.to, grouped(flow.size)));
}

void write_flow_table(Writer& writer, const Flows& flows) {
  using Kind = Column::Kind;
  Table table{flows.title,
              {{flows.from_label, Kind::kName},
               {flows.to_label, Kind::kName},
               {flows.size_label, Kind::kNumber}},
              {}};
  for (const Flow& one : flows.flows) {
    table.rows.push_back({one.from, one.to, grouped(one.size)});
  }
  write_folded(writer, "The figures as a table", table);
}

}  // namespace

void write(Writer& writer, const Flows& flows) {
  std::vector<std::string> left;
  std::vector<std::string> right;
  const auto few = condensed(flows.flows, left, right);
  Nodes from;
  Nodes to;
  std::uint64_t all = 1;
  for (const Flow& one : few) {
    from[one.from].size += one.size;
    to[one.to].size += one.size;
    all += one.size;
  }
  const double scale =
      std::clamp(
          26.0 * static_cast<double>(std::max(left.size(), right.size())),
          120.0, 260.0) /
      static_cast<double>(all);
  const double height =
      std::max(stack(from, left, scale), stack(to, right, scale));
  writer.open("figure").leaf("figcaption", flows.title);
  open_svg(writer, flows.title, height);
  for (const Flow& one : few) {
    write_band(writer, from[one.from], to[one.to], one, scale);
  }
  write_nodes(writer, from, kLeft, true, scale);
  write_nodes(writer, to, kRight, false, scale);
  writer.close();
  write_flow_table(writer, flows);
  writer.close();
}

void write(Writer& writer, const HeatMap& map) {
  std::uint64_t most = 0;
  for (const auto& row : map.cells) {
    for (const std::uint64_t cell : row) most = std::max(most, cell);
  }
  constexpr double kTop = 20;
  constexpr double kSide = 60;
  constexpr double kHigh = 26;
  const double each =
      (kWide - kSide - 8) /
      static_cast<double>(std::max<std::size_t>(map.columns.size(), 1));
  writer.open("figure").leaf("figcaption", map.title);
  open_svg(writer, map.title,
           kTop + kHigh * static_cast<double>(map.rows.size()) + 4);
  for (std::size_t i = 0; i < map.columns.size(); ++i) {
    write_text(writer, kSide + each * (static_cast<double>(i) + 0.5), 13,
               map.columns[i], "middle", "dim");
  }
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    const double y = kTop + kHigh * static_cast<double>(r);
    write_text(writer, kSide - 10, y + kHigh / 2 + 4, map.rows[r], "end");
    for (std::size_t c = 0; c < map.cells[r].size(); ++c) {
      const std::uint64_t cell = map.cells[r][c];
      // No letter at all is a colour of its own.
      const std::uint64_t level =
          cell == 0 ? 0 : 1 + (5 * cell - 1) / std::max<std::uint64_t>(most, 1);
      write_rect(
          writer, kSide + each * static_cast<double>(c) + 1, y + 1, each - 2,
          kHigh - 2, fmt::format("cell h{}", std::min<std::uint64_t>(level, 5)),
          fmt::format("{} {}: {}", map.rows[r], map.columns[c], grouped(cell)));
    }
  }
  writer.close();
  Table table{map.title, {{map.corner}}, {}};
  for (const std::string& column : map.columns) {
    table.columns.push_back({column, Column::Kind::kNumber});
  }
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    std::vector<std::string> row = {map.rows[r]};
    for (const std::uint64_t cell : map.cells[r]) row.push_back(grouped(cell));
    table.rows.push_back(std::move(row));
  }
  write_folded(writer, "The figures as a table", table);
  writer.close();
}

}  // namespace lostletter::html
