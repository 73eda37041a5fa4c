// SPDX-License-Identifier: Apache-2.0
//
// Four families of rows, each a table of its words.
#include "archive/told.h"

#include <algorithm>
#include <span>
#include <utility>

#include "archive/coder.h"
#include "archive/field_text.h"
#include "archive/reasons.h"
#include "archive/under_way.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

using Cells = std::vector<std::string_view>;

// More than this many are no recipients of one row.
constexpr std::size_t kMostRecipients = 10'000;

enum class Means {
  kNothing,  // for a letter
  kCame,     // the service has it; nothing is known of its end
  kSubmitted,
  kDelivered,
  kBounced,
  kDeferred,
  kLeads,  // to another address
};
struct Word {
  std::string_view word;  // small letters
  Means means;
};

const Word* find(std::span<const Word> words, std::string_view text) {
  const auto found = std::ranges::find_if(
      words, [text](const Word& one) { return ascii_iequals(one.word, text); });
  return found == words.end() ? nullptr : &*found;
}

Outcome outcome_of(Means means) {
  switch (means) {
    case Means::kDelivered:
      return Outcome::kDelivered;
    case Means::kBounced:
      return Outcome::kBounced;
    case Means::kCame:
    case Means::kDeferred:
    case Means::kLeads:
      return Outcome::kDeferred;
    case Means::kNothing:
    case Means::kSubmitted:
      break;
  }
  return Outcome::kUnknown;
}

std::string_view host_of(Kind kind) {
  return kind == Kind::kExchange ? "exchange"
         : kind == Kind::kTrace  ? "microsoft365"
                                 : "google";
}

// "<>" and "<a@b>" as envelopes have them, "Ann <a@b>" as people do.
std::string_view bare(std::string_view address) {
  const auto open = address.rfind('<');
  if (open == address.npos || !address.ends_with('>')) return address;
  return address.substr(open + 1, address.size() - open - 2);
}

// Whoever looks for a host looks for the last '/'.
std::string key_of(std::string_view host, std::string_view id) {
  std::string key(host);
  key += '/';
  for (const char c : id.substr(0, 998)) key += c == '/' ? '\\' : c;
  return key;
}

// What is no Message-ID, though it stands in its column.
bool is_id(std::string_view id) {
  return !id.empty() && !ascii_iequals(id, "n/a") &&
         !id.starts_with("SMTPIN_ADDED_");
}

// Everything but recipients. False: it has no sender.
bool read_letter(const Columns& columns, const Cells& cells, Told& told) {
  const auto cell = [&](Column column) { return columns.cell(cells, column); };
  Letter& letter = told.letter;
  told.host = host_of(columns.kind());
  if (const auto id = id_text(cell(Column::kId)); is_id(id)) letter.id = id;
  auto sender = cell(Column::kReturnPath);
  if (sender.empty()) sender = cell(Column::kSender);
  if (sender.empty() || ascii_iequals(sender, "n/a")) return false;
  letter.sender = address_text(bare(sender));
  letter.client = cell(Column::kOrigin).substr(0, 64);
  if (letter.client.empty() && !columns.has(Column::kEvent)) {
    letter.client = cell(Column::kClient).substr(0, 64);
  }
  letter.size = number_of(cell(Column::kSize));
  if (const auto key = cell(Column::kKey); !key.empty()) {
    told.key = key_of(told.host, key);
  } else if (!letter.id.empty()) {
    told.key = key_of(told.host, letter.id);
  } else if (const auto number = cell(Column::kServerId); !number.empty()) {
    told.key = key_of(told.host, std::string(cell(Column::kServer)) + '#' +
                                     std::string(number));
  } else {
    told.key = key_of(told.host, to_rfc3339(told.at) + ' ' + letter.sender);
  }
  return true;
}

void add(Told& told, std::string_view address, Outcome outcome,
         std::string_view status) {
  address = trim(address);
  if (address.empty() || told.letter.recipients.size() >= kMostRecipients) {
    return;
  }
  Recipient recipient;
  recipient.address = address_text(bare(address));
  recipient.outcome = outcome;
  recipient.status = status;
  told.letter.recipients.push_back(std::move(recipient));
}

// Exchange's own events; those that are not here tell of its inner life.
constexpr Word kEvents[] = {
    {"receive", Means::kCame},      {"submit", Means::kSubmitted},
    {"send", Means::kDelivered},    {"sendexternal", Means::kDelivered},
    {"deliver", Means::kDelivered}, {"duplicatedeliver", Means::kDelivered},
    {"fail", Means::kBounced},      {"badmail", Means::kBounced},
    {"drop", Means::kBounced},      {"defer", Means::kDeferred},
    {"expand", Means::kLeads},      {"redirect", Means::kLeads},
    {"resolve", Means::kLeads},
};

std::string_view read_event(const Columns& columns, const Cells& cells,
                            Told& told) {
  const auto cell = [&](Column column) { return columns.cell(cells, column); };
  const Word* word = find(kEvents, cell(Column::kEvent));
  if (word == nullptr) return kNothing;
  const bool in_store =
      ascii_iequals(cell(Column::kEventSource), "STOREDRIVER");
  // From a mailbox of this house: whoever sent it had logged in.
  const bool is_submission = in_store && (word->means == Means::kSubmitted ||
                                          word->means == Means::kCame);
  if (is_submission) told.letter.login = told.letter.sender;
  told.may_begin = word->means == Means::kCame;
  // Elsewhere this is the server itself.
  if (told.may_begin && told.letter.client.empty()) {
    told.letter.client = cell(Column::kClient).substr(0, 64);
  }
  const auto whom = split(cell(Column::kRecipients), ';');
  const auto said = split(cell(Column::kStatuses), ';');
  for (std::size_t i = 0; i < whom.size(); ++i) {
    const auto status = status_in(
        whom.size() == said.size() ? said[i] : cell(Column::kStatuses));
    add(told, whom[i], outcome_of(word->means), status);
    if (told.letter.recipients.empty()) continue;
    // Not "[...]": nothing went over a network.
    Recipient& recipient = told.letter.recipients.back();
    if (word->means == Means::kDelivered && in_store) {
      recipient.relay = cell(Column::kServer);
    }
  }
  if (word->means == Means::kLeads) {
    told.typed = address_text(bare(cell(Column::kTyped)));
    if (told.typed.empty()) return kNothing;
  }
  if (word->means == Means::kSubmitted) return {};
  return told.letter.recipients.empty() ? kNoAddress : std::string_view();
}

// "Receive, Deliver": what happened, in this order.
constexpr Word kSteps[] = {
    {"receive", Means::kCame},         {"send", Means::kDelivered},
    {"deliver", Means::kDelivered},    {"delivered", Means::kDelivered},
    {"expand", Means::kDelivered},     {"expanded", Means::kDelivered},
    {"resolve", Means::kNothing},      {"redirect", Means::kNothing},
    {"fail", Means::kBounced},         {"failed", Means::kBounced},
    {"drop", Means::kBounced},         {"badmail", Means::kBounced},
    {"defer", Means::kDeferred},       {"pending", Means::kDeferred},
    {"quarantined", Means::kDeferred}, {"filteredasspam", Means::kDelivered},
    {"spam", Means::kDelivered},       {"transfer", Means::kNothing},
    {"submit", Means::kNothing},       {"none", Means::kNothing},
    {"gettingstatus", Means::kCame},
};

// The last step that tells of an end; nothing: no word of it is known.
std::optional<Outcome> outcome_of_steps(std::string_view steps) {
  std::optional<Outcome> outcome;
  for (const auto step : split(steps, ',')) {
    std::string plain;
    for (const char c : trim(step).substr(0, 40)) {
      if (c != ' ') plain += c;
    }
    const Word* word = find(kSteps, plain);
    if (word == nullptr) continue;
    const Outcome told = outcome_of(word->means);
    if (!outcome || told != Outcome::kUnknown) outcome = told;
  }
  if (outcome == Outcome::kUnknown) outcome = Outcome::kDeferred;
  return outcome;
}

// "a@b##Receive, Send;c@d##Receive, Fail"
std::string_view read_summary(const Columns& columns, const Cells& cells,
                              Told& told) {
  bool is_strange = false;
  for (const auto one : split(columns.cell(cells, Column::kStatuses), ';')) {
    if (trim(one).empty()) continue;
    const auto hashes = one.find("##");
    const auto outcome = outcome_of_steps(
        hashes == one.npos ? std::string_view() : one.substr(hashes + 2));
    is_strange = is_strange || !outcome;
    if (outcome) add(told, one.substr(0, hashes), *outcome, {});
  }
  if (!told.letter.recipients.empty()) return {};
  return is_strange ? kNoOutcome : kNoAddress;
}

// One row a recipient: Delivered, Failed ...
std::string_view read_listed(const Columns& columns, const Cells& cells,
                             Told& told) {
  const auto outcome = outcome_of_steps(columns.cell(cells, Column::kOutcome));
  if (!outcome) return kNoOutcome;
  add(told, columns.cell(cells, Column::kRecipients), *outcome, {});
  return told.letter.recipients.empty() ? kNoAddress : std::string_view();
}

// Of the log search and of the log events; what people do with a letter that
// they have is not here.
constexpr Word kGoogleWords[] = {
    {"delivered", Means::kDelivered},
    {"inserted", Means::kDelivered},
    {"accepted", Means::kCame},
    {"received", Means::kCame},
    {"receive", Means::kDelivered},
    {"message received", Means::kDelivered},
    {"sent", Means::kDelivered},
    {"send", Means::kDelivered},
    {"message sent", Means::kDelivered},
    {"marked spam", Means::kDelivered},
    {"delivered to spam", Means::kDelivered},
    {"bounced", Means::kBounced},
    {"bounce", Means::kBounced},
    {"message bounced", Means::kBounced},
    {"rejected", Means::kBounced},
    {"reject", Means::kBounced},
    {"message rejected", Means::kBounced},
    {"failed", Means::kBounced},
    {"expired", Means::kBounced},
    {"dropped", Means::kBounced},
    {"drop", Means::kBounced},
    {"message dropped", Means::kBounced},
    {"quarantined", Means::kDeferred},
    {"quarantine", Means::kDeferred},
    {"message quarantined", Means::kDeferred},
    {"deferred", Means::kDeferred},
    {"delivery attempted", Means::kDeferred},
    {"in progress", Means::kDeferred},
    {"processing", Means::kDeferred},
    {"pending", Means::kDeferred},
};

std::optional<Means> google_meaning(std::string_view word,
                                    std::string_view code) {
  if (const Word* known = find(kGoogleWords, word)) return known->means;
  switch (number_of(code) / 100) {
    case 2:
      return Means::kDelivered;
    case 4:
      return Means::kDeferred;
    case 5:
      return Means::kBounced;
    default:
      return std::nullopt;
  }
}

std::string_view read_google(const Columns& columns, const Cells& cells,
                             Told& told) {
  const auto cell = [&](Column column) { return columns.cell(cells, column); };
  auto means = google_meaning(cell(Column::kOutcome), cell(Column::kCode));
  const auto target = cell(Column::kTarget);
  // In the log events most rows are of what people did with their letters.
  if (!means) return columns.has(Column::kTarget) ? kNoOutcome : kNothing;
  const auto address = cell(Column::kTargetAddress).substr(0, 64);
  if (ascii_iequals(target, "SMTP_IN")) {
    if (*means == Means::kDelivered) means = Means::kCame;
    told.letter.client = address;
  }
  for (const auto whom : split(cell(Column::kRecipients), ',')) {
    add(told, whom, outcome_of(*means), {});
    if (told.letter.recipients.empty()) continue;
    Recipient& recipient = told.letter.recipients.back();
    if (ascii_iequals(target, "SMTP_OUT") && !address.empty()) {
      recipient.relay = '[' + std::string(address) + ']';
      recipient.over_tls = ascii_iequals(cell(Column::kTls), "Encrypted");
    } else if (target.starts_with("GMAIL")) {
      recipient.relay = ascii_lower(target.substr(0, 64));
    }
  }
  return told.letter.recipients.empty() ? kNoAddress : std::string_view();
}

}  // namespace

std::string_view read_row(const Columns& columns, const Cells& cells,
                          Told& told) {
  if (!read_letter(columns, cells, told)) {
    // Events without a letter have no sender either.
    const bool is_event =
        columns.has(Column::kEvent) &&
        find(kEvents, columns.cell(cells, Column::kEvent)) == nullptr;
    return is_event ? kNothing : kNoSender;
  }
  if (columns.kind() == Kind::kGoogle) return read_google(columns, cells, told);
  if (columns.has(Column::kEvent)) return read_event(columns, cells, told);
  if (columns.has(Column::kOutcome)) return read_listed(columns, cells, told);
  return read_summary(columns, cells, told);
}

std::string to_bytes(const Told& told) {
  std::string bytes;
  Writer out(bytes);
  OpenLetter open;
  open.key = told.key;
  open.letter = told.letter;
  open.given.resize(told.letter.recipients.size());
  open.touched = told.at;
  write(out, open);
  out.number(told.began.time_since_epoch().count());
  out.number(told.may_begin ? 1 : 0);
  out.text(told.host);
  out.text(told.typed);
  return bytes;
}

std::optional<Told> told_in(std::string_view bytes) {
  Parts in(bytes);
  OpenLetter open;
  if (!read(in, open)) return std::nullopt;
  Told told;
  told.key = std::move(open.key);
  told.letter = std::move(open.letter);
  told.at = open.touched;
  told.began = Seconds(Duration(in.number()));
  told.may_begin = in.number() != 0;
  told.host = in.text();
  told.typed = in.text();
  return in.is_good() ? std::optional(std::move(told)) : std::nullopt;
}

}  // namespace lostletter::archive
