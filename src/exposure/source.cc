// SPDX-License-Identifier: Apache-2.0
#include "exposure/source.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/typed.h"

namespace lostletter::exposure {
namespace {

// More pairs are not made: a fraction of a second, some hundred megabytes. Of a
// name of thirty letters it is nearly all, of the longest ones the best.
constexpr double kMostPairs = 4e6;

// Half of the slips in a short name are in its last label, and few labels are
// top-level domains: with such a slip no pair is worth making unless the other
// one is in that label, too.
void mark_top_level(Source& source) {
  for (Slip& slip : source.by_hand) {
    if (slip.at < source.last) continue;
    std::string label = source.bytes.substr(source.last);
    label.replace(slip.at - source.last, slip.taken, slip.text());
    const auto last = label.substr(label.rfind('.') + 1);
    slip.ends_top_level = last != source.bytes.substr(source.last) &&
                          (has_others(last) || !domain::is_top_level(last));
  }
}

std::string with(const Source& source, const Slip& slip) {
  std::string text = source.bytes;
  return text.replace(slip.at, slip.taken, slip.text());
}

bool is_letter(char c) { return c != '.' && c != '-'; }

// Room for what two slips add, and nothing that looks like "xn--" once a letter
// is another.
bool is_ordinary(std::string_view name) {
  if (has_others(name) || name.find("--") != name.npos ||
      name.size() + 2 > domain::kMostOctets) {
    return false;
  }
  return std::ranges::all_of(split(name, '.'), [](std::string_view label) {
    return label.size() + 2 <= 63;
  });
}

// Letters for letters; a letter lost only between two others, so that no label
// loses its first or its last, nor a hyphen its neighbour.
bool is_plain(std::string_view name, const Slip& slip) {
  if (!std::ranges::all_of(slip.text(), is_letter) ||
      !std::ranges::all_of(name.substr(slip.at, slip.taken), is_letter)) {
    return false;
  }
  return slip.given > 0 ||
         (slip.at > 0 && slip.end() < name.size() &&
          is_letter(name[slip.at - 1U]) && is_letter(name[slip.end()]));
}

// What pairs of slips need to know of each.
void prepare_pairs(Source& source) {
  source.hash = TextHash(source.bytes);
  const bool ordinary = is_ordinary(source.bytes);
  for (Slip& slip : source.by_hand) {
    slip.hash = TextHash::of_slip(with(source, slip), source.hash, slip.taken,
                                  slip.given);
    slip.plain = ordinary && is_plain(source.bytes, slip);
  }
}

}  // namespace

Source read_source(const lookalike::Channel& channel, const Target& target,
                   Letters& letters) {
  Source source;
  source.text = decode_utf8(target.name.unicode()).value_or(U"");
  source.suffix = lookalike::suffix_start(target.name.ascii(), source.text);
  source.bytes = letters.bytes_of(source.text).value_or("");
  source.share = target.share;
  source.slips = slips_of(channel, source.shape(), letters);
  std::ranges::copy_if(
      source.slips, std::back_inserter(source.by_hand),
      [](const Slip& slip) { return !has_others(slip.text()); });
  source.padded = source.bytes + std::string(Source::kPadding, '\0');
  source.last = source.bytes.rfind('.') + 1;
  mark_top_level(source);
  prepare_pairs(source);
  source.sums.assign(source.by_hand.size() + 1, 0);
  for (std::size_t i = source.by_hand.size(); i > 0; --i) {
    source.sums[i - 1] = source.sums[i] + source.by_hand[i - 1].probability;
  }
  return source;
}

std::size_t partners(const Source& source, const Slip& slip, double company,
                     double floor) {
  const auto end =
      std::ranges::partition_point(source.by_hand, [&](const Slip& other) {
        return slip.probability * other.probability * company >= floor;
      });
  return static_cast<std::size_t>(end - source.by_hand.begin());
}

double count_above(const std::vector<Source>& sources, double company,
                   double floor) {
  double count = 0;
  for (const Source& source : sources) {
    for (const Slip& slip : source.by_hand) {
      count += static_cast<double>(
          partners(source, slip, company, floor / source.share));
    }
  }
  return count / 2;
}

double worth_below(const std::vector<Source>& sources, double company,
                   double floor) {
  double worth = 0;
  for (const Source& source : sources) {
    for (const Slip& slip : source.by_hand) {
      const auto end = partners(source, slip, company, floor / source.share);
      worth += source.share * slip.probability * company * source.sums[end] / 2;
    }
  }
  return worth;
}

double find_floor(const std::vector<Source>& sources, double company,
                  double mass) {
  double singles = 0;
  for (const Source& source : sources) {
    singles += source.share * source.sums.front();
  }
  const double allowed = singles * (1 - mass) / 10;
  const auto is_enough = [&](double floor) {
    return worth_below(sources, company, floor) <= allowed ||
           count_above(sources, company, floor) > kMostPairs;
  };
  constexpr double kLeast = 1e-30;
  if (!is_enough(kLeast)) return 0;
  double low = std::log(kLeast);
  double high = 0;
  for (int step = 0; step < 24; ++step) {
    const double middle = (low + high) / 2;
    (is_enough(std::exp(middle)) ? low : high) = middle;
  }
  // The lower end may be one with too many pairs.
  const double floor = std::exp(low);
  return count_above(sources, company, floor) > kMostPairs ? std::exp(high)
                                                           : floor;
}

}  // namespace lostletter::exposure
