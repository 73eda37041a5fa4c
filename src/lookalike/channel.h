// SPDX-License-Identifier: Apache-2.0
//
// How likely each slip is, learnt: for every kind and place the likelihood of
// one candidate, ln P(this very slip | intended). The numbers are fitted by
// tools/learn_channel and stand in data/model/channel.tsv; a site may have a
// table of its own.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lookalike/edit.h"

namespace lostletter::lookalike {

// Where in the intended name a slip begins. Writers see a wrong first letter,
// and the end of a label is where they stop looking.
enum class EditPlace { kFirst, kInside, kLabelEnd, kSuffix };
inline constexpr std::size_t kPlaces = 4;

class Channel {
 public:
  // A table as text: one row a kind, `id<TAB>first<TAB>inside<TAB>label-end
  // <TAB>suffix`, natural logarithms; '#' begins a comment. Every kind exactly
  // once, and one row "further-edit". The error names the line.
  static Result<Channel> parse(std::string_view table);

  // The table shipped. Lives as long as the program.
  static const Channel& built_in();

  double log_likelihood(EditKind kind, EditPlace place) const {
    return rows_[static_cast<std::size_t>(kind)]
                [static_cast<std::size_t>(place)];
  }
  void set(EditKind kind, EditPlace place, double log_likelihood) {
    rows_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(place)] =
        log_likelihood;
  }

  // Slips come in company: after a first one, each further one is this much
  // more likely than alone.
  double further_edit() const { return further_edit_; }
  void set_further_edit(double log) { further_edit_ = log; }

  // What parse() reads, without comments.
  std::string to_table() const;

 private:
  std::array<std::array<double, kPlaces>, kEditKinds> rows_{};
  double further_edit_ = 0;
};

}  // namespace lostletter::lookalike
