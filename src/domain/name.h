// SPDX-License-Identifier: Apache-2.0
//
// Names of the DNS (RFC 1034, 1035, 5890). A Name is valid by construction:
// one to 127 labels of 1 to 63 octets, at most 253 octets in all, every label
// an LDH label, an A-label that decodes and maps back to itself, or one with
// underscores (real hosts have them, and Postfix takes them).
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::domain {

// RFC 1035 2.3.4: 255 octets on the wire are 253 in text without the root.
inline constexpr std::size_t kMostOctets = 253;

class Name {
 public:
  // Takes A-labels, U-labels or a mixture, in any case; U-labels are mapped
  // (UTS 46, non-transitional) and checked by IDNA2008. One trailing dot (the
  // root, RFC 1034 3.1) is accepted and dropped. No spaces, no escapes.
  // The error names the offending byte (counted from 0) or label (from 1).
  static Result<Name> parse(std::string_view text);

  // Lower case, A-labels: what the DNS is asked and what names compare by.
  const std::string& ascii() const { return ascii_; }
  // Lower case, U-labels where a label is internationalised (UTF-8): what
  // people are shown and what likeness is measured on.
  const std::string& unicode() const {
    return unicode_.empty() ? ascii_ : unicode_;
  }

  // Of ascii(), from the left; the views live as long as this Name.
  std::vector<std::string_view> labels() const;

  bool operator==(const Name& other) const { return ascii_ == other.ascii_; }
  auto operator<=>(const Name& other) const { return ascii_ <=> other.ascii_; }

 private:
  Name(std::string ascii, std::string unicode);

  std::string ascii_;
  std::string unicode_;  // empty when it is ascii_, which is nearly always
};

// True when `name` is `parent` or ends in "." + parent (both ascii()).
bool is_within(std::string_view name, std::string_view parent);

}  // namespace lostletter::domain
