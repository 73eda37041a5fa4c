// SPDX-License-Identifier: Apache-2.0
#include "archive/columns.h"

#include <span>
#include <string>

#include "base/text.h"

namespace lostletter::archive {
namespace {

// Of several names in one header the first of these rows counts.
struct Name {
  Column column;
  std::string_view name;  // small letters and digits only
};

// What Exchange Server writes down, and Get-MessageTrackingLog | Export-Csv.
constexpr Name kExchange[] = {
    {Column::kAt, "datetime"},
    {Column::kAt, "timestamp"},
    {Column::kId, "messageid"},
    {Column::kKey, "networkmessageid"},
    {Column::kServerId, "internalmessageid"},
    {Column::kServer, "serverhostname"},
    {Column::kSender, "senderaddress"},
    {Column::kSender, "sender"},
    {Column::kReturnPath, "returnpath"},
    {Column::kRecipients, "recipientaddress"},
    {Column::kRecipients, "recipients"},
    {Column::kTyped, "relatedrecipientaddress"},
    {Column::kStatuses, "recipientstatus"},
    {Column::kEvent, "eventid"},
    {Column::kEventSource, "source"},
    {Column::kOrigin, "originalclientip"},
    {Column::kClient, "clientip"},
    {Column::kSize, "totalbytes"},
};

// The reports of both admin centres, and Get-MessageTrace[V2] | Export-Csv.
constexpr Name kTrace[] = {
    {Column::kAt, "datetimeutc"},
    {Column::kAt, "origintimestamputc"},
    {Column::kAt, "origintimestamp"},
    {Column::kAt, "receivedutc"},
    {Column::kAt, "received"},
    {Column::kId, "messageid"},
    {Column::kKey, "networkmessageid"},
    {Column::kKey, "messagetraceid"},
    {Column::kServer, "serverhostname"},
    {Column::kSender, "senderaddress"},
    {Column::kSender, "sender"},
    {Column::kReturnPath, "returnpath"},
    {Column::kRecipients, "recipientaddress"},
    {Column::kRecipients, "recipient"},
    {Column::kTyped, "relatedrecipientaddress"},
    {Column::kStatuses, "recipientstatus"},
    {Column::kEvent, "eventid"},
    {Column::kEventSource, "source"},
    {Column::kOutcome, "status"},
    {Column::kOrigin, "originalclientip"},
    {Column::kClient, "fromip"},
    {Column::kClient, "clientip"},
    {Column::kSize, "totalbytes"},
    {Column::kSize, "size"},
};

// E-mail log search, and the investigation tool's Gmail log events.
constexpr Name kGoogle[] = {
    {Column::kAt, "startdate"},
    {Column::kAt, "date"},
    {Column::kEventAt, "eventdate"},
    {Column::kId, "messageid"},
    {Column::kSender, "fromenvelope"},
    {Column::kSender, "sender"},
    {Column::kSender, "fromheaderaddress"},
    {Column::kRecipients, "recipientaddress"},
    {Column::kRecipients, "toenvelope"},
    {Column::kOutcome, "eventstatus"},
    {Column::kOutcome, "event"},
    {Column::kCode, "eventsmtpreplycode"},
    {Column::kTarget, "eventtarget"},
    {Column::kTargetAddress, "eventtargetipaddress"},
    {Column::kTls, "hasencryption"},
    {Column::kClient, "ipaddress"},
    {Column::kSize, "messagesize"},
};

// An export is one whose needed columns are all there.
struct Export {
  Kind kind;
  std::span<const Name> names;
  std::array<Column, 4> needed;
};
using enum Column;
constexpr Export kExports[] = {
    {Kind::kExchange, kExchange, {kAt, kEvent, kSender, kRecipients}},
    {Kind::kTrace, kTrace, {kAt, kEvent, kSender, kRecipients}},
    {Kind::kTrace, kTrace, {kAt, kSender, kStatuses, kStatuses}},
    {Kind::kTrace, kTrace, {kAt, kOutcome, kSender, kRecipients}},
    {Kind::kGoogle, kGoogle, {kAt, kOutcome, kSender, kRecipients}},
};

std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, 60)) {
    const char small = ascii_lower(c);
    const bool counts =
        (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
    if (counts) text += small;
  }
  return text;
}

}  // namespace

std::optional<Columns> Columns::of(const std::vector<std::string_view>& names) {
  std::vector<std::string> found;
  found.reserve(names.size());
  for (const auto name : names) found.push_back(plain(name));
  for (const Export& one : kExports) {
    Columns columns;
    columns.kind_ = one.kind;
    columns.places_.fill(-1);
    for (const Name& name : one.names) {
      int& place = columns.places_[static_cast<std::size_t>(name.column)];
      for (std::size_t i = 0; i < found.size() && place < 0; ++i) {
        if (found[i] == name.name) place = static_cast<int>(i);
      }
    }
    bool has_all = true;
    for (const Column needed : one.needed) has_all &= columns.has(needed);
    if (has_all) return columns;
  }
  return std::nullopt;
}

std::string_view Columns::cell(const std::vector<std::string_view>& cells,
                               Column column) const {
  const int at = place(column);
  if (at < 0 || static_cast<std::size_t>(at) >= cells.size()) return {};
  return trim(cells[static_cast<std::size_t>(at)]);
}

}  // namespace lostletter::archive
