// SPDX-License-Identifier: Apache-2.0
#include "mail/address.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::mail {
namespace {

TEST(Address, Parts) {
  struct Case {
    std::string_view text;
    std::string_view local_part;
    std::string_view unquoted;
    std::string_view domain;
    bool is_literal;
  };
  constexpr Case kCases[] = {
      {"Ann@Example.COM", "Ann", "Ann", "example.com", false},
      {"\"a b\"@example.com", "\"a b\"", "a b", "example.com", false},
      {"\"a\\\"b\"@example.com", "\"a\\\"b\"", "a\"b", "example.com", false},
      {"\"a\\\\\"@example.com", "\"a\\\\\"", "a\\", "example.com", false},
      {"\"\"@example.com", "\"\"", "", "example.com", false},
      {"\"b@c\"@example.com", "\"b@c\"", "b@c", "example.com", false},
      {"ann@[192.0.2.1]", "ann", "ann", "[192.0.2.1]", true},
      {"ann@[ipv6:2001:DB8:0:0::1]", "ann", "ann", "[IPv6:2001:db8::1]", true},
      {"ann@b\u00FC"
       "cher.example",
       "ann", "ann", "xn--bcher-kva.example", false},
  };
  for (const auto& [text, local_part, unquoted, domain, literal] : kCases) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text << ": " << address.error().message;
    EXPECT_EQ(address->local_part(), local_part);
    EXPECT_EQ(address->unquoted_local_part(), unquoted);
    EXPECT_EQ(address->domain(), domain);
    EXPECT_EQ(address->is_literal(), literal);
    EXPECT_EQ(address->name().has_value(), !literal);
    EXPECT_EQ(address->to_string(),
              std::string(local_part) + '@' + std::string(domain));
  }
}

TEST(Address, ComparesByBytesLeftAndByNameRight) {
  const auto parse = [](std::string_view text) {
    return Address::parse(text).value();
  };
  EXPECT_EQ(parse("ann@EXAMPLE.com"), parse("ann@example.com"));
  EXPECT_NE(parse("Ann@example.com"), parse("ann@example.com"));
  EXPECT_EQ(parse("ann@[IPv6:::1]"), parse("ann@[IPv6:0:0:0:0:0:0:0:1]"));
}

// What is read in two steps is read as by parse().
TEST(Address, InTwoSteps) {
  const std::string domains[] = {"example.com",
                                 "B\xC3\xBC"
                                 "cher.example",
                                 std::string(60, 'a') + ".example",
                                 std::string(60, 'a') + '.' +
                                     std::string(60, 'b') + '.' +
                                     std::string(60, 'c') + ".example"};
  const std::string local_parts[] = {"ann",
                                     "",
                                     ".ann",
                                     "a b",
                                     "\"a b\"",
                                     "\"a",
                                     "a\xFF",
                                     std::string(64, 'x'),
                                     std::string(65, 'x')};
  for (const auto& domain : domains) {
    const auto name = parse_domain(domain);
    ASSERT_TRUE(name) << domain;
    for (const auto& local_part : local_parts) {
      const std::string text = local_part + '@' + domain;
      EXPECT_EQ(is_address(local_part, domain, name->ascii()),
                Address::parse(text).has_value())
          << text;
    }
  }
}

TEST(Address, FindDomain) {
  struct Case {
    std::string_view text;
    std::string_view domain;  // "-" for nothing
  };
  constexpr Case kCases[] = {
      {"ann@gmail,com", "gmail,com"},
      {"a@b@c", "c"},
      {"\"a@b\"@c", "c"},
      {"\"a@b\"", "-"},
      {"\"a\\\"@b\"", "-"},
      {"\"a@b", "b"},  // never closed: an ordinary byte
      {"\"a\"@\"b@c", "c"},
      {"\"a\"\"b@c\"", "-"},
      {"ann@", ""},
      {"@", ""},
      {"ann", "-"},
      {"", "-"},
  };
  for (const auto& [text, domain] : kCases) {
    const auto begin = find_domain(text);
    EXPECT_EQ(begin ? text.substr(*begin) : "-", domain) << text;
  }
}

}  // namespace
}  // namespace lostletter::mail
