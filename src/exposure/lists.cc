// SPDX-License-Identifier: Apache-2.0
#include "exposure/lists.h"

#include <algorithm>
#include <array>
#include <cassert>

#include <fmt/format.h>

namespace lostletter::exposure {
namespace {

constexpr std::array kFormats = std::to_array<FormatRow>({
    {Format::kTable, "table", "for people"},
    {Format::kJson, "json", "one object a line, the same as --json"},
    {Format::kPostfix, "postfix", "check_recipient_access table"},
    {Format::kPolicy, "policy", "block of lostletter.toml"},
    {Format::kUnbound, "unbound", "local-zone lines of unbound.conf"},
    {Format::kRpz, "rpz", "response policy zone"},
    {Format::kZone, "zone", "null MX records for names to hold"},
    {Format::kCsv, "csv", "a line a name"},
    {Format::kHtml, "html", "one page, to keep or to send"},
});

std::string head(std::string_view comment, std::string_view what) {
  return fmt::format(
      "{0} {1}\n{0} Made by lostletter exposure. Read it before you use it: a "
      "name may be\n{0} somebody's own although no list has it.\n",
      comment, what);
}

std::string postfix(const Plan& plan) {
  std::string text =
      head("#",
           "Recipients that are typing errors, for Postfix:\n"
           "# smtpd_recipient_restrictions = ... check_recipient_access "
           "hash:/etc/postfix/wrong-names");
  for (const Step& step : plan.steps) {
    if (step.advice != Advice::kBlock) continue;
    // RFC 6409 6.2: 5.7.1. The name exists, so that 5.1.2 would be untrue.
    const std::string answer =
        fmt::format("REJECT 5.7.1 No mail from here to {}: did you mean {}?",
                    step.registered, step.of);
    // access(5): which of the two finds sub-domains depends on
    // parent_domain_matches_subdomains.
    text += fmt::format("{0:<30} {1}\n.{0:<29} {1}\n", step.registered, answer);
  }
  return text;
}

std::string policy(const Plan& plan) {
  std::string text =
      head("#", "Recipients nobody here may write to, for lostletter.toml");
  text += "block = [\n";
  for (const Step& step : plan.steps) {
    if (step.advice != Advice::kBlock) continue;
    text += fmt::format("  \"*.{}\",  # for {}\n", step.registered, step.of);
  }
  return text + "]\n";
}

std::string unbound(const Plan& plan) {
  std::string text =
      head("#", "Names that do not exist here, for unbound.conf") + "server:\n";
  for (const Step& step : plan.steps) {
    if (step.advice != Advice::kBlock) continue;
    text +=
        fmt::format("  local-zone: \"{}.\" always_nxdomain\n", step.registered);
  }
  return text;
}

std::string rpz(const Plan& plan) {
  std::string text =
      head(";",
           "Names that do not exist here: a response policy zone, whatever it "
           "is called");
  text +=
      "$TTL 300\n"
      "@ SOA localhost. root.localhost. 1 3600 600 86400 300\n"
      "@ NS localhost.\n";
  for (const Step& step : plan.steps) {
    if (step.advice != Advice::kBlock) continue;
    text += fmt::format("{0} CNAME .\n*.{0} CNAME .\n", step.registered);
  }
  return text;
}

// A field of RFC 4180.
std::string quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
  return field + '"';
}

std::string hosts_of(const dns::Facts& facts) {
  std::string text;
  for (const dns::Exchanger& one : facts.exchangers) {
    if (!text.empty()) text += ' ';
    text += one.host;
  }
  return text;
}

}  // namespace

std::span<const FormatRow> format_rows() { return kFormats; }

std::optional<Format> parse_format(std::string_view name) {
  const auto row = std::ranges::find(kFormats, name, &FormatRow::name);
  if (row == kFormats.end()) return std::nullopt;
  return row->format;
}

std::string block_list(Format format, const Plan& plan) {
  switch (format) {
    case Format::kPostfix:
      return postfix(plan);
    case Format::kPolicy:
      return policy(plan);
    case Format::kUnbound:
      return unbound(plan);
    case Format::kRpz:
      return rpz(plan);
    default:
      assert(false);
      return "";
  }
}

std::string null_mx_zone(const std::vector<std::string>& registered) {
  std::string text = head(
      ";", "Records for names you hold and do not use: no mail, none at all");
  for (const std::string& name : registered) {
    text += fmt::format(
        "{0}. MX 0 .\n{0}. TXT \"v=spf1 -all\"\n"
        "_dmarc.{0}. TXT \"v=DMARC1; p=reject\"\n"
        "*.{0}. MX 0 .\n*.{0}. TXT \"v=spf1 -all\"\n",
        name);
  }
  return text;
}

std::string csv(const Survey& survey, const std::vector<Target>& targets,
                bool has_volume) {
  std::string text = fmt::format(
      "name,of,probability,holder,registered,accepts,service,hosts,cluster,"
      "parked,{},{}\r\n",
      has_volume ? "typed_per_year" : "typed_per_million",
      has_volume ? "expected_per_year" : "expected_per_million");
  for (const Surveyed& one : survey.names) {
    const bool has = one.facts.has_value();
    text += fmt::format(
        "{},{},{:.6g},{},{},{},{},{},{},{},{:.6g},{:.6g}\r\n",
        one.candidate.name, targets[one.candidate.of].name.ascii(),
        one.candidate.probability, to_string(one.candidate.holder),
        registered_part(one.candidate.name), to_string(one.accepts()),
        has ? to_string(one.facts->service) : "",
        quoted(has ? hosts_of(*one.facts) : ""), one.cluster,
        has && one.facts->parked ? "yes" : "no", one.typed, one.expected);
  }
  return text;
}

}  // namespace lostletter::exposure
