// SPDX-License-Identifier: Apache-2.0
//
// Priors: how likely does someone write to this name at all? For a name known,
// from where it is known; for one never seen, from the mail that goes to
// unknown names of its suffix, and how much its labels look like the labels
// names have.
#pragma once

#include <cstddef>
#include <string_view>

#include "lookalike/names.h"

namespace lostletter::lookalike {

// ln P(a letter goes to this known name). `known_count` is the number of names
// of Source::kKnown, which share one part of all mail.
double log_prior_known(const KnownName& name, std::size_t known_count);

// ln P(a letter goes to this very name, of which nothing is known). `ascii` is
// lower case, A-labels. For a name under no existing suffix this is a floor.
double log_prior_unknown(std::string_view ascii);
// The same of one whose public suffix is told.
double log_prior_unknown(std::string_view ascii, std::string_view suffix);

// ln P(a letter to a registered domain goes to this host below it). `front` are
// its labels: "mail", "us.hq", a last dot or none.
double log_prior_front(std::string_view front);

// The share of all mail that goes to unknown names under this public suffix.
double unknown_share(std::string_view suffix);

// ln P(label) of a character model (trigrams of the names shipped, smoothed):
// "stanford" is a likelier label than "stanfrod". Code points outside [a-z0-9-]
// count as one rare character.
double log_plausible_label(std::string_view label);

}  // namespace lostletter::lookalike
