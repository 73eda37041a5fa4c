// SPDX-License-Identifier: Apache-2.0
//
// Logs of mail servers.
#include <algorithm>

#include "archive/read_impl.h"
#include "archive/reasons.h"
#include "archive/years.h"
#include "base/text.h"

namespace lostletter::archive {
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

}  // namespace

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

}  // namespace lostletter::archive
