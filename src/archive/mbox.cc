// SPDX-License-Identifier: Apache-2.0
//
// A From_ line counts after an empty line only. Writers quote it there, so a
// body cannot make one; without the empty line some writers do not quote it.
#include "archive/mbox.h"

#include <utility>

#include "archive/message.h"
#include "archive/reasons.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kMostHeader = std::size_t{256} << 10U;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "Mon".."Sun" and a space.
bool is_day(std::string_view text) {
  return text.size() > 3 && text[3] == ' ' &&
         std::string_view("Mon Tue Wed Thu Fri Sat Sun ")
             .contains(text.substr(0, 4));
}

}  // namespace

// The sender may hold anything, so the date is looked for from the right:
// weekday, month, day, time, year, and perhaps a zone.
bool is_from_line(std::string_view line) {
  if (!line.starts_with("From ") || line.size() > 2000) return false;
  for (auto at = line.find(' ', 4); at != line.npos;
       at = line.find(' ', at + 1)) {
    const auto rest = line.substr(at + 1);
    if (!is_day(rest)) continue;
    const auto colon = rest.find(':');
    if (colon != rest.npos && colon >= 12 && colon <= 14 &&
        colon + 2 < rest.size() && is_digit(rest[colon - 1]) &&
        is_digit(rest[colon + 1]) && is_digit(rest[colon + 2])) {
      return true;
    }
  }
  return false;
}

Messages::Messages(Sink& sink, const std::vector<std::string>& trusted,
                   bool is_mbox, bool in_body)
    : sink_(&sink), trusted_(&trusted), is_mbox_(is_mbox), is_known_(in_body) {
  if (in_body) part_ = Part::kBody;
}

void Messages::begin(std::uint64_t number) {
  part_ = Part::kHeader;
  header_.clear();
  size_ = 0;
  number_ = number;
  is_too_long_ = false;
  is_known_ = false;
}

bool Messages::line(std::string_view text, std::uint64_t size,
                    std::uint64_t number) {
  const bool is_blank = text.empty();
  if (is_mbox_ && std::exchange(after_blank_, is_blank) && is_from_line(text)) {
    give();
    begin(number + 1);
    return true;
  }
  if (part_ == Part::kBefore) {
    if (is_blank) return false;
    if (is_mbox_) {
      if (!std::exchange(told_before_, true)) {
        sink_->skipped(kBeforeFirst, number);
      }
      return false;
    }
    begin(number);
  }
  size_ += size;
  if (part_ == Part::kHeader) header_line(text);
  return false;
}

void Messages::header_line(std::string_view text) {
  if (text.empty()) {
    part_ = Part::kBody;
    return;
  }
  const bool is_folded = text.starts_with(' ') || text.starts_with('\t');
  // What is no field ends the header section too; so do mail servers.
  if (!is_folded && !is_field_line(text) && !text.starts_with(">From ")) {
    part_ = Part::kBody;
    return;
  }
  if (header_.size() + text.size() + 1 > kMostHeader) {
    is_too_long_ = true;
    return;
  }
  header_ += text;
  header_ += '\n';
}

void Messages::give() {
  if (std::exchange(part_, Part::kBefore) == Part::kBefore || is_known_) return;
  if (is_too_long_) return sink_->skipped(kLongHeader, number_);
  if (header_.empty()) return sink_->skipped(kNoHeader, number_);
  Message message = read_message(header_, *trusted_);
  message.letter.size = size_;
  if (message.letter.recipients.empty() && !message.letter.mailbox.empty()) {
    // "undisclosed-recipients:;", and yet it came.
    message.letter.recipients.push_back(
        {message.letter.mailbox, {}, Outcome::kDelivered});
  }
  if (message.letter.sender.empty()) {
    sink_->skipped(kNoAuthor, number_);
  } else if (message.letter.recipients.empty()) {
    sink_->skipped(kNoReader, number_);
  } else {
    sink_->letter(message.letter);
  }
  if (message.resent) {
    message.resent->size = size_;
    sink_->letter(*message.resent);
  }
}

void Messages::end() { give(); }

}  // namespace lostletter::archive
