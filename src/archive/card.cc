// SPDX-License-Identifier: Apache-2.0
#include "archive/card.h"

#include <algorithm>
#include <utility>

#include "archive/names.h"
#include "archive/reasons.h"
#include "base/text.h"
#include "mail/address_list.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 10U;
constexpr std::size_t kMostAddresses = 1000;

// group.NAME;PARAMETER=value;...:value
struct Property {
  std::string name;  // upper case is usual; here lower
  std::string charset;
  bool is_quoted_printable = false;
  std::string_view value;
};

// Where the value begins: the first ':' outside quotes.
std::size_t find_colon(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ':' && !quoted) return i;
  }
  return text.npos;
}

bool read(std::string_view text, Property& property) {
  const auto colon = find_colon(text);
  if (colon == text.npos) return false;
  property.value = text.substr(colon + 1);
  const auto pieces = split(text.substr(0, colon), ';');
  property.name = ascii_lower(pieces.front());
  if (const auto dot = property.name.rfind('.'); dot != std::string::npos) {
    property.name.erase(0, dot + 1);
  }
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto piece = ascii_lower(pieces[i]);
    if (piece.ends_with("quoted-printable")) {
      property.is_quoted_printable = true;
    } else if (piece.starts_with("charset=")) {
      property.charset = piece.substr(8);
      std::erase(property.charset, '"');
    }
  }
  return true;
}

// RFC 6350 3.4: "\," is a comma, "\n" a line break.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      plain += text[i] == 'n' || text[i] == 'N' ? ' ' : text[i];
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string text_of(const Property& property) {
  std::string raw = property.is_quoted_printable
                        ? decode_quoted_printable(property.value)
                        : std::string(property.value);
  return decode_charset(unescape(raw), property.charset);
}

// N: family;given;additional;prefixes;suffixes -> "given additional family".
std::string spoken_name(const Property& property) {
  std::string raw = property.is_quoted_printable
                        ? decode_quoted_printable(property.value)
                        : std::string(property.value);
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      parts.back() += raw[i++];
      parts.back() += raw[i];
    } else if (raw[i] == ';') {
      parts.emplace_back();
    } else {
      parts.back() += raw[i];
    }
  }
  parts.resize(3);
  std::string name;
  for (const auto i : {1U, 2U, 0U}) {
    const auto part = decode_charset(unescape(parts[i]), property.charset);
    if (part.empty()) continue;
    if (!name.empty()) name += ' ';
    name += part;
  }
  return name;
}

bool ends_softly(std::string_view line) {
  Property property;
  return line.ends_with('=') && read(line, property) &&
         property.is_quoted_printable;
}

}  // namespace

void Cards::line(std::string_view text, std::uint64_t number) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const bool room = line_.size() + text.size() <= kLongestLine;
  if (is_soft_) {
    line_.pop_back();
    if (room) line_ += text;
  } else if (!line_.empty() &&
             (text.starts_with(' ') || text.starts_with('\t'))) {
    // Photographs are long; only names and addresses matter.
    if (room) line_ += text.substr(1);
  } else {
    property(std::exchange(line_, std::string(text)));
    number_ = number;
    line_.resize(std::min(line_.size(), kLongestLine));
  }
  is_soft_ = ends_softly(line_);
  // Nothing folds behind it, so that a card is given where it ends.
  if (ascii_iequals(trim(line_), "END:VCARD")) {
    property(std::exchange(line_, {}));
  }
}

void Cards::end() {
  property(std::exchange(line_, {}));
  if (std::exchange(in_card_, false)) sink_->skipped(kBrokenCard, begin_);
}

void Cards::property(std::string_view text) {
  Property property;
  if (!read(text, property)) return;
  const auto value = ascii_lower(trim(property.value));
  if (property.name == "begin" && value == "vcard") {
    if (in_card_) sink_->skipped(kBrokenCard, begin_);
    in_card_ = true;
    begin_ = number_;
    full_name_.clear();
    name_.clear();
    organisation_.clear();
    addresses_.clear();
  } else if (!in_card_) {
    return;
  } else if (property.name == "end" && value == "vcard") {
    give();
  } else if (property.name == "fn") {
    if (full_name_.empty()) full_name_ = text_of(property);
  } else if (property.name == "n") {
    name_ = spoken_name(property);
  } else if (property.name == "org") {
    organisation_ = text_of(property);
  } else if (property.name == "email" && addresses_.size() < kMostAddresses) {
    addresses_.push_back(text_of(property));
  }
}

void Cards::give() {
  in_card_ = false;
  std::string name = full_name_.empty() ? name_ : full_name_;
  if (name.empty()) name = organisation_;
  bool given = false;
  for (const auto& text : addresses_) {
    for (const auto& mailbox : mail::parse_address_list(text).mailboxes) {
      sink_->contact({mailbox.address.to_string(), name});
      given = true;
    }
  }
  if (!given) sink_->skipped(kNoAddress, begin_);
}

}  // namespace lostletter::archive
