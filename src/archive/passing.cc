// SPDX-License-Identifier: Apache-2.0
#include "archive/passing.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "archive/message.h"
#include "base/text.h"
#include "mail/address_list.h"

namespace lostletter::archive {
namespace {

// What is kept of a field.
enum class Keep {
  kBody,
  kName,     // that it is there says all
  kResults,  // kBody, and its neighbours matter
  kBetween,  // kName, and stands among results without parting them
  kOfBounce  // kBody where the reverse-path is null
};
struct Row {
  std::string_view name;
  Keep keep;
};
constexpr Row kRows[] = {
    {"authentication-results", Keep::kResults},
    {"auto-submitted", Keep::kBody},
    {"cc", Keep::kBody},
    {"content-type", Keep::kOfBounce},
    {"dkim-filter", Keep::kBetween},
    {"from", Keep::kBody},
    {"in-reply-to", Keep::kBody},
    {"list-id", Keep::kName},
    {"list-post", Keep::kName},
    {"list-unsubscribe", Keep::kName},
    {"message-id", Keep::kBody},
    {"precedence", Keep::kBody},
    {"received-spf", Keep::kBetween},
    {"references", Keep::kBody},
    {"sender", Keep::kBody},
    {"subject", Keep::kOfBounce},
    {"to", Keep::kBody},
    {"x-failed-recipients", Keep::kOfBounce},
};

constexpr std::size_t kLongestName = 22;

// As the bounce template of Postfix has it for failures (bounce(5)).
constexpr std::string_view kPostfixFailure =
    "Undelivered Mail Returned to Sender";

const Row* find_row(std::string_view name) {
  if (name.size() > kLongestName) return nullptr;
  const auto* row = std::ranges::find_if(
      kRows, [&](const Row& one) { return ascii_iequals(one.name, name); });
  return row == std::end(kRows) ? nullptr : row;
}

// The body of the first field of that name. `header` is ours: names in lower
// case, every line that goes on is folded.
std::optional<std::string_view> find_field(std::string_view header,
                                           std::string_view name) {
  while (!header.empty()) {
    auto end = header.find('\n');
    while (end != header.npos && end + 1 < header.size() &&
           (header[end + 1] == ' ' || header[end + 1] == '\t')) {
      end = header.find('\n', end + 1);
    }
    const auto field = header.substr(0, end);
    if (field.size() > name.size() && field[name.size()] == ':' &&
        field.starts_with(name)) {
      return field.substr(name.size() + 1);
    }
    header.remove_prefix(std::min(header.size(), field.size() + 1));
  }
  return std::nullopt;
}

// What lists and bulk mailers write, besides what read_message() knows.
bool is_of_list(std::string_view header) {
  return find_field(header, "list-id") || find_field(header, "list-post") ||
         find_field(header, "list-unsubscribe");
}

// Those of the envelope, called as the header calls them; then those whom only
// the header names.
void set_recipients(Letter& letter, const std::vector<std::string>& envelope) {
  std::vector<Recipient> named = std::exchange(letter.recipients, {});
  for (const std::string& address : envelope) {
    const auto called = std::ranges::find_if(named, [&](const Recipient& one) {
      return ascii_iequals(one.address, address);
    });
    letter.recipients.push_back({address, ""});
    if (called == named.end()) continue;
    letter.recipients.back().name = std::move(called->name);
    named.erase(called);
  }
  for (Recipient& one : named) {
    one.outcome = Outcome::kDeferred;
    letter.recipients.push_back(std::move(one));
  }
}

Letter read(const Passing& passing, const std::vector<std::string>& trusted) {
  Letter letter = read_message(passing.header, trusted).letter;
  letter.at = passing.at;
  letter.login = passing.login;
  letter.mailbox.clear();
  letter.automatic = letter.automatic || is_of_list(passing.header);
  if (letter.id.empty() && !passing.queue_id.empty()) {
    letter.id = passing.queue_id + '@' + passing.server;
  }
  set_recipients(letter, passing.recipients);
  return letter;
}

bool is_report(std::string_view header) {
  const auto type = find_field(header, "content-type");
  if (!type) return false;
  const std::string text = ascii_lower(trim(*type));
  // RFC 6522: other kinds say that a letter was read, or complain of it.
  return text.starts_with("multipart/report") &&
         (text.contains("delivery-status") || !text.contains("report-type"));
}

}  // namespace

void HeaderNotes::add(std::string_view name, std::string_view body) {
  if (full_) return;
  const Row* const row = find_row(trim(name));
  const Keep keep = row == nullptr ? Keep::kName : row->keep;
  const bool of_results = keep == Keep::kResults || keep == Keep::kBetween;
  const bool parted = std::exchange(after_results_, of_results);
  if (keep == Keep::kBetween) return;
  const bool dropped =
      row == nullptr || (keep == Keep::kOfBounce && !null_path_);
  if (dropped) {
    if (parted) text_ += "x:\n";
    return;
  }
  if (keep == Keep::kName) body = {};
  // None behind it either: what it parts would stand together.
  full_ = text_.size() + row->name.size() + body.size() + 2 > kMost;
  if (full_) return;
  text_ += row->name;
  text_ += ':';
  // A line end within, other than a fold, would begin a field of its own.
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool folds =
        i + 1 < body.size() && (body[i + 1] == ' ' || body[i + 1] == '\t');
    text_ += body[i] == '\n' && !folds ? ' ' : body[i];
  }
  text_ += '\n';
}

Letter read_leaving(const Passing& passing) {
  Letter letter = read(passing, {});
  if (!ascii_iequals(letter.sender, passing.sender)) letter.name.clear();
  letter.sender = passing.sender;
  return letter;
}

Letter read_arriving(const Passing& passing,
                     const std::vector<std::string>& trusted) {
  Letter letter = read(passing, trusted);
  if (letter.authentic == Authentic::kUnknown)
    letter.authentic = Authentic::kNo;
  // Bounces, and what answers by itself (RFC 3834).
  letter.automatic = letter.automatic || passing.sender.empty();
  return letter;
}

std::optional<Bounce> read_bounce(const Passing& passing) {
  const std::string_view header = passing.header;
  if (!passing.sender.empty() || !is_report(header)) return std::nullopt;
  Bounce bounce;
  if (const auto failed = find_field(header, "x-failed-recipients")) {
    for (const auto& mailbox : mail::parse_address_list(*failed).mailboxes) {
      bounce.recipients.push_back(ascii_lower(mailbox.address.to_string()));
    }
  }
  const auto subject = find_field(header, "subject");
  if (bounce.recipients.empty() &&
      (!subject || trim(*subject) != kPostfixFailure)) {
    return std::nullopt;
  }
  const auto thread = read_message(header, {}).letter.thread;
  if (thread.empty()) return std::nullopt;
  // RFC 5322 3.6.4: References ends with the letter that is answered.
  bounce.letter =
      find_field(header, "in-reply-to") ? thread.front() : thread.back();
  return bounce;
}

}  // namespace lostletter::archive
