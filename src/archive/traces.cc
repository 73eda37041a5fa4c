// SPDX-License-Identifier: Apache-2.0
#include "archive/traces.h"

#include <algorithm>
#include <utility>

#include "archive/field_text.h"
#include "archive/reasons.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kLongestRow = std::size_t{1} << 20U;
constexpr std::size_t kMostLines = 100;  // of one row
constexpr std::size_t kMostForwards = 10'000;
constexpr std::string_view kProgram = "lostletter/trace";
constexpr std::string_view kFields = "#Fields:";

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

// FNV-1a.
std::uint64_t hash_of(std::string_view key, std::string_view address) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const auto text : {key, std::string_view("\n"), address}) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
  }
  return hash >> 1U;
}

// Whom an address that is written to stands for: itself, or who led to it.
Recipient& stands_for(OpenLetter& open, const std::string& address) {
  auto& recipients = open.letter.recipients;
  const auto same = std::ranges::find(recipients, address, &Recipient::address);
  if (same != recipients.end()) return *same;
  for (Recipient& one : recipients) {
    if (std::ranges::find(one.forwarded_to, address) !=
        one.forwarded_to.end()) {
      return one;
    }
  }
  return open.recipient(address);
}

// Of a group it is enough that one has it.
int weight(Outcome outcome, bool is_group) {
  switch (outcome) {
    case Outcome::kUnknown:
      return 0;
    case Outcome::kDeferred:
      return 1;
    case Outcome::kDelivered:
      return is_group ? 3 : 2;
    case Outcome::kBounced:
      return is_group ? 2 : 3;
  }
  return 0;
}

void take(Recipient& known, const Recipient& told) {
  const bool is_group = known.forwarded_to.size() > 1;
  if (weight(told.outcome, is_group) < weight(known.outcome, is_group)) return;
  known.outcome = told.outcome;
  if (!told.status.empty()) known.status = told.status;
  if (!told.relay.empty()) {
    known.relay = told.relay;
    known.over_tls = told.over_tls;
  }
}

void lead(OpenLetter& open, const Told& told) {
  Recipient& typed = stands_for(open, told.typed);
  if (typed.outcome == Outcome::kUnknown) typed.outcome = Outcome::kDeferred;
  for (const Recipient& one : told.letter.recipients) {
    auto& to = typed.forwarded_to;
    if (one.address != typed.address && to.size() < kMostForwards &&
        std::ranges::find(to, one.address) == to.end()) {
      to.push_back(one.address);
    }
  }
}

void fill(Letter& letter, const Told& told) {
  const Letter& more = told.letter;
  if (letter.id.empty()) letter.id = more.id;
  letter.sender = more.sender;
  if (letter.login.empty()) letter.login = more.login;
  if (letter.client.empty()) letter.client = more.client;
  if (letter.size == 0) letter.size = more.size;
  const auto at = told.began == Seconds{} ? told.at : told.began;
  letter.at = std::min(letter.at, at);
}

}  // namespace

std::optional<Kind> detect_trace(std::string_view head) {
  head = without_mark(head);
  Row row;
  std::size_t lines = 0;
  while (!head.empty() && ++lines < 20) {
    auto line = take_until(head, "\n");
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool has_fields = take(line, kFields);
    if (line.size() > 8192) return std::nullopt;
    if (trim(line).empty() || (!has_fields && line.starts_with('#'))) continue;
    const auto columns =
        Columns::of(row.cut(line, has_fields ? ',' : separator_of(line)));
    return columns ? std::optional(columns->kind()) : std::nullopt;
  }
  return std::nullopt;
}

TraceTable::TraceTable(Kind kind, std::string_view head, Tell tell, Skip skip)
    : kind_(kind), tell_(std::move(tell)), skip_(std::move(skip)) {
  learn(without_mark(head));
}

// Dates of the rows at the beginning; a row in several lines tells nothing.
void TraceTable::learn(std::string_view head) {
  std::optional<Columns> columns;
  char separator = ',';
  while (head.contains('\n')) {
    const auto line = take_until(head, "\n");
    if (line.starts_with('#') || trim(line).empty()) continue;
    if (!columns) {
      separator = separator_of(line);
      columns = Columns::of(cutter_.cut(line, separator));
      if (!columns) return;
      continue;
    }
    dates_.learn(columns->cell(cutter_.cut(line, separator), Column::kAt));
  }
}

// "#Fields: a,b,c" says what columns follow; other comments say nothing, nor
// does PowerShell's "#TYPE ...".
bool TraceTable::read_comment(std::string_view text) {
  if (!text.starts_with('#')) return false;
  if (take(text, kFields)) {
    columns_ = Columns::of(cutter_.cut(trim(text), ','));
    separator_ = ',';
  }
  return true;
}

void TraceTable::line(std::string_view text, std::uint64_t number) {
  const bool goes_on = !row_.empty();
  if (!goes_on) {
    text = without_mark(text);
    if (trim(text).empty() || read_comment(text)) return;
    if (!columns_) separator_ = separator_of(text);
  }
  const bool is_open = is_open_after(text, separator_, goes_on);
  // Exchange writes one line a row.
  if (is_open && kind_ == Kind::kExchange) return skip_(kBrokenLine, number);
  if (!goes_on && !is_open) return row(text, number);
  if (!goes_on) {
    number_ = number;
    lines_ = 0;
  }
  row_ += text;
  row_ += '\n';
  ++lines_;
  if (!is_open) {
    const auto whole = std::exchange(row_, {});
    row(std::string_view(whole).substr(0, whole.size() - 1), number_);
  } else if (lines_ > kMostLines || row_.size() > kLongestRow) {
    give_up();
  }
}

// The quote was none: the lines behind the first are rows of their own.
void TraceTable::give_up() {
  const auto lines = std::exchange(row_, {});
  auto number = number_;
  skip_(kBrokenRow, number);
  std::string_view rest(lines);
  take_until(rest, "\n");
  while (!rest.empty()) line(take_until(rest, "\n"), ++number);
}

void TraceTable::end() {
  while (!row_.empty()) give_up();
}

void TraceTable::row(std::string_view text, std::uint64_t number) {
  const auto& cells = cutter_.cut(text, separator_);
  if (!columns_) {
    columns_ = Columns::of(cells);
    if (!columns_) skip_(kNoHead, number);
    return;
  }
  const auto at = dates_.read(columns_->cell(cells, Column::kAt));
  if (!at) {
    // Two exports one behind the other.
    if (auto again = Columns::of(cells)) {
      columns_ = again;
      return;
    }
    return skip_(kNoDate, number);
  }
  Told told;
  told.began = *at;
  const auto event = columns_->cell(cells, Column::kEventAt);
  const auto event_at = event.empty() ? at : dates_.read(event);
  if (!event_at) return skip_(kNoDate, number);
  told.at = *event_at;
  const auto reason = read_row(*columns_, cells, told);
  if (reason.empty()) {
    tell_(told, number);
  } else if (reason != kNothing) {
    skip_(reason, number);
  }
}

bool Traces::is_program(std::string_view program) {
  return program == kProgram;
}

LogLine Traces::to_line(const Told& told, std::string& bytes) {
  bytes = to_bytes(told);
  return {told.at, told.host, kProgram, {}, bytes};
}

bool Traces::is_known(const Told& told) const {
  const auto& recipients = told.letter.recipients;
  return !recipients.empty() &&
         std::ranges::all_of(recipients, [&](const Recipient& recipient) {
           return ended_.contains(hash_of(told.key, recipient.address));
         });
}

void Traces::note(std::string_view key, std::string_view address) {
  ended_.add(hash_of(key, address));
}

std::string_view Traces::apply(const Told& told, std::uint64_t number) {
  if (letters_->find(told.key) == nullptr && is_known(told)) return {};
  OpenLetter* open = told.may_begin
                         ? letters_->near_begin(told.key, told.at, number)
                         : letters_->at(told.key, told.at, number);
  if (open == nullptr) return kWaits;
  fill(open->letter, told);
  open->sender_told = true;
  if (!told.typed.empty()) {
    lead(*open, told);
    return {};
  }
  for (const Recipient& one : told.letter.recipients) {
    take(stands_for(*open, one.address), one);
    const bool has_ended =
        one.outcome == Outcome::kDelivered || one.outcome == Outcome::kBounced;
    if (has_ended) note(told.key, one.address);
  }
  if (!open->letter.recipients.empty() && open->is_final()) {
    letters_->settle(told.key);
  }
  return {};
}

}  // namespace lostletter::archive
