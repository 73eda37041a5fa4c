// SPDX-License-Identifier: Apache-2.0
//
// Recipients that were not meant, made from letters that were: nobody has
// collected real ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data.h"
#include "replay.h"

namespace lostletter::eval {

enum class Wrong {
  // An entry of the address book for the same few letters: three, else two,
  // one, none ("3g-address" of Carvalho & Cohen, SDM 2007).
  kAutoComplete,
  // Somebody who begins alike, whom the person may never have written to.
  kNamesake,
  kUnseen,         // anybody who is not in the address book
  kDomainSlip,     // one slip in the domain
  kLocalPartSlip,  // one in front of the '@'
  kOtherProvider,  // the same local part at a large provider
};
inline constexpr Wrong kEveryWrong[] = {
    Wrong::kDomainSlip, Wrong::kLocalPartSlip, Wrong::kOtherProvider,
    Wrong::kNamesake,   Wrong::kAutoComplete,  Wrong::kUnseen};
std::string_view name_of(Wrong kind);  // for tables

// Another address than `meant`, which is not in the letter either; none when
// there is none.
std::optional<std::string> pick_wrong(Wrong kind, const Sending& sending,
                                      const std::string& meant,
                                      const std::vector<std::string>& everybody,
                                      Random& random);

// With `wrong` at the end, beside the one meant; with it in the place of the
// one meant.
std::vector<std::string> added(const std::vector<std::string>& to,
                               const std::string& wrong);
std::vector<std::string> replaced(const std::vector<std::string>& to,
                                  const std::string& meant,
                                  const std::string& wrong);

}  // namespace lostletter::eval
