// SPDX-License-Identifier: Apache-2.0
#include "gate/mode.h"

#include <algorithm>

#include "base/text.h"
#include "domain/name.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

using guard::Action;
using guard::Mode;

bool matches(std::string_view entry, const Way& way) {
  if (ascii_iequals(entry, way.login)) return true;
  const auto path = mail::parse_path(way.reverse_path);
  if (!path || !path->address) return false;
  if (entry.starts_with("*.")) {
    return domain::is_within(path->address->domain(),
                             ascii_lower(entry.substr(2)));
  }
  return ascii_iequals(entry, path->address->to_string());
}

bool is_interactive(const Options& options, const Way& way) {
  return way.traffic == Traffic::kSubmission &&
         std::ranges::none_of(
             options.not_interactive,
             [&](const std::string& entry) { return matches(entry, way); });
}

}  // namespace

bool is_null_path(std::string_view path) {
  const auto parsed = mail::parse_path(path);
  return trim(path).empty() || (parsed && parsed->is_null);
}

// Nobody would read a question put to a null reverse-path, nor about a letter
// from one: it is watched only.
Mode mode_of(const Options& options, const ListenerOptions& listener,
             const Way& way) {
  const Mode wanted = listener.mode.value_or(options.mode);
  if (wanted == Mode::kWatch || is_null_path(way.reverse_path)) {
    return Mode::kWatch;
  }
  const bool holds = way.can_edit && !options.hold.listen.empty();
  const bool local = way.traffic == Traffic::kLocal;
  if (local) return holds ? Mode::kHold : Mode::kWatch;
  if (wanted == Mode::kHold) return holds ? Mode::kHold : Mode::kReject;
  if (wanted == Mode::kAsk && !is_interactive(options, way)) {
    return holds ? Mode::kHold : Mode::kReject;
  }
  return wanted;
}

Action action_in(Traffic traffic, Action action) {
  const bool refuses = action == Action::kReject || action == Action::kAsk;
  return traffic == Traffic::kLocal && refuses ? Action::kAccept : action;
}

}  // namespace lostletter::gate
