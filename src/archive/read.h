// SPDX-License-Identifier: Apache-2.0
//
// What a mail site has kept of its years, read once, from the first byte to the
// last, in constant memory: logs of Postfix, Exim and Sendmail, exports of
// Exchange, Microsoft 365 and Google Workspace, mailboxes, address books; plain
// or packed. docs/formats/archives.md says what is read.
//
//   for (const Input& input : *find_inputs(paths)) {
//     auto source = Source::open(input);
//     reader.read(*source, position_of(source->fingerprints()));
//   }
//   reader.finish();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"
#include "base/result.h"

namespace lostletter::archive {

enum class Kind {
  kEmpty,
  kPostfix,
  kExim,
  kSendmail,
  kSyslog,  // a log that has nothing of these three near its beginning
  kExchange,
  kTrace,
  kGoogle,
  kLetters,  // as JSON, a line each; our own
  kMbox,
  kMaildir,
  kMessage,
  kCsv,
  kVcard,
};
// "Postfix log", "mbox".
std::string_view name_of(Kind kind);

// Who hears what is read, in the order it is read. Called on the reader's
// thread; may throw (then the reading ends with that exception).
class Sink {
 public:
  virtual ~Sink() = default;
  // A letter still under way when finish() is called comes then, and again when
  // its log goes on: with the same id, and only the recipients whose outcome is
  // another by now.
  virtual void letter(const Letter& letter) = 0;
  virtual void contact(const Contact& contact) = 0;
  // Something could not be used. `reason` is one of a small fixed set and lives
  // for ever; `line` counts from 1, in a Maildir messages; 0: in a source read
  // before.
  virtual void skipped(std::string_view reason, std::uint64_t line) = 0;
};

// One thing to read: a file, a folder that is a Maildir, or "-".
struct Input {
  std::string path;
  bool is_maildir = false;
  bool is_given = true;    // named by the caller, not found in a folder
  std::uint64_t size = 0;  // on disk; 0: not known
  Seconds modified{};      // year-less dates are the last before it
  // Of a plain log only the lines from `begin` up to before `end`; 0: all.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool is_piece() const { return end != 0; }
};

// What there is to read at `paths`, in the order to read it. Folders are
// searched to any depth, sorted by name, without hidden files (but Maildir++'s
// .Folders) and without following links to folders. The parts of a rotated set
// (mail.log.2.gz, mail.log.1, mail.log; mail.log-20260101) stand oldest first,
// wherever one of them was named. The error names a path that is not there.
Result<std::vector<Input>> find_inputs(const std::vector<std::string>& paths);

// Cuts plain logs into pieces of about `size` bytes between lines, in order.
// The rest stays as it is.
std::vector<Input> cut_inputs(const std::vector<Input>& inputs,
                              std::uint64_t size);

class Bytes;

// An input, opened: its kind is known, none of it has been handed out. Moves,
// and is read once.
class Source {
 public:
  // Says what it is from its first bytes, never from its name. The error names
  // the path, and the kinds that are read.
  static Result<Source> open(const Input& input);
  // The same of bytes in memory.
  static Result<Source> of_bytes(const std::string& name, std::string content,
                                 Seconds modified);

  Source(Source&& other) noexcept;
  Source& operator=(Source&& other) noexcept;
  ~Source();

  const std::string& name() const { return input_.path; }
  const Input& input() const { return input_; }
  Kind kind() const { return kind_; }
  const std::string& packing() const { return packing_; }  // "gzip"; or empty

  // Hashes of the beginnings of the unpacked content, the longest first: a log
  // that grew, was renamed or packed still has the ones it had. Keep the first
  // with the position; look up all of them, in order. Of a Maildir, of its
  // absolute path. Empty of what is empty.
  const std::vector<std::string>& fingerprints() const { return fingerprints_; }

 private:
  friend class Reader;
  Source(Input input, std::unique_ptr<Bytes> bytes);
  static Result<Source> identify(Source source);

  Input input_;
  std::unique_ptr<Bytes> bytes_;  // none for a Maildir
  Kind kind_ = Kind::kEmpty;
  std::string packing_;
  std::vector<std::string> fingerprints_;
};

struct Counts {
  std::uint64_t lines = 0;  // messages in a Maildir
  std::uint64_t letters = 0;
  std::uint64_t contacts = 0;
  std::uint64_t skipped = 0;
  std::uint64_t bytes = 0;  // unpacked

  bool operator==(const Counts&) const = default;
};

struct Progress {
  const Source& source;
  std::uint64_t bytes;  // as they are on disk
  std::uint64_t total;  // 0: not known
};

struct Options {
  // Whose Authentication-Results are believed (RFC 8601 2.5, authserv-id).
  std::vector<std::string> trusted = {};
  // Letters under way in the logs at once. Beyond it the one that was silent
  // longest is given as far as it is known, and counted.
  std::size_t most_under_way = 200'000;
  // What is read is a part of what was written: see Reader::waiting().
  bool is_part = false;
  // Called every few MiB, at a moment when position() and under_way() say what
  // was read.
  std::function<void(const Progress&)> progress = {};
};

// Reads sources one after the other. Logs are joined across them: a letter may
// begin in mail.log.1 and end in mail.log. One thread.
class Reader {
 public:
  // `sink` must outlive the reader.
  explicit Reader(Sink& sink, Options options = {});
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  // Reads to the end, from `position` on, which position() gave for the same
  // fingerprint. An error (nothing was given then): `position` does not belong
  // to this source. Damaged packed data ends the reading and is counted.
  Result<Counts> read(Source& source, std::string_view position = {});

  // How far read() is in its source, or came: whatever stands before it was
  // given to the sink, or is under_way(). One short printable word.
  std::string position() const;

  // The letters whose end has not been seen, for restore() of a later reader.
  // Bytes, not text; a few hundred for each letter.
  std::string under_way() const;
  // REQUIRES: before the first read().
  Result<void> restore(std::string_view under_way);

  // Gives what is known of the letters under way. They stay under way.
  void finish();

  // Of a part (Options::is_part), instead of finish(): the lines that mean
  // nothing without those before the part, and the letters still open. Bytes.
  std::string waiting();
  // Goes on where this reader stands, as if the part had been read by it. An
  // error: these are not bytes of waiting().
  // REQUIRES: what the part gave goes to the same sink.
  Result<void> go_on(std::string_view waiting);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::archive
