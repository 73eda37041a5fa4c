// SPDX-License-Identifier: Apache-2.0
#include "archive/rotation.h"

#include <algorithm>
#include <optional>

namespace lostletter::archive {
namespace {

constexpr std::string_view kPackings[] = {".gz", ".bz2", ".xz", ".zst"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (is_digit(c)) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// "20260101", "2026-01-01", "20260101-0315", "2026010103"
bool is_date(std::string_view text) {
  const auto digits = std::ranges::count_if(text, is_digit);
  const auto year = number_of(text.substr(0, 4));
  return text.size() >= 8 && text.size() <= 19 && digits >= 8 && digits <= 14 &&
         std::ranges::all_of(text.substr(0, 4), is_digit) && year >= 1970 &&
         year < 2200 && text.find_first_not_of("0123456789-_") == text.npos;
}

// 20260101 and 2026010103 compare when both are as long.
std::uint64_t date_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), is_digit);
  digits.resize(14, '0');
  return number_of(digits);
}

// What stands behind the last '.' or '-' that can be one of these.
struct Ending {
  std::size_t begin;
  bool is_date;
};
std::optional<Ending> find_ending(std::string_view name) {
  for (std::size_t at = 1; at < name.size(); ++at) {
    if (name[at] != '.' && name[at] != '-') continue;
    const auto rest = name.substr(at + 1);
    if (is_date(rest)) return Ending{at, true};
    if (name[at] == '.' && !rest.empty() && rest.size() <= 4 &&
        std::ranges::all_of(rest, is_digit)) {
      return Ending{at, false};
    }
  }
  return std::nullopt;
}

}  // namespace

Rotation rotation_of(std::string_view path) {
  for (const auto packing : kPackings) {
    if (path.ends_with(packing)) path.remove_suffix(packing.size());
  }
  const auto slash = path.rfind('/');
  const auto begin = slash == path.npos ? 0 : slash + 1;
  Rotation rotation;
  const auto ending = find_ending(path.substr(begin));
  rotation.set = path.substr(0, ending ? begin + ending->begin : path.npos);
  if (ending) {
    const auto text = path.substr(begin + ending->begin + 1);
    (ending->is_date ? rotation.date : rotation.number) =
        ending->is_date ? date_of(text) : number_of(text);
    // mail.log.0 is older than mail.log too.
    if (!ending->is_date) ++rotation.number;
  }
  return rotation;
}

bool is_older(const Rotation& a, const Rotation& b) {
  const bool a_is_now = a.date == 0 && a.number == 0;
  const bool b_is_now = b.date == 0 && b.number == 0;
  if (a_is_now || b_is_now) return b_is_now && !a_is_now;
  // Whoever has both changed over from one to the other: numbers go by first.
  if (a.date != b.date) return a.date < b.date;
  return a.number > b.number;
}

}  // namespace lostletter::archive
