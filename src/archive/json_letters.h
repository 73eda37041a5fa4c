// SPDX-License-Identifier: Apache-2.0
//
// Letters as JSON, an object a line: the plain form that any site can write
// from a log nobody else reads (docs/formats/archives.md), and the guard's own
// events (docs/events.md), of which "judged" tells of a recipient.
#pragma once

#include <string_view>

#include "archive/read.h"

namespace lostletter::archive {

// Whether a line is an object of one of these forms.
bool is_json_letters(std::string_view line);

class JsonLetters {
 public:
  // `sink` must outlive this.
  explicit JsonLetters(Sink& sink) : sink_(&sink) {}

  // Gives what a line tells. Empty, or a reason (reasons.h).
  std::string_view read(std::string_view line);

 private:
  Sink* sink_;
};

}  // namespace lostletter::archive
