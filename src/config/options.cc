// SPDX-License-Identifier: Apache-2.0
//
// Every option is one row: key, default (as TOML), unit, sentence, where it is
// kept, what kind of value it takes. The file is read, `config show` and
// docs/options.md are printed from these rows; a test holds each default
// against the field it speaks of.
#include "config/options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/checks.h"
#include "config/kinds.h"

namespace lostletter::config {
namespace {

using namespace std::chrono_literals;

// at(&Config::gate, &gate::Options::mode): the way to a field.
template <typename Outer, typename T>
auto at(T Outer::* field) {
  return [field](auto& outer) -> auto& { return outer.*field; };
}
template <typename Outer, typename T, typename... Rest>
auto at(T Outer::* field, Rest... rest) {
  return [field, deeper = at(rest...)](auto& outer) -> auto& {
    return deeper(outer.*field);
  };
}

template <typename Target, typename Field, typename Kind>
Option<Target> option(OptionRow row, Field field, const Kind& kind) {
  return {row,
          [=](const Value& value, Target& target, Problems& problems) {
            kind.read(value, field(target), problems);
          },
          [=](const Target& target) { return kind.show(field(target)); }};
}

// A row of Config; the rows of Milter have their own.
template <typename Field, typename Kind>
Option<Config> row(OptionRow row, Field field, const Kind& kind) {
  return option<Config>(row, field, kind);
}

// Networks cannot be shown again, so their text is kept beside them.
Option<Config> inside_row(OptionRow row) {
  return {row,
          [](const Value& value, Config& config, Problems& problems) {
            const std::size_t before = problems.size();
            Texts{check_network}.read(value, config.inside, problems);
            if (problems.size() != before) return;
            auto networks = net::Networks::parse(config.inside);
            if (networks) config.gate.inside = std::move(*networks);
          },
          [](const Config& config) { return Texts::show(config.inside); }};
}

Option<Config> http_row(OptionRow row) {
  return {row,
          [](const Value& value, Config& config, Problems& problems) {
            std::string text;
            const std::size_t before = problems.size();
            Text().read(value, text, problems);
            if (problems.size() != before) return;
            if (const auto fine = set_http(config, text); !fine) {
              problems.push_back({value.line, 0, fine.error().message});
            }
          },
          [](const Config& config) {
            if (config.http_host.empty()) return quoted("off");
            const std::string& host = config.http_host;
            const bool v6 = host.find(':') != std::string::npos;
            return quoted(fmt::format("{}:{}", v6 ? "[" + host + "]" : host,
                                      config.http_port));
          }};
}

const Choice<bool> kRetain{{{"hashes", false}, {"addresses", true}}};

const Choice<guard::Mode> kModes{{{"watch", guard::Mode::kWatch},
                                  {"ask", guard::Mode::kAsk},
                                  {"hold", guard::Mode::kHold},
                                  {"reject", guard::Mode::kReject}}};

const Choice<std::optional<guard::Mode>> kListenerModes{
    {{"", std::nullopt},
     {"watch", guard::Mode::kWatch},
     {"ask", guard::Mode::kAsk},
     {"hold", guard::Mode::kHold},
     {"reject", guard::Mode::kReject}}};

const Choice<std::optional<hold::AtDeadline>> kListenerDeadlines{
    {{"", std::nullopt},
     {"return", hold::AtDeadline::kReturn},
     {"backup", hold::AtDeadline::kBackup},
     {"send", hold::AtDeadline::kSend}}};

const Choice<gate::LogAddresses> kLogAddresses{
    {{"clear", gate::LogAddresses::kClear},
     {"hashed", gate::LogAddresses::kHashed},
     {"domain", gate::LogAddresses::kDomain}}};

const Choice<hold::AtDeadline> kAtDeadline{
    {{"return", hold::AtDeadline::kReturn},
     {"backup", hold::AtDeadline::kBackup},
     {"send", hold::AtDeadline::kSend}}};

const Choice<hold::Mend> kMend{{{"header", hold::Mend::kHeader},
                                {"always", hold::Mend::kAlways},
                                {"envelope", hold::Mend::kEnvelope}}};

const Choice<bool> kHoldAllWhen{{{"never", false}, {"doubtful", true}}};

const Choice<LogFormat> kLogFormats{
    {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}}};

const Choice<Level> kLevels{{{"debug", Level::kDebug},
                             {"info", Level::kInfo},
                             {"warning", Level::kWarning},
                             {"error", Level::kError}}};

const Choice<gate::Traffic> kTraffic{
    {{"submission", gate::Traffic::kSubmission},
     {"relay", gate::Traffic::kRelay},
     {"local", gate::Traffic::kLocal}}};

const Choice<milter::OnFailure> kOnFailure{
    {{"tempfail", milter::OnFailure::kTempfail},
     {"accept", milter::OnFailure::kAccept}}};

using gate::ListenerOptions;
using GateOptions = gate::Options;
using HoldOptions = hold::Options;
using guard::Rules;
using store::Retention;

// NOLINTNEXTLINE(readability-function-size): one table, a row an option.
std::vector<Option<Config>> make_config_options() {
  return {
      row({"state_directory", R"("")", "directory",
           "Where verdicts and confirmations are kept. Empty: "
           "$STATE_DIRECTORY, else $XDG_STATE_HOME/lostletter, else "
           "~/.local/state/lostletter."},
          at(&Config::state_directory), Directory()),
      row({"store", R"("")", "",
           "What is remembered in: \"sqlite:DIRECTORY\", or "
           "\"postgresql://USER@HOST1,HOST2/DATABASE\" for several guards "
           "with one memory, or \"postgresql:host=... dbname=...\". A password "
           "belongs into ~/.pgpass or a passfile. Empty: SQLite in the state "
           "directory."},
          at(&Config::store), StorePlace()),
      row({"user", R"("")", "user",
           "Whom to become after the sockets are open, when started as root. "
           "Empty: stay root, with a warning."},
          at(&Config::user), Text()),
      row({"mode", R"("ask")", "",
           "What is done about a misdirected address: watch (judge and log, "
           "never interfere), ask (refuse, and let the sender confirm by "
           "sending again), hold (take it, and ask by mail), reject."},
          at(&Config::gate, &GateOptions::mode), kModes),
      row({"questions", R"("unlimited")", "",
           "How many questions a person is put: \"1 per person per month\" (or "
           "day, week, year; also 0.25). Then whatever looks most like a "
           "mistake among a person's own letters is asked about, the wrong "
           "entry of an address book too, and nothing beyond; neighbours of "
           "protected names always are. 'lostletter budget' says what it would "
           "have come to."},
          at(&Config::gate, &GateOptions::questions), Checked{check_dial}),
      row({"our_domains", "[]", "domains",
           "Ours: mail to them is never stopped. \"*.example.com\" is the "
           "name and everything below it."},
          at(&Config::gate, &GateOptions::our_domains),
          Texts{check_domain_pattern}),
      inside_row({"inside", R"(["127.0.0.0/8", "::1/128"])", "networks",
                  "Clients whose mail is leaving, besides those who log in. "
                  "Mail from elsewhere is not judged."}),
      row({"contact", R"("")", "text",
           "Whom a refused sender may ask: a telephone number, an address, a "
           "page. It stands in the refusal."},
          at(&Config::gate, &GateOptions::contact), Text()),
      row({"block", "[]", "names, \"*.ml\" or addresses",
           "Recipients nobody here may write to. \"*.ml\" is every name at or "
           "under ml."},
          at(&Config::rules, &Rules::block), Texts{check_block}),
      row({"allow", "[]", "names, \"*.ml\" or addresses",
           "Recipients that are right, whatever they resemble; wins over "
           "block."},
          at(&Config::rules, &Rules::allow), Texts{check_block}),
      row({"protected", "[]", "suffixes",
           "More suffixes under which any name is plausible though nobody has "
           "seen it; mil, gov and others are built in."},
          at(&Config::protected_suffixes), Texts{check_domain}),
      row({"known", "[]", "files",
           "Names or addresses you correspond with, one a line, '#' begins a "
           "comment."},
          at(&Config::known_files), Texts{check_path}),
      row({"names", "[]", "files",
           "Popularity lists: one name a line, or rank,name as in the "
           "well-known top lists."},
          at(&Config::names_files), Texts{check_path}),
      row({"index_files", "[]", "files",
           "More names, as files that 'lostletter index build' wrote: a "
           "million "
           "are ready at once."},
          at(&Config::index_files), Texts{check_path}),
      row({"channel", R"("")", "file",
           "How likely each slip is here, as 'lostletter scan "
           "--learn-channel' wrote it; else as everywhere."},
          at(&Config::channel_file), Text{4000}),
      row({"log_addresses", R"("clear")", "",
           "How addresses stand in the log and in stored verdicts: clear, "
           "hashed (with a key of this store), domain (without local part)."},
          at(&Config::gate, &GateOptions::log_addresses), kLogAddresses),
      row({"misdirected_at", "0.9", "probability",
           "From here on an address is misdirected."},
          at(&Config::rules, &Rules::misdirected_at), Probability()),
      row({"doubtful_at", "0.5", "probability",
           "From here on an address is doubtful: said, never stopped."},
          at(&Config::rules, &Rules::doubtful_at), Probability()),
      row({"resolvers", "[]", "ADDRESS, ADDRESS:PORT, or host",
           "Recursive resolvers to ask whether a name that looks wrong takes "
           "mail; \"host\" is those of this host. Without, the DNS is not "
           "asked."},
          at(&Config::resolvers), Texts{check_resolver}),
      row({"decision_time", R"("1 s")", "duration",
           "How long an answer to the MTA may take; then on_failure answers. "
           "Sendmail waits 10 s."},
          at(&Config::decision_time), Span{10ms, 30s}),
      row({"drain_time", R"("5 s")", "duration",
           "How long sessions in flight may go on after SIGTERM."},
          at(&Config::drain_time), Span{0s, 10min}),

      row({"ask.confirm_within", R"("10 min")", "duration",
           "How long after a question the same letter, sent again, confirms "
           "its address."},
          at(&Config::gate, &GateOptions::confirm_within), Span{1s, 168h}),
      row({"ask.confirm_after", R"("5 s")", "duration",
           "No resend confirms sooner than this: machines are quick."},
          at(&Config::gate, &GateOptions::confirm_after), Span{0s, 10min}),
      row({"ask.remember", R"("90 days")", "duration",
           "How long a confirmation holds, in whole days."},
          at(&Config::gate, &GateOptions::remember), Span{24h, 87600h}),
      row({"ask.most_questions", "1000", "questions",
           "Open questions of one submitter; beyond them a resend is asked "
           "about again."},
          at(&Config::gate, &GateOptions::most_questions), Whole{1, 1'000'000}),

      row({"ask.not_interactive", "[]", "logins, addresses or *.domains",
           "Submitters that are programs: nobody reads a refusal there. Their "
           "letters are held where hold is set up, else refused."},
          at(&Config::gate, &GateOptions::not_interactive), Texts{check_entry}),

      row({"hold.listen", R"("")", "endpoint",
           "Where the MTA brings letters to be held, by LMTP: inet:host:port "
           "or unix:/path. Empty: nothing is held. 'lostletter doctor' prints "
           "the transport map that leads there."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::listen),
          Checked{check_endpoint}),
      row({"hold.mta", R"("inet:127.0.0.1:25")", "endpoint",
           "The MTA that takes released letters, notices and reports, by "
           "SMTP."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::mta),
          Checked{check_endpoint}),
      row({"hold.domain", R"("hold.invalid")", "domain",
           "The name whose mail the MTA routes to hold.listen. It must be one "
           "that no mail leaves by."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::domain),
          Checked{check_domain}),
      row({"hold.notices_from", R"("postmaster")", "address",
           "Who the notices to senders are from."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::notices_from),
          Checked{check_mailbox}),
      row({"hold.answers", R"("http://127.0.0.1:8025")", "URL",
           "How senders reach the page of http.listen, perhaps through a proxy "
           "that gives it a name and TLS. /answer is added."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::answers),
          Checked{check_url}),
      row({"hold.key_file", R"("")", "file",
           "The key that held letters are encrypted with, made when it is not "
           "there; guards that share a database share it. Empty: hold.key in "
           "the state directory."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::key_file),
          Text{4000}),
      row({"hold.hold_all_when", R"("never")", "",
           "never: the recipients beyond doubt get the letter at once. "
           "doubtful: the whole letter waits when one of them is in doubt."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::whole_letter),
          kHoldAllWhen),
      row({"hold.deadline", R"("3 days")", "duration",
           "How long a letter waits for an answer."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::deadline),
          Span{1s, 8760h}),
      row({"hold.reminder", R"("1 day")", "duration",
           "After how long its sender is asked once more."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::reminder),
          Span{1s, 8760h}),
      row({"hold.at_deadline", R"("return")", "",
           "What happens then: return (a report to the sender, RFC 3464), "
           "backup (to hold.backup instead), send (as typed)."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::at_deadline),
          kAtDeadline),
      row({"hold.backup", R"("")", "address",
           "Who gets letters that nobody answered for, with at_deadline = "
           "\"backup\"."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::backup),
          Checked{check_mailbox}),
      row({"hold.mend", R"("header")", "",
           "What of a letter sent to another address than typed is changed "
           "besides its envelope: header (To and Cc, unless a DKIM signature "
           "covers them), always (To and Cc), envelope (nothing)."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::mend), kMend),
      row({"hold.keep", R"("30 days")", "duration",
           "How long it is remembered what became of a held letter. Its "
           "content "
           "goes as soon as nobody waits for it."},
          at(&Config::retention, &Retention::held_ended), Span{24h, 87600h}),
      row({"hold.most_size", "52428800", "bytes",
           "The largest letter that is held; the MTA hears 452 for others."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::most_size),
          Whole{1024, 1'000'000'000}),
      row({"hold.disk_reserve", "268435456", "bytes",
           "What is left free where the state is; beyond, the MTA hears 452."},
          at(&Config::gate, &GateOptions::hold, &HoldOptions::disk_reserve),
          Whole{0, 1'000'000'000'000}),

      row({"learn.passing", "true", "",
           "Learn who writes to whom from the letters that pass: addresses, "
           "names and times, never content."},
          at(&Config::gate, &GateOptions::learn), Flag()),
      row({"learn.believe", "[]", "servers",
           "Whose Authentication-Results say that a received letter is "
           "authentic; no other received letter teaches. Empty: the MTA's own "
           "name. They must be written by a filter before this one, which "
           "removes those that came with the letter."},
          at(&Config::believed), Texts{check_server}),

      http_row({"http.listen", R"("127.0.0.1:8025")", "address:port",
                "Where the page and the API are; \"off\" for neither. A "
                "routable address needs a token."}),
      row({"http.token", R"("")", "text",
           "What a browser or a program must show. Never printed. Rather use "
           "token_file."},
          at(&Config::http_token), Secret()),
      row({"http.token_file", R"("")", "file",
           "A file whose first line is the token."},
          at(&Config::http_token_file), Text{4000}),

      row({"retention.questions", R"("1 day")", "duration",
           "When an unanswered question is forgotten."},
          at(&Config::retention, &Retention::questions), Span{1s, 87600h}),
      row({"retention.verdicts", R"("90 days")", "duration",
           "When a verdict and its evidence are forgotten."},
          at(&Config::retention, &Retention::verdicts), Span{1s, 87600h}),

      row({"retention.correspondence", R"("1095 days")", "duration",
           "When two who have not written to each other since are forgotten; "
           "older letters are not learnt. A confirmation that has expired "
           "speaks for its address as long."},
          at(&Config::retention, &Retention::correspondence),
          Span{24h, 175200h}),
      row({"retention.most_edges", "10000000", "exchanges",
           "Of one of us, or of all, with an address or a domain; beyond them "
           "those with the fewest and oldest letters are forgotten first. Each "
           "takes some 110 bytes."},
          at(&Config::retention, &Retention::most_edges),
          Whole{1000, 1'000'000'000}),

      row({"sinkhole.listen", "[]", "address:port, or fd:NAME",
           "Where 'lostletter sinkhole' answers for wrong names one holds."},
          at(&Config::sinkhole, &Sinkhole::listen), Texts{check_listen}),
      row({"sinkhole.names", "[]", "wrong=meant",
           "The wrong names, and what is meant by each: army.ml=army.mil. "
           "Names below them are included."},
          at(&Config::sinkhole, &Sinkhole::names), Texts{check_wrong_name}),
      row({"sinkhole.host", R"("")", "name",
           "How it calls itself. Empty: the name of this host."},
          at(&Config::sinkhole, &Sinkhole::host), Text()),
      row({"sinkhole.tls_cert", R"("")", "file",
           "Certificate and chain (PEM), to offer STARTTLS."},
          at(&Config::sinkhole, &Sinkhole::certificate), Text{4000}),
      row({"sinkhole.tls_key", R"("")", "file", "Its private key (PEM)."},
          at(&Config::sinkhole, &Sinkhole::key), Text{4000}),
      row({"sinkhole.most_sessions", "12000", "clients",
           "At a time; the next ones hear 421."},
          at(&Config::sinkhole, &Sinkhole::most_sessions), Whole{1, 1'000'000}),
      row({"sinkhole.most_of_one", "100", "sessions",
           "Of one address at a time."},
          at(&Config::sinkhole, &Sinkhole::most_of_one), Whole{1, 1'000'000}),
      row({"sinkhole.proxies", "[]", "networks",
           "Balancers in front of it. Their connections must begin with the "
           "PROXY protocol, version 1 or 2; nobody else is believed."},
          at(&Config::sinkhole, &Sinkhole::proxies), Texts{check_network}),
      row({"sinkhole.tarpit", R"("0 s")", "duration",
           "How long it waits before each answer."},
          at(&Config::sinkhole, &Sinkhole::tarpit), Span{0s, 60s}),
      row({"sinkhole.retain", R"("hashes")", "",
           "What is kept of addresses: hashes (under a key that is thrown away "
           "after a month), or addresses, in the clear, for a month. The "
           "latter "
           "needs legal_note."},
          at(&Config::sinkhole, &Sinkhole::retain_addresses), kRetain),
      row({"sinkhole.legal_note", R"("")", "text",
           "On what ground addresses are kept: who decided it, when, for how "
           "long. It stands on each file that has them."},
          at(&Config::sinkhole, &Sinkhole::legal_note), Text{1000}),

      row({"log.format", R"("logfmt")", "",
           "The lines on standard error: logfmt (key=value) or json."},
          at(&Config::log_format), kLogFormats),
      row({"log.level", R"("info")", "",
           "The least that is logged: debug, info, warning, error."},
          at(&Config::log_level), kLevels),
  };
}

std::vector<Option<Milter>> make_milter_options() {
  return {
      option<Milter>(
          {"listen", R"("inet:127.0.0.1:8894")", "endpoint",
           "unix:/path, inet:host:port, inet:port@host, or fd:NAME for a "
           "socket of the service manager."},
          at(&Milter::gate, &ListenerOptions::endpoint), ListenOn()),
      option<Milter>(
          {"traffic", R"("submission")", "",
           "What comes in by it: submission (people, who can be asked), relay "
           "(other servers), local (non_smtpd_milters: held, or judged and "
           "logged, never refused)."},
          at(&Milter::gate, &ListenerOptions::traffic), kTraffic),
      option<Milter>({"mode", R"("")", "",
                      "watch, ask, hold or reject for this listener. Empty: as "
                      "the mode above."},
                     at(&Milter::gate, &ListenerOptions::mode), kListenerModes),
      option<Milter>({"at_deadline", R"("")", "",
                      "return, backup or send, for letters held here that "
                      "nobody answered for. Empty: as hold.at_deadline."},
                     at(&Milter::gate, &ListenerOptions::at_deadline),
                     kListenerDeadlines),
      option<Milter>({"on_failure", R"("tempfail")", "",
                      "What the MTA hears when we are in trouble: tempfail "
                      "(451, try later) or accept (unguarded)."},
                     at(&Milter::gate, &ListenerOptions::on_failure),
                     kOnFailure),
      option<Milter>({"socket_mode", R"("0660")", "octal",
                      "Permissions of a unix socket."},
                     at(&Milter::socket, &net::ListenOptions::mode),
                     SocketMode()),
      option<Milter>({"socket_group", R"("")", "group",
                      "Group of a unix socket, so that the MTA may connect. "
                      "Empty: ours."},
                     at(&Milter::socket, &net::ListenOptions::group), Text()),
  };
}

}  // namespace

Result<std::chrono::milliseconds> parse_span(std::string_view text) {
  return read_duration({std::string(text), 0});
}

Result<net::Endpoint> parse_listen(std::string_view text) {
  const bool inherited = text.starts_with("fd:");
  auto endpoint =
      net::Endpoint::parse((inherited ? "" : "inet:") + std::string(text));
  // The Sendmail form port@host is the milter's.
  if (endpoint && text.find('@') == text.npos) return endpoint;
  return fail(fmt::format(
      "must be ADDRESS:PORT such as 192.0.2.1:25, or fd:NAME, not '{}'",
      printable(text, 100)));
}

const std::vector<Option<Config>>& config_options() {
  static const std::vector<Option<Config>> options = make_config_options();
  return options;
}

const std::vector<Option<Milter>>& milter_options() {
  static const std::vector<Option<Milter>> options = make_milter_options();
  return options;
}

const std::vector<TableRow>& tables() {
  static const std::vector<TableRow> tables = {
      {"", "Keys at the top of the file, before any table."},
      {"ask", "How a sender confirms an address."},
      {"hold",
       "Letters that wait for their sender's answer "
       "(docs/operations/hold.md)."},
      {"learn", "What is learnt of correspondence while the guard serves."},
      {"http", "The page, the API, /healthz and /metrics."},
      {"retention", "What is forgotten, and when; it happens by itself."},
      {"sinkhole",
       "What 'lostletter sinkhole' does when its command line does not say "
       "otherwise; 'serve' does not read it."},
      {"log", "One line an event, on standard error."},
      {"milter",
       "One [[milter]] for each socket an MTA connects to. With none in the "
       "file there is one, with these defaults."},
  };
  return tables;
}

}  // namespace lostletter::config
