// SPDX-License-Identifier: Apache-2.0
//
// Which column of a mail service's export is which. Columns go by their names,
// never by their place: names differ from export to export, in case, spaces,
// '_' and '-', and stand in any order.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "archive/read.h"

namespace lostletter::archive {

enum class Column {
  kAt,           // when the letter came, or when this row's event was
  kEventAt,      // when this row's event was, beside kAt
  kId,           // Message-ID
  kKey,          // the service's own id, of all copies of a letter
  kServerId,     // one server's id
  kServer,       // that server
  kSender,       // as the letter names it
  kReturnPath,   // as the envelope names it
  kRecipients,   // one, or several behind ';'
  kTyped,        // whom kRecipients stand for
  kStatuses,     // what was said about kRecipients; or "a@b##Receive, Send;..."
  kEvent,        // RECEIVE, DELIVER, FAIL ...
  kEventSource,  // SMTP, STOREDRIVER ...
  kOutcome,      // Delivered, Failed ...
  kCode,         // SMTP reply code
  kTarget,       // SMTP_IN, SMTP_OUT, GMAIL_INBOX ...
  kTargetAddress,  // IP address
  kTls,            // "Encrypted"
  kClient,         // IP address
  kOrigin,         // the same, of the first hop
  kSize,
};
inline constexpr std::size_t kColumns = 21;

class Columns {
 public:
  // Nothing: `names` are not the columns of any export that is known.
  static std::optional<Columns> of(const std::vector<std::string_view>& names);

  Kind kind() const { return kind_; }
  bool has(Column column) const { return place(column) >= 0; }
  // Trimmed; empty when there is no such column, or none in this row.
  std::string_view cell(const std::vector<std::string_view>& cells,
                        Column column) const;

 private:
  int place(Column column) const {
    return places_[static_cast<std::size_t>(column)];
  }

  Kind kind_ = Kind::kEmpty;
  std::array<int, kColumns> places_{};
};

}  // namespace lostletter::archive
