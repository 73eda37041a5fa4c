// SPDX-License-Identifier: Apache-2.0
//
// People's names out of header fields and cards, in UTF-8: encoded-words
// (RFC 2047), raw bytes of some older charset, bytes whose charset is named.
#pragma once

#include <string>
#include <string_view>

namespace lostletter::archive {

// A display name: encoded-words decoded, line breaks removed. Bytes that are
// not UTF-8 are taken for Windows-1252. At most 512 bytes of valid UTF-8. Any
// thread.
std::string decode_name(std::string_view raw);

// Bytes in a named charset, as UTF-8; like decode_name where the charset is not
// known.
std::string decode_charset(std::string_view bytes, std::string_view charset);

// Quoted-printable (RFC 2045 6.7), whatever is no code stays.
std::string decode_quoted_printable(std::string_view text);

}  // namespace lostletter::archive
