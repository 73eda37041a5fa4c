// SPDX-License-Identifier: Apache-2.0
#include "hold/mend.h"

#include <gtest/gtest.h>

namespace lostletter::hold {
namespace {

TEST(Mend, ChangesToAndCcOnly) {
  struct Case {
    std::string_view letter, mended;
    std::size_t places;
  };
  constexpr Case kCases[] = {
      {"To: a@army.ml\r\n\r\na@army.ml\r\n",
       "To: a@army.mil\r\n\r\na@army.ml\r\n", 1},
      {"TO: A <A@Army.ML>,\r\n b@x.example\r\nCc: a@army.ml\r\n\r\n",
       "TO: A <a@army.mil>,\r\n b@x.example\r\nCc: a@army.mil\r\n\r\n", 2},
      {"To:\r\n <a@army.ml>\r\n\r\n", "To:\r\n <a@army.mil>\r\n\r\n", 1},
      // Another address that has it inside.
      {"To: ba@army.ml, a@army.ml.example\r\n\r\n",
       "To: ba@army.ml, a@army.ml.example\r\n\r\n", 0},
      // Names and comments are people's words.
      {"To: \"a@army.ml\" (a@army.ml) <a@army.ml>\r\n\r\n",
       "To: \"a@army.ml\" (a@army.ml) <a@army.mil>\r\n\r\n", 1},
      {"To: \"x\\\" <a@army.ml>\" <b@x.example>\r\n\r\n",
       "To: \"x\\\" <a@army.ml>\" <b@x.example>\r\n\r\n", 0},
      // Other fields, and a body that looks like one.
      {"From: a@army.ml\r\nX-To: a@army.ml\r\n\r\nTo: a@army.ml\r\n",
       "From: a@army.ml\r\nX-To: a@army.ml\r\n\r\nTo: a@army.ml\r\n", 0},
      // Groups, and lines that end with LF.
      {"To: all: a@army.ml;\n\n", "To: all: a@army.mil;\n\n", 1},
      // No empty line: all of it is header.
      {"To: a@army.ml", "To: a@army.mil", 1},
      {"", "", 0},
  };
  for (const Case& c : kCases) {
    const Mended got = mend_fields(c.letter, "a@army.ml", "a@army.mil");
    EXPECT_EQ(got.letter, c.mended);
    EXPECT_EQ(got.places, c.places) << c.letter;
  }
}

TEST(Mend, SeesWhatASignatureCovers) {
  EXPECT_TRUE(signs_recipients(
      "DKIM-Signature: v=1; a=rsa-sha256;\r\n h=from:To:subject; b=x\r\n\r\n"));
  EXPECT_TRUE(signs_recipients("ARC-Message-Signature: i=1; h=cc\r\n\r\n"));
  EXPECT_FALSE(signs_recipients("DKIM-Signature: h=from:subject\r\n\r\n"));
  EXPECT_FALSE(signs_recipients("To: x\r\n\r\nDKIM-Signature: h=to\r\n"));
}

}  // namespace
}  // namespace lostletter::hold
