// SPDX-License-Identifier: Apache-2.0
#include "programs/assessment_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace lostletter::programs {
namespace {

using guard::Verdict;

constexpr std::string_view kMargin = "                     ";

struct Colour {
  Verdict verdict;
  std::string_view start;  // ECMA-48, SGR
};
constexpr Colour kColours[] = {
    {Verdict::kClear, "\x1b[32m"},         {Verdict::kDoubtful, "\x1b[33m"},
    {Verdict::kMisdirected, "\x1b[1;31m"}, {Verdict::kBlocked, "\x1b[1;31m"},
    {Verdict::kInvalid, "\x1b[1;35m"},
};

std::string coloured(Verdict verdict, const std::string& text) {
  const auto* const row =
      std::ranges::find(kColours, verdict, &Colour::verdict);
  return fmt::format("{}{}\x1b[0m", row->start, text);
}

// Escapes what must not reach a terminal, in text that may have been escaped
// before: a backslash stays one.
std::string safe(std::string_view text) {
  const std::string escaped = printable(text, 4096);
  std::string single;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    single += escaped[i];
    if (escaped.compare(i, 2, "\\\\") == 0) ++i;
  }
  return single;
}

// Is it what printable() makes of it?
bool is_plain(std::string_view text) {
  return text.size() <= 254 && std::ranges::all_of(text, [](char c) {
           return c >= ' ' && c <= '~' && c != '\\';
         });
}

// "did you mean a@army.mil or a@navy.mil?": those that are worth a thought
// beside the first.
std::string question(const std::vector<guard::Intended>& intended) {
  constexpr double kWorth = 0.1;
  constexpr std::size_t kMost = 3;
  std::vector<std::string> names;
  for (const guard::Intended& one : intended) {
    const bool worth = names.empty() || one.probability >= kWorth;
    if (worth && names.size() < kMost) {
      names.push_back(safe(one.address));
    }
  }
  return fmt::format("did you mean {}?", fmt::join(names, " or "));
}

}  // namespace

void append_text(const guard::Assessment& assessment, bool colour,
                 std::string& text) {
  const bool clear = assessment.verdict == Verdict::kClear;
  const std::string_view word = guard::to_string(assessment.verdict);
  if (clear && !colour && is_plain(assessment.address)) {
    // Nearly every line of a long list.
    text += word;
    text.append(kMargin.size() - word.size(), ' ');
    text += assessment.address;
    text += '\n';
    return;
  }
  std::string verdict = fmt::format("{:<11}", word);
  if (colour) verdict = coloured(assessment.verdict, verdict);
  const bool likely = !clear && assessment.probability > 0;
  text += fmt::format(
      "{} {}  {}\n", verdict,
      likely ? fmt::format("{:5.2f} %", 100 * assessment.probability)
             : std::string(7, ' '),
      printable(assessment.address));
  if (clear) return;
  if (!assessment.intended.empty()) {
    text += fmt::format("{}{}\n", kMargin, question(assessment.intended));
  }
  for (const guard::Finding& finding : assessment.findings) {
    text += fmt::format("{}{}\n", kMargin, safe(finding.text));
  }
}

}  // namespace lostletter::programs
