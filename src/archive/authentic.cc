// SPDX-License-Identifier: Apache-2.0
#include "archive/authentic.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"
#include "mail/comment.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kMostResults = 100;

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip(); }

  bool at_end() const { return i_ >= text_.size(); }
  bool accept(char c) {
    if (at_end() || text_[i_] != c) return false;
    ++i_;
    skip();
    return true;
  }
  // A quoted string, or what stands before space, ';', '=', '(' or `also`.
  std::string word(std::string_view also = "") {
    std::string word;
    if (!at_end() && text_[i_] == '"') {
      for (++i_; !at_end() && text_[i_] != '"'; ++i_) {
        if (text_[i_] == '\\' && i_ + 1 < text_.size()) ++i_;
        word += text_[i_];
      }
      if (!at_end()) ++i_;
    } else {
      const auto is_end = [&](char c) {
        return std::string_view(" \t\r\n;(\"").contains(c) || also.contains(c);
      };
      while (!at_end() && !is_end(text_[i_])) word += text_[i_++];
    }
    skip();
    return word;
  }
  void skip_past(char c) {
    while (!at_end() && text_[i_] != c) {
      const auto before = i_;
      word();
      // A mark that is part of no word.
      if (i_ == before) ++i_;
    }
    accept(c);
  }

 private:
  void skip() {  // white space and comments
    while (!at_end()) {
      if (text_[i_] == '(') {
        const auto end = mail::end_of_comment(text_, i_);
        i_ = end == text_.npos ? text_.size() : end;
      } else if (std::string_view(" \t\r\n").contains(text_[i_])) {
        ++i_;
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t i_ = 0;
};

// method[/version]=result [reason=value] *(ptype.property=value)
std::optional<MethodResult> read_result(Scanner& in) {
  MethodResult one;
  one.method = ascii_lower(in.word("=/"));
  if (in.accept('/')) in.word("=");
  if (one.method.empty() || !in.accept('=')) return std::nullopt;
  one.result = ascii_lower(in.word());
  while (!in.at_end()) {
    auto name = ascii_lower(in.word("="));
    if (name.empty() || !in.accept('=')) break;
    one.properties.emplace_back(std::move(name), in.word());
  }
  return one;
}

std::string_view property(const MethodResult& result, std::string_view name) {
  for (const auto& [key, value] : result.properties) {
    if (key == name) return value;
  }
  return {};
}

// "ann@example.com" or "example.com" -> the organisation's name.
std::string organisation(std::string_view text) {
  const auto at = text.rfind('@');
  if (at != text.npos) text.remove_prefix(at + 1);
  const auto name = domain::Name::parse(text);
  if (!name) return {};
  const auto registrable = domain::registrable_domain(*name);
  return std::string(registrable.empty() ? name->ascii() : registrable);
}

// RFC 7489 3.1: relaxed alignment.
bool is_aligned(std::string_view text, std::string_view author) {
  const auto ours = organisation(author);
  return !text.empty() && !ours.empty() && organisation(text) == ours;
}

bool is_pass(const MethodResult& one, std::string_view author) {
  if (one.result != "pass") return false;
  if (one.method == "dkim") {
    const auto domain = property(one, "header.d");
    return is_aligned(domain.empty() ? property(one, "header.i") : domain,
                      author);
  }
  return one.method == "spf" &&
         is_aligned(property(one, "smtp.mailfrom"), author);
}

}  // namespace

AuthenticationResults parse_authentication_results(std::string_view body) {
  AuthenticationResults field;
  Scanner in(body);
  field.server = ascii_lower(in.word());
  in.skip_past(';');  // the version
  while (!in.at_end() && field.results.size() < kMostResults) {
    if (auto one = read_result(in)) field.results.push_back(std::move(*one));
    in.skip_past(';');
  }
  return field;
}

Authentic judge_authentication(const std::vector<std::string>& fields,
                               const std::vector<std::string>& trusted,
                               std::string_view author_domain) {
  std::vector<std::string> told;  // methods a higher field has told
  bool said = false;
  bool passed = false;
  for (const auto& body : fields) {
    const auto field = parse_authentication_results(body);
    const auto is_ours = [&](const std::string& id) {
      return ascii_iequals(id, field.server);
    };
    if (std::ranges::none_of(trusted, is_ours)) break;
    const auto higher = told;
    for (const auto& one : field.results) {
      if (one.method != "dmarc" && one.method != "dkim" &&
          one.method != "spf") {
        continue;
      }
      if (std::ranges::find(higher, one.method) != higher.end()) continue;
      told.push_back(one.method);
      said = true;
      // Without a policy, or without an answer, DMARC says nothing.
      if (one.method == "dmarc" &&
          (one.result == "pass" || one.result == "fail")) {
        const auto from = property(one, "header.from");
        const bool same = from.empty() || is_aligned(from, author_domain);
        return one.result == "pass" && same && !author_domain.empty()
                   ? Authentic::kYes
                   : Authentic::kNo;
      }
      passed = passed || is_pass(one, author_domain);
    }
  }
  if (!said) return Authentic::kUnknown;
  return passed ? Authentic::kYes : Authentic::kNo;
}

}  // namespace lostletter::archive
