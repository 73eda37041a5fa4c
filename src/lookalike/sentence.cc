// SPDX-License-Identifier: Apache-2.0
#include "lookalike/sentence.h"

#include <algorithm>

#include "base/text.h"
#include "domain/suffix.h"

namespace lostletter::lookalike {
namespace {

bool is_suffix_only(const std::vector<Edit>& edits) {
  return std::ranges::all_of(edits, &Edit::in_suffix);
}

// "i lost, m and r swapped"
std::string describe_all(const std::vector<Edit>& edits) {
  std::string text;
  for (const Edit& edit : edits) {
    if (!text.empty()) text += ", ";
    text += describe(edit);
  }
  return printable(text, 120);
}

// The intended name's labels that the edits touch, from the first edit's to the
// last one's, and the same stretch as typed.
struct Stretch {
  std::u32string intended;
  std::u32string typed;
};

Stretch touched(std::u32string_view intended, std::size_t suffix,
                const std::vector<Edit>& edits) {
  const std::size_t first = edits.front().at;
  const std::size_t last = edits.back().at + edits.back().intended.size();
  std::size_t begin = 0;
  if (is_suffix_only(edits)) {
    begin = suffix;
  } else if (first > 0) {
    const auto dot = intended.rfind(U'.', first - 1);
    begin = dot == intended.npos ? 0 : dot + 1;
  }
  auto end = intended.find(U'.', std::max(last, begin));
  if (end == intended.npos || is_suffix_only(edits)) end = intended.size();
  Stretch stretch{std::u32string(intended.substr(begin, end - begin)), U""};
  std::size_t at = begin;
  for (const Edit& edit : edits) {
    stretch.typed += intended.substr(at, edit.at - at);
    stretch.typed += edit.typed;
    at = edit.at + edit.intended.size();
  }
  if (at < end) stretch.typed += intended.substr(at, end - at);
  return stretch;
}

}  // namespace

std::string edit_sentence(std::u32string_view intended, std::size_t suffix,
                          const std::vector<Edit>& edits) {
  if (edits.empty()) return "";
  std::string text;
  switch (edits.front().kind) {
    case EditKind::kLabelLost:
      return printable("label: " + describe(edits.front()), 200);
    case EditKind::kSuffixSwap:
      return printable("suffix: " + describe(edits.front()), 200);
    default:
      text = is_suffix_only(edits) ? "suffix: " : "name: ";
  }
  const Stretch stretch = touched(intended, suffix, edits);
  return printable(text + describe_all(edits) + " (" +
                       encode_utf8(stretch.intended) + " -> " +
                       encode_utf8(stretch.typed) + ")",
                   300);
}

std::string finding_id(const std::vector<Edit>& edits) {
  if (is_suffix_only(edits)) return "lookalike.suffix";
  return "lookalike." + std::string(row_of(edits.front().kind).id);
}

std::string likeness_sentence(std::string_view typed, std::string_view intended,
                              const std::vector<Edit>& edits) {
  std::string text(typed);
  switch (edits.front().kind) {
    case EditKind::kLabelLost:
      return text + " is " + std::string(intended) + " without its first label";
    case EditKind::kSuffixSwap:
      return text + " is " + std::string(intended) + " under another suffix";
    case EditKind::kConfusable:
      text += " looks like ";
      break;
    default:
      text += edits.size() == 1   ? " is one letter from "
              : edits.size() == 2 ? " is two letters from "
                                  : " is a few letters from ";
  }
  return text + std::string(intended) + " (" + describe_all(edits) + ")";
}

std::string protected_sentence(std::string_view intended) {
  return "a slip out of ." + std::string(domain::public_suffix(intended).text) +
         ", whose names are protected";
}

std::string unseen_protected_sentence(std::string_view typed,
                                      std::string_view intended,
                                      std::string_view suffix) {
  return std::string(typed) + " is one letter from " + std::string(intended) +
         "; names under " + std::string(suffix) +
         " are protected, though this one was never seen";
}

}  // namespace lostletter::lookalike
