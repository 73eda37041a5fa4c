// SPDX-License-Identifier: Apache-2.0
//
// One loop over lines for each family of kinds: logs, messages, address books;
// and one over the files of a Maildir.
#include "archive/read.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "archive/bytes.h"
#include "archive/card.h"
#include "archive/exim.h"
#include "archive/field_text.h"
#include "archive/json_letters.h"
#include "archive/lines.h"
#include "archive/log_line.h"
#include "archive/mbox.h"
#include "archive/position.h"
#include "archive/postfix.h"
#include "archive/programs.h"
#include "archive/reasons.h"
#include "archive/sendmail.h"
#include "archive/table.h"
#include "archive/tally.h"
#include "archive/traces.h"
#include "archive/under_way.h"
#include "archive/waiting.h"
#include "archive/years.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::uint64_t kStep = std::uint64_t{4} << 20U;  // between progress
constexpr std::uint64_t kMessageStep = 1000;

// The messages of a Maildir, by name: names begin with the time of delivery
// (maildir(5)). What stands behind ":2," are flags, which change.
struct MaildirFile {
  std::string name;
  std::string path;
};
std::vector<MaildirFile> files_of(const std::string& folder) {
  std::vector<MaildirFile> files;
  for (const auto* part : {"/cur", "/new"}) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder + part, error)) {
      const auto name = entry.path().filename().string();
      if (name.starts_with('.') || !entry.is_regular_file(error)) continue;
      files.push_back({name.substr(0, name.find(':')), entry.path().string()});
    }
  }
  std::ranges::sort(files, {}, &MaildirFile::name);
  return files;
}

}  // namespace

class Reader::Impl {
 public:
  Impl(Sink& sink, Options options)
      : options_(std::move(options)),
        tally_(sink),
        letters_(tally_, options_.most_under_way, part()),
        postfix_(letters_, tally_, part()),
        exim_(letters_, tally_),
        sendmail_(letters_, part()),
        traces_(letters_) {}

  Result<Counts> read(Source& source, std::string_view text);

  Position position;
  UnderWay& letters() { return letters_; }
  std::string waiting();
  Result<void> go_on(std::string_view text);

 private:
  Waiting* part() { return options_.is_part ? &waiting_ : nullptr; }
  Result<void> read_log(Source& source);
  Result<void> read_json(Source& source);
  Result<void> read_trace(Source& source);
  Result<void> read_messages(Source& source);
  void read_maildir(Source& source);
  template <typename Book>
  void read_book(Source& source);

  void read_log_text(const Lines& lines, LogLines& parser);
  void read_log_line(const LogLine& line, std::uint64_t number);
  void take_told(const Told& told, std::uint64_t number);
  Seconds begin_of(const Source& source) const;
  bool is_due(std::uint64_t offset) const {
    return offset >= reported_ + kStep;
  }
  void report(const Source& source, std::uint64_t offset);

  Options options_;
  Tally tally_;
  Waiting waiting_;
  Seconds latest_{};  // line
  Programs programs_;
  UnderWay letters_;
  Postfix postfix_;
  Exim exim_;
  Sendmail sendmail_;
  Traces traces_;
  std::uint64_t reported_ = 0;
};

namespace {

// How far a log has been read, noted when it matters: every line passes, and
// each of them may end the reading by what the sink throws.
struct Following {
  Position& position;
  const Lines& lines;
  const LogLines& parser;
  bool is_given = true;  // the line at hand
  bool is_begun = false;

  void note() const {
    if (!is_begun) return;
    position.mark = is_given ? lines.mark() : lines.before();
    position.at = parser.last();
  }
  ~Following() { note(); }
};

Error not_its_position(const Source& source) {
  return Error{"'" + printable(source.name()) +
               "' is not what was read before: read it from its beginning"};
}

}  // namespace

Result<Counts> Reader::Impl::read(Source& source, std::string_view text) {
  tally_.counts = {};
  letters_.begin_source();
  position = {};
  reported_ = 0;
  if (!text.empty()) {
    const auto parsed = parse_position(text);
    if (!parsed) return std::unexpected(not_its_position(source));
    position = *parsed;
  }
  Result<void> done;
  switch (source.kind()) {
    case Kind::kEmpty:
      break;
    case Kind::kPostfix:
    case Kind::kExim:
    case Kind::kSendmail:
    case Kind::kSyslog:
      done = read_log(source);
      break;
    case Kind::kExchange:
    case Kind::kTrace:
    case Kind::kGoogle:
      done = read_trace(source);
      break;
    case Kind::kLetters:
      done = read_json(source);
      break;
    case Kind::kMbox:
    case Kind::kMessage:
      done = read_messages(source);
      break;
    case Kind::kMaildir:
      read_maildir(source);
      break;
    case Kind::kCsv:
      read_book<Table>(source);
      break;
    case Kind::kVcard:
      read_book<Cards>(source);
      break;
  }
  if (!done) return std::unexpected(done.error());
  if (source.bytes_ && !source.bytes_->damage().empty()) {
    tally_.skipped(kDamaged, tally_.counts.lines);
  }
  return tally_.counts;
}

void Reader::Impl::report(const Source& source, std::uint64_t offset) {
  if (!is_due(offset)) return;
  reported_ = offset;
  if (!options_.progress) return;
  options_.progress(
      {source, source.bytes_->packed_bytes(), source.input().size});
}

void Reader::Impl::read_log_line(const LogLine& line, std::uint64_t number) {
  std::string_view reason;
  letters_.see(line.host, line.at);
  switch (programs_.find(line.program)) {
    case Program::kPostfix:
      reason = postfix_.read(line, number);
      break;
    case Program::kExim:
      reason = exim_.read(line, number);
      break;
    case Program::kSendmail:
      reason = sendmail_.read(line, number);
      break;
    case Program::kTrace:
      if (const auto told = told_in(line.text)) {
        reason = traces_.apply(*told, number);
      }
      break;
    case Program::kOther:
      break;
  }
  if (reason == kWaits) {
    waiting_.line(line);
  } else if (!reason.empty()) {
    tally_.skipped(reason, number);
  }
  if (options_.is_part) waiting_.pass(line.at);
  latest_ = std::max(latest_, line.at);
  letters_.expire(line.at);
}

std::string Reader::Impl::waiting() {
  const auto say = [this](std::string_view table, const Processes& processes) {
    processes.each(latest_, [&](std::string_view process, const auto& said) {
      waiting_.said(table, process, said);
    });
  };
  say("postfix", postfix_.connections());
  say("sendmail login", sendmail_.logins());
  say("sendmail tls", sendmail_.encrypted());
  letters_.let_all_wait();
  return waiting_.save();
}

Result<void> Reader::Impl::go_on(std::string_view text) {
  Waiting::Reader reader;
  reader.pass = [this](Seconds at) { letters_.expire(at); };
  reader.line = [this](const LogLine& line) { read_log_line(line, 0); };
  reader.end = [this](std::string_view key) { letters_.replace(key); };
  reader.letter = [this](OpenLetter open) { letters_.take(std::move(open)); };
  reader.said = [this](std::string_view table, std::string_view process,
                       Processes::Said said) {
    Processes& to = table == "postfix"          ? postfix_.connections()
                    : table == "sendmail login" ? sendmail_.logins()
                                                : sendmail_.encrypted();
    to.say(process, std::move(said));
  };
  std::vector<std::uint64_t> ended;
  reader.ended = [&ended](const auto& hashes) { ended = hashes; };
  auto done = Waiting::read(text, reader);
  letters_.end_stale(ended);
  return done;
}

// When the line before the next was written; 0: not known.
Seconds Reader::Impl::begin_of(const Source& source) const {
  if (position.at != Seconds{}) return position.at;
  const Bytes& bytes = *source.bytes_;
  const auto peek = [&bytes](std::uint64_t at) { return bytes.peek(at, 512); };
  const Input& input = source.input();
  const auto first = first_day(peek, input.size, input.modified);
  if (!first) return {};
  return input.begin == 0
             ? *first
             : day_at(peek, input.begin, input.size, input.modified, *first);
}

Result<void> Reader::Impl::read_log(Source& source) {
  Lines lines(*source.bytes_);
  LogLines parser(source.input().modified, begin_of(source));
  if (!lines.skip_to(position.mark)) {
    return std::unexpected(not_its_position(source));
  }
  const auto begin = lines.offset();
  Following following{position, lines, parser};
  while (lines.next()) {
    following.is_begun = true;
    following.is_given = false;
    ++tally_.counts.lines;
    read_log_text(lines, parser);
    following.is_given = true;
    if (is_due(lines.offset())) {
      following.note();
      report(source, lines.offset());
    }
  }
  tally_.counts.bytes = lines.offset() - begin;
  return {};
}

void Reader::Impl::read_log_text(const Lines& lines, LogLines& parser) {
  const auto text = lines.text();
  if (!lines.is_whole()) {
    // Being written: it is read when it is whole.
    return tally_.skipped(kUnfinished, lines.number());
  }
  if (lines.is_cut()) return tally_.skipped(kLongLine, lines.number());
  if (text.empty() || (text.front() <= ' ' && trim(text).empty())) return;
  LogLine line;
  const auto reason = parser.read(text, line);
  if (!reason.empty()) return tally_.skipped(reason, lines.number());
  read_log_line(line, lines.number());
}

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

Result<void> Reader::Impl::read_messages(Source& source) {
  Lines lines(*source.bytes_);
  const bool goes_on = position.mark.offset > 0;
  Messages messages(tally_, options_.trusted, source.kind() == Kind::kMbox,
                    goes_on);
  if (!lines.skip_to(position.mark)) {
    return std::unexpected(not_its_position(source));
  }
  const auto begin = lines.offset();
  auto before = lines.mark();
  while (lines.next()) {
    ++tally_.counts.lines;
    if (messages.line(lines.text(), lines.offset() - lines.begin(),
                      lines.number())) {
      position.mark = before;
      report(source, lines.offset());
    }
    before = lines.mark();
  }
  messages.end();
  position.mark = before;
  tally_.counts.bytes = lines.offset() - begin;
  return {};
}

void Reader::Impl::read_maildir(Source& source) {
  const auto files = files_of(source.name());
  std::uint64_t number = 0;
  for (const auto& file : files) {
    ++number;
    if (!position.name.empty() && file.name <= position.name) continue;
    ++tally_.counts.lines;
    auto bytes = Bytes::open(file.path);
    if (!bytes) {  // moved or deleted meanwhile
      tally_.skipped(kUnreadable, number);
      continue;
    }
    Lines lines(**bytes);
    Messages message(tally_, options_.trusted, false, false);
    while (lines.next()) {
      message.line(lines.text(), lines.offset() - lines.begin(), number);
    }
    message.end();
    tally_.counts.bytes += lines.offset();
    position.name = file.name;
    if (options_.progress && number % kMessageStep == 0) {
      options_.progress({source, number, files.size()});
    }
  }
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

Reader::Reader(Sink& sink, Options options)
    : impl_(std::make_unique<Impl>(sink, std::move(options))) {}
Reader::~Reader() = default;

Result<Counts> Reader::read(Source& source, std::string_view position) {
  return impl_->read(source, position);
}

std::string Reader::position() const { return to_string(impl_->position); }

std::string Reader::under_way() const { return impl_->letters().save(); }

Result<void> Reader::restore(std::string_view under_way) {
  return impl_->letters().restore(under_way);
}

void Reader::finish() { impl_->letters().give_all(); }

std::string Reader::waiting() { return impl_->waiting(); }

Result<void> Reader::go_on(std::string_view waiting) {
  return impl_->go_on(waiting);
}

}  // namespace lostletter::archive
