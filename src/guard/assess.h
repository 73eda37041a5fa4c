// SPDX-License-Identifier: Apache-2.0
//
// The judgement about one recipient: the engine's probability, the site's
// rules, a verdict, and what policy does about it (DESIGN 3). Pure; asks the
// world through interfaces declared here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/correspondence.h"
#include "guard/name_service.h"
#include "guard/rules.h"
#include "guard/verdict.h"
#include "lookalike/engine.h"
#include "lookalike/people.h"

namespace lostletter::guard {

using lookalike::Finding;

// What a site says about names. Entries of the lists are a domain
// ("army.ml": that name), "*.ml" (every name at or under ml, any depth) or an
// address ("ann@army.ml"). An `allow` entry wins over `block` and over the
// engine, whatever the order.
struct Rules {
  std::vector<std::string> block = {};
  std::vector<std::string> allow = {};
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
  std::vector<lookalike::Term> terms = {};  // why it is as likely as that
  lookalike::Standing standing = lookalike::Standing::kKnown;
};

struct Assessment {
  std::string address;  // as given
  std::string domain;   // lower-case A-labels where it has one
  Verdict verdict = Verdict::kClear;
  double probability = 0;  // that the address is a mistake
  std::vector<Intended> intended;
  std::vector<Finding> findings;
  Action action = Action::kAccept;
  Mail mail = Mail::kUnknown;  // what the DNS said of the domain, if asked
};

// What stands behind the '@', read and judged.
struct JudgedDomain {
  std::string text;                               // as typed
  std::string ascii;                              // empty: it is no domain name
  std::optional<lookalike::Judgement> judgement;  // once asked for
};

// The domains one thread met lately, by one Assessor: lists repeat theirs, and
// what is said of a name depends on nothing but the name. One gets a place when
// it is met again, so that those met once, of which long lists are made, push
// nobody out. Of two that want one place the later gets it, and one longer than
// any name is not kept: its size is bounded.
class RecentDomains {
 public:
  explicit RecentDomains(std::size_t places = 8192)
      : marks_(places), places_(places) {}

  // The one with this text, its judgement perhaps still to be asked for. Valid
  // until the next call.
  JudgedDomain& at(std::string_view text);

 private:
  std::vector<std::uint32_t> marks_;  // of those met last, from their hashes
  std::vector<JudgedDomain> places_;
  JudgedDomain other_;  // without a place
};

// Names and addresses that nobody vouches for but correspondence: the engine
// and the people have them as candidates. Typed, they are judged as if they
// were unknown, and what was exchanged with them is weighed against that
// (reconsider). Either may be missing.
struct Familiar {
  std::shared_ptr<const lookalike::Index> names = nullptr;
  std::shared_ptr<const lookalike::People> people = nullptr;
};

// Immutable; any thread.
class Assessor {
 public:
  // REQUIRES: check_rules(rules) found nothing. `people` are the addresses
  // known; without them no local part is judged.
  Assessor(const Rules& rules, std::shared_ptr<const lookalike::Engine> engine,
           std::shared_ptr<const lookalike::People> people = nullptr,
           Familiar familiar = {});

  // `address` as typed, without angle brackets. What is no address at all gets
  // kInvalid with the parser's reason as its finding ("address.syntax"), unless
  // its domain resembles a known name: then kMisdirected.
  Assessment assess(std::string_view address, Mode mode) const;

  // The same for those who ask often: `found` is overwritten, its memory used
  // again, so that a clear address of a recent domain allocates nothing.
  // REQUIRES: `recent` was never given to another Assessor.
  void assess(std::string_view address, Mode mode, RecentDomains& recent,
              Assessment& found) const;

  // Weighs what was exchanged into what assess() found: probabilities,
  // findings, verdict and action. REQUIRES: `evidence` answers `inquiry`, which
  // is inquiry_about(found, ...).
  void reconsider(const Inquiry& inquiry, const Evidence& evidence, Mode mode,
                  Assessment& found) const;

  // Weighs what the DNS says of the domain into what was found. Where no letter
  // can arrive, the address is invalid if nothing else is wrong with it, and
  // nobody is asked whether they mean it. An `allow` entry wins.
  void consider(const NameFacts& facts, Mode mode, Assessment& found) const;

 private:
  struct Target;  // what is judged: the address, read
  static Target read(std::string_view text, JudgedDomain& domain);
  void assess(const Target& target, Mode mode, Assessment& found) const;
  bool by_rule(const Target& target, Assessment& found) const;
  lookalike::AddressJudgement judge(
      const Target& target, const lookalike::Judgement& of_domain) const;
  void by_engine(const Target& target, Assessment& found) const;
  // From the probability alone; nothing when it says nothing.
  Verdict verdict_at(double probability, bool tied) const;
  // Verdict and action of the probabilities that were weighed anew.
  void conclude(Mode mode, Assessment& found) const;
  bool is_familiar(const JudgedDomain& domain) const;

  double misdirected_at_;
  double doubtful_at_;
  std::vector<Pattern> block_;
  std::vector<Pattern> allow_;
  std::shared_ptr<const lookalike::Engine> engine_;
  std::shared_ptr<const lookalike::People> people_;
  Familiar familiar_;
};

// One line of JSON (DESIGN 4, `check --json`), without the line end.
std::string to_json(const Assessment& assessment);
void append_json(const Assessment& assessment, std::string& text);

}  // namespace lostletter::guard
