// SPDX-License-Identifier: Apache-2.0
//
// libidn2 does the mapping of UTS 46 (non-transitional: what browsers and MTAs
// ask the DNS today) and the checks of IDNA2008. Not for wasm32: idna_twin.cc.
//
// Its STD3 flag stays off: libidn2 2.3 drops the characters which that flag
// forbids, and a slash in full width between a and b would vanish. Without it
// they are mapped ("a/b"), and whoever takes the result looks for bytes that
// cannot stand in a name, as Name::parse does.
#include <cstdint>
#include <memory>
#include <new>

#include <idn2.h>

#include "domain/idna_label.h"

namespace lostletter::domain::by_libidn2 {
namespace {

constexpr int kFlags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;

Fault fault_of(int code) {
  switch (code) {
    case IDN2_OK:
      return Fault::kNone;
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_ENCODING_ERROR:
      return Fault::kPunycode;
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_TOO_BIG_LABEL:
    case IDN2_TOO_BIG_DOMAIN:
      return Fault::kTooLong;
    case IDN2_2HYPHEN:
      return Fault::kHyphensInside;
    case IDN2_HYPHEN_STARTEND:
      return Fault::kHyphenAtEnd;
    case IDN2_LEADING_COMBINING:
      return Fault::kLeadingMark;
    case IDN2_CONTEXTJ:
    case IDN2_CONTEXTJ_NO_RULE:
      return Fault::kJoiner;
    case IDN2_BIDI:
      return Fault::kDirections;
    case IDN2_DISALLOWED:
    case IDN2_UNASSIGNED:
    case IDN2_INVALID_NONTRANSITIONAL:
    case IDN2_CONTEXTO:
    case IDN2_CONTEXTO_NO_RULE:
    case IDN2_DOT_IN_LABEL:
      return Fault::kCharacter;
    default:
      return Fault::kOther;
  }
}

template <typename Char>
Converted take(int code, Char* text) {
  const std::unique_ptr<Char, void (*)(void*)> owner(text, idn2_free);
  if (code == IDN2_MALLOC) throw std::bad_alloc();
  if (code != IDN2_OK) return {fault_of(code), {}};
  return {Fault::kNone, std::string(reinterpret_cast<const char*>(text))};
}

}  // namespace

Converted map_label(const std::string& label) {
  std::uint8_t* out = nullptr;
  const int code = idn2_lookup_u8(
      reinterpret_cast<const std::uint8_t*>(label.c_str()), &out, kFlags);
  return take(code, out);
}

Converted decode_label(const std::string& label) {
  char* out = nullptr;
  const int code = idn2_to_unicode_8z8z(label.c_str(), &out, 0);
  return take(code, out);
}

}  // namespace lostletter::domain::by_libidn2
