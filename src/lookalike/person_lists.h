// SPDX-License-Identifier: Apache-2.0
//
// What mailboxes are called: lists by hand that person_prior.h weighs by.
#pragma once

#include <string_view>

namespace lostletter::lookalike {

// A common given name of one of several languages: "anna", "jon". Lower case.
bool is_given_name(std::string_view text);

// The mailbox of a task (RFC 2142 and usage): "postmaster", "sales". Lower
// case.
bool is_role(std::string_view text);

// A provider at which everybody has a mailbox; lower-case A-labels.
bool is_large_provider(std::string_view domain);

}  // namespace lostletter::lookalike
