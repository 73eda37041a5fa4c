// SPDX-License-Identifier: Apache-2.0
//
// Messages: mboxes, single ones, Maildirs.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "archive/mbox.h"
#include "archive/read_impl.h"
#include "archive/reasons.h"

namespace lostletter::archive {
namespace {

constexpr std::uint64_t kMessageStep = 1000;  // between progress

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

}  // namespace lostletter::archive
