// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/names.h"

#include <algorithm>

#include "base/text.h"
#include "domain/name.h"

namespace lostletter::sinkhole {

Result<Names> Names::parse(const std::vector<std::string>& texts) {
  Names names;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const auto what = "'" + printable(text, 80) + "'";
    if (equals == std::string::npos) {
      return fail(what + " is no pair: write army.ml=army.mil");
    }
    const auto wrong = domain::Name::parse(text.substr(0, equals));
    if (!wrong) return fail(what + ": " + wrong.error().message);
    const auto intended = domain::Name::parse(text.substr(equals + 1));
    if (!intended) return fail(what + ": " + intended.error().message);
    if (domain::is_within(intended->ascii(), wrong->ascii())) {
      return fail(what + ": nobody can be sent from a name to itself");
    }
    if (std::ranges::find(names.names_, wrong->ascii(), &WrongName::wrong) !=
        names.names_.end()) {
      return fail(what + ": " + wrong->ascii() + " is named twice");
    }
    names.names_.push_back({wrong->ascii(), intended->ascii()});
  }
  // The longest first: it is the one that counts.
  std::ranges::stable_sort(
      names.names_, std::ranges::greater(),
      [](const WrongName& one) { return one.wrong.size(); });
  return names;
}

std::optional<Match> Names::find(std::string_view domain) const {
  for (const WrongName& one : names_) {
    if (!domain::is_within(domain, one.wrong)) continue;
    const auto before = domain.substr(0, domain.size() - one.wrong.size());
    return Match{one.wrong, std::string(domain),
                 std::string(before) + one.intended, one.intended};
  }
  return std::nullopt;
}

}  // namespace lostletter::sinkhole
