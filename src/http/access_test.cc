// SPDX-License-Identifier: Apache-2.0
#include "http/access.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::http {
namespace {

std::string show(const Result<Target>& target) {
  if (!target) return "error: " + target.error().message;
  std::string shown = target->path;
  for (const auto& [key, value] : target->query) {
    shown += " " + key + "=" + value;
  }
  return shown;
}

TEST(Access, ParseTarget) {
  const struct {
    std::string_view target, want;
  } cases[] = {
      {"/", "/"},
      {"/api/v1/check", "/api/v1/check"},
      {"/?", "/"},
      {"/?a=1&b=2", "/ a=1 b=2"},
      {"/?a=1&a=2", "/ a=2"},
      {"/?a&&b=", "/ a= b="},
      {"/?a=b=c", "/ a=b=c"},
      {"/?t=x%2By+z%20", "/ t=x+y z "},
      {"/?t=%C3%a9", "/ t=\xC3\xA9"},
      // The path stays as sent: routes are exact, so nothing can climb.
      {"/../etc/passwd", "/../etc/passwd"},
      {"/%2e%2e/x", "/%2e%2e/x"},
      {"//host/", "//host/"},
      {"", "error: the request target must begin with '/'"},
      {"*", "error: the request target must begin with '/'"},
      {"http://h/", "error: the request target must begin with '/'"},
      {"/#a", "error: the request target must have no '#'"},
      {"/?a=%", "error: the query has a '%' without two hexadecimal digits"},
      {"/?a=%4", "error: the query has a '%' without two hexadecimal digits"},
      {"/?%zz=1", "error: the query has a '%' without two hexadecimal digits"},
  };
  for (const auto& [target, want] : cases) {
    EXPECT_EQ(show(parse_target(target)), want) << "target " << target;
  }
}

TEST(Access, HostOf) {
  const struct {
    std::string_view header, want;  // "": malformed
  } cases[] = {
      {"127.0.0.1", "127.0.0.1"},
      {"127.0.0.1:8025", "127.0.0.1"},
      {"LocalHost:8025", "localhost"},
      {"localhost:", "localhost"},
      {"[::1]:8025", "[::1]"},
      {"[2001:DB8::1]", "[2001:db8::1]"},
      {"guard_1.example.com:65535", "guard_1.example.com"},
      {"", ""},
      {":80", ""},
      {"a:b", ""},
      {"a:123456", ""},
      {"a:1:2", ""},
      {"::1", ""},
      {"[::1", ""},
      {"[]", ""},
      {"[::1]x", ""},
      {"[localhost]", ""},
      {"a b", ""},
      {"a,b", ""},
      {"user@host", ""},
      {"host/path", ""},
      {"h\xC3\xB6st", ""},
  };
  for (const auto& [header, want] : cases) {
    EXPECT_EQ(host_of(header).value_or(""), want) << "header " << header;
  }
}

TEST(Access, LoopbackHost) {
  const struct {
    std::string_view host;
    bool want;
  } cases[] = {
      {"localhost", true},
      {"127.0.0.1", true},
      {"127.255.255.254", true},
      {"[::1]", true},
      {"[0:0:0:0:0:0:0:1]", true},
      {"::1", false},
      {"128.0.0.1", false},
      {"0.0.0.0", false},
      {"[::]", false},
      {"[::ffff:127.0.0.1]", false},
      {"localhost.", false},
      {"localhost.example.com", false},
      {"127.0.0.1.example.com", false},
      {"127.1", false},
      {"2130706433", false},
      {"", false},
  };
  for (const auto& [host, want] : cases) {
    EXPECT_EQ(is_loopback_host(host), want) << "host " << host;
  }
}

TEST(Access, SameOrigin) {
  const struct {
    std::string_view origin, host;
    bool want;
  } cases[] = {
      {"http://127.0.0.1:8025", "127.0.0.1:8025", true},
      {"http://LOCALHOST:8025", "localhost:8025", true},
      {"https://guard.example.com", "guard.example.com", true},
      {"http://127.0.0.1:8026", "127.0.0.1:8025", false},
      {"http://127.0.0.1", "127.0.0.1:8025", false},
      {"http://127.0.0.1:8025.example.com", "127.0.0.1:8025", false},
      {"http://example.com", "127.0.0.1:8025", false},
      {"ftp://127.0.0.1:8025", "127.0.0.1:8025", false},
      {"null", "127.0.0.1:8025", false},
      {"", "127.0.0.1:8025", false},
      {"http://", "", true},  // never asked: an empty Host is refused before
  };
  for (const auto& [origin, host, want] : cases) {
    EXPECT_EQ(is_same_origin(origin, host), want) << origin << " at " << host;
  }
}

TEST(Access, BearerToken) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc "), "abc");
  EXPECT_EQ(bearer_token("Basic abc"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearerabc"), std::nullopt);
  EXPECT_EQ(bearer_token(""), std::nullopt);
}

TEST(Access, CookieValue) {
  EXPECT_EQ(cookie_value("lostletter=a", "lostletter"), "a");
  EXPECT_EQ(cookie_value("x=1; lostletter=a=b; y=2", "lostletter"), "a=b");
  EXPECT_EQ(cookie_value("xlostletter=a", "lostletter"), std::nullopt);
  EXPECT_EQ(cookie_value("lostletter", "lostletter"), std::nullopt);
  EXPECT_EQ(cookie_value("", "lostletter"), std::nullopt);
}

TEST(Access, SecretsAreComparedWhole) {
  EXPECT_TRUE(is_same_secret("0123456789abcdef", "0123456789abcdef"));
  EXPECT_FALSE(is_same_secret("0123456789abcdeg", "0123456789abcdef"));
  EXPECT_FALSE(is_same_secret("0123456789abcde", "0123456789abcdef"));
  EXPECT_FALSE(is_same_secret("", "0123456789abcdef"));
  EXPECT_FALSE(is_same_secret(std::string("a\0b", 3), std::string("a\0c", 3)));
}

TEST(Access, TheCookieDoesNotTellTheToken) {
  const std::string token = "0123456789abcdef";
  EXPECT_EQ(session_secret(token), session_secret(token));
  EXPECT_NE(session_secret(token), session_secret(token + "0"));
  EXPECT_EQ(session_secret(token).find(token), std::string::npos);
}

}  // namespace
}  // namespace lostletter::http
