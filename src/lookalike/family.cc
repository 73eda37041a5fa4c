// SPDX-License-Identifier: Apache-2.0
#include "lookalike/family.h"

#include <algorithm>
#include <cassert>

#include "lookalike/model.h"
#include "lookalike/table.h"

namespace lostletter::lookalike {
namespace {

constexpr std::array<std::string_view, kPlaces> kPlaceIds = {
    "place-first", "place-inside", "place-label-end", "place-suffix"};
constexpr std::array<std::string_view, kLengthClasses> kLengthIds = {
    "length-2", "length-3",  "length-4",   "length-5",
    "length-7", "length-10", "length-more"};

// The United States' postal codes of states and territories, and their own.
constexpr std::u32string_view kRegions =
    U" al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms "
    U"mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv "
    U"wi wy dc pr gu vi as mp us ";

bool is_region(std::u32string_view code) {
  return kRegions.find(U' ' + std::u32string(code) + U' ') != kRegions.npos;
}

// All ids, in the order of the table: kinds, places, lengths.
std::vector<std::string_view> row_ids() {
  std::vector<std::string_view> ids;
  for (const EditRow& row : edit_rows()) ids.push_back(row.id);
  ids.insert(ids.end(), kPlaceIds.begin(), kPlaceIds.end());
  ids.insert(ids.end(), kLengthIds.begin(), kLengthIds.end());
  ids.insert(ids.end(), {"further-edit", "region-code", "number"});
  return ids;
}

}  // namespace

std::size_t length_class(std::size_t label_length) {
  return static_cast<std::size_t>(
      std::ranges::lower_bound(kLabelLengths, label_length) -
      kLabelLengths.begin());
}

std::size_t label_length(const Shape& name, std::size_t at) {
  const auto before = at == 0 ? name.text.npos : name.text.rfind(U'.', at - 1);
  const std::size_t begin = before == name.text.npos ? 0 : before + 1;
  const std::size_t end = std::min(name.text.find(U'.', at), name.text.size());
  return end - begin;
}

bool depends_on_length(EditKind kind, EditPlace place) {
  return place != EditPlace::kSuffix && kind != EditKind::kHyphenLost &&
         kind != EditKind::kHyphenAdded;
}

bool differ_by_number(std::u32string_view a, std::u32string_view b) {
  const auto is_digit = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < a.size() && is_digit(a[i])) ++i;
    while (j < b.size() && is_digit(b[j])) ++j;
    if (i == a.size() || j == b.size()) break;
    if (a[i++] != b[j++]) return false;
  }
  return i == a.size() && j == b.size() && a != b;
}

bool differ_by_region(std::u32string_view a, std::u32string_view b) {
  const std::size_t end = a.find(U'.');
  if (a.size() != b.size() || a == b || end == a.npos || end < 4 ||
      a.substr(end) != b.substr(end)) {
    return false;
  }
  return (a.substr(0, end - 2) == b.substr(0, end - 2) &&
          is_region(a.substr(end - 2, 2)) && is_region(b.substr(end - 2, 2))) ||
         (a.substr(2) == b.substr(2) && is_region(a.substr(0, 2)) &&
          is_region(b.substr(0, 2)));
}

Result<Family> Family::parse(std::string_view table) {
  const auto rows = read_table(table);
  if (!rows) return std::unexpected(rows.error());
  const auto ids = row_ids();
  std::vector<double> values(ids.size());
  std::vector<bool> seen(ids.size());
  for (const TableRow& row : *rows) {
    const auto at = std::ranges::find(ids, row.id);
    if (at == ids.end()) {
      return std::unexpected(wrong_row(row, "is no kind, place or length"));
    }
    if (row.values.size() != 1) {
      return std::unexpected(wrong_row(row, "needs one logarithm"));
    }
    values[static_cast<std::size_t>(at - ids.begin())] = row.values[0];
    seen[static_cast<std::size_t>(at - ids.begin())] = true;
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!seen[i]) return fail("there is no row '" + std::string(ids[i]) + "'");
  }
  Family family;
  auto from = values.begin();
  const auto take = [&](auto& into) {
    std::copy_n(from, into.size(), into.begin());
    from += static_cast<std::ptrdiff_t>(into.size());
  };
  take(family.kinds_);
  take(family.places_);
  take(family.lengths_);
  family.further_edit_ = *from++;
  family.region_code_ = *from++;
  family.number_ = *from;
  return family;
}

const Family& Family::built_in() {
  static const Family family = [] {
    auto parsed = parse(data::kFamily);
    assert(parsed);  // a test has parsed it
    return parsed ? *parsed : Family();
  }();
  return family;
}

double Family::log_relatives(const Shape& intended, std::span<const Edit> edits,
                             std::u32string_view typed) const {
  if (differ_by_region(intended.text, typed)) return region_code_;
  if (differ_by_number(intended.text, typed)) return number_;
  double log = further_edit_ * (static_cast<double>(edits.size()) - 1);
  for (const Edit& edit : edits) {
    log += kinds_[static_cast<std::size_t>(edit.kind)];
    if (edit.kind == EditKind::kSuffixSwap ||
        edit.kind == EditKind::kSuffixLabelAdded) {
      log += log_suffix_choice(edit.intended, edit.typed);
    }
    if (is_whole(edit.kind)) continue;
    const EditPlace place = place_of(intended, edit.at, edit.intended.size());
    log += places_[static_cast<std::size_t>(place)];
    if (!depends_on_length(edit.kind, place)) continue;
    log += lengths_[length_class(label_length(intended, edit.at))];
  }
  return log;
}

double Family::log_variants(const Shape& intended,
                            std::u32string_view typed) const {
  return kind(EditKind::kSuffixSwap) +
         log_suffix_choice(intended.text.substr(intended.suffix),
                           typed.substr(intended.suffix));
}

std::string Family::to_table() const {
  std::string table;
  const auto ids = row_ids();
  auto id = ids.begin();
  const auto put = [&](const auto& values) {
    for (const double value : values) {
      table += std::string(*id++) + '\t' + to_thousandths(value) + '\n';
    }
  };
  put(kinds_);
  put(places_);
  put(lengths_);
  put(std::array{further_edit_, region_code_, number_});
  return table;
}

}  // namespace lostletter::lookalike
