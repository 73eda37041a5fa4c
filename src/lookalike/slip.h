// SPDX-License-Identifier: Apache-2.0
//
// How somebody who meant one known person wrote another local part: by slips of
// the hand (align.h), or by taking the person's names in another order, as
// initials, with other separators.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/edit.h"

namespace lostletter::lookalike {

enum class SlipKind { kEdits, kSeparator, kSwapped, kInitial, kMiddle };

struct Slip {
  SlipKind kind = SlipKind::kEdits;
  double log_likelihood = 0;  // ln P(typed | this person meant)
  std::vector<Edit> edits;    // of kEdits; empty when nothing differs
};

// How `known` became `typed` (LocalPart::base of each) by slips of the hand, of
// kind kEdits; by slips of memory, of the other kinds; the likelier of both.
// Nothing when they do not resemble each other so.
std::optional<Slip> slip_of_hand(std::u32string_view known,
                                 std::u32string_view typed);
std::optional<Slip> slip_of_memory(std::u32string_view known,
                                   std::u32string_view typed);
std::optional<Slip> explain_slip(std::u32string_view known,
                                 std::u32string_view typed);

// "transposition", "names-swapped": what a finding's id ends with.
std::string slip_id(const Slip& slip);

// "local part: h and o swapped (john -> jhon)"
std::string slip_edit(const Slip& slip, std::u32string_view known,
                      std::u32string_view typed);

// "jhon@example.com is one slip from the known address john@example.com (o and
// h swapped)", with `known_as` before the one that is known.
std::string slip_sentence(const Slip& slip, std::string_view typed_address,
                          std::string_view known_address,
                          std::string_view known_as = "the known address");

// Within as many edits as two local parts of this length may be apart.
int most_edits(std::size_t length);

}  // namespace lostletter::lookalike
