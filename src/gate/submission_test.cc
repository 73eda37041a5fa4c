// SPDX-License-Identifier: Apache-2.0
#include "gate/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::gate {
namespace {

TEST(Submission, SubmitterKey) {
  struct Case {
    std::string_view login, client, reverse_path, key;
  };
  constexpr Case kCases[] = {
      {"ann", "192.0.2.1", "<ann@example.com>", "login:ann"},
      {"ann@example.com", "", "<>", "login:ann@example.com"},
      {"", "127.0.0.1", "<Ann@EXAMPLE.com>",
       "client:127.0.0.1/Ann@example.com"},
      {"", "127.0.0.1", "ann@example.com", "client:127.0.0.1/ann@example.com"},
      {"", "127.0.0.1", "<>", "client:127.0.0.1/"},
      {"", "", "<root>", "client:/root"},
      {"", "2001:db8::1", "<@a:b@c>", "client:2001:db8::1/b@c"},
  };
  for (const auto& [login, client, path, key] : kCases) {
    EXPECT_EQ(submitter_key(login, client, path), key);
  }
  EXPECT_EQ(submitter_key(std::string(5000, 'x'), "", "").size(), 1000U);
}

TEST(Submission, IsLeaving) {
  const auto inside =
      net::Networks::parse({"127.0.0.0/8", "::1", "10.0.0.0/8"});
  ASSERT_TRUE(inside);
  struct Case {
    std::string_view login;
    char family;
    std::string_view address;
    Traffic traffic;
    bool leaving;
  };
  constexpr Case kCases[] = {
      {"", '4', "127.0.0.1", Traffic::kSubmission, true},
      {"", '4', "10.1.2.3", Traffic::kSubmission, true},
      {"", '6', "::1", Traffic::kSubmission, true},
      {"", '6', "::ffff:10.1.2.3", Traffic::kSubmission, true},
      {"", '4', "192.0.2.1", Traffic::kSubmission, false},
      {"", '4', "192.0.2.1", Traffic::kRelay, false},
      {"ann", '4', "192.0.2.1", Traffic::kSubmission, true},
      {"ann", 'U', "", Traffic::kSubmission, true},
      // Postfix tells 'U' of a client whose address it does not know.
      {"", 'U', "", Traffic::kSubmission, false},
      {"", 'L', "/run/x.sock", Traffic::kRelay, false},
      {"", 'U', "", Traffic::kLocal, true},
      {"", 'L', "", Traffic::kLocal, true},
      {"", '4', "192.0.2.1", Traffic::kLocal, true},
      {"", '4', "", Traffic::kSubmission, false},
      {"", '4', "127.0.0.1.example", Traffic::kSubmission, false},
  };
  for (const auto& [login, family, address, traffic, leaving] : kCases) {
    milter::Connect client;
    client.family = family;
    client.address = address;
    EXPECT_EQ(is_leaving(login, client, *inside, traffic), leaving)
        << login << ' ' << family << ' ' << address;
  }
}

TEST(Submission, OwnDomains) {
  const OwnDomains ours(
      {"Example.com", "*.example.org", "m\xC3\xBCller.example", "[192.0.2.1]"});
  for (const auto* name :
       {"example.com", "example.org", "a.example.org", "a.b.example.org",
        "xn--mller-kva.example", "[192.0.2.1]"}) {
    EXPECT_TRUE(ours.contains(name)) << name;
  }
  for (const auto* name :
       {"a.example.com", "badexample.org", "example.net", "", "[192.0.2.2]"}) {
    EXPECT_FALSE(ours.contains(name)) << name;
  }
}

TEST(Submission, Recipient) {
  using testing::ElementsAre;
  struct Case {
    std::string_view typed, resolved;
    std::string key;
    std::vector<std::string> addresses;
    std::string other_case = {};
    bool exempt = false;
  };
  const Case cases[] = {
      {"<ann@army.ml>", "", "ann@army.ml", {"ann@army.ml"}},
      {"<ann@army.ml>", "ann@army.ml", "ann@army.ml", {"ann@army.ml"}},
      // Variants count once, as typed; the key is what is delivered to.
      {"<Ann@ARMY.ml.>",
       "ann@army.ml",
       "ann@army.ml",
       {"Ann@army.ml"},
       "ann@army.ml"},
      {"<@a.example,@b.example:ann@army.ml>",
       "ann@army.ml",
       "ann@army.ml",
       {"ann@army.ml"}},
      {"ann@army.ml", "ann@army.ml", "ann@army.ml", {"ann@army.ml"}},
      {"<\"ann\"@army.ml>",
       "ann@army.ml",
       "ann@army.ml",
       {"ann@army.ml", "\"ann\"@army.ml"}},
      // What Postfix rewrites: both are judged, the delivered one first.
      {"<army.ml!ann>",
       "ann@army.ml",
       "ann@army.ml",
       {"ann@army.ml", "army.ml!ann"}},
      {"<(c)ann@army.ml>",
       "ann@army.ml",
       "ann@army.ml",
       {"ann@army.ml", "(c)ann@army.ml"}},
      {"<ann>",
       "ann@example.com",
       "ann@example.com",
       {"ann@example.com", "ann"},
       "",
       true},
      {"<two@@army.ml>",
       "\"two@\"@army.ml",
       "\"two@\"@army.ml",
       {"\"two@\"@army.ml", "two@@army.ml"}},
      // Sendmail: a local user.
      {"<ann@example.com>",
       "ann",
       "ann@example.com",
       {"ann@example.com"},
       "",
       true},
      {"<bob@army.ml>", "bob", "bob@army.ml", {"bob@army.ml"}},
      // Ours, in whatever way; typed as ours and delivered elsewhere.
      {"<Bob@Example.COM>",
       "bob@example.com",
       "bob@example.com",
       {"Bob@example.com"},
       "bob@example.com",
       true},
      {"<old@example.com>", "ann@army.ml", "ann@army.ml", {"ann@army.ml"}},
      {"<ann@army.ml>",
       "bob@example.com",
       "bob@example.com",
       {"bob@example.com", "ann@army.ml"},
       "",
       true},
      {"<postmaster>",
       "postmaster@elsewhere.example",
       "postmaster@elsewhere.example",
       {"postmaster@elsewhere.example", "postmaster"},
       "",
       true},
      {"<PostMaster>", "", "postmaster", {"PostMaster"}, "", true},
      {"<postmaster@army.ml>",
       "postmaster@army.ml",
       "postmaster@army.ml",
       {"postmaster@army.ml"}},
      {"<>", "", "", {""}},
      {"<ann@m\xC3\xBCller.example>",
       "ann@m\xC3\xBCller.example",
       "ann@xn--mller-kva.example",
       {"ann@xn--mller-kva.example"}},
  };
  const OwnDomains ours({"example.com"});
  for (const Case& c : cases) {
    const Recipient got = read_recipient(c.typed, c.resolved, ours);
    EXPECT_EQ(got.key, c.key) << c.typed;
    EXPECT_EQ(got.addresses, c.addresses) << c.typed;
    EXPECT_EQ(got.other_case, c.other_case) << c.typed;
    EXPECT_EQ(got.exempt, c.exempt) << c.typed;
  }
  const std::string endless(1 << 20, 'x');
  EXPECT_EQ(read_recipient(endless, "", ours).key.size(), 1000U);
}

}  // namespace
}  // namespace lostletter::gate
