// SPDX-License-Identifier: Apache-2.0
//
// How the module answers, and its test's native counterpart: values one behind
// the other without gaps, little-endian; numbers as u8, u32 or f64, texts as a
// u32 length and UTF-8. engine.mjs reads them in this order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "domain/name.h"
#include "domain/skeleton.h"
#include "domain/suffix.h"
#include "lookalike/engine.h"

namespace lostletter::wasm {

class Answer {
 public:
  void clear() { bytes_.clear(); }
  const char* data() const { return bytes_.data(); }
  std::string_view bytes() const { return bytes_; }

  // f64 probability, u8 known | possible | tied, u32 count of intended names
  // (text name, f64 probability, text edit), u32 count of findings (text id,
  // f64 log-odds, text).
  void put(const lookalike::Judgement& judgement) {
    put_number(judgement.probability);
    put_flags(judgement.known, judgement.possible, judgement.tied);
    put_count(judgement.intended.size());
    for (const auto& candidate : judgement.intended) {
      put_text(candidate.name);
      put_number(candidate.probability);
      put_text(candidate.edit);
    }
    put_count(judgement.findings.size());
    for (const auto& finding : judgement.findings) {
      put_text(finding.id);
      put_number(finding.log_odds);
      put_text(finding.text);
    }
  }

  // u8 0, text error; or u8 1, texts A-labels, U-labels, public suffix,
  // registrable domain, skeleton, u8 domain::Section of the suffix, u8 mixed
  // script | whole-script confusable (of any label).
  void put(const Result<domain::Name>& name) {
    put_byte(name ? 1 : 0);
    if (!name) return put_text(name.error().message);
    const domain::Suffix suffix = domain::public_suffix(*name);
    put_text(name->ascii());
    put_text(name->unicode());
    put_text(suffix.text);
    put_text(domain::registrable_domain(*name));
    put_text(domain::skeleton(name->unicode()));
    put_byte(static_cast<std::uint8_t>(suffix.section));
    bool mixed = false;
    bool confusable = false;
    for (const auto label : split(name->unicode(), '.')) {
      mixed = mixed || domain::is_mixed_script(label);
      confusable = confusable || domain::is_whole_script_confusable(label);
    }
    put_flags(mixed, confusable, false);
  }

 private:
  static_assert(std::endian::native == std::endian::little);

  void put_byte(std::uint8_t value) { append(&value, sizeof value); }
  void put_number(double value) { append(&value, sizeof value); }
  void put_count(std::size_t count) {
    const auto value = static_cast<std::uint32_t>(count);
    append(&value, sizeof value);
  }
  void put_text(std::string_view text) {
    put_count(text.size());
    append(text.data(), text.size());
  }
  void put_flags(bool first, bool second, bool third) {
    put_byte(static_cast<std::uint8_t>((first ? 1 : 0) | (second ? 2 : 0) |
                                       (third ? 4 : 0)));
  }
  void append(const void* from, std::size_t size) {
    bytes_.append(static_cast<const char*>(from), size);
  }

  std::string bytes_;
};

}  // namespace lostletter::wasm
