// SPDX-License-Identifier: Apache-2.0
#include "mail/list_token.h"

#include <algorithm>
#include <utility>

#include "mail/comment.h"

namespace lostletter::mail {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kMarks = "<>@,;:.";

// Behind the quote that closes the one at `open`, or npos.
std::size_t end_of_quoted(std::string_view text, std::size_t open) {
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

// Behind the ']' of the '[' at `open`, or npos. No literal has marks other
// than ':' and '.' in it, so the search never goes far for nothing.
std::size_t end_of_literal(std::string_view text, std::size_t open) {
  const auto end = text.find_first_of("[]<>@,;\"()", open + 1);
  return end != text.npos && text[end] == ']' ? end + 1
                                              : std::string_view::npos;
}

class Tokenizer {
 public:
  // `text` ends where reading ends; offsets count from its begin.
  Tokenizer(std::string_view text, std::size_t begin)
      : text_(text), i_(begin) {}

  Tokens run() {
    while (i_ < text_.size()) read();
    return std::move(tokens_);
  }

 private:
  void read();
  void add(Token::Kind kind, std::size_t end);
  // True when the thing that opens here ends somewhere; `open` turns false
  // when not, and then nothing like it opens any more: searching again and
  // again would be quadratic.
  bool closes(std::size_t end, bool& open, std::string_view what);
  std::size_t end_of_word() const;

  std::string_view text_;
  std::size_t i_;
  bool spaced_ = false;
  bool comments_ = true;
  bool quotes_ = true;
  Tokens tokens_;
};

void Tokenizer::read() {
  const char c = text_[i_];
  if (kSpace.contains(c)) {
    spaced_ = true;
    ++i_;
  } else if (c == '(' && comments_) {
    const auto end = end_of_comment(text_, i_);
    if (!closes(end, comments_, "comment")) return;
    spaced_ = true;
    i_ = end;
  } else if (c == '"' && quotes_) {
    const auto end = end_of_quoted(text_, i_);
    if (closes(end, quotes_, "quoted string")) add(Token::Kind::kQuoted, end);
  } else if (c == '[') {
    const auto end = end_of_literal(text_, i_);
    const bool literal = end != text_.npos;
    add(literal ? Token::Kind::kLiteral : Token::Kind::kWord,
        literal ? end : end_of_word());
  } else if (kMarks.contains(c)) {
    add(Token::Kind::kMark, i_ + 1);
  } else {
    add(Token::Kind::kWord, end_of_word());
  }
}

bool Tokenizer::closes(std::size_t end, bool& open, std::string_view what) {
  if (end != text_.npos) return true;
  open = false;
  tokens_.errors.push_back(Error{std::string(what) + " that opens at byte " +
                                 std::to_string(i_) + " is not closed"});
  return false;
}

std::size_t Tokenizer::end_of_word() const {
  std::string stops = std::string(kSpace) + std::string(kMarks) + '[';
  if (comments_) stops += '(';
  if (quotes_) stops += '"';
  return std::min(text_.find_first_of(stops, i_ + 1), text_.size());
}

void Tokenizer::add(Token::Kind kind, std::size_t end) {
  tokens_.tokens.push_back({kind, spaced_, i_, text_.substr(i_, end - i_)});
  spaced_ = false;
  i_ = end;
}

}  // namespace

Tokens tokenize(std::string_view text, std::size_t begin, std::size_t end) {
  return Tokenizer(text.substr(0, end), begin).run();
}

}  // namespace lostletter::mail
