// SPDX-License-Identifier: Apache-2.0
//
// A letter's content as it goes over the wire behind DATA (RFC 5321 4.5.2).
//
// A line ends with CR LF and with nothing else, and only CR LF . CR LF ends the
// content: a CR or LF alone is content like any other byte. Whoever takes
// "\n.\r\n" for an end, where the server before did not, lets a second letter
// be smuggled in the first (CVE-2023-51764).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace lostletter::smtp {

// Finds the end and takes the stuffed dots away.
class ContentReader {
 public:
  // Keeps at most `most` bytes; of a longer content it keeps none.
  explicit ContentReader(std::size_t most) : most_(most) {}

  // Takes bytes up to the end, and says how many; those behind it belong to the
  // next command. REQUIRES: !ended().
  std::size_t feed(std::string_view bytes);

  bool ended() const { return at_ == At::kEnd; }
  // Of the content, kept or not.
  std::uint64_t size() const { return size_; }
  bool is_too_large() const { return size_ > most_; }
  // What came, with the CR LF of its last line; once.
  std::string take() { return std::move(content_); }

 private:
  enum class At { kLineStart, kDot, kDotCr, kText, kCr, kEnd };

  void keep(std::string_view bytes);

  std::size_t most_;
  std::uint64_t size_ = 0;
  std::string content_;
  At at_ = At::kLineStart;
};

// The content as it is sent, without the final "." CR LF: every line ends with
// CR LF (a lone LF is taken for one, a lone CR becomes a space, as in Postfix
// 3.9's cleanup_replace_stray_cr_lf), and a dot is put before a dot.
std::string stuffed(std::string_view content);

}  // namespace lostletter::smtp
