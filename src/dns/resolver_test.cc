// SPDX-License-Identifier: Apache-2.0
//
// What needs no name server; tests/programs/dns_test.py has the real ones.
#include "dns/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns/address.h"
#include "dns/cache.h"
#include "dns/facts.h"
#include "dns/parking.h"

namespace lostletter::dns {
namespace {

TEST(Server, Parse) {
  const std::string wrong =
      " is no resolver: write 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53";
  const std::pair<std::string, std::string> kCases[] = {
      {"192.0.2.1", "192.0.2.1 53"},
      {"192.0.2.1:5353", "192.0.2.1 5353"},
      {"2001:db8::1", "2001:db8::1 53"},
      {"[2001:db8::1]", "2001:db8::1 53"},
      {"[2001:db8::1]:8053", "2001:db8::1 8053"},
      {"ns.example.com", "'ns.example.com'" + wrong},
      {"192.0.2.1:", "'192.0.2.1:'" + wrong},
      {"192.0.2.1:0", "'192.0.2.1:0'" + wrong},
      {"192.0.2.1:65536", "'192.0.2.1:65536'" + wrong},
      {"192.0.2.1:99999999999999", "'192.0.2.1:99999999999999'" + wrong},
      {"[2001:db8::1]x", "'[2001:db8::1]x'" + wrong},
      {"", "''" + wrong},
  };
  for (const auto& [text, want] : kCases) {
    const auto server = Server::parse(text);
    EXPECT_EQ(server ? server->address + " " + std::to_string(server->port)
                     : server.error().message,
              want);
  }
}

TEST(Address, IsPublic) {
  const std::pair<std::string_view, bool> kCases[] = {
      {"192.88.99.1", true},
      {"8.8.8.8", true},
      {"127.0.0.1", false},
      {"127.255.255.255", false},
      {"0.0.0.0", false},
      {"10.0.0.1", false},
      {"11.0.0.1", true},
      {"172.15.255.255", true},
      {"172.16.0.0", false},
      {"172.31.255.255", false},
      {"172.32.0.0", true},
      {"192.168.1.1", false},
      {"192.169.1.1", true},
      {"169.254.1.1", false},
      {"100.63.255.255", true},
      {"100.64.0.1", false},
      {"100.127.0.1", false},
      {"100.128.0.0", true},
      {"224.0.0.1", false},
      {"255.255.255.255", false},
      {"198.18.0.1", false},
      {"198.20.0.1", true},
      {"192.0.2.1", false},
      {"203.0.113.1", false},
      {"::1", false},
      {"::", false},
      {"fe80::1", false},
      {"fc00::1", false},
      {"ff02::1", false},
      {"2001:db8::1", false},
      {"2001:4860::1", true},
      {"2001::1", false},
      {"2002:808:808::1", false},
      {"::ffff:10.0.0.1", false},
      {"::ffff:8.8.8.8", true},
      {"", false},
      {"example.com", false},
  };
  for (const auto& [text, want] : kCases) {
    EXPECT_EQ(is_public_address(text), want) << text;
  }
}

TEST(Parking, Hosts) {
  EXPECT_TRUE(is_parking_host("sedoparking.com"));
  EXPECT_TRUE(is_parking_host("ns1.sedoparking.com"));
  EXPECT_FALSE(is_parking_host("notsedoparking.com"));
  EXPECT_FALSE(is_parking_host("mail.example.com"));
}

Answer answer(int ttl, Outcome outcome = Outcome::kNoName) {
  Answer made;
  made.outcome = outcome;
  made.ttl = std::chrono::seconds(ttl);
  return made;
}

TEST(Cache, HoldsAsLongAsTheTtlSays) {
  Cache cache(10);
  const Cache::Time now{};
  cache.put("a", answer(30), now);
  cache.put("b", answer(0), now);
  const auto after = [&](int seconds) {
    return now + std::chrono::seconds(seconds);
  };
  EXPECT_NE(cache.find("a", after(29)), nullptr);
  EXPECT_EQ(cache.find("a", after(30)), nullptr);
  EXPECT_EQ(cache.find("b", now), nullptr);
  cache.put("a", answer(30, Outcome::kNoData), after(40));
  ASSERT_NE(cache.find("a", after(69)), nullptr);
  EXPECT_EQ(cache.find("a", after(69))->outcome, Outcome::kNoData);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(Cache, IsBounded) {
  Cache cache(3);
  const Cache::Time now{};
  for (int i = 0; i < 10; ++i) cache.put(std::to_string(i), answer(9), now);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_EQ(cache.find("6", now), nullptr);
  for (const char* kept : {"7", "8", "9"}) {
    EXPECT_NE(cache.find(kept, now), nullptr);
  }
}

Facts with(std::vector<Known> reachable, std::size_t count) {
  Facts facts;
  facts.service = MailService::kMx;
  facts.exchanger_count = count;
  for (const Known known : reachable) {
    facts.exchangers.push_back({"m.test", 10, known, {}});
  }
  return facts;
}

TEST(Facts, Accepts) {
  using enum Known;
  EXPECT_EQ(with({kNo, kYes}, 2).accepts(), kYes);
  EXPECT_EQ(with({kNo, kUnknown}, 2).accepts(), kUnknown);
  EXPECT_EQ(with({kNo, kNo}, 2).accepts(), kNo);
  EXPECT_EQ(with({kNo, kNo}, 3).accepts(), kUnknown);
  Facts facts;
  EXPECT_EQ(facts.accepts(), kUnknown);
  facts.service = MailService::kNull;
  EXPECT_EQ(facts.accepts(), kNo);
}

// Nothing listens there: everything ends all the same, and equal questions are
// one.
TEST(Resolver, EndsWhenNobodyAnswers) {
  ResolverOptions options;
  options.servers = {{"127.0.0.1", 9}};
  options.timeout = std::chrono::milliseconds(50);
  options.deadline = std::chrono::milliseconds(400);
  auto resolver = Resolver::open(options);
  ASSERT_TRUE(resolver) << resolver.error().message;
  std::vector<Outcome> got;
  for (const char* name : {"a.test", "A.test", "b.test"}) {
    (*resolver)->ask(name, Type::kMx, [&](const Answer& answer) {
      got.push_back(answer.outcome);
    });
  }
  EXPECT_TRUE(got.empty());
  while (!(*resolver)->is_idle()) {
    (*resolver)->turn(std::chrono::milliseconds(1000));
  }
  EXPECT_EQ(got, std::vector<Outcome>(3, Outcome::kUnknown));
  EXPECT_EQ((*resolver)->counts().asked, 2U);
  // It is not asked again at once.
  EXPECT_NE((*resolver)->find("a.test", Type::kMx), nullptr);
}

TEST(Resolver, AnswersWhatIsUnderWayWhenItEnds) {
  std::vector<Outcome> got;
  {
    ResolverOptions options;
    options.servers = {{"127.0.0.1", 9}};
    options.in_flight = 1;
    auto resolver = Resolver::open(options);
    ASSERT_TRUE(resolver);
    Resolver& one = **resolver;
    const auto note = [&](const Answer& answer) {
      got.push_back(answer.outcome);
      if (got.size() == 1) {
        one.ask("c.test", Type::kMx,
                [&](const Answer& last) { got.push_back(last.outcome); });
      }
    };
    one.ask("a.test", Type::kMx, note);
    one.ask("b.test", Type::kMx, note);
  }
  EXPECT_EQ(got, std::vector<Outcome>(3, Outcome::kUnknown));
}

}  // namespace
}  // namespace lostletter::dns
