// SPDX-License-Identifier: Apache-2.0
#include "exposure/slips.h"

#include <algorithm>
#include <cmath>

#include "lookalike/step.h"

namespace lostletter::exposure {
namespace {

using lookalike::EditKind;

class Maker {
 public:
  Maker(const lookalike::Channel& channel, const lookalike::Shape& intended,
        Letters& letters)
      : channel_(channel), intended_(intended), letters_(letters) {}

  std::vector<Slip> make() {
    const std::u32string_view name = intended_.text;
    for (std::size_t i = 0; i <= name.size(); ++i) {
      add_insertions(i);
      if (i < name.size()) {
        add(i, 1, U"", lookalike::deletion_kind(name, i));
        add_substitutions(i);
      }
      if (i + 1 < name.size() && name[i] != name[i + 1]) {
        add(i, 2, std::u32string{name[i + 1], name[i]},
            lookalike::transposition_kind(name, i));
      }
      add_pairs(i);
    }
    std::ranges::stable_sort(slips_, [](const Slip& a, const Slip& b) {
      return a.probability > b.probability;
    });
    return std::move(slips_);
  }

 private:
  void add_insertions(std::size_t at) {
    for (const char c : kTypeable) {
      const auto typed = static_cast<char32_t>(c);
      add(at, 0, std::u32string{typed},
          lookalike::insertion_kind(intended_.text, at, typed, at > 0));
    }
  }

  void add_substitutions(std::size_t at) {
    const char32_t was = intended_.text[at];
    const auto substitute = [&](char32_t typed) {
      if (typed == was) return;
      add(at, 1, std::u32string{typed},
          lookalike::substitution_kind(was, typed));
    };
    for (const char c : kTypeable) substitute(static_cast<char32_t>(c));
    for (const char32_t c : confusable_letters(was)) substitute(c);
  }

  // Two letters that read as one, and one as two.
  void add_pairs(std::size_t at) {
    for (const auto& pair : lookalike::kReadingAlike) {
      for (const std::size_t from : {0U, 1U}) {
        const auto& was = pair[from];
        const auto& typed = pair[1 - from];
        if (was.size() == typed.size()) continue;
        if (intended_.text.substr(at, was.size()) == was) {
          add(at, was.size(), typed, EditKind::kConfusable);
        }
      }
    }
  }

  void add(std::size_t at, std::size_t taken, std::u32string_view typed,
           EditKind kind) {
    const auto bytes = letters_.bytes_of(typed);
    if (!bytes) return;
    Slip slip;
    slip.at = static_cast<std::uint16_t>(at);
    slip.taken = static_cast<std::uint8_t>(taken);
    slip.given = static_cast<std::uint8_t>(bytes->size());
    std::ranges::copy(*bytes, slip.typed.begin());
    slip.kind = kind;
    slip.one_edit = (taken <= 1 && typed.size() <= 1) || taken == typed.size();
    slip.probability = std::exp(channel_.log_likelihood(
        kind, lookalike::place_of(intended_, at, taken)));
    slips_.push_back(slip);
  }

  const lookalike::Channel& channel_;
  const lookalike::Shape& intended_;
  Letters& letters_;
  std::vector<Slip> slips_;
};

}  // namespace

std::vector<Slip> slips_of(const lookalike::Channel& channel,
                           const lookalike::Shape& intended, Letters& letters) {
  return Maker(channel, intended, letters).make();
}

}  // namespace lostletter::exposure
