// SPDX-License-Identifier: Apache-2.0
//
// A ledger as bytes: numbers of seven bits a byte, the low ones first (LEB128),
// texts with their length before them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "scan/ledger.h"

namespace lostletter::scan {

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(&out) {}

  void number(std::uint64_t value) {
    for (; value > 0x7f; value >>= 7U) {
      *out_ += static_cast<char>((value & 0x7fU) | 0x80U);
    }
    *out_ += static_cast<char>(value);
  }
  void text(std::string_view text) {
    number(text.size());
    *out_ += text;
  }

 private:
  std::string* out_;
};

// After what is not there everything is 0 and empty, and is_good() false.
class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !text_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return bad();
  }
  std::uint32_t small() {
    const auto value = number();
    return value > 0xffffffffU ? static_cast<std::uint32_t>(bad())
                               : static_cast<std::uint32_t>(value);
  }
  // A number of things that follow, each of a byte or more.
  std::uint64_t count() {
    const auto value = number();
    return value > text_.size() ? bad() : value;
  }
  std::string text() {
    const auto size = count();
    std::string found(text_.substr(0, size));
    text_.remove_prefix(size);
    return found;
  }

  bool is_good() const { return good_; }
  std::string_view rest() const { return text_; }

 private:
  std::uint64_t bad() {
    good_ = false;
    text_ = {};
    return 0;
  }

  std::string_view text_;
  bool good_ = true;
};

class LedgerCoder {
 public:
  static void write(Encoder& out, const Ledger& ledger);
  // REQUIRES: `ledger` is empty.
  static Result<void> read(Decoder& in, Ledger& ledger);

 private:
  struct Reading;
};

}  // namespace lostletter::scan
