// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/tally.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

#include <arpa/inet.h>

#include "base/text.h"

namespace lostletter::sinkhole {
namespace {

// Columns of a row: six of the key, four counts, tls, and two lists.
constexpr std::size_t kColumns = 6 + kKinds + 3;

constexpr std::string_view kOthers = "*";

void count_hash(std::map<std::string, std::uint32_t>& seen,
                const std::string& hash, std::uint32_t times) {
  const auto found = seen.find(hash);
  if (found != seen.end()) {
    found->second += times;
  } else if (seen.size() < Tally::kMostHashes) {
    seen.emplace(hash, times);
  }
}

std::string write_hashes(const std::map<std::string, std::uint32_t>& seen) {
  std::string text;
  for (const auto& [hash, times] : seen) {
    if (!text.empty()) text += ',';
    text += hash + ':' + std::to_string(times);
  }
  return text.empty() ? "-" : text;
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() &&
         !text.empty();
}

bool is_hash(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool read_hashes(std::string_view text,
                 std::map<std::string, std::uint32_t>& seen) {
  if (text == "-") return true;
  for (const auto one : split(text, ',')) {
    const auto colon = one.find(':');
    std::uint32_t times = 0;
    if (colon == one.npos || !is_hash(one.substr(0, colon)) ||
        !read_number(one.substr(colon + 1), times)) {
      return false;
    }
    count_hash(seen, std::string(one.substr(0, colon)), times);
  }
  return true;
}

// What stands between tabs. Nothing of ours has control characters in it.
bool is_field(std::string_view text) {
  return text.size() <= 300 && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) > ' ' && c != 127;
         });
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kPerhaps:
      return "perhaps";
    case Kind::kForged:
      return "forged";
    case Kind::kOddGreeting:
      return "odd-greeting";
    case Kind::kAutomatic:
      break;
  }
  return "automatic";
}

std::uint64_t Count::all() const {
  return std::accumulate(letters.begin(), letters.end(), std::uint64_t{0});
}

void Tally::note(const Refusal& refusal) {
  Key key{refusal.day,   refusal.wrong,  refusal.intended,
          refusal.owner, refusal.sender, refusal.network};
  auto row = rows_.find(key);
  if (row == rows_.end()) {
    if (rows_.size() >= most_) {
      key.sender = key.network = kOthers;
      key.wrong = key.intended = kOthers;
    }
    row = rows_.try_emplace(std::move(key)).first;
  }
  Count& count = row->second;
  ++count.letters[static_cast<std::size_t>(refusal.kind)];
  count.tls += refusal.tls ? 1 : 0;
  count_hash(count.recipients, refusal.recipient_hash, 1);
  count_hash(count.senders, refusal.sender_hash, 1);
}

std::string Tally::write(std::string_view day) const {
  std::string text =
      "# day, wrong, intended, owner, sending domain, network, letters: "
      "perhaps, forged, odd-greeting, automatic; tls, recipients, senders\n";
  for (const auto& [key, count] : rows_) {
    if (key.day != day) continue;
    for (const auto* field : {&key.day, &key.wrong, &key.intended, &key.owner,
                              &key.sender, &key.network}) {
      text += field->empty() ? "-" : *field;
      text += '\t';
    }
    for (const std::uint64_t letters : count.letters) {
      text += std::to_string(letters) + '\t';
    }
    text += std::to_string(count.tls) + '\t' + write_hashes(count.recipients) +
            '\t' + write_hashes(count.senders) + '\n';
  }
  return text;
}

Result<void> Tally::read(std::string_view text) {
  std::size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const auto fields = split(line, '\t');
    bool good = fields.size() == kColumns;
    std::array<std::string, 6> key;
    for (std::size_t i = 0; good && i < key.size(); ++i) {
      good = is_field(fields[i]) && !fields[i].empty();
      if (fields[i] != "-") key[i] = fields[i];
    }
    Count count;
    for (std::size_t i = 0; good && i < kKinds; ++i) {
      good = read_number(fields[6 + i], count.letters[i]);
    }
    good = good && read_number(fields[6 + kKinds], count.tls) &&
           read_hashes(fields[7 + kKinds], count.recipients) &&
           read_hashes(fields[8 + kKinds], count.senders);
    if (!good) {
      return fail("line " + std::to_string(number) + " is no row of a tally");
    }
    Count& row = rows_[{key[0], key[1], key[2], key[3], key[4], key[5]}];
    for (std::size_t i = 0; i < kKinds; ++i) row.letters[i] += count.letters[i];
    row.tls += count.tls;
    for (const auto& [hash, times] : count.recipients) {
      count_hash(row.recipients, hash, times);
    }
    for (const auto& [hash, times] : count.senders) {
      count_hash(row.senders, hash, times);
    }
  }
  return {};
}

void Tally::forget_before(std::string_view day) {
  std::erase_if(rows_, [&](const auto& row) { return row.first.day < day; });
}

std::string network_of(std::string_view address) {
  const std::string copy(address);
  std::array<std::uint8_t, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
    bytes[3] = 0;
    inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
    return std::string(text.data()) + "/24";
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return "unknown";
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0,    0,
                                                    0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    bytes[15] = 0;
    inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    return std::string(text.data()) + "/24";
  }
  std::fill(bytes.begin() + 6, bytes.end(), std::uint8_t{0});
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/48";
}

}  // namespace lostletter::sinkhole
