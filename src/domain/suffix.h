// SPDX-License-Identifier: Apache-2.0
//
// The public suffix of a name: under which anyone may register
// (publicsuffix.org, its ICANN and its private section told apart). The table
// is generated at build time from Debian's list and compiled in; libpsl is its
// oracle in the tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/name.h"

namespace lostletter::domain {

enum class Section {
  kIcann,     // delegated by a registry: com, co.uk, gouv.ml
  kPrivate,   // a company's: github.io, blogspot.com
  kUnlisted,  // no rule matches; the last label counts as the suffix ("*")
};

struct Suffix {
  std::string_view text;  // of the name's ascii(); lives as long as the Name
  Section section;
};

// The longest matching rule of both sections. A single-label name is its own
// suffix.
Suffix public_suffix(const Name& name);

// The longest matching rule of the ICANN section only: what registries do.
Suffix icann_suffix(const Name& name);

// The public suffix (both sections) and one label more: "example.co.uk"; empty
// when the name is itself a public suffix.
std::string_view registrable_domain(const Name& name);

// The same on text that is in ascii() form already, for hot paths. REQUIRES:
// lower case, A-labels, no empty label.
Suffix public_suffix(std::string_view ascii);
Suffix icann_suffix(std::string_view ascii);
std::string_view registrable_domain(std::string_view ascii);

// Does this top-level domain (ASCII, lower case) exist? From the same list.
bool is_top_level(std::string_view label);

// Every suffix of the ICANN section, in ASCII, without wildcard and exception
// rules ("*.ck" is given as "ck"); sorted.
const std::vector<std::string_view>& icann_suffixes();

}  // namespace lostletter::domain
