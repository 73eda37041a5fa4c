// SPDX-License-Identifier: Apache-2.0
//
// Address books as tables (RFC 4180, with ',' ';' or a tab between the cells):
// what Outlook, Google, Thunderbird and spreadsheets export. A head line names
// the columns; without one, whatever cell is an address counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"

namespace lostletter::archive {

// Whether the first row of `head` names a column of mail addresses, or has one.
bool is_table(std::string_view head);

// The cells of one row, quotes removed. Sets `open` when a quoted cell does not
// close.
std::vector<std::string> cut_row(std::string_view row, char separator,
                                 bool& open);

// Feeds on lines and gives contacts. Keeps one row, of 1 MiB at most.
class Table {
 public:
  explicit Table(Sink& sink) : sink_(&sink) {}

  void line(std::string_view text, std::uint64_t number);
  void end();
  // Nothing is kept that was not given.
  bool is_between() const { return row_.empty(); }

 private:
  void row(const std::vector<std::string>& cells);
  void read_head(const std::vector<std::string>& cells);
  void give(std::string_view cell, const std::string& name);
  std::string name_in(const std::vector<std::string>& cells) const;

  Sink* sink_;
  std::string row_;  // the lines of a row whose quotes are open
  std::uint64_t number_ = 0;
  char separator_ = '\0';  // not known yet
  bool has_head_ = false;
  std::size_t given_ = 0;           // in this row
  std::vector<std::size_t> mail_;   // columns
  std::vector<std::size_t> whole_;  // names: the first that is not empty
  std::vector<std::size_t> parts_;  // else all of these
};

}  // namespace lostletter::archive
