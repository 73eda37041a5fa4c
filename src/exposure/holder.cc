// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/suffix.h"
#include "exposure/candidate.h"

namespace lostletter::exposure {
namespace {

// Registries that serve one kind of body, by the first label of the suffix:
// "ac.uk", "gov.au", "mil". data/README.md has no list of them; these labels
// mean the same in every country that uses them.
constexpr std::array<std::string_view, 9> kClosed = {
    "mil", "gov", "edu", "int", "arpa", "ac", "gob", "gouv", "go"};

bool is_closed(std::string_view suffix) {
  const auto label = suffix.substr(0, suffix.find('.'));
  // Alone, "ac" is an island's top-level domain that anyone may register in.
  if (label == suffix && label.size() == 2) return false;
  return std::ranges::find(kClosed, label) != kClosed.end();
}

// RFC 5890 2.3.1: hyphens in third and fourth place are reserved.
bool is_reserved_label(std::string_view label) {
  return label.size() >= 4 && label.substr(2, 2) == "--" &&
         !label.starts_with("xn--");
}

std::string_view registered_part(std::string_view candidate,
                                 std::string_view suffix) {
  if (suffix.size() >= candidate.size()) return candidate;
  const auto dot = candidate.rfind('.', candidate.size() - suffix.size() - 2);
  return candidate.substr(dot == candidate.npos ? 0 : dot + 1);
}

}  // namespace

std::string_view to_string(Holder holder) {
  switch (holder) {
    case Holder::kAnyone:
      return "anyone";
    case Holder::kRestricted:
      return "restricted";
    case Holder::kNobody:
      return "nobody";
    case Holder::kOwner:
      break;
  }
  return "owner";
}

std::string_view registered_part(std::string_view candidate) {
  return registered_part(candidate, domain::icann_suffix(candidate).text);
}

Holders::Holders(std::string_view name)
    : own_(domain::registrable_domain(name)) {
  if (own_.empty()) own_ = name;
}

Holder Holders::of(std::string_view candidate) const {
  if (domain::is_within(candidate, own_)) return Holder::kOwner;
  const auto suffix = domain::icann_suffix(candidate).text;
  // RFC 7686: no name under onion is in the DNS.
  if (suffix.size() == candidate.size() || suffix == "onion") {
    return Holder::kNobody;
  }
  const auto registered = registered_part(candidate, suffix);
  if (is_reserved_label(registered.substr(0, registered.find('.')))) {
    return Holder::kNobody;
  }
  return is_closed(suffix) ? Holder::kRestricted : Holder::kAnyone;
}

}  // namespace lostletter::exposure
