// SPDX-License-Identifier: Apache-2.0
//
// The border within IDNA: what is done to one label. libidn2 does it natively;
// where there is no libidn2 (wasm32) its twin does, from tables which libidn2
// filled while building. The tests hold both to the same answers. Pure.
#pragma once

#include <string>

namespace lostletter::domain {

// What is wrong with a label (RFC 5891 section 5, in its order).
enum class Fault {
  kNone,
  kPunycode,       // does not decode (RFC 3492)
  kTooLong,        // as an A-label
  kHyphensInside,  // in third and fourth place
  kHyphenAtEnd,    // or at the beginning
  kLeadingMark,    // begins with a combining mark
  kJoiner,         // one that joins nothing (RFC 5892 A.1, A.2)
  kDirections,     // of writing (RFC 5893)
  kCharacter,      // one that is not allowed, wherever it stands
  kOther,
};

struct Converted {
  Fault fault = Fault::kNone;
  std::string text;  // empty when there is a fault
};

// map_label: mapping (UTS 46, non-transitional), NFC, the checks of IDNA2008,
// punycode. REQUIRES: UTF-8 without NUL and without any of UTS 46's full stops.
//
// decode_label: punycode backwards, and no check. REQUIRES: begins with xn--,
// ASCII in lower case, the digits behind the last hyphen are [a-z0-9].
namespace by_libidn2 {
Converted map_label(const std::string& label);
Converted decode_label(const std::string& label);
}  // namespace by_libidn2

namespace by_tables {
Converted map_label(const std::string& label);
Converted decode_label(const std::string& label);
}  // namespace by_tables

}  // namespace lostletter::domain
