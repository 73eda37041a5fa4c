// SPDX-License-Identifier: Apache-2.0
//
// Exports of mail services, letters as JSON, address books.
#include <algorithm>
#include <utility>

#include "archive/card.h"
#include "archive/field_text.h"
#include "archive/json_letters.h"
#include "archive/read_impl.h"
#include "archive/reasons.h"
#include "archive/table.h"
#include "base/text.h"

namespace lostletter::archive {

Result<void> Reader::Impl::read_json(Source& source) {
  Lines lines(*source.bytes_);
  if (!lines.skip_to(position.mark)) {
    return std::unexpected(not_its_position(source));
  }
  JsonLetters letters(tally_);
  const auto begin = lines.offset();
  while (lines.next()) {
    ++tally_.counts.lines;
    auto text = lines.text();
    if (lines.begin() == 0) take(text, "\xef\xbb\xbf");
    if (!lines.is_whole()) {
      tally_.skipped(kUnfinished, lines.number());
    } else if (lines.is_cut()) {
      tally_.skipped(kLongLine, lines.number());
    } else if (!trim(text).empty()) {
      const auto reason = letters.read(text);
      if (!reason.empty()) tally_.skipped(reason, lines.number());
    }
    position.mark = lines.mark();
    report(source, lines.offset());
  }
  tally_.counts.bytes = lines.offset() - begin;
  return {};
}

void Reader::Impl::take_told(const Told& told, std::uint64_t number) {
  letters_.see(told.host, told.at);
  if (traces_.apply(told, number) == kWaits) {
    std::string bytes;
    waiting_.line(Traces::to_line(told, bytes));
  }
  if (options_.is_part) waiting_.pass(told.at);
  latest_ = std::max(latest_, told.at);
  letters_.expire(told.at);
}

// The names of the columns stand at the beginning: an export is read from
// there, and what was told before is not told again. The last line of a log
// that is being written is left for the next time; of an export it is a row.
Result<void> Reader::Impl::read_trace(Source& source) {
  const Mark stop = position.mark;
  const auto from = stop.offset;
  bool is_new = false;
  TraceTable table(
      source.kind(), source.bytes_->head(),
      [&](const Told& told, std::uint64_t number) {
        if (is_new) take_told(told, number);
      },
      [&](std::string_view reason, std::uint64_t number) {
        if (is_new) tally_.skipped(reason, number);
      });
  Lines lines(*source.bytes_);
  for (Mark before; lines.next(); before = lines.mark()) {
    const bool was_new = std::exchange(is_new, lines.begin() >= from);
    // Many exports begin with the same names.
    if (is_new && !was_new && from > 0 && before != stop) {
      return std::unexpected(not_its_position(source));
    }
    if (is_new) {
      ++tally_.counts.lines;
      tally_.counts.bytes += lines.offset() - lines.begin();
    }
    if (lines.is_cut()) {
      if (is_new) tally_.skipped(kLongLine, lines.number());
    } else if (!lines.is_whole() && source.kind() == Kind::kExchange) {
      tally_.skipped(kUnfinished, lines.number());
    } else {
      table.line(lines.text(), lines.number());
    }
    if (table.is_between() && lines.mark().offset >= from) {
      position.mark = lines.mark();
      report(source, lines.offset());
    }
  }
  table.end();
  return {};
}

// What stands in its first line is needed all along: address books are read
// from the beginning, and what was given before is not given again.
template <typename Book>
void Reader::Impl::read_book(Source& source) {
  class Nobody final : public Sink {
    void letter(const Letter&) override {}
    void contact(const Contact&) override {}
    void skipped(std::string_view, std::uint64_t) override {}
  };
  class Switch final : public Sink {
   public:
    explicit Switch(Sink& sink) : to(&sink) {}
    void letter(const Letter& letter) override { to->letter(letter); }
    void contact(const Contact& contact) override { to->contact(contact); }
    void skipped(std::string_view reason, std::uint64_t line) override {
      to->skipped(reason, line);
    }
    Sink* to;
  };
  Nobody nobody;
  Switch sink(nobody);
  Book book(sink);
  Lines lines(*source.bytes_);
  const auto from = position.mark.offset;
  while (lines.next()) {
    if (lines.begin() >= from) {
      sink.to = &tally_;
      ++tally_.counts.lines;
      tally_.counts.bytes += lines.offset() - lines.begin();
    }
    book.line(lines.text(), lines.number());
    if (book.is_between()) {
      if (lines.mark().offset >= from) position.mark = lines.mark();
      report(source, lines.offset());
    }
  }
  book.end();
}

void Reader::Impl::read_csv(Source& source) { read_book<Table>(source); }
void Reader::Impl::read_vcard(Source& source) { read_book<Cards>(source); }

}  // namespace lostletter::archive
