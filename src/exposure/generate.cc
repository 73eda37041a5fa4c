// SPDX-License-Identifier: Apache-2.0
//
// Pairs of slips are many (a name of thirty letters has three million), nearly
// all of them worth nothing. So a floor is found first, below which all pairs
// together are a tenth of what may be left out, and only pairs above it are
// made: slips are sorted, and each one's partners end where the floor is.
#include "exposure/generate.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "domain/suffix.h"
#include "exposure/letters.h"
#include "exposure/slips.h"
#include "exposure/table.h"
#include "lookalike/align.h"
#include "lookalike/sentence.h"
#include "lookalike/typed.h"

namespace lostletter::exposure {
namespace {

using lookalike::Channel;
using lookalike::Shape;

// More pairs are not made: a fraction of a second, some hundred megabytes. Of a
// name of thirty letters it is nearly all, of the longest ones the best.
constexpr double kMostPairs = 4e6;

// What a target becomes once its slips are known.
struct Source {
  std::u32string text;
  std::size_t suffix = 0;
  std::string bytes;
  double share = 1;
  std::vector<Slip> slips;   // likeliest first
  std::vector<double> sums;  // sums[i]: of all slips from i on

  Shape shape() const { return {text, suffix}; }
};

Source read_source(const Channel& channel, const Target& target,
                   Letters& letters) {
  Source source;
  source.text = decode_utf8(target.name.unicode()).value_or(U"");
  source.suffix = lookalike::suffix_start(target.name.ascii(), source.text);
  source.bytes = letters.bytes_of(source.text).value_or("");
  source.share = target.share;
  source.slips = slips_of(channel, source.shape(), letters);
  source.sums.assign(source.slips.size() + 1, 0);
  for (std::size_t i = source.slips.size(); i > 0; --i) {
    source.sums[i - 1] = source.sums[i] + source.slips[i - 1].probability;
  }
  return source;
}

// How many slips, the likeliest ones, make with this one a pair above `floor`.
std::size_t partners(const Source& source, const Slip& slip, double company,
                     double floor) {
  const auto end =
      std::ranges::partition_point(source.slips, [&](const Slip& other) {
        return slip.probability * other.probability * company >= floor;
      });
  return static_cast<std::size_t>(end - source.slips.begin());
}

// How many pairs are above it.
double count_above(const std::vector<Source>& sources, double company,
                   double floor) {
  double count = 0;
  for (const Source& source : sources) {
    for (const Slip& slip : source.slips) {
      count += static_cast<double>(
          partners(source, slip, company, floor / source.share));
    }
  }
  return count / 2;
}

// What all pairs below a floor are worth at most: each in one order.
double worth_below(const std::vector<Source>& sources, double company,
                   double floor) {
  double worth = 0;
  for (const Source& source : sources) {
    for (const Slip& slip : source.slips) {
      const auto end = partners(source, slip, company, floor / source.share);
      worth += source.share * slip.probability * company * source.sums[end] / 2;
    }
  }
  return worth;
}

// The weight below which pairs are not made.
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

bool has_prefixed_label(std::string_view name) {
  return name.starts_with("xn--") || name.find(".xn--") != name.npos;
}

// Two labels or more, each of letters, digits and hyphens inside, the last one
// a top-level domain that exists.
bool is_well_formed(std::string_view name) {
  if (name.size() > domain::kMostOctets) return false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && name[i] != '.') continue;
    const std::size_t length = i - start;
    if (length == 0 || length > 63 || name[start] == '-' || name[i - 1] == '-')
      return false;
    if (i == name.size()) break;
    start = i + 1;
  }
  return start > 0;
}

class Generator {
 public:
  Generator(const Channel& channel, const std::vector<Target>& targets,
            const Extent& extent)
      : channel_(channel),
        targets_(targets),
        extent_(extent),
        company_(std::exp(channel.further_edit())) {}

  Generated run() {
    std::vector<Source> sources;
    for (const Target& target : targets_) {
      sources.push_back(read_source(channel_, target, letters_));
    }
    const double floor = find_floor(sources, company_, extent_.mass);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      source_ = &sources[i];
      number_ = static_cast<std::uint16_t>(i);
      floor_ = floor / source_->share;
      const auto dot = source_->bytes.rfind('.');
      top_ = source_->bytes.substr(dot == std::string::npos ? 0 : dot + 1);
      add_singles();
      add_pairs();
      add_whole();
    }
    return list(worth_below(sources, company_, floor));
  }

 private:
  void add_singles() {
    for (const Slip& slip : source_->slips) {
      const std::string_view typed = make(slip);
      if (Row* row = offer(typed, slip.probability)) {
        row->neighbour =
            row->neighbour || (slip.one_edit && !has_others(slip.text()));
      }
    }
  }

  void add_pairs() {
    for (const Slip& first : source_->slips) {
      const auto end = partners(*source_, first, company_, floor_);
      for (std::size_t i = 0; i < end; ++i) {
        const Slip& second = source_->slips[i];
        if (second.at < first.end()) continue;
        offer(make(first, second),
              first.probability * second.probability * company_);
      }
    }
  }

  // Slips larger than characters: each is asked of the channel by itself.
  void add_whole() {
    const std::u32string_view text = source_->text;
    const std::u32string stem(text.substr(0, source_->suffix));
    const auto try_name = [&](const std::u32string& typed) {
      const auto found = explain(typed);
      const auto bytes = found ? letters_.bytes_of(typed) : std::nullopt;
      if (bytes) offer(*bytes, std::exp(found->log_likelihood));
    };
    if (source_->suffix > 1 && source_->suffix < text.size()) {
      const std::u32string suffix(text.substr(source_->suffix));
      for (const std::string_view other : domain::icann_suffixes()) {
        if (has_prefixed_label(other)) continue;
        const auto end = decode_utf8(other).value_or(U"");
        try_name(stem + end);
        if (end.find(U'.') == end.npos) try_name(stem + suffix + U'.' + end);
      }
      for (const std::string_view word : lookalike::kGluedWords) {
        const auto glued = decode_utf8(word).value_or(U"");
        try_name(glued + std::u32string(text));
        try_name(stem.substr(0, stem.size() - 1) + glued + U'.' + suffix);
      }
      // "shop.uk" for "shop.co.uk"
      const auto dot = suffix.find(U'.');
      if (dot != suffix.npos) try_name(stem + suffix.substr(dot + 1));
    }
    const auto dot = text.find(U'.');
    if (dot != text.npos) try_name(std::u32string(text.substr(dot + 1)));
  }

  // What stands there after one slip, after two. REQUIRES: they do not overlap
  // and come in this order.
  std::string_view make(const Slip& slip) {
    char* to = buffer_;
    to = copy(to, 0, slip.at);
    to = give(to, slip);
    to = copy(to, slip.end(), source_->bytes.size());
    return {buffer_, static_cast<std::size_t>(to - buffer_)};
  }
  std::string_view make(const Slip& first, const Slip& second) {
    char* to = buffer_;
    to = copy(to, 0, first.at);
    to = give(to, first);
    to = copy(to, first.end(), second.at);
    to = give(to, second);
    to = copy(to, second.end(), source_->bytes.size());
    return {buffer_, static_cast<std::size_t>(to - buffer_)};
  }
  char* copy(char* to, std::size_t from, std::size_t end) const {
    std::memcpy(to, source_->bytes.data() + from, end - from);
    return to + (end - from);
  }
  static char* give(char* to, const Slip& slip) {
    std::memcpy(to, slip.typed.data(), 2);  // there is room for both
    return to + slip.given;
  }

  // Notes the name, when it is one. Where another way to it may be likelier
  // that was not made, the channel itself is asked: pairs below the floor,
  // suffixes exchanged, letters of other alphabets for any letter.
  Row* offer(std::string_view typed, double probability) {
    if (!is_well_formed(typed) || !is_under_top_level(typed) ||
        typed == source_->bytes) {
      return nullptr;
    }
    if ((has_others(typed) || has_prefixed_label(typed)) && !is_name(typed)) {
      return nullptr;
    }
    if (probability < floor_ || has_others(typed) || is_other_suffix(typed)) {
      const auto found = explain(letters_.text_of(typed));
      if (found) {
        probability = std::max(probability, std::exp(found->log_likelihood));
      }
    }
    Row& row = table_.at(typed);
    Table::note(row, number_, source_->share, probability);
    return &row;
  }

  bool is_under_top_level(std::string_view typed) const {
    const auto last = typed.substr(typed.rfind('.') + 1);
    if (last == top_) return true;
    return !has_others(last) && domain::is_top_level(last);
  }

  // The same stem, two slips or more in the suffix: it may be likelier that the
  // suffix was exchanged.
  bool is_other_suffix(std::string_view typed) const {
    const std::string_view stem =
        std::string_view(source_->bytes).substr(0, source_->suffix);
    return stem.size() > 1 && typed.starts_with(stem);
  }

  // Does it survive the rules of internationalised names, unchanged?
  bool is_name(std::string_view typed) const {
    const std::string text = encode_utf8(letters_.text_of(typed));
    const auto name = domain::Name::parse(text);
    return name && (has_others(typed) ? name->unicode() == text
                                      : name->ascii() == text);
  }

  std::optional<lookalike::Alignment> explain(std::u32string_view typed) const {
    return lookalike::explain(channel_, source_->shape(), typed, 2);
  }

  Generated list(double not_made) const {
    Generated generated;
    generated.made = table_.rows().size();
    generated.all_weight = not_made;
    std::vector<const Row*> rows;
    for (const Row& row : table_.rows()) {
      generated.all_weight += row.weight;
      rows.push_back(&row);
    }
    std::ranges::sort(rows, [&](const Row* a, const Row* b) {
      return a->weight != b->weight ? a->weight > b->weight
                                    : table_.text_of(*a) < table_.text_of(*b);
    });
    const double wanted = extent_.mass * generated.all_weight;
    double passed = 0;
    for (const Row* row : rows) {
      if (passed < wanted || row->neighbour) {
        generated.candidates.push_back(to_candidate(*row));
        generated.weight += row->weight;
      }
      passed += row->weight;
      if (generated.candidates.size() == extent_.most && extent_.most > 0)
        break;
    }
    return generated;
  }

  Candidate to_candidate(const Row& row) const {
    Candidate candidate;
    candidate.name = table_.text_of(row);
    if (has_others(candidate.name)) {
      const auto name =
          domain::Name::parse(encode_utf8(letters_.text_of(candidate.name)));
      assert(name);  // offer() has seen to that
      if (name) candidate.name = name->ascii();
    }
    candidate.of = row.best;
    candidate.probability = row.likeliest;
    candidate.weight = row.weight;
    candidate.neighbour = row.neighbour;
    candidate.holder = holder_of(candidate.name, targets_.front().name.ascii());
    return candidate;
  }

  const Channel& channel_;
  const std::vector<Target>& targets_;
  const Extent& extent_;
  double company_;  // how much likelier a slip is after another one
  Letters letters_;
  Table table_;
  const Source* source_ = nullptr;  // and what belongs to it:
  std::uint16_t number_ = 0;
  double floor_ = 0;
  std::string top_;
  char buffer_[domain::kMostOctets + 8] = {};
};

}  // namespace

Generated generate(const Channel& channel, const std::vector<Target>& targets,
                   const Extent& extent) {
  assert(!targets.empty() && targets.size() <= kMostTargets);
  return Generator(channel, targets, extent).run();
}

std::string edit_of(const Channel& channel, const Target& target,
                    std::string_view candidate) {
  const auto text = decode_utf8(target.name.unicode()).value_or(U"");
  const auto suffix = lookalike::suffix_start(target.name.ascii(), text);
  const auto typed = lookalike::read_typed(candidate);
  if (!typed) return "";
  const auto found =
      lookalike::explain(channel, {text, suffix}, typed->entry.text, 2);
  return found ? lookalike::edit_sentence(text, suffix, found->edits) : "";
}

}  // namespace lostletter::exposure
