// SPDX-License-Identifier: Apache-2.0
//
// Separators cut a list into entries; "name <address>" also ends at its '>'.
// In an entry without brackets, words that no dot and no '@' joins belong to
// different things: "Ann ann@a.example bob@b.example" is a name and two
// addresses. Groups leave no trace: a phrase before ':' is dropped, and ';'
// separates like ','.
#include "mail/address_list.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "mail/list_token.h"
#include "mail/local_part.h"

namespace lostletter::mail {
namespace {

using Kind = Token::Kind;
using Span = std::span<const Token>;

bool is_at(const Token& token) { return token.is('@'); }

// No space may part what these join (RFC 5322 4.4: "ann . lee @ example.com").
bool joins(const Token& token) { return token.is('@') || token.is('.'); }

bool is_parted(const Token& left, const Token& right) {
  return right.spaced && !joins(left) && !joins(right);
}

// Line breaks inside a quoted string are folding.
std::string unfold(std::string_view text) {
  std::string line(text);
  std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
  return line;
}

// "Ann \"X\"" Lee -> Ann "X" Lee. Encoded-words stay as they are: what they
// hide must never be parsed.
std::string display_name(Span tokens) {
  std::string name;
  for (const Token& token : tokens) {
    if (token.spaced && !name.empty()) name += ' ';
    name += token.kind == Kind::kQuoted ? unquote(unfold(token.text))
                                        : std::string(token.text);
  }
  return std::string(trim(name));
}

// ann."b c".d, an obs-local-part of RFC 5322 4.4 -> "ann.b c.d".
std::string local_part(Span tokens) {
  if (tokens.size() == 1 && tokens[0].kind == Kind::kQuoted) {
    return unfold(tokens[0].text);
  }
  std::string text;
  bool quoted = false;
  bool well_formed = tokens.size() % 2 == 1;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    quoted = quoted || token.kind == Kind::kQuoted;
    const bool word = token.kind == Kind::kQuoted || token.kind == Kind::kWord;
    well_formed = well_formed && (i % 2 == 0 ? word : token.is('.'));
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && is_parted(tokens[i - 1], tokens[i])) text += ' ';
    text += quoted && well_formed ? unquote(unfold(tokens[i].text))
                                  : std::string(tokens[i].text);
  }
  return quoted && well_formed ? quote_local_part(text) : text;
}

// Comments and the space around '@' and '.' removed. Other space stays, so
// that Address::parse can name it: "ann lee@b" is not annlee@b.
std::string addr_spec(Span tokens) {
  const auto at = std::ranges::find_if(tokens.rbegin(), tokens.rend(), is_at);
  if (at == tokens.rend()) return display_name(tokens);
  const auto left = static_cast<std::size_t>(tokens.rend() - at) - 1;
  std::string text = local_part(tokens.first(left)) + '@';
  for (std::size_t i = left + 1; i < tokens.size(); ++i) {
    if (is_parted(tokens[i - 1], tokens[i])) text += ' ';
    text += tokens[i].text;
  }
  return text;
}

// <@a.example,@b.example:ann@c.example>: the route is dropped (RFC 5322 4.4).
// So is "mailto:", which mail programs paste.
Span remove_route(Span tokens) {
  if (tokens.empty()) return tokens;
  const auto colon =
      std::ranges::find_if(tokens, [](const Token& t) { return t.is(':'); });
  if (colon == tokens.end()) return tokens;
  const bool mailto = ascii_iequals(tokens[0].text, "mailto");
  if (!mailto && !is_at(tokens[0])) return tokens;
  return tokens.subspan(static_cast<std::size_t>(colon - tokens.begin()) + 1);
}

class ListParser {
 public:
  ListParser(std::string_view text, std::size_t most)
      : text_(text), most_(most) {}

  AddressList run();

 private:
  void parse_line(std::size_t begin, std::size_t end);
  void parse_bare(Span tokens);
  // Reads the brackets that open at tokens[less]; `phrase` stands before them.
  // Gives the index of the last token it took.
  std::size_t parse_brackets(Span tokens, std::size_t less, Span phrase);
  void add(Span name, Span address, Span entry);
  void refuse(Span entry, std::string_view why);
  bool has_room();

  std::string_view text_;
  std::size_t most_;
  bool full_ = false;
  AddressList list_;
};

// A line end that folds nothing also separates: people paste one a line. And
// whatever is left open ends there.
AddressList ListParser::run() {
  std::size_t begin = 0;
  while (begin < text_.size() && !full_) {
    auto end = text_.find('\n', begin);
    while (end != text_.npos && end + 1 < text_.size() &&
           (text_[end + 1] == ' ' || text_[end + 1] == '\t')) {
      end = text_.find('\n', end + 1);
    }
    end = std::min(end, text_.size());
    parse_line(begin, end);
    begin = end + 1;
  }
  return std::move(list_);
}

void ListParser::parse_line(std::size_t begin, std::size_t end) {
  const Tokens line = tokenize(text_, begin, end);
  for (const Error& error : line.errors) {
    if (has_room()) list_.errors.push_back(error);
  }
  const Span tokens = line.tokens;
  std::size_t from = 0;  // of the entry
  for (std::size_t i = 0; i < tokens.size() && !full_; ++i) {
    const Span entry = tokens.subspan(from, i - from);
    if (tokens[i].is(',') || tokens[i].is(';')) {
      parse_bare(entry);
    } else if (tokens[i].is(':')) {
      // The name of a group, or of the field; but an address is not dropped.
      if (std::ranges::any_of(entry, is_at)) parse_bare(entry);
    } else if (tokens[i].is('<')) {
      i = parse_brackets(tokens, i, entry);
    } else {
      continue;
    }
    from = i + 1;
  }
  if (!full_) parse_bare(tokens.subspan(from));
}

void ListParser::parse_bare(Span tokens) {
  std::size_t name = 0;   // where the words before an address begin
  std::size_t begin = 0;  // of what is joined to tokens[i]
  for (std::size_t i = 0; i < tokens.size() && !full_; ++i) {
    if (i + 1 < tokens.size() && !is_parted(tokens[i], tokens[i + 1])) continue;
    const Span joined = tokens.subspan(begin, i + 1 - begin);
    if (std::ranges::any_of(joined, is_at)) {
      add(tokens.subspan(name, begin - name), joined,
          tokens.subspan(name, i + 1 - name));
      name = i + 1;
    }
    begin = i + 1;
  }
  if (name < tokens.size()) {
    refuse(tokens.subspan(name), "address has no '@'");
  }
}

std::size_t ListParser::parse_brackets(Span tokens, std::size_t less,
                                       Span phrase) {
  // The index of the first of `marks` behind '<' and before `end`, or `end`.
  const auto find = [&](std::string_view marks, std::size_t end) {
    const auto inside = tokens.subspan(less + 1, end - less - 1);
    const auto found = std::ranges::find_if(inside, [&](const Token& token) {
      return token.kind == Kind::kMark && marks.contains(token.text[0]);
    });
    return less + 1 + static_cast<std::size_t>(found - inside.begin());
  };
  const auto entry_to = [&](std::size_t end) {
    const auto begin = less - phrase.size();
    return tokens.subspan(begin, end - begin);
  };
  const auto close = find("<>", tokens.size());
  if (close < tokens.size() && tokens[close].is('>')) {
    const Span inside = tokens.subspan(less + 1, close - less - 1);
    add(phrase, remove_route(inside), entry_to(close + 1));
    return close;
  }
  // Never closed: lose this entry, not the ones behind it.
  const auto separator = find(",;", close);
  refuse(entry_to(separator), "'<' has no '>'");
  return separator < close ? separator : close - 1;
}

void ListParser::add(Span name, Span address, Span entry) {
  auto parsed = Address::parse(addr_spec(address));
  if (!parsed) return refuse(entry, parsed.error().message);
  if (!has_room()) return;
  list_.mailboxes.push_back({display_name(name), std::move(*parsed)});
}

void ListParser::refuse(Span entry, std::string_view why) {
  if (entry.empty() || !has_room()) return;
  const Token& last = entry.back();
  const auto begin = entry.front().begin;
  const auto raw = text_.substr(begin, last.begin + last.text.size() - begin);
  list_.errors.push_back(Error{"entry at byte " + std::to_string(begin) +
                               ", '" + printable(raw, 60) +
                               "': " + std::string(why)});
}

bool ListParser::has_room() {
  if (list_.mailboxes.size() + list_.errors.size() < most_) return true;
  if (!std::exchange(full_, true)) {
    list_.errors.push_back(Error{"list has more than " + std::to_string(most_) +
                                 " entries; the rest was not read"});
  }
  return false;
}

}  // namespace

AddressList parse_address_list(std::string_view text, std::size_t most) {
  return ListParser(text, most).run();
}

}  // namespace lostletter::mail
