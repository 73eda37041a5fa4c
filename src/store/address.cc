// SPDX-License-Identifier: Apache-2.0
#include "store/address.h"

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include "base/text.h"

namespace lostletter::store {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kKeywords = "postgresql:";
constexpr std::string_view kUris[] = {"postgresql://", "postgres://"};
constexpr std::string_view kForms =
    "'sqlite:DIRECTORY', 'postgresql://USER@HOST/DATABASE' or "
    "'postgresql:host=HOST dbname=DATABASE'";

using Settings = std::map<std::string, std::string>;

// libpq quotes what it does not understand, and that may be a password.
std::string without_quotations(std::string_view message) {
  std::string text;
  bool quoted = false;
  for (const char c : trim(message)) {
    if (c == '"') {
      if (!quoted) text += "'...'";
      quoted = !quoted;
    } else if (!quoted) {
      text += c;
    }
  }
  return printable(text);
}

Result<Settings> parse_conninfo(const std::string& text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> owner(message, &PQfreemem);
  if (options == nullptr) {
    return fail(fmt::format("not what PostgreSQL connects to: {}",
                            without_quotations(message ? message : "")));
  }
  Settings settings;
  for (const auto* one = options.get(); one->keyword != nullptr; ++one) {
    if (one->val != nullptr) settings[one->keyword] = one->val;
  }
  return settings;
}

std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

std::string or_else(const Settings& settings, const char* key,
                    const char* fallback) {
  const auto found = settings.find(key);
  return found == settings.end() ? fallback : found->second;
}

// "db1:5433,db2:5433": a port for each, or one for all.
std::string hosts_of(const Settings& settings) {
  const std::string hosts =
      or_else(settings, "host", or_else(settings, "hostaddr", "").c_str());
  const std::string ports = or_else(settings, "port", "");
  const auto names = split(hosts, ',');
  const auto numbers = split(ports, ',');
  std::vector<std::string> all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto number = numbers.size() == 1  ? numbers[0]
                        : i < numbers.size() ? numbers[i]
                                             : std::string_view();
    all.push_back(number.empty() ? std::string(names[i])
                                 : fmt::format("{}:{}", names[i], number));
  }
  return fmt::format("{}", fmt::join(all, ","));
}

}  // namespace

Result<StoreAddress> StoreAddress::parse(std::string_view text) {
  if (text.starts_with(kSqlite)) {
    const std::string_view directory = text.substr(kSqlite.size());
    if (!directory.starts_with('/')) {
      return fail(fmt::format("'sqlite:' needs an absolute directory, not '{}'",
                              printable(directory)));
    }
    return StoreAddress{Kind::kSqlite, std::string(directory)};
  }
  StoreAddress address{Kind::kPostgres, std::string(text)};
  const bool is_uri = std::ranges::any_of(
      kUris, [&](std::string_view begin) { return text.starts_with(begin); });
  if (!is_uri) {
    if (!text.starts_with(kKeywords)) {
      return fail(fmt::format("must be {}", kForms));
    }
    address.where = text.substr(kKeywords.size());
  }
  if (const auto fine = parse_conninfo(address.where); !fine) {
    return fail(fmt::format("{}; it must be {}", fine.error().message, kForms));
  }
  return address;
}

std::string StoreAddress::to_string() const {
  if (kind == Kind::kSqlite) return fmt::format("sqlite:{}", where);
  const auto settings = parse_conninfo(where);
  if (!settings) return "postgresql:";
  const std::string user = or_else(*settings, "user", "");
  return printable(
      fmt::format("postgresql://{}{}/{}", user.empty() ? "" : user + '@',
                  hosts_of(*settings), or_else(*settings, "dbname", "")));
}

bool StoreAddress::has_secret() const {
  if (kind == Kind::kSqlite) return false;
  const auto settings = parse_conninfo(where);
  return !settings || settings->contains("password") ||
         settings->contains("sslpassword");
}

std::string to_conninfo(const StoreAddress& address) {
  // A host that is silent is given up after two seconds, the least there is; a
  // peer that vanished, after five.
  Settings settings = {{"application_name", "lostletter"},
                       {"connect_timeout", "2"},
                       {"keepalives_idle", "5"},
                       {"keepalives_interval", "2"},
                       {"keepalives_count", "2"},
                       {"target_session_attrs", "read-write"},
                       {"tcp_user_timeout", "5000"}};
  if (const auto given = parse_conninfo(address.where)) {
    for (const auto& [key, value] : *given) settings[key] = value;
  }
  std::string text;
  for (const auto& [key, value] : settings) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, quoted(value));
  }
  return text;
}

}  // namespace lostletter::store
