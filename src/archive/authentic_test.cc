// SPDX-License-Identifier: Apache-2.0
#include "archive/authentic.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

// "server: method=result property=value, ...; ..."
std::string parse(std::string_view body) {
  const auto field = parse_authentication_results(body);
  std::string text = field.server + ':';
  for (const auto& one : field.results) {
    text += ' ' + one.method + '=' + one.result;
    for (const auto& [name, value] : one.properties) {
      text += ' ' + name + "=[" + value + ']';
    }
    text += ';';
  }
  return text;
}

TEST(Authentic, Parse) {
  struct Case {
    std::string_view body;
    std::string_view got;
  };
  // RFC 8601, appendix B.
  constexpr Case kCases[] = {
      {" example.org 1; none", "example.org:"},
      {" Example.COM;\r\n spf=pass smtp.mailfrom=example.net",
       "example.com: spf=pass smtp.mailfrom=[example.net];"},
      {"example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
       "spf=pass smtp.mailfrom=example.net",
       "example.com: auth=pass smtp.auth=[sender@example.net]; spf=pass "
       "smtp.mailfrom=[example.net];"},
      {"example.com; dkim=pass reason=\"good; signature\" "
       "header.i=@mail-router.example.net; dkim=fail reason=\"bad\" "
       "header.i=@newyork.example.com",
       "example.com: dkim=pass reason=[good; signature] "
       "header.i=[@mail-router.example.net]; dkim=fail reason=[bad] "
       "header.i=[@newyork.example.com];"},
      {"foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 "
       "(One yay) = (wait for it) fail\r\n policy (A dot can go here) . "
       "(like that) expired (this surprised me) = (as I wasn't expecting it) "
       "1362471462",
       "foo.example.net: dkim=fail;"},
      {"\"a\\\"b\"; DMARC=Pass", "a\"b: dmarc=pass;"},
      {"", ":"},
      {"x; ;;=; dkim; spf=", "x: spf=;"},
      {"x; (never closed", "x:"},
  };
  for (const auto& [body, got] : kCases) {
    EXPECT_EQ(parse(body), got) << body;
  }
}

TEST(Authentic, Judge) {
  struct Case {
    std::string_view why;
    std::vector<std::string> fields;
    std::string_view author;
    Authentic got;
  };
  const Case cases[] = {
      {"DMARC",
       {"mx.us.example; dmarc=pass header.from=example.com"},
       "example.com",
       Authentic::kYes},
      {"DMARC fails",
       {"mx.us.example; dkim=pass header.d=example.com; "
        "dmarc=fail"},
       "example.com",
       Authentic::kNo},
      {"DMARC of somebody else",
       {"mx.us.example; dmarc=pass header.from=example.net"},
       "example.com",
       Authentic::kNo},
      {"no policy, DKIM",
       {"mx.us.example; dmarc=none; dkim=pass "
        "header.d=mail.example.com"},
       "example.com",
       Authentic::kYes},
      {"DKIM by its agent",
       {"mx.us.example; dkim=pass "
        "header.i=@mail.example.com"},
       "example.com",
       Authentic::kYes},
      {"DKIM not aligned",
       {"mx.us.example; dkim=pass header.d=example.net"},
       "example.com",
       Authentic::kNo},
      {"below the same public suffix",
       {"mx.us.example; dkim=pass header.d=other.co.uk"},
       "ours.co.uk",
       Authentic::kNo},
      {"SPF",
       {"mx.us.example; spf=pass smtp.mailfrom=a@bounce.example.com"},
       "example.com",
       Authentic::kYes},
      {"SPF not aligned",
       {"mx.us.example; spf=pass smtp.mailfrom=army.ml"},
       "army.mil",
       Authentic::kNo},
      {"SPF of the greeting",
       {"mx.us.example; spf=pass smtp.helo=example.com"},
       "example.com",
       Authentic::kNo},
      {"two signatures",
       {"mx.us.example; dkim=fail header.d=example.com; "
        "dkim=pass header.d=example.com"},
       "example.com",
       Authentic::kYes},
      {"two fields",
       {"mx.us.example; spf=fail smtp.mailfrom=x",
        "mx.us.example; dkim=pass header.d=example.com"},
       "example.com",
       Authentic::kYes},
      {"the lower contradicts",
       {"mx.us.example; dkim=fail",
        "mx.us.example; dkim=pass "
        "header.d=example.com"},
       "example.com",
       Authentic::kNo},
      {"not ours",
       {"mx.them.example; dmarc=pass"},
       "example.com",
       Authentic::kUnknown},
      {"ours below theirs",
       {"mx.them.example; dmarc=pass", "mx.us.example; dmarc=pass"},
       "example.com",
       Authentic::kUnknown},
      {"nothing said",
       {"mx.us.example; none"},
       "example.com",
       Authentic::kUnknown},
      {"other methods",
       {"mx.us.example; auth=pass"},
       "example.com",
       Authentic::kUnknown},
      {"several authors", {"mx.us.example; dmarc=pass"}, "", Authentic::kNo},
      {"no field", {}, "example.com", Authentic::kUnknown},
  };
  for (const auto& [why, fields, author, got] : cases) {
    EXPECT_EQ(judge_authentication(fields, {"MX.us.example"}, author), got)
        << why;
  }
}

}  // namespace
}  // namespace lostletter::archive
