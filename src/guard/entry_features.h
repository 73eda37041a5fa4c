// SPDX-License-Identifier: Apache-2.0
//
// What is known of one recipient of a letter, as figures: who the person writes
// to, how often and since when, who else is in the letter and in its thread,
// who was in the letters before, whom the same few letters would have offered
// instead. Features after Carvalho & Cohen (SDM 2007), without any text. To add
// one is to add a line to the table in entry_features.cc and to fit
// data/model/entry.tsv again.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "guard/correspondence.h"

namespace lostletter::guard {

// What a feature speaks of; reasons are given by these.
enum class About {
  kExchange,      // this person and the address
  kOrganisation,  // all of us and the address
  kDomain,
  kThread,
  kRivals,   // others who begin alike
  kCompany,  // the letter's other recipients
  kPast,     // the person's last letters
};
inline constexpr About kEveryAbout[] = {
    About::kExchange, About::kOrganisation, About::kDomain, About::kThread,
    About::kRivals,   About::kCompany,      About::kPast};
std::string_view name_of(About about);  // "company"; stable

struct EntryFeature {
  std::string_view name;  // as the table of the model has it
  About about;
};
std::span<const EntryFeature> entry_features();

// In the order of entry_features(); all finite. REQUIRES: `evidence` answers
// `inquiry`.
std::vector<double> read_features(const Inquiry& inquiry,
                                  const Evidence& evidence);

}  // namespace lostletter::guard
