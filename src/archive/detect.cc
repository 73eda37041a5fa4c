// SPDX-License-Identifier: Apache-2.0
//
// From the surest mark to the weakest: what has the form of an address book may
// be any text, so that comes last.
#include "archive/detect.h"

#include <algorithm>

#include "archive/exim.h"
#include "archive/json_letters.h"
#include "archive/log_line.h"
#include "archive/mbox.h"
#include "archive/message.h"
#include "archive/postfix.h"
#include "archive/sendmail.h"
#include "archive/table.h"
#include "archive/traces.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Calls `visit` with each line until it returns true or they end. The last one
// may be cut; it counts when it is the only one.
template <typename Visit>
bool any_line(std::string_view head, Visit visit) {
  std::size_t at = 0;
  while (at < head.size()) {
    const auto end = std::min(head.find('\n', at), head.size());
    auto line = head.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (visit(line)) return true;
    at = end + 1;
  }
  return false;
}

std::string_view first_line(std::string_view head) {
  std::string_view first;
  any_line(head, [&first](std::string_view line) {
    first = line;
    return !trim(line).empty();
  });
  return first;
}

// A log whose first lines are other programs' may still become a mail log.
std::optional<Kind> detect_log(std::string_view head) {
  LogLines lines(Seconds(Duration(4'000'000'000)), {});
  LogLine line;
  std::size_t good = 0;
  std::size_t bad = 0;
  std::optional<Kind> kind;
  any_line(head, [&](std::string_view text) {
    if (text.empty()) return false;
    if (!lines.read(text, line).empty()) return ++bad > 20 + good;
    ++good;
    if (Postfix::is_program(line.program)) kind = Kind::kPostfix;
    if (Exim::is_program(line.program) &&
        (!line.host.empty() || Exim::is_line(line.text))) {
      kind = Kind::kExim;
    }
    if (Sendmail::is_program(line.program)) kind = Kind::kSendmail;
    return kind.has_value();
  });
  if (good < bad || good == 0) return std::nullopt;
  if (kind) return kind;
  // A line with a date that names no program is any text.
  return line.host.empty() ? std::nullopt : std::optional(Kind::kSyslog);
}

// Fields, of which one is a mail's own.
bool is_message(std::string_view head) {
  constexpr std::string_view kFields[] = {
      "from", "to",          "received",     "return-path", "delivered-to",
      "date", "message-id",  "mime-version", "subject",     "sender",
      "cc",   "in-reply-to", "reply-to",     "envelope-to",
  };
  bool is_first = true;
  std::size_t known = 0;
  any_line(head, [&](std::string_view line) {
    if (is_first && trim(line).empty()) return false;
    if (line.empty()) return true;
    const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
    if (!is_field_line(line)) return is_first || !is_folded;
    is_first = false;
    const auto name = ascii_lower(trim(line.substr(0, line.find(':'))));
    if (std::ranges::find(kFields, name) != std::end(kFields)) ++known;
    return false;
  });
  return known >= 2 || (known == 1 && head.find("From:") != head.npos);
}

bool is_binary(std::string_view head) {
  // NULs in a text file are what is left of a crash: few.
  const auto nuls = std::ranges::count(head, '\0');
  return nuls > 16 && nuls > static_cast<std::ptrdiff_t>(head.size() / 16);
}

}  // namespace

std::optional<Kind> detect(std::string_view head) {
  if (head.starts_with(kByteOrderMark)) {
    head.remove_prefix(kByteOrderMark.size());
  }
  if (trim(head).empty()) return Kind::kEmpty;
  if (is_binary(head)) return std::nullopt;
  const auto first = first_line(head);
  if (is_from_line(first)) return Kind::kMbox;
  if (ascii_iequals(trim(first), "BEGIN:VCARD")) return Kind::kVcard;
  if (const auto trace = detect_trace(head)) return trace;
  if (is_json_letters(first)) return Kind::kLetters;
  if (const auto log = detect_log(head)) return log;
  if (is_message(head)) return Kind::kMessage;
  if (is_table(head)) return Kind::kCsv;
  return std::nullopt;
}

}  // namespace lostletter::archive
