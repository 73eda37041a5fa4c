// SPDX-License-Identifier: Apache-2.0
#include "lookalike/typed.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"

namespace lostletter::lookalike {
namespace {

// Longer input is no domain name and resembles none.
constexpr std::size_t kLongest = 300;

// Names whose suffix is not in the root zone and which live all the same in
// private networks, documentation and tests (RFC 2606, 6761, 6762, 7686, 8375).
bool is_special_use(std::string_view top) {
  constexpr std::string_view kTops[] = {
      "test", "example", "invalid", "local", "localhost", "internal",
      "lan",  "home",    "corp",    "onion", "alt",       "intranet"};
  return std::ranges::find(kTops, top) != std::end(kTops);
}

bool is_possible(std::string_view ascii, const domain::Suffix& suffix) {
  const auto dot = ascii.rfind('.');
  const auto top = ascii.substr(dot == ascii.npos ? 0 : dot + 1);
  const bool exists = suffix.section == domain::Section::kIcann ||
                      domain::is_top_level(top) || is_special_use(top);
  return exists && (dot != ascii.npos || top == "localhost");
}

// Where `suffix`, the end of `ascii`, begins in code points of `unicode`.
std::size_t start_of(std::string_view suffix, std::string_view ascii,
                     std::u32string_view unicode) {
  // An A-label is longer than what it stands for: here there is none.
  if (ascii.size() == unicode.size()) return ascii.size() - suffix.size();
  auto labels = static_cast<std::size_t>(std::ranges::count(suffix, '.')) + 1;
  std::size_t at = unicode.size();
  while (at > 0) {
    if (unicode[at - 1] == U'.' && --labels == 0) return at;
    --at;
  }
  return 0;
}

}  // namespace

std::size_t suffix_start(std::string_view ascii, std::u32string_view unicode) {
  return start_of(domain::public_suffix(ascii).text, ascii, unicode);
}

std::string_view Typed::hosts() const {
  if (suffix < 2) return {};
  const auto dot = ascii.rfind('.', suffix - 2);
  return std::string_view(ascii).substr(0, dot == ascii.npos ? 0 : dot + 1);
}

std::optional<Typed> read_typed(std::string_view text) {
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  Typed typed;
  auto name = domain::Name::parse(text);
  if (name && !text.ends_with('.')) {
    typed.ascii = name->ascii();
    auto unicode = decode_utf8(name->unicode());
    if (!unicode) return std::nullopt;
    const auto suffix = domain::public_suffix(typed.ascii);
    typed.suffix = typed.ascii.size() - suffix.text.size();
    const std::size_t start = start_of(suffix.text, typed.ascii, *unicode);
    typed.entry = make_entry(std::move(*unicode), start);
    typed.possible = is_possible(typed.ascii, suffix);
    typed.is_name = true;
    return typed;
  }
  auto unicode = decode_utf8(ascii_lower(text));
  if (!unicode) return std::nullopt;
  const std::size_t dot = unicode->rfind(U'.');
  const std::size_t suffix = dot == unicode->npos ? 0 : dot + 1;
  typed.entry = make_entry(std::move(*unicode), suffix);
  return typed;
}

}  // namespace lostletter::lookalike
