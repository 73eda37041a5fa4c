// SPDX-License-Identifier: Apache-2.0
#include "dns/memory.h"

#include <map>

#include <gtest/gtest.h>

#include "dns/shelf.h"

namespace lostletter::dns {
namespace {

class FakeFacts final : public store::NameFacts {
 public:
  void save(std::span<const store::NameFact> facts) override {
    for (const auto& fact : facts) all[fact.kind + "/" + fact.name] = fact;
  }
  std::optional<store::NameFact> find(std::string_view kind,
                                      std::string_view name,
                                      Seconds now) override {
    const auto found = all.find(std::string(kind) + "/" + std::string(name));
    if (found == all.end() || found->second.until <= now) return std::nullopt;
    return found->second;
  }
  std::size_t expire(Seconds) override { return 0; }

  std::map<std::string, store::NameFact> all;
};

struct Place {
  FakeFacts facts;
  ManualClock clock{Seconds(Duration(1'800'000'000))};
  NameMemory memory{facts, clock};

  guard::NameFacts ask(const guard::NameQuestion& question,
                       const std::string& host, bool parked = false) {
    Facts found;
    found.name = question.domain;
    found.service = MailService::kMx;
    found.exchangers = {{host, 10, Known::kYes, {"192.88.99.1"}}};
    guard::NameFacts told{.mail = guard::Mail::kTaken};
    if (parked) told.parked_at = host;
    memory.consider(question, found, told);
    return told;
  }
  guard::NameFacts of_partner(const std::string& host, bool parked = false,
                              std::uint64_t received = 5) {
    return ask(
        {.domain = "partner.example", .is_partner = true, .received = received},
        host, parked);
  }
  std::string of_wrong(const std::string& name, const std::string& host) {
    return ask({.domain = name, .is_wrong = true}, host).clutch_at;
  }
};

TEST(NameMemory, WrongNamesThatShareAHostAreAClutch) {
  Place place;
  EXPECT_EQ(place.of_wrong("army.ml", "mx1.clutch.test"), "");
  EXPECT_EQ(place.of_wrong("us.army.ml", "mx1.clutch.test"), "");  // the same
  EXPECT_EQ(place.of_wrong("gmial.com", "mx2.clutch.test"), "");
  EXPECT_EQ(place.of_wrong("navy.ml", "mx.clutch.test"), "clutch.test");
  EXPECT_EQ(place.ask({.domain = "other.test"}, "mx.clutch.test").clutch_at,
            "clutch.test");
  EXPECT_EQ(place.of_wrong("own.test", "mx.own.test"), "");
  place.clock.advance(std::chrono::days(181));
  EXPECT_EQ(place.ask({.domain = "other.test"}, "mx.clutch.test").clutch_at,
            "");
}

TEST(NameMemory, WhomEverybodyUsesIsNoClutch) {
  Place place;
  for (const char* name : {"a.test", "b.test", "c.test", "d.test"}) {
    EXPECT_EQ(place.of_wrong(name, "aspmx.l.google.com"), "");
  }
}

TEST(NameMemory, APartnerThatMovesToParking) {
  Place place;
  EXPECT_EQ(place.of_partner("mail.host.test").moved_to, "");
  // To an ordinary host: people do.
  EXPECT_EQ(place.of_partner("mail.other.test").moved_to, "");
  const auto moved = place.of_partner("park.test", true);
  EXPECT_EQ(moved.moved_from, "other.test");
  EXPECT_EQ(moved.moved_to, "park.test");
  // As long as nothing comes from there, however much is sent.
  place.clock.advance(std::chrono::days(100));
  EXPECT_EQ(place.of_partner("park.test", true).moved_to, "park.test");
  // An answer: it is still them.
  EXPECT_EQ(place.of_partner("park.test", true, 6).moved_to, "");
  EXPECT_EQ(place.of_partner("park.test", true, 6).moved_to, "");
}

TEST(NameMemory, APartnerThatMovesToAClutch) {
  Place place;
  place.of_partner("mail.partner.example");
  for (const char* name : {"a.test", "b.test", "c.test"}) {
    place.of_wrong(name, "mx.clutch.test");
  }
  const auto moved = place.of_partner("mx.clutch.test");
  EXPECT_EQ(moved.moved_from, "partner.example");
  EXPECT_EQ(moved.moved_to, "clutch.test");
  // And back.
  EXPECT_EQ(place.of_partner("mail.partner.example").moved_to, "");
}

TEST(NameMemory, OfWhomNothingIsRememberedNothingIsSaid) {
  Place place;
  EXPECT_EQ(place.of_partner("park.test", true).moved_to, "");
}

TEST(Shelf, KeepsAnswersAsLongAsTheyHold) {
  FakeFacts facts;
  ManualClock clock{Seconds(Duration(1'800'000'000))};
  Answer answer;
  answer.outcome = Outcome::kData;
  answer.authentic = true;
  answer.canonical = "b.test";
  answer.ttl = std::chrono::seconds(60);
  Record record;
  record.owner = "b.test";
  record.type = Type::kMx;
  record.data = "mail.b.test";
  record.preference = 10;
  answer.records = {record};
  {
    Shelf shelf(facts, clock);
    shelf.put("a.test 15", answer);
    Answer none;
    none.outcome = Outcome::kNoName;
    none.ttl = std::chrono::seconds(30);
    shelf.put("gone.test 15", none);
    shelf.put("unknown.test 15", Answer());
  }
  EXPECT_EQ(facts.all.size(), 2U);
  clock.advance(std::chrono::seconds(29));
  Shelf shelf(facts, clock);
  const auto kept = shelf.find("a.test 15");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->ttl.count(), 31);
  EXPECT_TRUE(kept->authentic);
  EXPECT_EQ(kept->canonical, "b.test");
  EXPECT_EQ(kept->records, answer.records);
  EXPECT_EQ(shelf.find("gone.test 15")->outcome, Outcome::kNoName);
  clock.advance(std::chrono::seconds(1));  // RFC 2308
  EXPECT_FALSE(shelf.find("gone.test 15"));
  clock.advance(std::chrono::seconds(30));
  EXPECT_FALSE(shelf.find("a.test 15"));
}

TEST(Shelf, ReadsNothingElse) {
  for (const char* bytes :
       {"", "1:0", "1:01:16:a.test", "1:31:06:a.test", "1:11:06:a.test1:x",
        "9:0", "1:x1:06:a.test", "-1:0"}) {
    EXPECT_FALSE(answer_from(bytes)) << bytes;
  }
  EXPECT_TRUE(answer_from("1:11:06:a.test"));
}

}  // namespace
}  // namespace lostletter::dns
