// SPDX-License-Identifier: Apache-2.0
#include "hold/mend.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "hold/fields.h"

namespace lostletter::hold {
namespace {

// What may stand beside an address that is written plainly.
bool is_border(char c) {
  return std::string_view(" \t\r\n<>,;:").find(c) != std::string_view::npos;
}

// Where the text of a field is neither quoted nor a comment.
class Plain {
 public:
  // Of the next character.
  bool operator()(char c) {
    if (escaped_) {
      escaped_ = false;
      return false;
    }
    if ((quoted_ || depth_ > 0) && c == '\\') {
      escaped_ = true;
      return false;
    }
    if (depth_ == 0 && c == '"') {
      quoted_ = !quoted_;
      return false;
    }
    if (quoted_) return false;
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0) {
      --depth_;
      return false;
    }
    return depth_ == 0;
  }

 private:
  bool quoted_ = false;
  bool escaped_ = false;
  std::size_t depth_ = 0;
};

bool stands_at(std::string_view field, std::size_t at, std::string_view word) {
  const std::size_t end = at + word.size();
  return end <= field.size() &&
         ascii_iequals(field.substr(at, word.size()), word) &&
         (at == 0 || is_border(field[at - 1])) &&
         (end == field.size() || is_border(field[end]));
}

std::size_t append_mended(std::string_view field, std::string_view wrong,
                          std::string_view right, std::string& out) {
  std::size_t places = 0;
  std::size_t copied = 0;
  Plain plain;
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (!plain(field[at]) || at < copied || at <= field.find(':')) continue;
    if (!stands_at(field, at, wrong)) continue;
    out += field.substr(copied, at - copied);
    out += right;
    copied = at + wrong.size();
    ++places;
  }
  out += field.substr(copied);
  return places;
}

// The value of `tag` in a tag list (RFC 6376 3.2).
std::optional<std::string_view> tag_of(std::string_view list,
                                       std::string_view tag) {
  for (const std::string_view part : split(list, ';')) {
    const auto equals = part.find('=');
    if (equals != part.npos && trim(part.substr(0, equals)) == tag) {
      return part.substr(equals + 1);
    }
  }
  return std::nullopt;
}

bool covers_recipients(std::string_view field) {
  const auto names = tag_of(field.substr(field.find(':') + 1), "h");
  if (!names) return false;
  return std::ranges::any_of(split(*names, ':'), [](std::string_view name) {
    return ascii_iequals(trim(name), "to") || ascii_iequals(trim(name), "cc");
  });
}

}  // namespace

Mended mend_fields(std::string_view letter, std::string_view wrong,
                   std::string_view right) {
  const std::string_view header = header_of(letter);
  Mended mended;
  mended.letter.reserve(letter.size() + right.size());
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view field = take_field(rest);
    if (!wrong.empty() && (is_named(field, "To") || is_named(field, "Cc"))) {
      mended.places += append_mended(field, wrong, right, mended.letter);
    } else {
      mended.letter += field;
    }
  }
  mended.letter += letter.substr(header.size());
  return mended;
}

bool signs_recipients(std::string_view letter) {
  for (std::string_view rest = header_of(letter); !rest.empty();) {
    const std::string_view field = take_field(rest);
    if ((is_named(field, "DKIM-Signature") ||
         is_named(field, "ARC-Message-Signature")) &&
        covers_recipients(field)) {
      return true;
    }
  }
  return false;
}

}  // namespace lostletter::hold
