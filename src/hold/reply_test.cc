// SPDX-License-Identifier: Apache-2.0
#include "hold/reply.h"

#include <gtest/gtest.h>

namespace lostletter::hold {
namespace {

TEST(Reply, ReadsTheFirstWord) {
  struct Case {
    std::string_view letter;
    std::optional<Purpose> wanted;
  };
  const Case kCases[] = {
      {"Subject: Re\r\n\r\nfix\r\n\r\n> send\r\n", Purpose::kMend},
      {"Subject: Re\r\n\r\n\r\n  SEND, please.\r\n", Purpose::kSend},
      {"\r\nDiscard.\r\n", Purpose::kDiscard},
      {"Content-Type: text/plain; charset=utf-8\r\n"
       "Content-Transfer-Encoding: base64\r\n\r\nZml4Cg==\r\n",
       Purpose::kMend},
      {"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
       "--b\r\nContent-Type: text/html\r\n\r\n<p>send</p>\r\n"
       "--b\r\nContent-Type: text/plain\r\n\r\ndiscard\r\n--b--\r\n",
       Purpose::kDiscard},
      // Not answers.
      {"Subject: Re\r\n\r\n> fix\r\n", std::nullopt},
      {"Subject: Re\r\n\r\nfixed it myself\r\n", std::nullopt},
      {"Subject: fix\r\n\r\n", std::nullopt},
      {"Auto-Submitted: auto-replied\r\n\r\nsend\r\n", std::nullopt},
      {"Precedence: bulk\r\n\r\nsend\r\n", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(read_reply(c.letter), c.wanted) << c.letter;
  }
}

}  // namespace
}  // namespace lostletter::hold
