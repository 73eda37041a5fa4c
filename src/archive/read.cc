// SPDX-License-Identifier: Apache-2.0
#include "archive/read.h"

#include "archive/read_impl.h"
#include "archive/reasons.h"
#include "base/text.h"

namespace lostletter::archive {

Error not_its_position(const Source& source) {
  return Error{"'" + printable(source.name()) +
               "' is not what was read before: read it from its beginning"};
}

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
      read_csv(source);
      break;
    case Kind::kVcard:
      read_vcard(source);
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
