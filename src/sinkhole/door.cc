// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/door.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "base/text.h"

namespace lostletter::sinkhole {
namespace {

// 48 bits: enough to tell a day's addresses apart, too few to be anybody's.
constexpr std::size_t kHashDigits = 12;

// Local parts that programs write from (RFC 2142, and what Szurdi and Christin
// took for automatic).
constexpr auto kPrograms = std::to_array<std::string_view>(
    {"postmaster", "mailer-daemon", "root", "admin", "administrator", "daemon",
     "www-data", "apache", "nobody", "cron", "noreply", "no-reply",
     "donotreply", "do-not-reply", "notification", "notifications",
     "newsletter", "alerts"});

bool is_program(std::string_view local_part) {
  const std::string name = ascii_lower(local_part);
  return std::ranges::find(kPrograms, name) != kPrograms.end() ||
         name.find("bounce") != std::string::npos ||
         name.find("unsubscribe") != std::string::npos ||
         name.find('=') != std::string::npos;  // VERP, SRS
}

// RFC 5321 4.1.4: a domain, or an address in brackets.
bool is_greeting(std::string_view name) {
  if (name.starts_with('[') && name.ends_with(']')) return true;
  const auto parsed = domain::Name::parse(name);
  return parsed && parsed->labels().size() > 1;
}

std::string hash_of(const std::string& key, std::string_view text) {
  return keyed_hash(key, ascii_lower(text)).substr(0, kHashDigits);
}

mail::Reply no_relay() {
  return {554, "5.7.1", {"this server has nothing to do with that name"}};
}

}  // namespace

Kind kind_of(const smtp::Transaction& transaction, const Names& names) {
  const auto& sender = transaction.sender.address;
  if (sender && names.find(sender->domain())) return Kind::kForged;
  if (names.find(ascii_lower(transaction.greeting))) return Kind::kForged;
  if (!is_greeting(transaction.greeting)) return Kind::kOddGreeting;
  if (!sender || is_program(sender->unquoted_local_part())) {
    return Kind::kAutomatic;
  }
  return Kind::kPerhaps;
}

Door::Door(const House& house, std::string_view client)
    : house_(house), network_(network_of(client)) {}

mail::Reply Door::refuse(const smtp::Transaction& transaction,
                         const mail::Path& recipient) {
  if (!recipient.address) return no_relay();
  const auto match = house_.names.find(recipient.address->domain());
  if (!match) return no_relay();
  const Seconds now = house_.clock.now();
  Refusal refusal;
  refusal.day = to_rfc3339(now).substr(0, 10);
  refusal.wrong = match->wrong;
  refusal.intended = match->intended;
  refusal.owner = match->owner;
  refusal.network = network_;
  refusal.kind = kind_of(transaction, house_.names);
  refusal.tls = transaction.tls;
  const std::string& key = house_.key();
  refusal.recipient_hash = hash_of(key, recipient.address->to_string());
  if (transaction.sender.address) {
    refusal.sender = transaction.sender.address->domain();
    refusal.sender_hash = hash_of(key, transaction.sender.address->to_string());
  } else {
    refusal.sender_hash = hash_of(key, "");
  }
  house_.note(refusal);
  if (house_.enrol) {
    const auto& sender = transaction.sender.address;
    house_.enrol({now, match->wrong, recipient.address->to_string(),
                  sender ? sender->to_string() : "", network_});
  }
  // The name takes no mail, and never will: RFC 3463's 5.1.2. The local part
  // is not repeated.
  return {550,
          "5.1.2",
          {"No mail is accepted for " + match->wrong + ".",
           "If you meant " + match->intended +
               ", please correct the address and send it again.",
           "Your letter was not read and not kept."}};
}

}  // namespace lostletter::sinkhole
