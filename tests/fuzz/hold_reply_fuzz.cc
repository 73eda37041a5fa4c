// SPDX-License-Identifier: Apache-2.0
//
// What a sender answers by mail, and what is read and changed of a letter that
// waits: foreign bytes, all of it.
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "hold/fields.h"
#include "hold/glance.h"
#include "hold/mend.h"
#include "hold/reply.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view letter(reinterpret_cast<const char*>(data), size);
  const auto purpose = hold::read_reply(letter);
  assert(!purpose || *purpose != hold::Purpose::kReply);
  assert(!purpose || !hold::glance_at(letter).automatic);
  assert(hold::glance_at(letter).subject.size() <= 200);

  // Nothing behind the header changes, and nothing at all where nothing was
  // found.
  const auto mended =
      hold::mend_fields(letter, "general@army.ml", "general@army.mil");
  const std::string_view body = letter.substr(hold::header_of(letter).size());
  assert(mended.letter.ends_with(body));
  assert(mended.letter.size() == letter.size() + mended.places);
  assert(mended.places > 0 || mended.letter == letter);
  const auto back =
      hold::mend_fields(mended.letter, "general@army.mil", "general@army.ml");
  assert(back.places >= mended.places);
  return 0;
}
