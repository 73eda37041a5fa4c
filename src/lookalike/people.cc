// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/local_part.h"
#include "lookalike/people_table.h"
#include "lookalike/person_case.h"
#include "lookalike/person_prior.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

// Somebody new at a domain has the local part of somebody known elsewhere:
// people move, and have several mailboxes. Of 2,774 rare senders of four public
// lists 55 were such, of six characters or more.
constexpr double kSamePerson = 0.03;

// A share the engine left for the typed name or for those it did not list; it
// rounds, and nothing is impossible.
constexpr double kLeastShare = 1e-12;

// Only local parts that hardly two people have: shorter ones say nothing.
constexpr double kDistinctive = -13;

// Two public names of one owner, and no slip: example.com and example.net.
bool is_other_suffix(std::string_view a, std::string_view b) {
  const auto stem = [](std::string_view name) {
    const auto suffix = domain::public_suffix(name).text;
    return name.substr(0, name.size() - suffix.size());
  };
  return stem(a).size() > 2 && stem(a) == stem(b) &&
         typing_distance(a, b, 1) > 1;
}

// Another suffix that the engine does not take for a slip: the people known at
// the one may well have mailboxes at the other (add_elsewhere).
bool is_second_place(std::string_view candidate, const PersonCase& of) {
  return of.of_domain.possible && of.of_domain.probability < 0.5 &&
         is_other_suffix(candidate, of.domain);
}

using Place = PeopleTable::Place;

// Somebody known at a domain, and how what was typed may come from them.
struct Likeness {
  const Person* person;
  Slip slip;
};

// Who may be meant if this domain is.
struct Suspects {
  std::string_view domain;
  const Place* place = nullptr;          // nothing: nobody is known there
  const Candidate* candidate = nullptr;  // nothing: it is the typed domain
  double share = 1;                      // of the letters that look like this
  std::vector<Likeness> alike = {};
};

}  // namespace

struct People::Impl {
  using Asked = PeopleTable::Asked;
  using Same = std::optional<PeopleTable::Same>;
  using Met = std::deque<Person>;  // who has a say in one question

  std::optional<Standing> standing(std::string_view domain,
                                   const Asked& asked) const {
    const Place* const place = table.find_place(domain);
    return place != nullptr ? table.standing(*place, asked) : std::nullopt;
  }
  Suspects suspects(const Asked& asked, std::string_view domain,
                    const PersonCase& of, Met& met) const;
  double share_elsewhere(const Same& same, const Asked& asked,
                         std::string_view domain) const;
  void weigh(const Suspects& suspects, PersonCase& of) const;
  void add_elsewhere(const Same& same, PersonCase& of, Met& met) const;

  PeopleTable table;
};

// The share of all letters that goes to those of the very same local part,
// unless one of them is at `domain` already: then it is no second mailbox that
// was meant.
double People::Impl::share_elsewhere(const Same& same, const Asked& asked,
                                     std::string_view domain) const {
  if (!same) return 0;
  const Place* const here = table.find_place(domain);
  if (here != nullptr && table.has_same(*here, asked)) return 0;
  return same->weight / table.weight();
}

Suspects People::Impl::suspects(const Asked& asked, std::string_view domain,
                                const PersonCase& of, Met& met) const {
  const std::u32string_view base = of.local.base;
  Suspects found{domain, table.find_place(domain)};
  if (found.place == nullptr) return found;
  const auto near = table.near(*found.place, asked);
  std::map<std::uint32_t, std::size_t> at;  // where they are in found.alike
  for (const std::uint32_t one : near.by_hand) {
    Person person = table.person(one);
    if (!of.may_mean(person)) continue;
    auto slip = person.base == base ? Slip{} : slip_of_hand(person.base, base);
    if (!slip) continue;
    at.emplace(one, found.alike.size());
    found.alike.push_back(
        {&met.emplace_back(std::move(person)), std::move(*slip)});
  }
  for (const std::uint32_t one : near.by_memory) {
    Person person = table.person(one);
    if (!of.may_mean(person)) continue;
    auto slip = slip_of_memory(person.base, base);
    if (!slip) continue;
    const auto known = at.find(one);
    if (known == at.end()) {
      found.alike.push_back(
          {&met.emplace_back(std::move(person)), std::move(*slip)});
    } else if (Slip& other = found.alike[known->second].slip;
               slip->log_likelihood > other.log_likelihood) {
      other = std::move(*slip);
    }
  }
  return found;
}

// Adds what a letter to this domain may mean: somebody known there, or somebody
// new, who may be called nearly like somebody known.
void People::Impl::weigh(const Suspects& here, PersonCase& of) const {
  const auto name =
      here.place != nullptr ? table.domain(*here.place) : std::string_view();
  const std::size_t people = here.place != nullptr ? here.place->known : 0;
  const double new_share =
      here.place != nullptr ? new_person_share(name, people) : 1;
  PersonHypothesis someone{.domain = here.domain,
                           .candidate = here.candidate,
                           .log_domain = std::log(here.share),
                           .log_kind = std::log(new_share),
                           .log_person = of.log_new};
  double log_meant = someone.log_weight();
  for (const auto& [person, slip] : here.alike) {
    const PersonHypothesis known{
        .domain = person->domain,
        .candidate = here.candidate,
        .person = person,
        .slip = slip,
        .log_domain = someone.log_domain,
        .log_kind = std::log(1 - new_share),
        .log_person = std::log(person->weight / here.place->weight)};
    if (here.candidate == nullptr) {
      log_meant = log_add(
          log_meant,
          known.log_weight() + log_neighbour(slip, person->base, of.local.base,
                                             crowd(name, people)));
    }
    of.found.push_back(known);
  }
  if (here.candidate == nullptr) {
    of.typed = std::move(someone);
    of.log_meant = log_meant;
  } else {
    of.found.push_back(std::move(someone));
  }
}

// Somebody of this very name is known, at one place, and it is not this one.
void People::Impl::add_elsewhere(const Same& same, PersonCase& of,
                                 Met& met) const {
  if (!same || !same->is_single || of.of_domain.probability >= 0.5 ||
      log_plausible_person(of.local.base) > kDistinctive) {
    return;
  }
  const Person& person = met.emplace_back(table.person(same->first));
  const std::string& known = person.place;
  const bool providers = is_mail_provider(known) && is_mail_provider(of.domain);
  const bool near =
      of.of_domain.known && typing_distance(known, of.domain, 1) <= 1;
  if (!providers && !near && !is_other_suffix(known, of.domain)) return;
  of.found.push_back({.domain = person.domain,
                      .person = &person,
                      .elsewhere = true,
                      .log_domain = of.log_meant + std::log(kOtherPlaceOdds)});
}

People::Builder::Builder() : impl_(std::make_unique<Impl>()) {}
People::Builder::Builder(Builder&&) noexcept = default;
People::Builder& People::Builder::operator=(Builder&&) noexcept = default;
People::Builder::~Builder() = default;

void People::Builder::add(std::string_view local_part, std::string_view domain,
                          double weight, Standing standing) {
  impl_->table.add(local_part, domain, weight, standing);
}

People People::Builder::build() && {
  impl_->table.finish();
  return {Made::kByBuilder, std::move(impl_)};
}

People::People(Made, std::unique_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}
People::People(const std::vector<KnownAddress>& known)
    : People([&known] {
        Builder builder;
        for (const KnownAddress& one : known) {
          builder.add(one.local_part, one.domain, one.weight, one.standing);
        }
        return std::move(builder).build();
      }()) {}
People::People(People&&) noexcept = default;
People& People::operator=(People&&) noexcept = default;
People::~People() = default;

std::optional<AddressJudgement> People::judge(
    std::string_view local_part, std::string_view domain,
    const Judgement& of_domain) const {
  if (impl_->table.size() == 0 || local_part.empty()) return std::nullopt;
  PersonCase of{.local = read_local_part(local_part),
                .written = local_part,
                .domain = domain,
                .of_domain = of_domain};
  const Impl::Asked asked(of.local.base);
  const auto standing = impl_->standing(domain, asked);
  of.written_to = standing == Standing::kWrittenTo;
  if (standing == Standing::kKnown) {
    AddressJudgement judgement;
    judgement.known = true;
    return judgement;
  }
  Impl::Met met;
  std::vector<Suspects> suspects = {impl_->suspects(asked, domain, of, met)};
  suspects.back().share = std::max(kLeastShare, 1 - of_domain.probability);
  double unnamed = of_domain.probability;
  for (const Candidate& one : of_domain.intended) {
    suspects.push_back(impl_->suspects(asked, one.name, of, met));
    suspects.back().candidate = &one;
    suspects.back().share = one.probability;
    if (is_second_place(one.name, of)) suspects.back().alike.clear();
    unnamed -= one.probability;
  }
  const bool nobody = std::ranges::all_of(
      suspects, [](const Suspects& here) { return here.alike.empty(); });
  const auto same = impl_->table.same(asked);
  if (nobody && !same) return std::nullopt;

  std::vector<std::u32string_view> alike;
  for (const Person& person : met) alike.push_back(person.base);
  if (of.written_to) alike.push_back(of.local.base);
  of.log_new = log_plausible_person(of.local.base, impl_->table.names(), alike);
  if (const double share = impl_->share_elsewhere(same, asked, domain);
      share > 0) {
    of.log_new = log_add(of.log_new, std::log(kSamePerson * share));
  }
  if (unnamed > 0) of.log_mistake = std::log(unnamed) + of.log_new;
  for (const Suspects& here : suspects) impl_->weigh(here, of);
  if (nobody) {
    const std::size_t before = of.found.size();
    impl_->add_elsewhere(same, of, met);
    if (of.found.size() == before) return std::nullopt;
  }
  return conclude(of);
}

std::optional<Standing> People::standing(std::string_view local_part,
                                         std::string_view domain) const {
  const LocalPart local = read_local_part(local_part);
  return impl_->standing(domain, Impl::Asked(local.base));
}

std::size_t People::size() const { return impl_->table.size(); }

}  // namespace lostletter::lookalike
