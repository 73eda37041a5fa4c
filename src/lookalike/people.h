// SPDX-License-Identifier: Apache-2.0
//
// Whole addresses against known ones: ubizjat@gmail.com when ubizjak@gmail.com
// is known. The same noisy channel as for names (engine.h), on the local part:
//
//   P(this known person meant) = P(domain) * share of the domain's letters that
//                                go to the person * P(typed | written for them)
//   P(somebody new meant)      = P(domain) * share that goes to new people
//                                * P(a new person is called so)
//
// where P(domain) is what the engine says of the name behind the '@'. Nothing
// is guessed of an address that resembles no known one. Pure, like the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/engine.h"

namespace lostletter::lookalike {

// One who is only written to may be meant, but nothing says that the address is
// right: typed, it is judged, against those who are known.
enum class Standing : std::uint8_t { kKnown, kWrittenTo };

struct KnownAddress {
  std::string local_part;  // as written, quotes included
  std::string domain;      // lower-case A-labels
  double weight = 1;       // how often one writes to it, against the others
  Standing standing = Standing::kKnown;
};

struct PersonCandidate {
  std::string local_part;  // as written where it is known
  std::string domain;
  double probability = 0;
  std::string edit;  // "local part: k and t swapped (...)"
  std::vector<Term> terms = {};
  Standing standing = Standing::kKnown;
};

// What People makes of the engine's Judgement; the same fields say the same.
struct AddressJudgement {
  double probability = 0;
  bool known = false;  // this very address is known
  bool tied = false;
  std::vector<PersonCandidate> intended;
  std::vector<Finding> findings;
};

// Immutable once built: any number of threads may judge at the same time.
class People {
 public:
  explicit People(const std::vector<KnownAddress>& known);
  People(People&&) noexcept;
  People& operator=(People&&) noexcept;
  ~People();

  // `local_part` as typed; `domain` in ascii() form where it is a name, else
  // as typed; `of_domain` what the engine says of it. Nothing when no known
  // address has a say: the engine's judgement stands.
  std::optional<AddressJudgement> judge(std::string_view local_part,
                                        std::string_view domain,
                                        const Judgement& of_domain) const;

  // Of the mailbox, case and tag ("+news") aside; nothing when it is not here.
  std::optional<Standing> standing(std::string_view local_part,
                                   std::string_view domain) const;
  bool knows(std::string_view local_part, std::string_view domain) const {
    return standing(local_part, domain) == Standing::kKnown;
  }
  std::size_t size() const;

  // The same one by one, of those who are too many to stand in a list.
  class Builder;

 private:
  struct Impl;
  enum class Made { kByBuilder };
  People(Made how, std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

class People::Builder {
 public:
  Builder();
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;
  ~Builder();

  // As KnownAddress has them.
  void add(std::string_view local_part, std::string_view domain, double weight,
           Standing standing = Standing::kKnown);
  People build() &&;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::lookalike
