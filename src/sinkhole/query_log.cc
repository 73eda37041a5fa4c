// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"
#include "domain/name.h"
#include "sinkhole/query.h"

namespace lostletter::sinkhole {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

// As a name is compared. Nothing for what has bytes that no name of mail has.
std::optional<std::string> name_of(std::string_view text) {
  if (text.size() > 1 && text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > domain::kMostOctets) return std::nullopt;
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < 0x7F && c != '\\'; });
  if (!plain) return std::nullopt;
  return ascii_lower(text);
}

Answered answered_by(std::string_view code) {
  return code == "NXDOMAIN" ? Answered::kNoName : Answered::kOther;
}

// "192.0.2.1 army.ml. MX IN", and behind it, of a reply,
// "NXDOMAIN 0.000000 0 100".
std::optional<Query> read_unbound(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() < 4 || words[2] != "MX" || words[3] != "IN") {
    return std::nullopt;
  }
  const auto name = name_of(words[1]);
  if (!name) return std::nullopt;
  Query query{"", *name, std::string(words[0]), Answered::kNotTold};
  if (words.size() > 4) query.answered = answered_by(words[4]);
  return query;
}

// "client @0x7f01 192.0.2.1#53001 (army.ml): query: army.ml IN MX +E(0)K
// (192.0.2.53)"; of a response "response: army.ml IN MX NXDOMAIN ...".
std::optional<Query> read_bind(std::string_view text) {
  const auto words = words_of(text);
  const auto kind = std::ranges::find_if(words, [](std::string_view word) {
    return word == "query:" || word == "response:";
  });
  if (words.empty() || words[0] != "client" || words.end() - kind < 4 ||
      kind[2] != "IN" || kind[3] != "MX") {
    return std::nullopt;
  }
  const auto name = name_of(kind[1]);
  if (!name) return std::nullopt;
  Query query{"", *name, "", Answered::kNotTold};
  for (const auto word : words) {
    const auto port = word.find('#');
    if (port != word.npos) {
      query.client = word.substr(0, port);
      break;
    }
  }
  if (*kind == "response:" && words.end() - kind > 4) {
    query.answered = answered_by(kind[4]);
  }
  return query;
}

// "24-Nov-2026 " in front: BIND's own files, in the time of its host.
std::string take_bind_date(std::string_view& line) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (line.size() < 12 || line[2] != '-' || line[6] != '-' || line[11] != ' ') {
    return "";
  }
  const auto month = kMonths.find(line.substr(3, 3));
  const auto digits = [&](std::size_t at, std::size_t size) {
    return std::ranges::all_of(line.substr(at, size),
                               [](char c) { return c >= '0' && c <= '9'; });
  };
  if (month == kMonths.npos || month % 3 != 0 || !digits(0, 2) ||
      !digits(7, 4)) {
    return "";
  }
  const std::size_t number = month / 3 + 1;
  std::string day(line.substr(7, 4));
  day += number < 10 ? "-0" : "-";
  day += std::to_string(number) + '-' + std::string(line.substr(0, 2));
  line.remove_prefix(12);
  return day;
}

// "[1732442400] " in front: unbound's own files.
std::string take_unbound_date(std::string_view& line) {
  const auto end = line.find("] ");
  if (!line.starts_with('[') || end == line.npos) return "";
  std::int64_t seconds = 0;
  const auto [last, error] =
      std::from_chars(line.data() + 1, line.data() + end, seconds);
  constexpr std::int64_t kMost = 253402300799;  // the year 9999
  if (error != std::errc() || last != line.data() + end || seconds < 0 ||
      seconds > kMost) {
    return "";
  }
  line.remove_prefix(end + 2);
  return to_rfc3339(Seconds(Duration(seconds))).substr(0, 10);
}

// "2026-11-24T10:00:00.123Z " in front: BIND's print-time iso8601, and syslog
// of today. The day is that of the clock that wrote it.
std::string take_iso_date(std::string_view& line) {
  const auto end = line.find(' ');
  if (end == line.npos || end < 19 || line[4] != '-' || line[7] != '-' ||
      line[10] != 'T') {
    return "";
  }
  std::string day(line.substr(0, 10));
  for (const unsigned at : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (day[at] < '0' || day[at] > '9') return "";
  }
  line.remove_prefix(end + 1);
  return day;
}

// Behind what a server says of itself: "unbound[12:0] info: ".
std::optional<Query> read_text(std::string_view text) {
  for (const std::string_view mark : {"info: ", "query: ", "reply: "}) {
    const auto at = text.find(mark);
    if (at == text.npos || at > 64) continue;
    if (auto query = read_unbound(text.substr(at + mark.size()))) return query;
  }
  const auto client = text.find("client ");
  if (client == text.npos) return std::nullopt;
  return read_bind(text.substr(client));
}

}  // namespace

std::optional<Query> QueryLog::read(std::string_view line) {
  // Nearly every line asks for something else.
  if (line.find("MX") == line.npos) return std::nullopt;
  while (line.ends_with('\r')) line.remove_suffix(1);
  std::string day = take_unbound_date(line);
  if (day.empty()) day = take_bind_date(line);
  if (day.empty()) day = take_iso_date(line);
  archive::LogLine parts;
  std::optional<Query> query;
  if (!day.empty()) {
    query = read_text(line);
  } else if (lines_.read(line, parts).empty()) {
    day = to_rfc3339(parts.at).substr(0, 10);
    query = read_text(parts.text);
    // log-time-ascii: "Nov 24 10:00:00 unbound[12:0] info: ..." reads as if
    // "info" were the program.
    if (!query) query = read_unbound(parts.text);
  }
  if (query) query->day = std::move(day);
  return query;
}

}  // namespace lostletter::sinkhole
