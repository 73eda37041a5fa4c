// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <ostream>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::eval {

void Report::title(const std::string& text) {
  out << (settings.markdown ? "### " : "== ") << text << "\n\n" << std::flush;
}

void Report::note(const std::string& text) {
  out << text << "\n\n" << std::flush;
}

void Report::print(const Table& table) { table.print(out, settings.markdown); }

void Report::miss(const std::string& section, const std::string& list,
                  const std::string& typed, const std::string& intended,
                  const Answer& answer) {
  if (settings.misses.empty()) return;
  misses.push_back(fmt::format("{}\t{}\t{}\t{}\t{}\t{:.4f}", section, list,
                               printable(typed), printable(intended),
                               answer.first, answer.probability));
}

}  // namespace lostletter::eval
