// SPDX-License-Identifier: Apache-2.0
#include "archive/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

TEST(Table, Read) {
  struct Case {
    std::string_view name;
    std::string_view text;
    Recorded got;
  };
  const Case cases[] = {
      {"Thunderbird",
       "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary "
       "Email\nAnn,Lee,\"Lee, Ann\",,ann@example.com,ann@example.org\n",
       {"contact \"Lee, Ann\" ann@example.com",
        "contact \"Lee, Ann\" ann@example.org"}},
      {"Google",
       "Name,Given Name,E-mail 1 - Type,E-mail 1 - Value\r\n"
       "Ann Lee,Ann,Work,ann@example.com ::: ann@example.org\r\n",
       {"contact \"Ann Lee\" ann@example.com",
        "contact \"Ann Lee\" ann@example.org"}},
      {"Outlook",
       "\xef\xbb\xbf\"Title\";\"First Name\";\"Middle Name\";\"Last Name\";"
       "\"E-mail Address\";\"E-mail Type\";\"E-mail Display Name\";\"Notes\"\n"
       "\"Dr\";\"Ann\";\"\";\"Lee\";\"ann@Example.com\";\"SMTP\";\"Ann (x)\";"
       "\"two\nlines; \"\"x\"\"\"\n",
       {"contact \"Ann Lee\" ann@example.com"}},
      {"tabs and Windows-1252",
       "name\temail\nJ\xf6rg\tjoerg@example.de\n",
       {"contact \"Jörg\" joerg@example.de"}},
      {"no head",
       "Ann Lee,1,ann@example.com\nBob,2,bob@example.org\n",
       {"contact \"Ann Lee\" ann@example.com",
        "contact \"Bob\" bob@example.org"}},
      {"one a line",
       "ann@example.com\nbob@example.org\n",
       {"contact \"\" ann@example.com", "contact \"\" bob@example.org"}},
      {"display name inside",
       "email\nAnn Lee <ann@example.com>\n",
       {"contact \"Ann Lee\" ann@example.com"}},
      {"without",
       "email,name\n,Ann\nx,Bob\n\nann@example.com,Ann\n",
       {"skipped line 2: entry without a mail address",
        "skipped line 3: entry without a mail address",
        "contact \"Ann\" ann@example.com"}},
      {"never closed",
       "email,name\n\"ann@example.com,Ann\nx\n",
       {"skipped line 2: row whose quotes never close"}},
  };
  for (const auto& [name, text, got] : cases) {
    EXPECT_THAT(read_all(std::string(text), Kind::kCsv), ElementsAreArray(got))
        << name;
  }
}

TEST(Table, IsTable) {
  for (const auto* text : {"a,b,c\n1,2,3\n", "hello ann@example.com\n",
                           "name,display mail\n", "", "x\n"}) {
    EXPECT_FALSE(is_table(text)) << text;
  }
}

}  // namespace
}  // namespace lostletter::archive
