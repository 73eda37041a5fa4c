// SPDX-License-Identifier: Apache-2.0
#include "milter/macros.h"

#include <utility>

namespace lostletter::milter {
namespace {

// Those that outlive their command, newest first.
constexpr std::string_view kLasting = "MHC";

}  // namespace

Result<void> MacroStore::tell(Macros macros) {
  std::size_t size = 0;
  for (const auto& [name, value] : macros.values) {
    size += name.size() + value.size() + 2;
  }
  if (size > kMost) return fail("macros of more than 65536 octets");
  // Only commands of the protocol: what is kept stays bounded.
  if (std::string_view("CHMRTLNBEU").contains(macros.command)) {
    told_[macros.command] = std::move(macros.values);
  }
  return {};
}

void MacroStore::begin(char letter) {
  if (!kLasting.contains(last_)) current_.erase(last_);
  last_ = letter;
  const auto told = told_.find(letter);
  if (told == told_.end()) {
    current_.erase(letter);
    return;
  }
  current_[letter] = std::move(told->second);
  told_.erase(told);
}

void MacroStore::end_message() {
  std::erase_if(current_, [](const auto& entry) {
    return entry.first != 'C' && entry.first != 'H';
  });
  // A MAIL may end the message before it, and its macros are here already.
  std::erase_if(
      told_, [](const auto& entry) { return !kLasting.contains(entry.first); });
  last_ = 0;
}

void MacroStore::end_connection() {
  told_.clear();
  current_.clear();
  last_ = 0;
}

std::string_view MacroStore::find(std::string_view name) const {
  const auto look = [&](char letter) -> std::string_view {
    const auto values = current_.find(letter);
    if (values == current_.end()) return {};
    for (const auto& [known, value] : values->second) {
      if (known == name) return value;
    }
    return {};
  };
  if (const auto value = look(last_); !value.empty()) return value;
  for (const char letter : kLasting) {
    if (const auto value = look(letter); !value.empty()) return value;
  }
  return {};
}

}  // namespace lostletter::milter
