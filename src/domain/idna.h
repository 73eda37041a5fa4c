// SPDX-License-Identifier: Apache-2.0
//
// The one door to IDNA2008 (RFC 5890-5894, UTS 46 mapping): libidn2 natively,
// the host's URL parser in a browser. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::domain {

// UTF-8 label or name -> lower-case A-labels. ASCII labels pass lower-cased.
Result<std::string> to_a_labels(std::string_view utf8);

// A-labels -> U-labels in UTF-8. Fails where a label starting with xn-- does
// not decode, or decodes to something that would not encode to it.
Result<std::string> to_u_labels(std::string_view ascii);

}  // namespace lostletter::domain
