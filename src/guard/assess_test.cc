// SPDX-License-Identifier: Apache-2.0
#include "guard/assess.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "guard/refusal.h"

namespace lostletter::guard {
namespace {

std::shared_ptr<const lookalike::Engine> engine() {
  static const auto built = std::make_shared<const lookalike::Engine>(
      lookalike::built_in_names(), lookalike::built_in_options());
  return built;
}

Assessment assess(std::string_view address, const Rules& rules = {},
                  Mode mode = Mode::kAsk) {
  return Assessor(rules, engine()).assess(address, mode);
}

TEST(Assess, Verdicts) {
  struct Case {
    std::string_view address;
    Verdict verdict;
    std::string_view intended;
  };
  using enum Verdict;
  constexpr Case kCases[] = {
      {"general@army.ml", kMisdirected, "general@army.mil"},
      {"\"john doe\"@army.ml", kMisdirected, "\"john doe\"@army.mil"},
      {"ann@gmail,com", kMisdirected, "ann@gmail.com"},
      {"ann@.gmail.com", kMisdirected, "ann@gmail.com"},
      {"ann@gmail..com", kMisdirected, "ann@gmail.com"},
      {"ann@armymil", kMisdirected, "ann@army.mil"},
      {"general@army.mil", kClear, ""},
      {"ann@diplomatie.gouv.ml", kClear, ""},
      {"ann@[192.0.2.1]", kClear, ""},
      {"ann@clinic.example", kClear, ""},
      {"ann", kInvalid, ""},
      {"", kInvalid, ""},
      {"@army.ml", kInvalid, ""},
      {"a b@army.ml", kInvalid, ""},
      {"ann@", kInvalid, ""},
      {"ann@nothing-like-this-anywhere.zzzz", kInvalid, ""},
      {"ann@mailhost", kInvalid, ""},
  };
  for (const auto& [address, verdict, intended] : kCases) {
    const Assessment found = assess(address);
    EXPECT_EQ(to_string(found.verdict), to_string(verdict)) << address;
    EXPECT_EQ(found.address, address);
    if (!intended.empty()) {
      ASSERT_FALSE(found.intended.empty()) << address;
      EXPECT_EQ(found.intended.front().address, intended);
    }
    EXPECT_EQ(found.verdict == kClear, found.action == Action::kAccept);
    EXPECT_EQ(found.verdict != kClear, !found.findings.empty()) << address;
  }
}

TEST(Assess, Rules) {
  const Rules rules{
      .block = {"*.ml", "competitor.example"},
      .allow = {"diplomatie.gouv.ml", "ann@army.ml", "*.friends.ml"}};
  ASSERT_TRUE(check_rules(rules));
  struct Case {
    std::string_view address;
    std::string_view verdict;
  };
  constexpr Case kCases[] = {
      {"x@orange.ml", "blocked"},
      {"x@a.b.c.ml", "blocked"},
      {"x@ml", "blocked"},
      {"x@army.ml", "blocked"},
      {"x@diplomatie.gouv.ml", "clear"},
      {"x@a.diplomatie.gouv.ml", "blocked"},
      {"ann@army.ml", "clear"},
      {"Ann@army.ml", "blocked"},
      {"x@friends.ml", "clear"},
      {"x@deep.friends.ml", "clear"},
      {"x@competitor.example", "blocked"},
      {"x@sub.competitor.example", "clear"},
      {"x@ORANGE.ML", "blocked"},
      {"x@html", "invalid"},
  };
  for (const auto& [address, verdict] : kCases) {
    EXPECT_EQ(to_string(assess(address, rules).verdict), verdict) << address;
  }
  // A block keeps what the engine saw: the sender is told what it resembles.
  const Assessment blocked = assess("x@army.ml", rules);
  EXPECT_EQ(blocked.action, Action::kReject);
  ASSERT_FALSE(blocked.intended.empty());
  EXPECT_EQ(blocked.intended.front().domain, "army.mil");
}

// A known address is right whatever it resembles, unless a rule forbids it;
// what resembles a known one is asked about as a whole address.
TEST(Assess, People) {
  const auto people = std::make_shared<const lookalike::People>(
      std::vector<lookalike::KnownAddress>{{"john.doe", "clinic.example"},
                                           {"general", "army.ml"}});
  const Rules rules{.block = {"*.invalid", "general@army.ml"}};
  const auto judge = [&](std::string_view address, const Rules& by = {}) {
    return Assessor(by, engine(), people).assess(address, Mode::kAsk);
  };
  EXPECT_EQ(judge("John.Doe@clinic.example").verdict, Verdict::kClear);
  EXPECT_EQ(judge("general@army.ml").verdict, Verdict::kClear);
  EXPECT_EQ(judge("general@army.ml").probability, 0);
  EXPECT_EQ(judge("general@army.ml", rules).verdict, Verdict::kBlocked);
  EXPECT_EQ(judge("colonel@army.ml").verdict, Verdict::kMisdirected);

  const Assessment slip = judge("jhon.doe@clinic.example");
  EXPECT_EQ(slip.verdict, Verdict::kMisdirected);
  ASSERT_EQ(slip.intended.size(), 1U);
  EXPECT_EQ(slip.intended[0].address, "john.doe@clinic.example");
  EXPECT_EQ(slip.intended[0].edit,
            "local part: o and h swapped (john.doe -> jhon.doe)");
  const mail::Reply asked =
      refusal(slip, {"k3v9", std::chrono::minutes(10), ""});
  EXPECT_EQ(asked.lines,
            (std::vector<std::string>{
                "<jhon.doe@clinic.example>: did you mean "
                "<john.doe@clinic.example>?",
                "jhon.doe@clinic.example is one slip from the known address "
                "john.doe@clinic.example (o and h swapped).",
                "If you do mean jhon.doe@clinic.example, send it again within "
                "10 minutes, to that address only. Otherwise correct it.",
                "Reference: k3v9"}));
}

TEST(Assess, BadRulesAreNamed) {
  EXPECT_EQ(
      check_rules({.block = {"*.ml", "a..b"}}).error().message.substr(0, 52),
      "'a..b' is no domain, no *.domain and no address: lab");
  EXPECT_FALSE(check_rules({.misdirected_at = 0.4, .doubtful_at = 0.5}));
  EXPECT_FALSE(check_rules({.misdirected_at = 1.5}));
}

TEST(Assess, ModeTable) {
  struct Case {
    Verdict verdict;
    Action watch, ask, reject;
  };
  using enum Action;
  constexpr Case kCases[] = {
      {Verdict::kClear, kAccept, kAccept, kAccept},
      {Verdict::kDoubtful, kAccept, kAccept, kAccept},
      {Verdict::kMisdirected, kAccept, kAsk, kReject},
      {Verdict::kBlocked, kAccept, kReject, kReject},
      {Verdict::kInvalid, kAccept, kReject, kReject},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(action_for(c.verdict, Mode::kWatch), c.watch);
    EXPECT_EQ(action_for(c.verdict, Mode::kAsk), c.ask);
    EXPECT_EQ(action_for(c.verdict, Mode::kReject), c.reject);
  }
}

TEST(Assess, ThresholdsDecide) {
  const double p = assess("general@army.ml").probability;
  ASSERT_LT(p, 1);
  const Rules strict{.misdirected_at = 1, .doubtful_at = 0.5};
  EXPECT_EQ(assess("general@army.ml", strict).verdict, Verdict::kDoubtful);
  const Rules never{.misdirected_at = 1, .doubtful_at = 1};
  EXPECT_EQ(assess("general@army.ml", never).verdict, Verdict::kClear);
}

TEST(Assess, Json) {
  const auto json = nlohmann::json::parse(to_json(assess("a.smith@army.ml")));
  EXPECT_EQ(json["address"], "a.smith@army.ml");
  EXPECT_EQ(json["domain"], "army.ml");
  EXPECT_EQ(json["verdict"], "misdirected");
  EXPECT_GE(json["probability"].get<double>(), 0.9);
  EXPECT_EQ(json["intended"][0]["address"], "a.smith@army.mil");
  EXPECT_EQ(json["intended"][0]["domain"], "army.mil");
  EXPECT_EQ(json["intended"][0]["edit"], "suffix: i lost (mil -> ml)");
  EXPECT_EQ(json["findings"][0]["id"], "lookalike.suffix");
  EXPECT_EQ(json["findings"][0]["text"],
            "army.ml is one letter from army.mil (i lost)");
  EXPECT_EQ(json["action"], "ask");
  // Any bytes: still one line of JSON.
  const std::string odd =
      to_json(assess(std::string("\xFF\"\n\0@army.ml", 12)));
  EXPECT_EQ(odd.find('\n'), odd.npos);
  EXPECT_FALSE(nlohmann::json::parse(odd).is_discarded());
}

// What the line says, a library reads; bytes that are no UTF-8 aside, the same
// library writes it so.
TEST(Assess, JsonEqualsTheLibrarys) {
  const std::string_view texts[] = {"",
                                    "ann@example.com",
                                    "\"a\\b\"\t\n\r\b\f\x01\x1F\x7F",
                                    "b\xC3\xBC"
                                    "cher",
                                    "\xE2\x82\xAC\xF0\x9F\x98\x80",
                                    "/</script>"};
  const double numbers[] = {0,      1,    0.9999, 0.00004, 0.00006,
                            1e-300, 12.5, -7.125, 0.1,     1e6};
  for (const auto text : texts) {
    for (const double number : numbers) {
      Assessment one;
      one.address = one.domain = text;
      one.probability = number;
      one.intended = {{one.address, one.domain, number, one.address},
                      {one.domain, one.address, -number, one.domain}};
      one.findings = {{one.address, number, one.domain}};
      const std::string json = to_json(one);
      const auto read = nlohmann::ordered_json::parse(json);
      EXPECT_EQ(read["address"], text);
      EXPECT_EQ(read["findings"][0]["text"], text);
      EXPECT_NEAR(read["probability"].get<double>(), number, 5.1e-5);
      EXPECT_TRUE(read["probability"].is_number_float());
      // The library writes 1e-05 where we write 0.00001.
      EXPECT_EQ(nlohmann::ordered_json::parse(read.dump()), read);
      if (number == 0 || number >= 0.1) {
        EXPECT_EQ(read.dump(), json);
      }
    }
  }
  Assessment odd;
  for (int byte = 0x80; byte < 0x100; ++byte) {
    odd.address = std::string("a") + static_cast<char>(byte) + "\x80z";
    const auto read = nlohmann::json::parse(to_json(odd));
    const std::string shown = read["address"];
    EXPECT_TRUE(is_valid_utf8(shown));
    EXPECT_EQ(shown.front(), 'a');
    EXPECT_EQ(shown.back(), 'z');
  }
}

// With domains remembered the answers are the same, in any order, for any text.
TEST(Assess, RecentDomainsChangeNothing) {
  const auto people = std::make_shared<const lookalike::People>(
      std::vector<lookalike::KnownAddress>{{"general", "army.mil"}});
  const Assessor assessor({.block = {"*.ml"}, .allow = {"ann@army.ml"}},
                          engine(), people);
  const std::string long_domain = std::string(70'000, 'a') + ".example";
  const std::string addresses[] = {"general@army.mil",
                                   "general@army.ml",
                                   "ann@army.ml",
                                   "bob@army.ml",
                                   "a b@army.ml",
                                   "ann@",
                                   "",
                                   "ann",
                                   "@",
                                   "ann@[192.0.2.1]",
                                   "ann@[IPv6:::1]",
                                   "ann@[x]",
                                   "ann@gmail,com",
                                   "ann@GMAIL.com",
                                   "ann@gmail.com",
                                   "ann@gmail.com.",
                                   "a@" + long_domain,
                                   std::string(70'000, 'a') + "@gmail.com",
                                   "\"a@b\"@gmail.com",
                                   "ann@b\xC3\xBC"
                                   "cher.example",
                                   "ann@xn--bcher-kva.example",
                                   std::string("a@b\0c.example", 13),
                                   "genera@army.mil",
                                   "ann@army.ml",
                                   "bob@army.ml",
                                   "general@army.ml"};
  for (const std::size_t places : {1U, 2U, 64U}) {
    RecentDomains recent(places);
    Assessment found;
    for (int round = 0; round < 3; ++round) {
      for (const auto& address : addresses) {
        assessor.assess(address, Mode::kAsk, recent, found);
        EXPECT_EQ(to_json(found),
                  to_json(assessor.assess(address, Mode::kAsk)));
      }
    }
  }
}

TEST(Refusal, Texts) {
  using std::chrono::minutes;
  const RefusalText text{"k3v9", minutes(10), "it@example.com"};
  const mail::Reply ask = refusal(assess("general@army.ml"), text);
  EXPECT_EQ(ask.code, 550);
  EXPECT_EQ(ask.enhanced, "5.7.1");
  EXPECT_EQ(ask.lines,
            (std::vector<std::string>{
                "<general@army.ml>: did you mean <general@army.mil>?",
                "army.ml is one letter from army.mil (i lost).",
                "If you do mean army.ml, send it again within 10 minutes, to "
                "that address only. Otherwise correct it.",
                "Reference: k3v9"}));
  const mail::Reply reject =
      refusal(assess("general@army.ml", {}, Mode::kReject), text);
  EXPECT_EQ(reject.lines[2],
            "Correct the address and send it again; if it is right, ask "
            "it@example.com.");
  const mail::Reply block =
      refusal(assess("x@orange.ml", {.block = {"*.ml"}}), text);
  EXPECT_EQ(block.lines,
            (std::vector<std::string>{
                "<x@orange.ml>: mail to orange.ml is blocked here",
                "Validate the recipient's address; if it is right, ask "
                "it@example.com to allow it.",
                "Reference: k3v9"}));
  const mail::Reply invalid =
      refusal(assess("ann@mailhost"), {"r", minutes(1), ""});
  EXPECT_EQ(invalid.lines[0],
            "<ann@mailhost> is no address that mail can reach");
  EXPECT_EQ(invalid.lines[2],
            "Correct the address and send it again; if it is right, ask your "
            "mail administrator.");
}

}  // namespace
}  // namespace lostletter::guard
