// SPDX-License-Identifier: Apache-2.0
//
// The tables of correspondence as the files of this folder use them: addresses
// and domains by number, a row for each exchange.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/correspondence.h"
#include "store/sqlite.h"

namespace lostletter::store {

// The owner of what all of us exchange.
inline constexpr std::int64_t kOrganisation = 0;

// Lower case: no mail system in use tells Ann from ann.
struct AddressParts {
  std::string local_part;
  std::string domain;
};
AddressParts split_address(std::string_view address);

std::optional<std::int64_t> find_domain_number(Database& database,
                                               std::string_view name);
std::optional<std::int64_t> find_address_number(Database& database,
                                                std::string_view local_part,
                                                std::int64_t domain);

// What a person logs in with: the local part of one of us, else the address.
std::string login_of(Database& database, std::string_view address);

// The same hash in every process and for ever: it is stored. Not for secrets.
std::int64_t stable_hash(std::string_view text);
// `lessons.other` of an address, or of "@" and a domain, that was in a thread
// and has no number for it. Below 0. REQUIRES: lower case.
std::int64_t beside_mark(std::string_view text);

// `scores.recipient` of an address.
std::int64_t score_key(std::string_view recipient);

// The first three characters of a local part, as one number.
std::int64_t beginning_of(std::string_view local_part);

std::int32_t day_of(Seconds time);

// Which of the two tables of exchanges.
enum class Kind { kAddress, kDomain };

// What is to be added to one exchange; counts may be below 0.
struct Change {
  std::int64_t sent = 0;
  std::int64_t received = 0;
  std::int64_t bounced = 0;
  Seconds first = Seconds::max();
  Seconds last = Seconds::min();
  double weight = 0;
};

// The rows of one table have changed by this many afterwards.
int apply(Database& database, Kind kind, std::int64_t owner, std::int64_t other,
          const Change& change);
// No row is an exchange of nothing, with weight 0.
struct StoredExchange {
  guard::Exchange exchange;
  double weight = 0;  // as it is stored
};
StoredExchange find_exchange(Database& database, Kind kind, std::int64_t owner,
                             std::int64_t other, Seconds now);
// Columns from `column` on: sent, received, bounced, first_at, last_at, weight.
StoredExchange read_exchange(const Query& row, int column, Seconds now);

// Unless it is in the letter, or there are enough.
void add_missing(guard::Missing one, const guard::Inquiry& inquiry,
                 std::vector<guard::Missing>& found);

std::int64_t counter(Database& database, std::string_view name);
void set_counter(Database& database, std::string_view name, std::int64_t value);
inline constexpr std::string_view kEdges = "edges";

}  // namespace lostletter::store
