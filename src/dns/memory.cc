// SPDX-License-Identifier: Apache-2.0
#include "dns/memory.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/engine.h"

namespace lostletter::dns {
namespace {

// As long as correspondence is remembered (retention.correspondence).
constexpr std::chrono::days kPartnerKept(1095);
// Names change hands within the year.
constexpr std::chrono::days kClutchKept(180);
// More of a clutch are not counted.
constexpr std::size_t kMostClutch = 8;

constexpr std::string_view kPartner = "partner";
constexpr std::string_view kClutch = "clutch";
// In place of the mail hosts of a name that has its own.
constexpr std::string_view kItself = "-";

std::string registered_part(std::string_view name) {
  const auto suffix = domain::icann_suffix(name).text;
  if (suffix.size() >= name.size()) return std::string(name);
  const auto dot = name.rfind('.', name.size() - suffix.size() - 2);
  return std::string(name.substr(dot == name.npos ? 0 : dot + 1));
}

// Where mail goes, sorted. "-": to hosts of the name itself.
std::vector<std::string> hosts_of(const Facts& found) {
  std::vector<std::string> hosts;
  const std::string own = registered_part(found.name);
  for (const Exchanger& one : found.exchangers) {
    std::string host = registered_part(one.host);
    hosts.push_back(host == own ? std::string(kItself) : std::move(host));
  }
  std::ranges::sort(hosts);
  const auto [first, last] = std::ranges::unique(hosts);
  hosts.erase(first, last);
  return hosts;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

// Where a partner's mail went, and how many letters had come from there when it
// went elsewhere: "mail.test other.test\n17". Without the second line it did
// not.
struct Partner {
  std::vector<std::string> hosts;
  std::optional<std::uint64_t> received;
};

Partner read_partner(std::string_view value) {
  Partner partner;
  const auto line = value.find('\n');
  partner.hosts = words_of(value.substr(0, line));
  if (line == value.npos) return partner;
  const auto number = value.substr(line + 1);
  std::uint64_t received = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), received);
  if (error == std::errc() && end == number.data() + number.size()) {
    partner.received = received;
  }
  return partner;
}

bool share(const std::vector<std::string>& a,
           const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& one) {
    return std::ranges::find(b, one) != b.end();
  });
}

// Whoever serves the mail of thousands serves that of wrong names, too.
bool is_well_known(const std::string& host) {
  static const auto known = lookalike::built_in_index();
  return known->find(host).has_value();
}

}  // namespace

void NameMemory::consider(const guard::NameQuestion& asked, const Facts& found,
                          guard::NameFacts& told) {
  if (told.mail != guard::Mail::kTaken) return;
  const auto hosts = hosts_of(found);
  if (asked.is_wrong) add_to_clutches(registered_part(found.name), hosts);
  told.clutch_at = clutch_among(hosts);
  if (asked.is_partner) consider_partner(asked, hosts, told);
}

std::string NameMemory::clutch_among(const std::vector<std::string>& hosts) {
  for (const std::string& host : hosts) {
    if (host == kItself) continue;
    const auto known = facts_.find(kClutch, host, clock_.now());
    if (known && words_of(known->value).size() >= kLeastClutch) return host;
  }
  return "";
}

void NameMemory::add_to_clutches(const std::string& name,
                                 const std::vector<std::string>& hosts) {
  for (const std::string& host : hosts) {
    if (host == kItself || is_well_known(host)) continue;
    const auto known = facts_.find(kClutch, host, clock_.now());
    auto names = known ? words_of(known->value) : std::vector<std::string>();
    if (names.size() >= kMostClutch ||
        std::ranges::find(names, name) != names.end()) {
      continue;
    }
    names.push_back(name);
    const store::NameFact fact{std::string(kClutch), host, joined(names),
                               clock_.now() + kClutchKept};
    facts_.save({&fact, 1});
  }
}

void NameMemory::consider_partner(const guard::NameQuestion& asked,
                                  const std::vector<std::string>& hosts,
                                  guard::NameFacts& told) {
  const bool suspect = !told.parked_at.empty() || !told.clutch_at.empty();
  const auto known = facts_.find(kPartner, asked.domain, clock_.now());
  const auto save = [&](std::string value) {
    if (known && known->value == value &&
        known->until > clock_.now() + kPartnerKept - std::chrono::days(30)) {
      return;  // written lately
    }
    const store::NameFact fact{std::string(kPartner), asked.domain,
                               std::move(value), clock_.now() + kPartnerKept};
    facts_.save({&fact, 1});
  };
  // Of whom nothing is remembered it cannot be said that they moved.
  if (!suspect) return save(joined(hosts));
  if (!known) return;
  const Partner before = read_partner(known->value);
  if (share(before.hosts, hosts)) return;
  if (!before.received) {
    save(joined(before.hosts) + '\n' + std::to_string(asked.received));
  } else if (asked.received > *before.received) {
    // They wrote to us since: it is still them.
    return save(joined(hosts));
  }
  told.moved_from = before.hosts.empty() || before.hosts.front() == kItself
                        ? asked.domain
                        : before.hosts.front();
  told.moved_to = told.parked_at.empty() ? told.clutch_at : told.parked_at;
}

}  // namespace lostletter::dns
