// SPDX-License-Identifier: Apache-2.0
#include "dns/facts.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "base/text.h"
#include "dns/address.h"
#include "dns/parking.h"
#include "dns/task.h"
#include "domain/name.h"
#include "domain/suffix.h"

namespace lostletter::dns {
namespace {

// Inquiries begun at the same time. Several questions of each may be under way
// one after the other; the resolver's own bound is on questions.
constexpr std::size_t kAtOnce = 500;

using Asking = Resolver::Asking;

// What stands in an MX record and can be asked about.
bool is_host_name(std::string_view host) {
  return host.size() <= domain::kMostOctets && host.find('\\') == host.npos &&
         host != ".";
}

std::string_view parent_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
}

std::string_view registered_part(std::string_view name) {
  const auto suffix = domain::icann_suffix(name).text;
  if (suffix.size() >= name.size()) return name;
  const auto dot = name.rfind('.', name.size() - suffix.size() - 2);
  return name.substr(dot == name.npos ? 0 : dot + 1);
}

std::set<std::string> data_of(const std::vector<Record>& records) {
  std::set<std::string> data;
  for (const Record& record : records) data.insert(record.data);
  return data;
}

class Inspector {
 public:
  Inspector(Resolver& resolver, Inquiry inquiry)
      : resolver_(resolver),
        inquiry_(inquiry),
        // Nobody has registered this one, and no attacker foresees it.
        unlikely_("x" + ascii_lower(random_id()) + ascii_lower(random_id())) {}

  Task<Facts> inspect(std::string name) {
    Facts facts;
    facts.name = name;
    const Answer mx = co_await Asking(resolver_, name, Type::kMx);
    facts.authentic = mx.authentic;
    facts.exists = mx.outcome == Outcome::kUnknown  ? Known::kUnknown
                   : mx.outcome == Outcome::kNoName ? Known::kNo
                                                    : Known::kYes;
    if (mx.outcome == Outcome::kNoName) {
      facts.service = MailService::kNone;
    } else if (mx.outcome == Outcome::kData) {
      facts.exchanger_count = mx.records.size();
      facts.exchangers = exchangers_of(mx.records);
      const bool null = facts.exchangers.empty();
      facts.service = null ? MailService::kNull : MailService::kMx;
      for (Exchanger& one : facts.exchangers) {
        one = co_await locate(std::move(one));
      }
    } else if (mx.outcome == Outcome::kNoData) {
      Exchanger itself;
      itself.host = name;
      itself = co_await locate(std::move(itself));
      facts.service = !itself.addresses.empty() ? MailService::kImplicit
                      : itself.reachable == Known::kUnknown
                          ? MailService::kUnknown
                          : MailService::kNone;
      if (!itself.addresses.empty()) facts.exchangers.push_back(itself);
    }
    co_return co_await look_around(std::move(facts), mx);
  }

 private:
  // By preference, the first ones. Empty for RFC 7505's only record, "0 .";
  // beside others that record means nothing.
  static std::vector<Exchanger> exchangers_of(std::vector<Record> records) {
    std::ranges::stable_sort(records, {}, &Record::preference);
    std::vector<Exchanger> all;
    const bool null = records.size() == 1 && records[0].data == ".";
    for (const Record& record : records) {
      if (null || all.size() == kMostExchangers) break;
      all.push_back({record.data, record.preference, Known::kUnknown, {}});
    }
    return all;
  }

  Task<Exchanger> locate(Exchanger one) {
    one.reachable = Known::kNo;
    if (!is_host_name(one.host)) co_return one;
    for (const Type type : {Type::kA, Type::kAaaa}) {
      const Answer answer = co_await Asking(resolver_, one.host, type);
      if (answer.outcome == Outcome::kNoName) break;
      if (answer.outcome == Outcome::kUnknown && one.reachable == Known::kNo) {
        one.reachable = Known::kUnknown;
      }
      for (const Record& record : answer.records) {
        one.addresses.push_back(record.data);
        if (inquiry_.private_is_reachable || is_public_address(record.data)) {
          one.reachable = Known::kYes;
        }
      }
      if (one.reachable == Known::kYes) break;
    }
    co_return one;
  }

  Task<Facts> look_around(Facts facts, Answer mx) {
    if (facts.service == MailService::kNull) {
      const Answer spf = co_await Asking(resolver_, facts.name, Type::kTxt);
      facts.refuses_spf =
          std::ranges::any_of(spf.records, [](const Record& record) {
            // RFC 7208 4.5, 4.6.1
            return ascii_iequals(trim(record.data), "v=spf1 -all");
          });
    }
    const bool takes_mail = facts.service == MailService::kMx ||
                            facts.service == MailService::kImplicit;
    if (takes_mail && inquiry_.wildcards) {
      facts.wildcards = co_await find_wildcards(facts, std::move(mx));
    }
    if (takes_mail && inquiry_.name_servers) {
      const Answer servers = co_await Asking(
          resolver_, std::string(registered_part(facts.name)), Type::kNs);
      const auto names = data_of(servers.records);
      facts.name_servers.assign(names.begin(), names.end());
    }
    facts.parked =
        std::ranges::any_of(facts.name_servers, is_parking_host) ||
        std::ranges::any_of(facts.exchangers, [](const Exchanger& one) {
          return is_parking_host(one.host);
        });
    co_return facts;
  }

  // Asks below each ancestor for a name that nobody has. It counts when mail
  // to it would go where mail to the name goes.
  Task<std::vector<std::string>> find_wildcards(const Facts& facts, Answer mx) {
    std::vector<std::string> found;
    for (auto above = parent_of(facts.name); !above.empty();
         above = parent_of(above)) {
      const std::string probe = unlikely_ + "." + std::string(above);
      if (probe.size() > domain::kMostOctets) continue;
      const Type type =
          facts.service == MailService::kMx ? Type::kMx : Type::kA;
      const Answer any = co_await Asking(resolver_, probe, type);
      if (any.outcome != Outcome::kData) continue;
      const auto same = data_of(any.records);
      if (type == Type::kMx) {
        if (same == data_of(mx.records)) found.emplace_back(above);
      } else if (std::ranges::any_of(facts.exchangers.front().addresses,
                                     [&](const std::string& address) {
                                       return same.contains(address);
                                     })) {
        found.emplace_back(above);
      }
    }
    co_return found;
  }

  Resolver& resolver_;
  Inquiry inquiry_;
  std::string unlikely_;
};

}  // namespace

std::string_view to_string(Known known) {
  switch (known) {
    case Known::kNo:
      return "no";
    case Known::kYes:
      return "yes";
    case Known::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(MailService service) {
  switch (service) {
    case MailService::kNone:
      return "none";
    case MailService::kMx:
      return "mx";
    case MailService::kImplicit:
      return "implicit";
    case MailService::kNull:
      return "null";
    case MailService::kUnknown:
      break;
  }
  return "unknown";
}

Known Facts::accepts() const {
  switch (service) {
    case MailService::kNone:
    case MailService::kNull:
      return Known::kNo;
    case MailService::kUnknown:
      return Known::kUnknown;
    case MailService::kMx:
    case MailService::kImplicit:
      break;
  }
  const auto any = [&](Known known) {
    return std::ranges::any_of(exchangers, [&](const Exchanger& one) {
      return one.reachable == known;
    });
  };
  if (any(Known::kYes)) return Known::kYes;
  // Of those that were not looked at nothing is known.
  const bool more = exchanger_count > exchangers.size();
  return more || any(Known::kUnknown) ? Known::kUnknown : Known::kNo;
}

struct Inquirer::Impl {
  // Ends by itself, however long it takes.
  Detached run(std::string name, Found found) {
    ++pending;
    Facts facts = co_await inspector.inspect(std::move(name));
    --pending;
    found(std::move(facts));
  }

  Inspector inspector;
  std::size_t pending = 0;
};

Inquirer::Inquirer(Resolver& resolver, Inquiry inquiry)
    : impl_(std::make_unique<Impl>(Inspector(resolver, inquiry))) {}
Inquirer::~Inquirer() = default;

void Inquirer::ask(std::string name, Found found) {
  impl_->run(std::move(name), std::move(found));
}

std::size_t Inquirer::pending() const { return impl_->pending; }

void inquire(Resolver& resolver, std::span<const std::string> names,
             const Inquiry& inquiry,
             const std::function<void(std::size_t, Facts&&)>& found) {
  Inquirer inquirer(resolver, inquiry);
  std::size_t next = 0;
  while (next < names.size() || inquirer.pending() > 0) {
    while (next < names.size() && inquirer.pending() < kAtOnce) {
      const std::size_t number = next++;
      inquirer.ask(names[number], [&found, number](Facts&& facts) {
        found(number, std::move(facts));
      });
    }
    resolver.turn(std::chrono::milliseconds(1000));
  }
}

}  // namespace lostletter::dns
