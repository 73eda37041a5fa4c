// SPDX-License-Identifier: Apache-2.0
#include "archive/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAreArray;

TEST(Cards, Read) {
  struct Case {
    std::string_view name;
    std::string_view text;
    Recorded got;
  };
  const Case cases[] = {
      {"4.0",
       "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Lee;Ann;;;\r\nFN:Ann\\, Lee\r\n"
       "item1.EMAIL;TYPE=\"work:x\";PREF=1:ann@example\r\n .com\r\n"
       "EMAIL:ann@example.org\r\nEND:VCARD\r\n",
       {"contact \"Ann, Lee\" ann@example.com",
        "contact \"Ann, Lee\" ann@example.org"}},
      {"3.0, name from N",
       "begin:vcard\nversion:3.0\nn:Lee\\;x;Ann;Maria;Dr;\n"
       "email;type=INTERNET:mailto:ann@example.com\nend:vcard\n",
       {"contact \"Ann Maria Lee;x\" ann@example.com"}},
      {"2.1, quoted-printable",
       "BEGIN:VCARD\nVERSION:2.1\n"
       "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg=\n"
       " M=FCller\nEMAIL;INTERNET:joerg@example.de\n"
       "PHOTO;ENCODING=BASE64;JPEG:\n AAAA\n BBBB\n\nEND:VCARD\n",
       {"contact \"Jörg Müller\" joerg@example.de"}},
      {"2.1, UTF-8",
       "BEGIN:VCARD\nVERSION:2.1\n"
       "N;CHARSET=UTF-8;QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\n"
       "EMAIL:joerg@example.de\nEND:VCARD\n",
       {"contact \"Jörg Müller\" joerg@example.de"}},
      {"organisation",
       "BEGIN:VCARD\nORG:Example\nEMAIL:info@example.com\nEND:VCARD\n",
       {"contact \"Example\" info@example.com"}},
      {"no address",
       "\nBEGIN:VCARD\nFN:Ann\nTEL:1\nEND:VCARD\n",
       {"skipped line 2: entry without a mail address"}},
      {"breaks off",
       "BEGIN:VCARD\nEMAIL:a@example.com\nBEGIN:VCARD\nEMAIL:b@example.com\n"
       "END:VCARD\nBEGIN:VCARD\nEMAIL:c@example",
       {"skipped line 1: card breaks off", "contact \"\" b@example.com",
        "skipped line 6: card breaks off"}},
  };
  for (const auto& [name, text, got] : cases) {
    EXPECT_THAT(read_all(std::string(text), Kind::kVcard),
                ElementsAreArray(got))
        << name;
  }
}

}  // namespace
}  // namespace lostletter::archive
