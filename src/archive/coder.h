// SPDX-License-Identifier: Apache-2.0
//
// Letters under way, as bytes that a later reader takes up again: every part
// with its length before it, "5:hello", so that addresses may hold anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/under_way.h"

namespace lostletter::archive {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(&out) {}
  void text(std::string_view text);
  void number(std::int64_t value);

 private:
  std::string* out_;
};

// The first trouble sticks: what is read after it is empty.
class Parts {
 public:
  explicit Parts(std::string_view text) : text_(text) {}
  std::string text();
  std::int64_t number();
  bool at_end() const { return text_.empty(); }
  bool is_good() const { return good_; }

 private:
  std::string_view text_;
  bool good_ = true;
};

void write(Writer& out, const OpenLetter& open);
bool read(Parts& in, OpenLetter& open);

}  // namespace lostletter::archive
