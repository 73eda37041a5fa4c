// SPDX-License-Identifier: Apache-2.0
//
// Counts what passes by on its way to a sink.
#pragma once

#include "archive/read.h"

namespace lostletter::archive {

class Tally final : public Sink {
 public:
  // `sink` must outlive this.
  explicit Tally(Sink& sink) : sink_(&sink) {}

  void letter(const Letter& letter) override {
    ++counts.letters;
    sink_->letter(letter);
  }
  void contact(const Contact& contact) override {
    ++counts.contacts;
    sink_->contact(contact);
  }
  void skipped(std::string_view reason, std::uint64_t line) override {
    ++counts.skipped;
    sink_->skipped(reason, line);
  }

  Counts counts;

 private:
  Sink* sink_;
};

}  // namespace lostletter::archive
