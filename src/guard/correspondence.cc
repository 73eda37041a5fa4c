// SPDX-License-Identifier: Apache-2.0
#include "guard/correspondence.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace lostletter::guard {
namespace {

// The day that stored weights are relative to: 2020-01-01. A double bears five
// hundred years of half-lives on either side.
constexpr Seconds kEpoch{
    std::chrono::sys_days(std::chrono::year(2020) / std::chrono::January / 1)};

constexpr std::size_t kMostNameKey = 100;

double half_lives(Duration time) {
  return static_cast<double>(time.count()) /
         static_cast<double>(kHalfLife.count());
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

double stored_weight(Seconds at) { return std::exp2(half_lives(at - kEpoch)); }

double weight_at(double stored, Seconds now) {
  return std::max(0.0, stored * std::exp2(-half_lives(now - kEpoch)));
}

bool is_together(const Inquiry& inquiry, std::string_view address) {
  return std::ranges::any_of(inquiry.together, [&](const std::string& other) {
    return ascii_iequals(other, address);
  });
}

double Exchange::two_way_weight() const {
  if (!is_two_way()) return 0;
  return weight * std::min(sent, received) / (double{1} * sent + received);
}

std::uint32_t usual_from(std::uint32_t sent) {
  return std::max(kUsualLetters,
                  static_cast<std::uint32_t>(std::ceil(kUsualShare * sent)));
}

std::string name_key(std::string_view name) {
  const std::string lower = ascii_lower(name);
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t end = at;
    while (end < lower.size() && is_word_byte(lower[end])) ++end;
    if (end > at) words.push_back(std::string_view(lower).substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(words);
  std::string key;
  for (const std::string_view word : words) {
    if (!key.empty()) key += ' ';
    key += word;
  }
  return key.size() > kMostNameKey ? std::string() : key;
}

}  // namespace lostletter::guard
