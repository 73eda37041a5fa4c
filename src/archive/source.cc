// SPDX-License-Identifier: Apache-2.0
//
// A fingerprint is the hash of a beginning whose length is a power of two, so
// that a longer file still has the shorter one's.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <sodium.h>

#include "archive/bytes.h"
#include "archive/detect.h"
#include "archive/read.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kShortest = 64;

constexpr std::string_view kRead =
    "what is read: Postfix, Exim and Sendmail logs (syslog or journalctl -o "
    "json), Exchange message tracking, Microsoft 365 message traces, Google "
    "Workspace e-mail logs, letters as JSON, mbox, Maildir, messages, CSV and "
    "vCard address books; plain, gzip, zstd, xz or bzip2";

std::string hash_of(std::string_view bytes) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  std::array<char, 33> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return text.data();
}

std::vector<std::string> fingerprints_of(std::string_view head) {
  std::vector<std::string> prints;
  // Blocks differ in size from packing to packing.
  head = head.substr(0, Bytes::kHead);
  if (head.empty()) return prints;
  if (head.size() < kShortest) return {hash_of(head)};
  for (std::size_t size = kShortest; size <= head.size(); size *= 2) {
    prints.push_back(hash_of(head.substr(0, size)));
  }
  std::ranges::reverse(prints);
  return prints;
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kEmpty:
      return "empty file";
    case Kind::kPostfix:
      return "Postfix log";
    case Kind::kExim:
      return "Exim log";
    case Kind::kSendmail:
      return "Sendmail log";
    case Kind::kSyslog:
      return "system log";
    case Kind::kExchange:
      return "Exchange message-tracking log";
    case Kind::kTrace:
      return "Microsoft 365 message trace";
    case Kind::kGoogle:
      return "Google Workspace e-mail log";
    case Kind::kLetters:
      return "lostletter NDJSON";
    case Kind::kMbox:
      return "mbox";
    case Kind::kMaildir:
      return "Maildir";
    case Kind::kMessage:
      return "message";
    case Kind::kCsv:
      return "CSV address book";
    case Kind::kVcard:
      return "vCard address book";
  }
  std::abort();
}

Source::Source(Input input, std::unique_ptr<Bytes> bytes)
    : input_(std::move(input)), bytes_(std::move(bytes)) {}
Source::Source(Source&& other) noexcept = default;
Source& Source::operator=(Source&& other) noexcept = default;
Source::~Source() = default;

Result<Source> Source::of_bytes(const std::string& name, std::string content,
                                Seconds modified) {
  Input input{name, false, true, content.size(), modified};
  auto bytes = Bytes::of_memory(std::move(content));
  if (!bytes) return std::unexpected(bytes.error());
  return identify(Source(std::move(input), std::move(*bytes)));
}

Result<Source> Source::open(const Input& input) {
  if (input.is_maildir) {
    Source source(input, nullptr);
    std::error_code error;
    const auto path = std::filesystem::canonical(input.path, error);
    if (error) {
      return fail("cannot read '" + input.path + "': " + error.message());
    }
    source.kind_ = Kind::kMaildir;
    source.fingerprints_ = {hash_of("Maildir\n" + path.string())};
    return source;
  }
  auto bytes = Bytes::open(input.path);
  if (!bytes) return std::unexpected(bytes.error());
  auto source = identify(Source(input, std::move(*bytes)));
  if (!source || !input.is_piece()) return source;
  auto piece = Bytes::open_piece(input.path, input.begin, input.end);
  if (!piece) return std::unexpected(piece.error());
  source->bytes_ = std::move(*piece);
  return source;
}

Result<Source> Source::identify(Source source) {
  const Bytes& bytes = *source.bytes_;
  source.packing_ = bytes.packing();
  const auto kind =
      detect(std::string_view(bytes.head()).substr(0, Bytes::kHead));
  if (bytes.head().empty() && !bytes.damage().empty()) {
    return fail("'" + printable(source.name()) + "': packed data is damaged");
  }
  if (!kind) {
    return fail("'" + printable(source.name()) +
                "' is of no kind that is read; " + std::string(kRead));
  }
  source.kind_ = *kind;
  source.fingerprints_ = fingerprints_of(bytes.head());
  return source;
}

}  // namespace lostletter::archive
