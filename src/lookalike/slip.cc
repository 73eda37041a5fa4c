// SPDX-License-Identifier: Apache-2.0
#include "lookalike/slip.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "lookalike/align.h"
#include "lookalike/distance.h"
#include "lookalike/local_part.h"

namespace lostletter::lookalike {
namespace {

// Rewritings, each of one candidate like the rows of edit.cc. They are slips of
// memory, not of the hand, and about as frequent as a transposition: nobody has
// published counts. {how} people are told.
struct Row {
  SlipKind kind;
  std::string_view id;
  double likelihood;
  std::string_view edit;
  std::string_view sentence;
};
constexpr std::array kRows = std::to_array<Row>({
    {SlipKind::kSeparator, "separator", 5e-5, "separators differ",
     "with other dots or dashes"},
    {SlipKind::kSwapped, "names-swapped", 5e-5, "names swapped",
     "with its names swapped"},
    {SlipKind::kInitial, "initial", 5e-5, "name and initial exchanged",
     "with an initial for a name, or the name for it"},
    {SlipKind::kMiddle, "middle-name", 5e-5, "middle name lost or added",
     "without its middle name, or with one"},
});

const Row& row_of(SlipKind kind) {
  return *std::ranges::find(kRows, kind, &Row::kind);
}

// Two neighbours lost together are one slip, not two: of sixteen mistyped local
// parts in real headers two were such, and five had one character lost.
constexpr double kPairLost = 2e-5;

bool is_pair_lost(const std::vector<Edit>& edits) {
  const auto is_lost = [](const Edit& edit) {
    return edit.intended.size() == 1 && edit.typed.empty();
  };
  return edits.size() == 2 && is_lost(edits[0]) && is_lost(edits[1]) &&
         edits[0].at + 1 == edits[1].at;
}

SlipKind kind_of(Rewriting how) {
  switch (how) {
    case Rewriting::kSwapped:
      return SlipKind::kSwapped;
    case Rewriting::kInitial:
      return SlipKind::kInitial;
    case Rewriting::kMiddleLost:
      break;
  }
  return SlipKind::kMiddle;
}

bool has_separator(std::u32string_view base) {
  return std::ranges::any_of(base, is_separator);
}

std::optional<SlipKind> rewriting(std::u32string_view known,
                                  std::u32string_view typed) {
  if (known == typed || !(has_separator(known) || has_separator(typed))) {
    return std::nullopt;
  }
  const std::u32string from = joined(known);
  const std::u32string to = joined(typed);
  if (from.empty() || to.empty()) return std::nullopt;
  if (from == to) return SlipKind::kSeparator;
  for (const Form& form : forms_of(known)) {
    if (form.text == to) return kind_of(form.how);
  }
  for (const Form& form : forms_of(typed)) {
    if (form.text == from) return kind_of(form.how);
  }
  return std::nullopt;
}

std::string describe_all(const std::vector<Edit>& edits) {
  std::string text;
  for (const Edit& edit : edits) {
    if (!text.empty()) text += ", ";
    text += describe(edit);
  }
  return text;
}

}  // namespace

int most_edits(std::size_t length) { return length >= 6 ? 2 : 1; }

std::optional<Slip> slip_of_hand(std::u32string_view known,
                                 std::u32string_view typed) {
  const int most = most_edits(std::min(known.size(), typed.size()));
  if (osa_distance(known, typed, most) > most) return std::nullopt;
  const Shape shape{known, known.size()};  // no suffix: no edit is in it
  auto found =
      align(Channel::built_in(), shape, typed, static_cast<std::size_t>(most));
  if (!found) return std::nullopt;
  if (is_pair_lost(found->edits)) {
    found->log_likelihood =
        std::max(found->log_likelihood, std::log(kPairLost));
  }
  return Slip{SlipKind::kEdits, found->log_likelihood, std::move(found->edits)};
}

std::optional<Slip> slip_of_memory(std::u32string_view known,
                                   std::u32string_view typed) {
  const auto kind = rewriting(known, typed);
  if (!kind) return std::nullopt;
  return Slip{*kind, std::log(row_of(*kind).likelihood), {}};
}

std::optional<Slip> explain_slip(std::u32string_view known,
                                 std::u32string_view typed) {
  auto hand = slip_of_hand(known, typed);
  auto memory = slip_of_memory(known, typed);
  if (!hand || !memory) return hand ? hand : memory;
  return hand->log_likelihood >= memory->log_likelihood ? hand : memory;
}

std::string slip_id(const Slip& slip) {
  if (slip.kind != SlipKind::kEdits) return std::string(row_of(slip.kind).id);
  if (slip.edits.empty()) return "known";
  return std::string(row_of(slip.edits.front().kind).id);
}

std::string slip_edit(const Slip& slip, std::u32string_view known,
                      std::u32string_view typed) {
  const std::string what = slip.kind == SlipKind::kEdits
                               ? describe_all(slip.edits)
                               : std::string(row_of(slip.kind).edit);
  return printable("local part: " + what + " (" + encode_utf8(known) + " -> " +
                       encode_utf8(typed) + ")",
                   300);
}

std::string slip_sentence(const Slip& slip, std::string_view typed_address,
                          std::string_view known_address,
                          std::string_view known_as) {
  const std::string typed = printable(typed_address, 120);
  const std::string known =
      std::string(known_as) + ' ' + printable(known_address, 120);
  if (slip.kind != SlipKind::kEdits) {
    return typed + " is " + known + " " +
           std::string(row_of(slip.kind).sentence);
  }
  return typed + (slip.edits.size() > 1 ? " is two slips" : " is one slip") +
         " from " + known + " (" + printable(describe_all(slip.edits), 120) +
         ")";
}

}  // namespace lostletter::lookalike
