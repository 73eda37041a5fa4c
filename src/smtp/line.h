// SPDX-License-Identifier: Apache-2.0
//
// Lines of an SMTP dialog, which arrive in any pieces. They end with CR LF and
// with nothing else (RFC 5321 2.3.8): whoever takes a lone LF for an end, where
// the next server does not, lets letters be smuggled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mail/reply.h"

namespace lostletter::smtp {

class LineReader {
 public:
  // RFC 5321 4.5.3.1.4 has 512 octets, extensions add to it (RFC 3461 5,
  // RFC 6531 3.4). With CR LF.
  static constexpr std::size_t kMost = 4096;

  enum class Kind {
    kLine,
    kTooLong,  // said once; the rest of it is skipped
    kBare,     // a CR or LF alone, or a NUL: the peer is not to be trusted with
               // the rest
  };
  struct Line {
    Kind kind = Kind::kLine;
    std::string_view text;  // of kLine, without its end; until the next call
  };

  // Memory grows by what arrives and is not yet taken out.
  void feed(std::string_view bytes);
  // Nothing yet: more has to arrive. After kBare nothing comes any more.
  std::optional<Line> next();
  // Whatever waits here, for those who know that it is no line.
  std::string take();
  // Bytes that wait here.
  std::size_t size() const { return buffer_.size() - begin_; }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;  // given out before here
  bool skipping_ = false;  // the rest of a line that was too long
  bool over_ = false;
};

// Appends a reply's lines, each with its CR LF. Without an enhanced code it is
// written as it stands: 354, and the keywords of EHLO, a line each (RFC 2034
// 3); wire_lines() is for what people read, and for five lines of it.
void append_reply(const mail::Reply& reply, mail::Utf8 utf8,
                  std::string& answer);

}  // namespace lostletter::smtp
