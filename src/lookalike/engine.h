// SPDX-License-Identifier: Apache-2.0
//
// The engine: is this domain name almost another one, and which? A noisy
// channel (Kernighan, Church and Gale 1990) over the names it knows:
//
//   log odds(d : t) = log prior(d) + log channel(t | d)
//                   - log prior(t) - log channel(t | t)
//
// Pure: no files, no clock, no threads of its own; compiles for wasm32.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/channel.h"
#include "lookalike/index.h"
#include "lookalike/names.h"

namespace lostletter::lookalike {

// One stated reason: what it adds to the log-odds that the name is a mistake,
// and a sentence for people.
struct Finding {
  std::string id;       // "lookalike.suffix": stable
  double log_odds = 0;  // natural logarithm
  std::string text;     // "army.ml is one letter from army.mil (i lost)"
};

// One summand of the log-odds that a candidate was intended and not what was
// typed: all terms of a candidate make up log(its probability / that of what
// was typed).
struct Term {
  std::string id;    // "prior.intended": stable
  std::string text;  // "letters that go to army.mil"
  double value = 0;  // natural logarithm
};

struct Candidate {
  std::string name;        // lower-case A-labels
  double probability = 0;  // that this one was intended
  std::string edit;        // "suffix: i lost (mil -> ml)"
  std::vector<Term> terms = {};
};

struct Judgement {
  double probability = 0;           // that the typed name is a mistake
  bool known = false;               // it is one of the names known
  bool possible = true;             // a valid name under an existing suffix
  bool tied = false;                // two intended names, neither preferred
  std::vector<Candidate> intended;  // best first, at most 5
  std::vector<Finding> findings;    // why; empty when nothing resembles it
};

struct Options {
  // Under these suffixes a name nobody has seen is still plausible: x.ml is
  // doubtful because x.mil may exist.
  std::vector<std::string> protected_suffixes;
  // Every name at or under these is clear: their registries know whom they
  // serve (gouv.ml).
  std::vector<std::string> trusted_suffixes;
  // A site's own typo weights; null for those shipped.
  std::shared_ptr<const Channel> channel = nullptr;
};

// Immutable once built: any number of threads may judge at the same time.
class Engine {
 public:
  // A name in several layers is one, as likely as the likeliest says.
  Engine(std::vector<std::shared_ptr<const Index>> layers, Options options);
  // The same with one layer, built on the spot.
  Engine(const std::vector<KnownName>& names, Options options);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // `typed` is what stands behind the '@', as typed: it need not be a valid
  // name ("gmail,com"). `leave_out`: judge as if the name itself were unknown.
  enum class Self { kKnown, kLeaveOut };
  Judgement judge(std::string_view typed, Self self = Self::kKnown) const;

  // Is it, exactly, a name known?
  bool knows(std::string_view ascii) const;
  std::size_t size() const;  // how many names it knows

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// The names the program knows out of the box, compiled in from data/ as an
// index, and the suffixes protected and trusted by default.
std::shared_ptr<const Index> built_in_index();
// The same as a list; takes its time.
std::vector<KnownName> built_in_names();
Options built_in_options();

}  // namespace lostletter::lookalike
