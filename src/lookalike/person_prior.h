// SPDX-License-Identifier: Apache-2.0
//
// How likely is somebody new? A local part nobody has written to is a slip, or
// another person: at a provider of millions mostly the latter, and everywhere
// for those that differ as people's addresses do (a digit, an initial, one name
// for another).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "lookalike/names_in_use.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {

// ln P(a person nobody knows has this very local part). `base` is
// LocalPart::base.
double log_plausible_person(std::u32string_view base);
// The same where `names` are in use, by others than `alike`: they do not vouch
// for what may be a slip of theirs.
double log_plausible_person(std::u32string_view base, const NamesInUse& names,
                            std::span<const std::u32string_view> alike);

// A provider of mailboxes to anyone: at each there are millions of people.
bool is_mail_provider(std::string_view domain);
// Are dots in its local parts without meaning ("a.nn" is "ann")? Google says so
// of its own; no other large provider does.
bool ignores_dots(std::string_view domain);

// The share of letters to this domain that go to people nobody has written to,
// of whom `known` are known there.
double new_person_share(std::string_view domain, std::size_t known);

// The more people are known there, the likelier somebody new has one of them
// near. How much denser than where ten people of an organisation are known.
double crowd(std::string_view domain, std::size_t known);

// ln of the odds that `typed`, so near to somebody known, is somebody else all
// the same and not the slip: two people to one mistake is ln 2. `crowd` is the
// domain's.
double log_neighbour(const Slip& slip, std::u32string_view known,
                     std::u32string_view typed, double crowd);

}  // namespace lostletter::lookalike
