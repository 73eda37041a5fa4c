// SPDX-License-Identifier: Apache-2.0
#include "scan/names.h"

#include <string>

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

struct Case {
  std::string_view text;
  std::string_view address;  // empty: none
  std::string_view domain;
};

TEST(Names, AreAddressesInOneForm) {
  constexpr Case kCases[] = {
      {"ann@example.com", "ann@example.com", "example.com"},
      {"Ann@Example.COM", "ann@example.com", "example.com"},
      {"\"a@b\"@example.com", "\"a@b\"@example.com", "example.com"},
      {"ann@\xc3\xa4rmy.example", "ann@xn--rmy-pla.example",
       "xn--rmy-pla.example"},
      // No address, and yet it resembles one.
      {"ann@army,mil", "ann@army,mil", "army,mil"},
      {"ann@[192.0.2.1]", "ann@[192.0.2.1]", "[192.0.2.1]"},
      {"ann", "", ""},
      {"@example.com", "", ""},
      {"ann@", "", ""},
      {"", "", ""},
  };
  Names names;
  for (const auto& [text, address, domain] : kCases) {
    const Id id = names.intern(text);
    EXPECT_EQ(names.intern(text), id) << text;
    EXPECT_EQ(names.find(text), id) << text;
    EXPECT_EQ(id == 0, address.empty()) << text;
    if (id == 0) continue;
    EXPECT_EQ(names.address(id), address);
    EXPECT_EQ(names.domain(names.domain_of(id)), domain);
    EXPECT_EQ(std::string(names.local_part(id)) + "@" + std::string(domain),
              address);
  }
  EXPECT_EQ(names.intern("Ann@Example.COM"), names.find("ann@example.com"));
  EXPECT_EQ(names.find("bob@example.com"), 0);
}

TEST(Names, StayWhereTheyAre) {
  Names names;
  const Id first = names.intern("ann@example.com");
  const std::string_view text = names.address(first);
  for (int i = 0; i < 50'000; ++i) {
    names.intern("user" + std::to_string(i) + "@host" +
                 std::to_string(i % 300) + ".example");
  }
  EXPECT_EQ(text, "ann@example.com");
  EXPECT_EQ(names.size(), 50'001);
  EXPECT_EQ(names.domains(), 301);
  EXPECT_EQ(names.find_domain("host7.example"),
            names.domain_of(names.find("user7@host7.example")));
  EXPECT_EQ(names.find_domain("host300.example"), 0);
  // Longer than a chunk.
  const std::string huge(std::size_t{1} << 19U, 'x');
  EXPECT_EQ(names.intern(huge), 0);
}

}  // namespace
}  // namespace lostletter::scan
