// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "config/options.h"

namespace lostletter::config {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string error_of(std::string_view text) {
  const auto config = parse(text, "x.toml");
  return config ? "" : config.error().message;
}

TEST(Config, DefaultsAreValidAndEmptyFileGivesThem) {
  EXPECT_TRUE(check(defaults()));
  const auto config = parse("", "x.toml");
  ASSERT_TRUE(config);
  EXPECT_EQ(show(*config), show(defaults()));
  EXPECT_EQ(config->milters.at(0).gate.endpoint.to_string(),
            "inet:127.0.0.1:8894");
  EXPECT_TRUE(config->gate.inside.contains("127.0.0.1"));
  EXPECT_TRUE(config->gate.inside.contains("::1"));
  EXPECT_FALSE(config->gate.inside.contains("192.0.2.1"));
}

// The row of an option states its default; here it must tell the truth.
TEST(Config, FallbacksAreTheDefaults) {
  const Config config = defaults();
  for (const auto& option : config_options()) {
    EXPECT_EQ(option.row.fallback, option.show(config)) << option.row.key;
    EXPECT_FALSE(option.row.sentence.empty()) << option.row.key;
  }
  for (const auto& option : milter_options()) {
    EXPECT_EQ(option.row.fallback, option.show(config.milters.at(0)))
        << option.row.key;
  }
}

struct Case {
  std::string_view text;
  std::string_view error;
};

TEST(Config, Errors) {
  constexpr Case kCases[] = {
      {"blok = []", "x.toml:1: unknown key 'blok': did you mean 'block'?"},
      {"\n\nzebra = 1", "x.toml:3: unknown key 'zebra'"},
      {"confirm_within = 60",
       "x.toml:1: unknown key 'confirm_within': did you mean "
       "'ask.confirm_within'?"},
      {"[ask]\nconfirm_withn = 60",
       "x.toml:2: unknown key 'ask.confirm_withn': did you mean "
       "'ask.confirm_within'?"},
      {"[aks]\nremember = 60",
       "x.toml:1: unknown key 'aks': did you mean 'ask'?"},
      {"[ask]\nmode = \"ask\"",
       "x.toml:2: unknown key 'ask.mode': did you mean 'mode'?"},
      {"ask = 3", "x.toml:1: ask: must be a table ([ask]), not a number"},
      {"mode = \"aks\"",
       "x.toml:1: mode: must be one of watch, ask, hold, reject, not 'aks': "
       "did you "
       "mean 'ask'?"},
      {"questions = \"often\"",
       "x.toml:1: questions: must be a number of questions, like \"1 per "
       "person "
       "per month\" (or day, week, year), or \"unlimited\", not \"often\""},
      {"mode = 3",
       "x.toml:1: mode: must be one of watch, ask, hold, reject, not a number"},
      {"contact = true", "x.toml:1: contact: must be text, not true or false"},
      {"contact = \"a\\u0007b\"",
       "x.toml:1: contact: must not have control characters"},
      {"block = 1", "x.toml:1: block: must be a list of text, not a number"},
      {"block = [\"*.ml\",\n 3]",
       "x.toml:2: block: must be a list of text, not a number"},
      {"misdirected_at = 1.5",
       "x.toml:1: misdirected_at: must be above 0 and at most 1, not 1.5"},
      {"misdirected_at = nan",
       "x.toml:1: misdirected_at: must be above 0 and at most 1, not nan"},
      {"misdirected_at = 0.4",
       "doubtful_at: must not be above misdirected_at (0.5 > 0.4)"},
      {"doubtful_at = 0.95",
       "x.toml:1: doubtful_at: must not be above misdirected_at (0.95 > 0.9)"},
      {"resolvers = [\"ns.example.com\"]",
       "x.toml:1: resolvers: 'ns.example.com' is no resolver: write "
       "192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53"},
      {"decision_time = \"60 s\"",
       "x.toml:1: decision_time: must be between 10 ms and 30 s, not 1 min"},
      {"decision_time = \"1 sek\"",
       "x.toml:1: decision_time: '1 sek' has an unknown unit (known are ms, s, "
       "min, h, days, weeks): did you mean 'sec'?"},
      {"decision_time = \"1000\"",
       "x.toml:1: decision_time: '1000' has no unit: ms, s, min, h or days"},
      {"decision_time = \"soon\"",
       "x.toml:1: decision_time: 'soon' is no duration: write \"10 min\" or a "
       "number of seconds"},
      {"decision_time = -1", "x.toml:1: decision_time: is out of range"},
      {"drain_time = 1.5",
       "x.toml:1: drain_time: must be a multiple of 1 s, not 1500 ms"},
      {"drain_time = []",
       "x.toml:1: drain_time: must be a duration (\"10 min\" or a number of "
       "seconds), not a list"},
      {"[ask]\nremember = \"36 h\"",
       "x.toml:2: ask.remember: must be a multiple of 1 day, not 36 h"},
      {"[ask]\nmost_questions = 9999999999",
       "x.toml:2: ask.most_questions: must be between 1 and 1000000, not "
       "9999999999"},
      {"[learn]\npassing = \"no\"",
       "x.toml:2: learn.passing: must be true or false, not text"},
      {"[learn]\nbelieve = [\"mx.example.com\", \"a b\"]",
       "x.toml:2: learn.believe: 'a b' is no server"},
      {"[ask]\nconfirm_after = 70\nconfirm_within = 60",
       "x.toml:2: ask.confirm_after: must be shorter than ask.confirm_within"},
      {"[ask]\nconfirm_within = \"2 days\"",
       "retention.questions: must not be shorter than ask.confirm_within"},
      {"state_directory = \"state\"",
       "x.toml:1: state_directory: must be an absolute path, not 'state'"},
      {"store = \"sqlite:state\"",
       "x.toml:1: store: 'sqlite:' needs an absolute directory, not 'state'"},
      {"store = \"postgresql://ann:secret@[db/x\"",
       "x.toml:1: store: not what PostgreSQL connects to: end of string "
       "reached when looking for matching '...' in IPv6 host address in URI: "
       "'...'; it must be 'sqlite:DIRECTORY', "
       "'postgresql://USER@HOST/DATABASE' or "
       "'postgresql:host=HOST dbname=DATABASE'"},
      {"[http]\nlisten = \"0.0.0.0:8025\"",
       "x.toml:2: http.listen: 0.0.0.0 can be reached from other hosts: set "
       "http.token_file to a file with a token of at least 16 characters, or "
       "listen on 127.0.0.1"},
      {"[http]\nlisten = \"8025\"",
       "x.toml:2: http.listen: must be ADDRESS:PORT such as 127.0.0.1:8025, or "
       "off, not '8025'"},
      {"[http]\ntoken = \"two words\"",
       "x.toml:2: http.token: must be of letters, digits and signs of ASCII "
       "other than space, quotes, comma, semicolon and backslash"},
      {"[milter]\nlisten = \"inet:127.0.0.1:1\"",
       "x.toml:1: milter: must be [[milter]], with two brackets, not a table"},
      {"[[milter]]\ntraffic = \"relay\"",
       "x.toml:1: milter.listen: is missing"},
      {"[[milter]]\nlisten = \"inet:127.0.0.1:1\"\nlisen = 1",
       "x.toml:3: unknown key 'milter.lisen': did you mean 'milter.listen'?"},
      {"[[milter]]\nlisten = \"inet:127.0.0.1:1\"\nsocket_mode = \"0999\"",
       "x.toml:3: milter.socket_mode: must be octal, 0000 to 0777, not '0999'"},
      {"[[milter]]\nlisten = \"inet:127.0.0.1:1\"\nsocket_mode = 660",
       "x.toml:3: milter.socket_mode: must be text such as \"0660\", not a "
       "number"},
      {"[[milter]]\nlisten = \"inet:127.0.0.1:1\"\n"
       "[[milter]]\nlisten = \"inet:127.0.0.1:1\"",
       "x.toml:1: milter: two of them listen on inet:127.0.0.1:1"},
      {"known = [\"\"]", "x.toml:1: known: must be the path of a file, not ''"},
      // All of them at once, in the order of the file.
      {"blok = 1\nmode = 2\n[log]\nlevel = \"loud\"",
       "x.toml:1: unknown key 'blok': did you mean 'block'?\n"
       "x.toml:2: mode: must be one of watch, ask, hold, reject, not a number\n"
       "x.toml:4: log.level: must be one of debug, info, warning, error, not "
       "'loud'"},
  };
  for (const auto& [text, error] : kCases) {
    EXPECT_EQ(error_of(text), error) << "in\n" << text;
  }
}

// What the error says after line and column is the library's.
TEST(Config, SyntaxErrorsHaveLineAndColumn) {
  EXPECT_THAT(error_of("mode = \"ask\"\nblock = [\n  \"*.ml\"\nallow = 1"),
              testing::StartsWith("x.toml:4:"));
  EXPECT_THAT(error_of("mode = \"ask\"\nmode = \"ask\""),
              testing::StartsWith("x.toml:2:"));
  EXPECT_EQ(error_of("\na\xff"), "x.toml:2: is not UTF-8");
  EXPECT_THAT(error_of("[[&milter]]"), testing::StartsWith("x.toml:1:"));
  EXPECT_THAT(error_of("\nmode = \u00fc"), testing::StartsWith("x.toml:2:"));
  EXPECT_THAT(error_of("\n\u00fc = 1"), testing::StartsWith("x.toml:2:"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "a.";
  EXPECT_EQ(error_of("[" + deep + "a]\n"), "x.toml:1: key has too many dots");
}

TEST(Config, ErrorsOfEntriesNameThem) {
  EXPECT_THAT(error_of("our_domains = [\n  \"example.com\",\n  \"a..b\"]"),
              testing::StartsWith("x.toml:3: our_domains: 'a..b' is no domain "
                                  "name: "));
  EXPECT_THAT(error_of("inside = [\"10.0.0.0/99\"]"),
              testing::StartsWith("x.toml:1: inside: "));
  EXPECT_THAT(error_of("block = [\"*.ml\", \"a b\"]"),
              testing::StartsWith("x.toml:1: block: "));
}

constexpr std::string_view kEverything = R"(
state_directory = "/var/lib/lostletter"
store = "postgresql://db1,db2/lostletter"
user = "lostletter"
mode = "reject"
questions = "0.25 per person per month"
our_domains = ["Example.COM", "*.example.org"]
inside = ["10.0.0.0/8"]
contact = "the \"help\" desk"
block = ["*.ml"]
allow = ["diplomatie.gouv.ml"]
protected = "mod.example"
known = ["known.txt", "/srv/known.txt"]
names = ["../names.csv"]
index_files = ["world.index"]
channel = "site.tsv"
log_addresses = "hashed"
misdirected_at = 1
doubtful_at = 0.25
resolvers = ["host", "[::1]:5353"]
decision_time = "500 ms"
drain_time = 10.0
[ask]
confirm_within = "20 minutes"
confirm_after = 0
remember = "2 weeks"
most_questions = 100
not_interactive = ["scanner", "*.cron.example"]
[hold]
listen = "unix:/run/lostletter/hold.sock"
mta = "inet:127.0.0.1:10025"
domain = "hold.test"
notices_from = "lostletter@example.com"
answers = "https://mail.example.com/lost/"
key_file = "/etc/lostletter/hold.key"
hold_all_when = "doubtful"
deadline = "2 days"
reminder = "12 h"
at_deadline = "backup"
backup = "desk@example.com"
mend = "envelope"
keep = "60 days"
most_size = 2048
disk_reserve = 0
[learn]
passing = false
believe = ["mx.example.com", "Filter"]
[http]
listen = "[::1]:8026"
[retention]
questions = "36 h"
verdicts = 31536000
correspondence = "2000 days"
most_edges = 5000
[sinkhole]
listen = ["192.0.2.1:25", "fd:smtp"]
names = "army.ml=army.mil"
host = "mx.army.ml"
tls_cert = "cert.pem"
tls_key = "/etc/ssl/key.pem"
most_sessions = 500
most_of_one = 5
proxies = "192.0.2.0/24"
tarpit = 1.5
retain = "addresses"
legal_note = "the board, 2026"
[log]
format = "json"
level = "debug"
[[milter]]
listen = "unix:/run/lostletter/milter.sock"
traffic = "relay"
mode = "watch"
at_deadline = "send"
on_failure = "accept"
socket_mode = "0666"
socket_group = "postfix"
[[milter]]
listen = "inet:8895@localhost"
)";

TEST(Config, EveryOptionIsReadShownAndReadAgain) {
  const auto config = parse(kEverything, "/etc/lostletter/x.toml");
  ASSERT_TRUE(config) << config.error().message;
  const Case kValues[] = {
      {"state_directory", "\"/var/lib/lostletter\""},
      {"store", "\"postgresql://db1,db2/lostletter\""},
      {"user", "\"lostletter\""},
      {"mode", "\"reject\""},
      {"questions", "\"0.25 per person per month\""},
      {"our_domains", "[\"example.com\", \"*.example.org\"]"},
      {"inside", "[\"10.0.0.0/8\"]"},
      {"contact", "\"the \\\"help\\\" desk\""},
      {"block", "[\"*.ml\"]"},
      {"allow", "[\"diplomatie.gouv.ml\"]"},
      {"protected", "[\"mod.example\"]"},
      {"known", "[\"/etc/lostletter/known.txt\", \"/srv/known.txt\"]"},
      {"names", "[\"/etc/names.csv\"]"},
      {"index_files", "[\"/etc/lostletter/world.index\"]"},
      {"channel", "\"/etc/lostletter/site.tsv\""},
      {"log_addresses", "\"hashed\""},
      {"misdirected_at", "1.0"},
      {"doubtful_at", "0.25"},
      {"resolvers", "[\"host\", \"[::1]:5353\"]"},
      {"decision_time", "\"500 ms\""},
      {"drain_time", "\"10 s\""},
      {"ask.confirm_within", "\"20 min\""},
      {"ask.confirm_after", "\"0 s\""},
      {"ask.remember", "\"14 days\""},
      {"ask.most_questions", "100"},
      {"ask.not_interactive", R"(["scanner", "*.cron.example"])"},
      {"hold.listen", "\"unix:/run/lostletter/hold.sock\""},
      {"hold.mta", "\"inet:127.0.0.1:10025\""},
      {"hold.domain", "\"hold.test\""},
      {"hold.notices_from", "\"lostletter@example.com\""},
      {"hold.answers", "\"https://mail.example.com/lost\""},
      {"hold.key_file", "\"/etc/lostletter/hold.key\""},
      {"hold.hold_all_when", "\"doubtful\""},
      {"hold.deadline", "\"2 days\""},
      {"hold.reminder", "\"12 h\""},
      {"hold.at_deadline", "\"backup\""},
      {"hold.backup", "\"desk@example.com\""},
      {"hold.mend", "\"envelope\""},
      {"hold.keep", "\"60 days\""},
      {"hold.most_size", "2048"},
      {"hold.disk_reserve", "0"},
      {"learn.passing", "false"},
      {"learn.believe", R"(["mx.example.com", "Filter"])"},
      {"http.listen", "\"[::1]:8026\""},
      {"http.token", "\"\""},
      {"http.token_file", "\"\""},
      {"retention.questions", "\"36 h\""},
      {"retention.verdicts", "\"365 days\""},
      {"retention.correspondence", "\"2000 days\""},
      {"retention.most_edges", "5000"},
      {"sinkhole.listen", "[\"192.0.2.1:25\", \"fd:smtp\"]"},
      {"sinkhole.names", "[\"army.ml=army.mil\"]"},
      {"sinkhole.host", "\"mx.army.ml\""},
      {"sinkhole.tls_cert", "\"/etc/lostletter/cert.pem\""},
      {"sinkhole.tls_key", "\"/etc/ssl/key.pem\""},
      {"sinkhole.most_sessions", "500"},
      {"sinkhole.most_of_one", "5"},
      {"sinkhole.proxies", "[\"192.0.2.0/24\"]"},
      {"sinkhole.tarpit", "\"1500 ms\""},
      {"sinkhole.retain", "\"addresses\""},
      {"sinkhole.legal_note", "\"the board, 2026\""},
      {"log.format", "\"json\""},
      {"log.level", "\"debug\""},
  };
  ASSERT_EQ(std::size(kValues), config_options().size());
  for (const auto& [key, value] : kValues) {
    EXPECT_EQ(value_of(*config, key), value) << key;
  }
  ASSERT_EQ(config->milters.size(), 2U);
  EXPECT_EQ(config->milters[0].gate.traffic, gate::Traffic::kRelay);
  EXPECT_EQ(config->milters[0].gate.mode, guard::Mode::kWatch);
  EXPECT_EQ(config->milters[0].gate.on_failure, milter::OnFailure::kAccept);
  EXPECT_EQ(config->milters[0].gate.at_deadline, hold::AtDeadline::kSend);
  EXPECT_EQ(config->milters[0].socket.mode, 0666U);
  EXPECT_EQ(config->milters[0].socket.group, "postfix");
  EXPECT_EQ(config->milters[1].gate.mode, std::nullopt);

  const auto again = parse(show(*config), "shown.toml");
  ASSERT_TRUE(again) << again.error().message << "\nin\n" << show(*config);
  for (const OptionRow& row : options()) {
    EXPECT_EQ(value_of(*again, row.key), value_of(*config, row.key));
  }
  EXPECT_EQ(again->milters[0].gate.endpoint, config->milters[0].gate.endpoint);
  EXPECT_EQ(again->milters[1].gate.mode, std::nullopt);
}

TEST(Config, OriginsNameTheLine) {
  const auto config = parse("mode = \"watch\"\n[ask]\nremember = 86400", "x");
  ASSERT_TRUE(config);
  EXPECT_THAT(show(*config), HasSubstr("mode = \"watch\"  # x:1\n"));
  EXPECT_THAT(show(*config), HasSubstr("remember = \"1 day\"  # x:3\n"));
  EXPECT_THAT(show(*config), HasSubstr("block = []  # default\n"));
}

TEST(Config, TokenIsNeverShown) {
  const auto config = parse(
      "[http]\nlisten = \"0.0.0.0:80\"\ntoken = \"s3cret-0123456789\"", "x");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->http_token, "s3cret-0123456789");
  EXPECT_THAT(show(*config), Not(HasSubstr("s3cret")));
  EXPECT_THAT(value_of(*config, "http.token"), Not(HasSubstr("s3cret")));
}

TEST(Config, TokenFile) {
  const std::string directory = testing::TempDir();
  const std::string path = directory + "/lostletter-config-test.toml";
  const std::string token = directory + "/lostletter-config-test.token";
  std::ofstream(path) << "[http]\nlisten = \"0.0.0.0:80\"\n"
                         "token_file = \"lostletter-config-test.token\"\n";
  std::ofstream(token) << "s3cret-0123456789\nsecond line\n";
  auto config = load(path);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->http_token, "");
  ASSERT_TRUE(read_token(*config));
  EXPECT_EQ(config->http_token, "s3cret-0123456789");

  std::ofstream(token) << "s3cret\n";
  EXPECT_THAT(read_token(*config).error().message,
              HasSubstr(":2: http.listen: 0.0.0.0 can be reached"));
  std::ofstream(token) << "\n";
  EXPECT_THAT(read_token(*config).error().message,
              HasSubstr(":3: http.token_file: "));
  EXPECT_THAT(load(directory + "/none.toml").error().message,
              HasSubstr("none.toml: No such file or directory"));
}

TEST(Config, MilterSpec) {
  const auto milter = parse_milter(
      "unix:/run/x.sock,traffic=local,mode=reject,on_failure=accept,"
      "socket_mode=0600");
  ASSERT_TRUE(milter) << milter.error().message;
  EXPECT_EQ(milter->gate.endpoint.to_string(), "unix:/run/x.sock");
  EXPECT_EQ(milter->gate.traffic, gate::Traffic::kLocal);
  EXPECT_EQ(milter->gate.mode, guard::Mode::kReject);
  EXPECT_EQ(milter->gate.on_failure, milter::OnFailure::kAccept);
  EXPECT_EQ(milter->socket.mode, 0600U);

  constexpr Case kCases[] = {
      {"inet:127.0.0.1:1,trafic=relay",
       "unknown key 'trafic': did you mean 'traffic'?"},
      {"inet:127.0.0.1:1,relay", "'relay' is no key=value"},
      {"inet:127.0.0.1:1,mode=aks",
       "mode: must be one of watch, ask, hold, reject, not 'aks': did you mean "
       "'ask'?"},
  };
  for (const auto& [spec, error] : kCases) {
    const auto refused = parse_milter(spec);
    EXPECT_EQ(refused ? "" : refused.error().message, error) << spec;
  }
  EXPECT_FALSE(parse_milter(""));
}

TEST(Config, HttpListen) {
  Config config = defaults();
  EXPECT_TRUE(set_http(config, "localhost:1"));
  EXPECT_EQ(config.http_host, "127.0.0.1");
  EXPECT_TRUE(set_http(config, "[::1]:65535"));
  EXPECT_EQ(config.http_host, "::1");
  EXPECT_EQ(config.http_port, 65535);
  EXPECT_FALSE(set_http(config, "80@localhost"));
  EXPECT_FALSE(set_http(config, "127.0.0.1:65536"));
  EXPECT_FALSE(set_http(config, ""));
  EXPECT_TRUE(set_http(config, "off"));
  EXPECT_TRUE(check(config));
  EXPECT_EQ(value_of(config, "http.listen"), "\"off\"");
}

TEST(Config, StateDirectory) {
  ::setenv("STATE_DIRECTORY", "/var/lib/a:/var/lib/b", 1);
  EXPECT_EQ(default_state_directory(), "/var/lib/a");
  ::unsetenv("STATE_DIRECTORY");
  ::setenv("XDG_STATE_HOME", "/home/ann/state", 1);
  EXPECT_EQ(default_state_directory(), "/home/ann/state/lostletter");
  ::unsetenv("XDG_STATE_HOME");
  ::setenv("HOME", "/home/ann", 1);
  EXPECT_EQ(default_state_directory(), "/home/ann/.local/state/lostletter");
}

// The manual is printed from the rows.
TEST(Config, ManualIsUpToDate) {
  const auto manual = read_file("docs/options.md");
  ASSERT_TRUE(manual) << manual.error().message;
  EXPECT_EQ(*manual, options_markdown())
      << "run: lostletter config options --markdown > docs/options.md";
}

// In the example a '#' before a key shows a default: with it taken away, the
// file must still be valid, and say the same.
TEST(Config, ExampleIsValid) {
  const auto example = read_file("etc/lostletter.toml");
  ASSERT_TRUE(example) << example.error().message;
  std::string shown;
  for (const std::string_view line : split(*example, '\n')) {
    const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    shown += std::string(is_key ? line.substr(1) : line) + '\n';
  }
  const auto written = parse(*example, "etc/lostletter.toml");
  const auto all = parse(shown, "etc/lostletter.toml");
  ASSERT_TRUE(written) << written.error().message;
  ASSERT_TRUE(all) << all.error().message;
  for (const OptionRow& row : options()) {
    EXPECT_EQ(value_of(*all, row.key), value_of(*written, row.key)) << row.key;
  }
  ASSERT_EQ(written->milters.size(), 2U);
}

}  // namespace
}  // namespace lostletter::config
