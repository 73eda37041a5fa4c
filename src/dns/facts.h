// SPDX-License-Identifier: Apache-2.0
//
// What the DNS says about mail to a name: does the name exist, does it take
// mail, through which hosts; is it only a wildcard's doing, is it parked, does
// it say that it is no mail name? A question that was not answered leaves
// "unknown" behind, never "no".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.h"

namespace lostletter::dns {

enum class Known : std::uint8_t { kNo, kYes, kUnknown };
std::string_view to_string(Known known);  // "no", "yes", "unknown"

enum class MailService : std::uint8_t {
  kNone,      // neither MX nor address, or no such name
  kMx,        // RFC 5321 5.1
  kImplicit,  // no MX, but an address: mail goes to it all the same
  kNull,      // RFC 7505: MX 0 ., it takes no mail and says so
  kUnknown,
};
std::string_view to_string(MailService service);

// A host that MX records name, or the name itself.
struct Exchanger {
  std::string host;
  std::uint16_t preference = 0;
  Known reachable = Known::kUnknown;   // an address that is public
  std::vector<std::string> addresses;  // all that were found
};

struct Facts {
  std::string name;
  Known exists = Known::kUnknown;
  MailService service = MailService::kUnknown;
  // By preference; of many MX only the first kMostExchangers were looked at.
  std::vector<Exchanger> exchangers;
  std::size_t exchanger_count = 0;  // how many MX there are
  // The names right above it below which any name exists (RFC 4592) and takes
  // mail the same way, the nearest first: "ml" when *.ml takes mail.
  std::vector<std::string> wildcards;
  bool authentic = false;    // the resolver verified the MX answer (AD)
  bool refuses_spf = false;  // "v=spf1 -all": it sends none either
  bool parked = false;       // its name servers or mail hosts park names
  std::vector<std::string> name_servers;  // of its registered part

  // May a letter to it be taken?
  Known accepts() const;
  // NXDOMAIN, or neither MX nor address: 550 5.1.2 is true of it.
  bool is_undeliverable() const {
    return service == MailService::kNone || service == MailService::kNull;
  }
};

inline constexpr std::size_t kMostExchangers = 10;

struct Inquiry {
  bool wildcards = true;     // probe the names above
  bool name_servers = true;  // for parking
  // Addresses that only tests reach count as public.
  bool private_is_reachable = false;
};

// Inquiries, each by itself; they go on while the resolver turns.
class Inquirer {
 public:
  using Found = std::function<void(Facts&&)>;

  // The resolver must end before this does: it answers what is under way.
  Inquirer(Resolver& resolver, Inquiry inquiry);
  ~Inquirer();
  // `found` is called once, perhaps from here.
  void ask(std::string name, Found found);
  std::size_t pending() const;  // inquiries under way

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Asks about each name, in any order, and says what was found: the number in
// `names`, and the facts. Returns when all are answered. The facts are the
// callback's to keep.
void inquire(Resolver& resolver, std::span<const std::string> names,
             const Inquiry& inquiry,
             const std::function<void(std::size_t, Facts&&)>& found);

}  // namespace lostletter::dns
