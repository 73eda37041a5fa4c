// SPDX-License-Identifier: Apache-2.0
#include "lookalike/channel_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/neighbours.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {
namespace {

constexpr int kRounds = 3;  // explanations depend on the rows
constexpr int kIterations = 60;

std::size_t cell(const Edit& edit, const Shape& intended) {
  return cell_of(edit.kind, place_of_edit(intended, edit));
}

// Slips by larger pieces: as many as a name of this shape allows.
void count_large(const MeantName& name, CellCounts& counts) {
  const auto add = [&](EditKind kind, EditPlace place, double n) {
    counts[cell_of(kind, place)] += n;
  };
  const std::u32string stem = name.text.substr(0, name.suffix);
  const auto labels = std::ranges::count(name.text.substr(name.suffix), U'.');
  if (std::ranges::count(stem, U'.') > 1) {
    add(EditKind::kLabelLost, EditPlace::kFirst, 1);
  }
  if (labels > 0) add(EditKind::kSuffixLabelLost, EditPlace::kSuffix, 1);
  const auto words = static_cast<double>(kGluedWords.size());
  add(EditKind::kWordAdded, EditPlace::kFirst, words);
  add(EditKind::kWordAdded, EditPlace::kLabelEnd, words);
  // Another suffix under the same top-level domain can be seen everywhere.
  add(EditKind::kSuffixSwap, EditPlace::kSuffix, 1);
  if (!name.only.empty()) return;
  add(EditKind::kSuffixLabelAdded, EditPlace::kSuffix, 1);
  add(EditKind::kSuffixLost, EditPlace::kSuffix, 1);
}

}  // namespace

std::u32string top_level(std::u32string_view text) {
  const auto dot = text.rfind(U'.');
  return std::u32string(dot == text.npos ? text : text.substr(dot));
}

CellCounts opportunities(const Channel& channel, const MeantName& name) {
  CellCounts counts{};
  for (const std::u32string& typed : neighbours(name.text)) {
    if (!name.only.empty() && top_level(typed) != name.only) continue;
    const auto found = align(channel, name.shape(), typed, 1);
    if (found && found->edits.size() == 1) {
      counts[cell(found->edits.front(), name.shape())] += 1;
    }
  }
  count_large(name, counts);
  return counts;
}

SeenSlips explain_all(const Channel& channel, std::vector<MeantName>& names,
                      const std::vector<TypedName>& typed) {
  SeenSlips seen;
  for (MeantName& name : names) name.pairs = 0;
  for (const TypedName& pair : typed) {
    MeantName& name = names[pair.meant];
    const auto found = explain(channel, name.shape(), pair.text, 3);
    if (!found || found->edits.empty()) {
      seen.far += 1;
    } else if (found->edits.size() > 1) {
      seen.more += 1;
    } else {
      seen.one += 1;
      name.pairs += 1;
      seen.slips[cell(found->edits.front(), name.shape())] += 1;
    }
  }
  return seen;
}

double product(const CellCounts& a, const CellCounts& b) {
  double sum = 0;
  for (std::size_t i = 0; i < kChannelCells; ++i) sum += a[i] * b[i];
  return sum;
}

namespace {

struct Samples {
  std::vector<MeantName> names;
  std::vector<TypedName> typed;
};

// A name as the engine compares it; a local part has no suffix.
std::optional<MeantName> read_name(const std::string& text) {
  if (const auto name = domain::Name::parse(text);
      name && text.find('.') != text.npos) {
    auto shown = decode_utf8(name->unicode());
    if (!shown) return std::nullopt;
    const std::size_t suffix = suffix_start(name->ascii(), *shown);
    return MeantName{std::move(*shown), suffix};
  }
  auto shown = decode_utf8(ascii_lower(text));
  if (!shown || shown->empty()) return std::nullopt;
  const std::size_t end = shown->size();
  return MeantName{std::move(*shown), end};
}

Samples read(const std::vector<SlipPair>& pairs) {
  Samples samples;
  std::map<std::string, std::size_t> numbers;
  for (const SlipPair& pair : pairs) {
    auto typed = decode_utf8(ascii_lower(pair.typed));
    if (!typed || typed->empty() || pair.typed == pair.intended) continue;
    auto [at, fresh] = numbers.try_emplace(pair.intended, samples.names.size());
    if (fresh) {
      auto name = read_name(pair.intended);
      if (!name) {
        numbers.erase(at);
        continue;
      }
      samples.names.push_back(std::move(*name));
    }
    samples.typed.push_back({at->second, std::move(*typed)});
  }
  return samples;
}

CellCounts intensities(const Channel& channel) {
  CellCounts counts{};
  for (const EditRow& row : edit_rows()) {
    for (std::size_t p = 0; p < kPlaces; ++p) {
      const auto place = static_cast<EditPlace>(p);
      counts[cell_of(row.kind, place)] =
          std::exp(channel.log_likelihood(row.kind, place));
    }
  }
  return counts;
}

// Pulled to the base, which has the weight of kRefitPull slips in each cell:
// as many as it would show there, were they as exposed as it says.
CellCounts fit(const Samples& samples, const std::vector<CellCounts>& possible,
               const SeenSlips& seen, const CellCounts& base) {
  CellCounts intensity = base;
  for (int round = 0; round < kIterations; ++round) {
    CellCounts exposure{};
    for (std::size_t n = 0; n < samples.names.size(); ++n) {
      if (samples.names[n].pairs == 0) continue;
      const double each =
          samples.names[n].pairs / product(intensity, possible[n]);
      for (std::size_t i = 0; i < kChannelCells; ++i) {
        exposure[i] += possible[n][i] * each;
      }
    }
    for (std::size_t i = 0; i < kChannelCells; ++i) {
      intensity[i] =
          (seen.slips[i] + kRefitPull) / (exposure[i] + kRefitPull / base[i]);
    }
  }
  return intensity;
}

// So that these names have as many slips in all as before.
double scale_of(const Samples& samples, const std::vector<CellCounts>& possible,
                const CellCounts& before, const CellCounts& after) {
  double old_sum = 0;
  double new_sum = 0;
  for (std::size_t n = 0; n < samples.names.size(); ++n) {
    old_sum += samples.names[n].pairs * product(before, possible[n]);
    new_sum += samples.names[n].pairs * product(after, possible[n]);
  }
  return new_sum > 0 ? old_sum / new_sum : 1;
}

}  // namespace

Refit refit(const Channel& base, const std::vector<SlipPair>& pairs) {
  Samples samples = read(pairs);
  const CellCounts before = intensities(base);
  Refit result{base, {}};
  for (int round = 0; round < kRounds; ++round) {
    result.seen = explain_all(result.channel, samples.names, samples.typed);
    if (result.seen.one == 0) return {base, result.seen};
    std::vector<CellCounts> possible;
    for (const MeantName& name : samples.names) {
      possible.push_back(name.pairs > 0 ? opportunities(result.channel, name)
                                        : CellCounts{});
    }
    const CellCounts after = fit(samples, possible, result.seen, before);
    const double scale = scale_of(samples, possible, before, after);
    for (const EditRow& row : edit_rows()) {
      for (std::size_t p = 0; p < kPlaces; ++p) {
        const auto place = static_cast<EditPlace>(p);
        // A likelihood: never above 1.
        result.channel.set(
            row.kind, place,
            std::min(0.0, std::log(scale * after[cell_of(row.kind, place)])));
      }
    }
  }
  return result;
}

}  // namespace lostletter::lookalike
