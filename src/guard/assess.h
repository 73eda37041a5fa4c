// SPDX-License-Identifier: Apache-2.0
//
// The judgement about one recipient: the engine's probability, the site's
// rules, a verdict, and what policy does about it (DESIGN 3). Pure; asks the
// world through interfaces declared here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lookalike/engine.h"

namespace lostletter::guard {

using lookalike::Finding;

enum class Verdict { kClear, kDoubtful, kMisdirected, kBlocked, kInvalid };
enum class Mode { kWatch, kAsk, kReject };
enum class Action { kAccept, kAsk, kReject };

std::string_view to_string(Verdict verdict);  // "misdirected"
std::string_view to_string(Mode mode);        // "ask"
std::string_view to_string(Action action);    // "ask"
std::optional<Mode> parse_mode(std::string_view text);

// The table of DESIGN 3: what a mode does about a verdict.
Action action_for(Verdict verdict, Mode mode);

// What a site says about names. Entries of the lists are a domain
// ("army.ml": that name), "*.ml" (every name at or under ml, any depth) or an
// address ("ann@army.ml"). An `allow` entry wins over `block` and over the
// engine, whatever the order.
struct Rules {
  std::vector<std::string> block;
  std::vector<std::string> allow;
  double misdirected_at = 0.9;
  double doubtful_at = 0.5;
};
// Empty when every entry is well formed; else a message naming the entry.
Result<void> check_rules(const Rules& rules);

struct Intended {
  std::string address;
  std::string domain;
  double probability = 0;
  std::string edit;
};

struct Assessment {
  std::string address;  // as given
  std::string domain;   // lower-case A-labels where it has one
  Verdict verdict = Verdict::kClear;
  double probability = 0;  // that the address is a mistake
  std::vector<Intended> intended;
  std::vector<Finding> findings;
  Action action = Action::kAccept;
};

// Immutable; any thread.
class Assessor {
 public:
  Assessor(Rules rules, std::shared_ptr<const lookalike::Engine> engine);

  // `address` as typed, without angle brackets. What is no address at all gets
  // kInvalid with the parser's reason as its finding ("address.syntax"), unless
  // its domain resembles a known name: then kMisdirected.
  Assessment assess(std::string_view address, Mode mode) const;

 private:
  Rules rules_;
  std::shared_ptr<const lookalike::Engine> engine_;
};

// One line of JSON (DESIGN 4, `check --json`), without the line end.
std::string to_json(const Assessment& assessment);

}  // namespace lostletter::guard
