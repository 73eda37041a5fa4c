// SPDX-License-Identifier: Apache-2.0
#include "exposure/generate.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/large_pages.h"
#include "base/text.h"
#include "domain/suffix.h"
#include "exposure/letters.h"
#include "exposure/rank.h"
#include "exposure/slips.h"
#include "exposure/source.h"
#include "exposure/table.h"
#include "exposure/text_hash.h"
#include "exposure/top_levels.h"
#include "exposure/well_formed.h"
#include "lookalike/align.h"
#include "lookalike/distance.h"
#include "lookalike/sentence.h"
#include "lookalike/typed.h"

namespace lostletter::exposure {
namespace {

using lookalike::Channel;

// Those without letters of other alphabets.
const std::vector<std::u32string>& ordinary_suffixes() {
  static const auto all = [] {
    std::vector<std::u32string> ordinary;
    for (const std::string_view one : domain::icann_suffixes()) {
      if (has_prefixed_label(one)) continue;
      ordinary.push_back(decode_utf8(one).value_or(U""));
    }
    return ordinary;
  }();
  return all;
}

class Generator {
 public:
  Generator(const Channel& channel, const std::vector<Target>& targets,
            const Extent& extent)
      : channel_(channel),
        targets_(targets),
        extent_(extent),
        company_(std::exp(channel.further_edit())),
        holders_(targets.front().name.ascii()) {}

  Generated run() {
    std::vector<Source> sources;
    sources.reserve(targets_.size());
    for (const Target& target : targets_) {
      sources.push_back(read_source(channel_, target, letters_));
    }
    const double floor = find_floor(sources, company_, extent_.mass);
    shares_.reserve(sources.size());
    for (const Source& source : sources) shares_.push_back(source.share);
    table_.reserve(
        static_cast<std::size_t>(count_above(sources, company_, floor)),
        sources.front().bytes.size() + 8);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      source_ = &sources[i];
      number_ = static_cast<std::uint32_t>(i);
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
        if (slip.one_edit && !has_others(slip.text())) row->neighbour = 1;
      }
    }
  }

  void add_pairs() {
    picked_.resize(source_->by_hand.size());
    for (const Slip& first : source_->by_hand) {
      const std::size_t count = pick_partners(first);
      for (std::size_t i = 0; i < count; ++i) {
        wait(first, source_->by_hand[picked_[i]]);
      }
    }
    settle_waiting();
  }

  // Those behind it that make pairs worth making: their numbers, into
  // `picked_`. Half of them lie behind, in no order: so without a branch.
  std::size_t pick_partners(const Slip& first) {
    const auto end = partners(*source_, first, company_, floor_);
    const bool before_last = first.end() < source_->last;
    std::size_t count = 0;
    for (std::size_t i = 0; i < end; ++i) {
      const Slip& second = source_->by_hand[i];
      picked_[count] = static_cast<std::uint32_t>(i);
      count += static_cast<std::size_t>(
          static_cast<int>(second.at >= first.end()) &
          static_cast<int>(!(before_last && second.ends_top_level)));
    }
    return count;
  }

  // Pairs are looked up some at a time, to wait for memory together.
  void wait(const Slip& first, const Slip& second) {
    const std::uint64_t hash = first.hash.with(second.hash);
    const bool plain = is_plain_pair(first, second);
    if (!plain || hash == source_->hash.value()) {
      char text[kRoom];
      if (!is_candidate(make(text, first, second))) return;
    }
    waiting_[waits_] = {&first, &second, table_.expect(hash), plain};
    if (++waits_ == waiting_.size()) settle_waiting();
  }
  void settle_waiting() {
    for (std::size_t i = 0; i < waits_; ++i) {
      table_.expect_row(waiting_[i].key);
    }
    for (std::size_t i = 0; i < waits_; ++i) {
      table_.expect_text(waiting_[i].key);
    }
    for (std::size_t i = 0; i < waits_; ++i) settle(waiting_[i]);
    waits_ = 0;
  }

  struct Waiting {
    const Slip* first;
    const Slip* second;
    std::uint32_t key;
    bool plain;
  };
  void settle(const Waiting& one) {
    const std::string_view typed =
        make(table_.write(), *one.first, *one.second);
    double probability =
        one.first->probability * one.second->probability * company_;
    if (!one.plain) probability = reconsider(typed, probability);
    note(typed.size(), one.key, probability);
  }

  // The name is well-formed, it is under a top-level domain, and it is not
  // likelier by an exchanged suffix: nothing has to be asked (slips.h). Only
  // that it is the intended name itself may be.
  bool is_plain_pair(const Slip& first, const Slip& second) const {
    return first.plain && second.plain && first.at < source_->suffix &&
           first.end() < source_->last;
  }

  struct Whole {
    std::string text;
    std::uint32_t key;
    double probability;
  };
  // Slips larger than characters: each is asked of the channel by itself.
  void add_whole() {
    const std::u32string_view text = source_->text;
    if (source_->suffix > 1 && source_->suffix < text.size()) {
      add_suffixes();
      add_words();
    }
    const auto dot = text.find(U'.');
    if (dot != text.npos) try_name(std::u32string(text.substr(dot + 1)));
    settle_wholes();
  }

  // Another suffix that exists, one more behind it, one of its labels less
  // ("shop.uk" for "shop.co.uk").
  void add_suffixes() {
    const std::u32string stem = source_->text.substr(0, source_->suffix);
    const std::u32string suffix = source_->text.substr(source_->suffix);
    std::u32string longer = suffix + U'.';
    for (const std::u32string& end : ordinary_suffixes()) {
      try_suffix(suffix, stem, end);
      if (end.find(U'.') == end.npos) {
        longer.resize(suffix.size() + 1);
        longer += end;
        try_suffix(suffix, stem, longer);
      }
    }
    const auto dot = suffix.find(U'.');
    if (dot != suffix.npos) try_name(stem + suffix.substr(dot + 1));
  }

  void add_words() {
    const std::u32string& text = source_->text;
    for (const std::string_view word : lookalike::kGluedWords) {
      const auto glued = decode_utf8(word).value_or(U"");
      try_name(glued + text);
      try_name(text.substr(0, source_->suffix - 1) + glued +
               text.substr(source_->suffix - 1));
    }
  }

  // Where characters do not explain it, only the exchange does.
  void try_suffix(const std::u32string& suffix, const std::u32string& stem,
                  const std::u32string& other) {
    const std::u32string typed = stem + other;
    if (lookalike::osa_distance(suffix, other, 2) <= 2) return try_name(typed);
    try_name(typed, lookalike::align_suffix(channel_, source_->shape(), typed));
  }
  void try_name(const std::u32string& typed) {
    try_name(typed, explain(typed));
  }
  void try_name(const std::u32string& typed,
                const std::optional<lookalike::Alignment>& found) {
    const auto bytes = found ? letters_.bytes_of(typed) : std::nullopt;
    if (!bytes || !is_candidate(*bytes)) return;
    wholes_.push_back({*bytes, table_.expect(TextHash(*bytes).value()),
                       std::exp(found->log_likelihood)});
    if (wholes_.size() == kTogether) settle_wholes();
  }
  void settle_wholes() {
    for (const Whole& one : wholes_) table_.expect_row(one.key);
    for (const Whole& one : wholes_) table_.expect_text(one.key);
    for (const Whole& one : wholes_) {
      one.text.copy(table_.write(), one.text.size());
      note(one.text.size(), one.key, one.probability);
    }
    wholes_.clear();
  }

  // What stands there after one slip, after two. REQUIRES: they do not overlap
  // and come in this order; there is room for kRoom octets.
  std::string_view make(const Slip& slip) {
    char* to = buffer_;
    to = copy(to, 0, slip.at);
    to = give(to, slip);
    to = copy(to, slip.end(), source_->bytes.size());
    return {buffer_, static_cast<std::size_t>(to - buffer_)};
  }
  std::string_view make(char* begin, const Slip& first,
                        const Slip& second) const {
    char* to = copy(begin, 0, first.at);
    to = give(to, first);
    to = copy(to, first.end(), second.at);
    to = give(to, second);
    to = copy(to, second.end(), source_->bytes.size());
    return {begin, static_cast<std::size_t>(to - begin)};
  }
  char* copy(char* to, std::size_t from, std::size_t end) const {
    const char* begin = source_->padded.data() + from;
    std::memcpy(to, begin,
                Source::kPadding);  // what is too much is written over
    if (end - from > Source::kPadding) std::memcpy(to, begin, end - from);
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
    if (!is_candidate(typed)) return nullptr;
    probability = reconsider(typed, probability);
    std::memcpy(table_.write(), typed.data(), typed.size());
    return &note(typed.size(), table_.expect(TextHash(typed).value()),
                 probability);
  }
  double reconsider(std::string_view typed, double probability) const {
    if (probability >= floor_ && !has_others(typed) && !is_other_suffix(typed))
      return probability;
    const auto found = explain(letters_.text_of(typed));
    return found ? std::max(probability, std::exp(found->log_likelihood))
                 : probability;
  }
  Row& note(std::size_t length, std::uint32_t key, double probability) {
    Row& row = table_.at(length, key);
    Table::note(row, number_, shares_, probability);
    return row;
  }

  bool is_candidate(std::string_view typed) const {
    return is_under_top_level(typed) && is_well_formed(typed) &&
           typed != source_->bytes &&
           ((!has_others(typed) && !has_prefixed_label(typed)) ||
            is_name(typed));
  }

  bool is_under_top_level(std::string_view typed) const {
    const auto last = typed.substr(typed.rfind('.') + 1);
    return last == top_ || top_levels_.contains(last);
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
    for (const Row& row : table_.rows()) generated.all_weight += row.weight;
    const double wanted = extent_.mass * generated.all_weight;
    const auto rows = rank(table_.rows(), wanted);
    reserve_large(generated.candidates, rows.size());
    double passed = 0;
    for (const Ranked& ranked : rows) {
      const Row& row = table_.rows()[ranked.number];
      if (passed < wanted || row.neighbour) {
        generated.candidates.push_back(to_candidate(row));
        generated.weight += row.weight;
      }
      passed += row.weight;
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
    candidate.neighbour = row.neighbour != 0;
    candidate.holder = holders_.of(candidate.name);
    return candidate;
  }

  const Channel& channel_;
  const std::vector<Target>& targets_;
  const Extent& extent_;
  double company_;  // how much likelier a slip is after another one
  Letters letters_;
  Table table_;
  const Source* source_ = nullptr;  // and what belongs to it:
  std::uint32_t number_ = 0;
  double floor_ = 0;
  std::string top_;
  Holders holders_;
  const TopLevels& top_levels_ = TopLevels::all();
  std::vector<double> shares_;
  static constexpr std::size_t kRoom = Table::kMostText + Table::kSlack;
  char buffer_[kRoom] = {};
  std::vector<std::uint32_t> picked_;
  static constexpr std::size_t kTogether = 32;
  std::array<Waiting, kTogether> waiting_{};
  std::size_t waits_ = 0;
  std::vector<Whole> wholes_;
};

}  // namespace

Generated generate(const Channel& channel, const std::vector<Target>& targets,
                   const Extent& extent) {
  static_assert(kMostTargets <= Table::kMostTargets);
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
