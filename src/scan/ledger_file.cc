// SPDX-License-Identifier: Apache-2.0
#include "scan/ledger_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <sodium.h>

#include "scan/ledger_coder.h"

namespace lostletter::scan {
namespace {

// A first line for people; then the length and the hash of all that follows.
constexpr std::string_view kName = "lostletter partial ";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kHash = 16;

std::string hash_of(std::string_view bytes) {
  std::string hash(kHash, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  return hash;
}

}  // namespace

std::string save_part(const Ledger& ledger, std::string_view waiting) {
  std::string body;
  Encoder out(body);
  LedgerCoder::write(out, ledger);
  out.text(waiting);
  std::string bytes(kName);
  bytes.append(kVersion).append("\n");
  Encoder(bytes).number(body.size());
  return bytes.append(hash_of(body)).append(body);
}

Result<Part> load_part(std::string_view bytes, const Period& period) {
  const auto end = bytes.substr(0, 64).find('\n');
  if (end == bytes.npos || !bytes.starts_with(kName)) {
    return fail("is no file of 'lostletter scan --partial'");
  }
  const auto version = bytes.substr(kName.size(), end - kName.size());
  if (version != kVersion) {
    return fail(
        "was written by another version of lostletter: use the same one "
        "for all parts and for the merge");
  }
  bytes.remove_prefix(end + 1);
  Decoder head(bytes);
  const auto size = head.number();
  bytes = head.rest();
  if (!head.is_good() || bytes.size() < kHash || bytes.size() - kHash < size) {
    return fail("is cut off: copy it again, or run its scan again");
  }
  const auto body = bytes.substr(kHash);
  if (body.size() != size || hash_of(body) != bytes.substr(0, kHash)) {
    return fail("is damaged: copy it again, or run its scan again");
  }
  Part part;
  part.ledger = std::make_unique<Ledger>(period, Corrections::Scope::kPart);
  Decoder in(body);
  const auto read = LedgerCoder::read(in, *part.ledger);
  if (!read) return std::unexpected(read.error());
  part.waiting = in.text();
  if (!in.is_good() || !in.rest().empty()) {
    return fail("is damaged: copy it again, or run its scan again");
  }
  return part;
}

}  // namespace lostletter::scan
