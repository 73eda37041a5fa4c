// SPDX-License-Identifier: Apache-2.0
#include "archive/table.h"

#include <algorithm>
#include <utility>

#include "archive/field_text.h"
#include "archive/names.h"
#include "archive/reasons.h"
#include "archive/row.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/address_list.h"

namespace lostletter::archive {
namespace {

constexpr std::size_t kLongestRow = std::size_t{1} << 20U;
constexpr std::size_t kMostColumns = 1000;

// Words of column names, in the languages exports come in.
constexpr std::string_view kMail[] = {"mail", "courriel", "correo"};
constexpr std::string_view kNoMail[] = {"type", "label",  "display", "name",
                                        "sent", "status", "count",   "list"};
constexpr std::string_view kWhole[] = {
    "name",    "display name", "displayname", "full name",
    "file as", "anzeigename",  "nom complet", "nombre completo"};
constexpr std::string_view kParts[] = {
    "first name",  "given name",      "firstname", "vorname",
    "middle name", "additional name", "last name", "family name",
    "lastname",    "surname",         "nachname"};

bool contains_any(std::string_view text, auto& words) {
  return std::ranges::any_of(
      words, [text](std::string_view word) { return text.contains(word); });
}

bool is_mail_column(const std::string& name) {
  return name.size() < 60 && contains_any(name, kMail) &&
         !contains_any(name, kNoMail) && name.find('@') == name.npos;
}

bool is_address(std::string_view cell) {
  const auto address = mail::Address::parse(trim(cell));
  return address && address->domain().find('.') != std::string::npos;
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

}  // namespace

bool is_table(std::string_view head) {
  head = without_mark(head);
  while (head.starts_with('\n') || head.starts_with('\r')) {
    head.remove_prefix(1);
  }
  // The first row may have line breaks inside quotes; names of columns do not.
  auto row = head.substr(0, head.find('\n'));
  if (row.size() > 8192) return false;
  bool open = false;
  const auto cells = cut_row(trim(row), separator_of(row), open);
  return std::ranges::any_of(cells, [](const std::string& cell) {
    return is_mail_column(ascii_lower(trim(cell))) || is_address(cell);
  });
}

std::vector<std::string> cut_row(std::string_view row, char separator,
                                 bool& open) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (i + 1 < row.size() && row[i + 1] == '"') {
        cells.back() += row[++i];
      } else {
        quoted = false;
      }
    } else if (c == separator && cells.size() < kMostColumns) {
      cells.emplace_back();
    } else if (c == '"' && trim(cells.back()).empty()) {
      cells.back().clear();
      quoted = true;
    } else {
      cells.back() += c;
    }
  }
  open = quoted;
  return cells;
}

void Table::line(std::string_view text, std::uint64_t number) {
  if (row_.empty()) {
    number_ = number;
    if (separator_ == '\0') text = without_mark(text);
    if (trim(text).empty()) return;
  }
  row_ += text;
  if (row_.size() > kLongestRow) {
    row_.clear();
    return sink_->skipped(kBrokenRow, number_);
  }
  const bool is_first = separator_ == '\0';
  if (is_first) separator_ = separator_of(row_);
  bool open = false;
  const auto cells = cut_row(row_, separator_, open);
  if (open) {
    row_ += '\n';
    if (is_first) separator_ = '\0';
    return;
  }
  row_.clear();
  if (is_first) {
    read_head(cells);
    if (has_head_) return;
  }
  row(cells);
}

void Table::end() {
  if (!row_.empty()) sink_->skipped(kBrokenRow, number_);
  row_.clear();
}

void Table::read_head(const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto name = ascii_lower(trim(cells[i]));
    if (is_mail_column(name)) mail_.push_back(i);
    if (std::ranges::find(kWhole, name) != std::end(kWhole)) {
      whole_.push_back(i);
    }
    if (std::ranges::find(kParts, name) != std::end(kParts)) {
      parts_.push_back(i);
    }
  }
  has_head_ = !mail_.empty();
}

std::string Table::name_in(const std::vector<std::string>& cells) const {
  const auto cell = [&cells](std::size_t i) {
    return i < cells.size() ? trim(cells[i]) : std::string_view();
  };
  if (!has_head_) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cell(i).empty() && cell(i).find('@') == std::string_view::npos) {
        return decode_name(cell(i));
      }
    }
    return {};
  }
  for (const auto i : whole_) {
    if (!cell(i).empty()) return decode_name(cell(i));
  }
  std::string name;
  for (const auto i : parts_) {
    if (cell(i).empty()) continue;
    if (!name.empty()) name += ' ';
    name += cell(i);
  }
  return decode_name(name);
}

// A cell may hold several: "ann@example.com ::: ann@example.org" (Google).
void Table::give(std::string_view cell, const std::string& name) {
  std::string text;
  while (!cell.empty()) {
    text += take_until(cell, ":::");
    text += ',';
  }
  for (const auto& mailbox : mail::parse_address_list(text).mailboxes) {
    const auto own = decode_name(mailbox.display_name);
    sink_->contact({mailbox.address.to_string(), name.empty() ? own : name});
    ++given_;
  }
}

void Table::row(const std::vector<std::string>& cells) {
  given_ = 0;
  const auto name = name_in(cells);
  if (has_head_) {
    for (const auto i : mail_) {
      if (i < cells.size()) give(cells[i], name);
    }
  } else {
    for (const auto& cell : cells) {
      if (is_address(cell)) give(cell, name);
    }
  }
  if (given_ == 0) sink_->skipped(kNoAddress, number_);
}

}  // namespace lostletter::archive
