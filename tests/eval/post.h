// SPDX-License-Identifier: Apache-2.0
//
// Real letters of the data in the order of time, as one organisation saw them:
// what its people sent, and what they received. Addresses are real people's and
// stay inside this program.
#pragma once

#include <string>
#include <vector>

#include "archive/letter.h"
#include "base/clock.h"

namespace lostletter::eval {

struct Post {
  std::string name;                      // of the organisation, for tables
  std::vector<std::string> us;           // learning::Us::parse()
  std::vector<archive::Letter> letters;  // oldest first
};

// 21,635 letters within a company. Threads are by subject: a letter answers
// those before it of the same subject, since the data has no References.
Post load_enron(const std::string& data);

// Letters of mailing lists with one of `domains`, or such an address, on either
// side.
Post load_lists(const std::string& data, const std::string& name,
                const std::vector<std::string>& domains);

// The organisations whose people write to those lists most.
std::vector<Post> load_organisations(const std::string& data);

}  // namespace lostletter::eval
