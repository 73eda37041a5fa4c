// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/local_part.h"
#include "lookalike/people_index.h"
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

// "ann@googlemail.com" is ann@gmail.com.
std::string_view canonical(std::string_view domain) {
  return domain == "googlemail.com" ? "gmail.com" : domain;
}

// Two of the same value at `domain` are one mailbox.
std::u32string mailbox(std::u32string_view base, std::string_view domain) {
  std::u32string same(base);
  if (ignores_dots(domain)) std::erase(same, U'.');
  return same;
}

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

struct Place {
  std::string domain;
  std::size_t people = 0;
  double weight = 0;
  double new_share = 1;
  double crowd = 1;
};

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

struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};

}  // namespace

struct People::Impl {
  using Same = std::vector<const Person*>;

  explicit Impl(std::vector<KnownAddress> known);
  void add(KnownAddress one,
           std::unordered_map<std::string, std::uint32_t>& mailboxes);

  const Place* find_place(std::string_view domain) const;
  Same same(std::u32string_view base) const;
  const Person* find(const Same& same, const LocalPart& local,
                     std::string_view domain) const;
  bool is_at(const Person& person, const Place* place) const {
    return place != nullptr && &places[person.at] == place;
  }
  Suspects suspects(const PersonCase& of, std::string_view domain,
                    const Candidate* candidate, double share) const;
  double share_elsewhere(const Same& same, std::string_view domain) const;
  void weigh(const Suspects& suspects, PersonCase& of) const;
  void add_elsewhere(const Same& same, PersonCase& of) const;

  std::vector<Person> people;
  std::vector<Place> places;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>
      numbers;  // of places
  PeopleIndex index;
  double weight = 0;
};

People::Impl::Impl(std::vector<KnownAddress> known) {
  std::unordered_map<std::string, std::uint32_t> mailboxes;
  for (KnownAddress& one : known) add(std::move(one), mailboxes);
  for (std::uint32_t number = 0; number < people.size(); ++number) {
    index.add(number, people[number].at, people[number].base);
  }
  index.finish();
  for (Place& place : places) {
    place.new_share = new_person_share(place.domain, place.people);
    place.crowd = crowd(place.domain, place.people);
  }
}

void People::Impl::add(
    KnownAddress one,
    std::unordered_map<std::string, std::uint32_t>& mailboxes) {
  const std::string domain(canonical(one.domain));
  const auto [at, fresh] =
      numbers.try_emplace(domain, static_cast<std::uint32_t>(places.size()));
  if (fresh) places.push_back({domain});
  LocalPart local = read_local_part(one.local_part);
  const auto [box, first] = mailboxes.try_emplace(
      encode_utf8(mailbox(local.base, domain)) + '@' + domain,
      static_cast<std::uint32_t>(people.size()));
  places[at->second].weight += one.weight;
  weight += one.weight;
  if (!first) {
    Person& person = people[box->second];
    person.weight += one.weight;
    if (local.tag.empty()) person.written = std::move(one.local_part);
    return;
  }
  ++places[at->second].people;
  people.push_back({std::move(one.local_part), std::move(one.domain),
                    std::move(local.base), at->second, one.weight});
}

const Place* People::Impl::find_place(std::string_view domain) const {
  const auto at = numbers.find(canonical(domain));
  return at == numbers.end() ? nullptr : &places[at->second];
}

// Those of the very same local part, separators aside, wherever they are.
People::Impl::Same People::Impl::same(std::u32string_view base) const {
  Same found;
  for (const std::uint32_t number : index.same(base)) {
    const Person& person = people[number];
    if (is_same_joined(person.base, base)) found.push_back(&person);
  }
  return found;
}

const Person* People::Impl::find(const Same& same, const LocalPart& local,
                                 std::string_view domain) const {
  const Place* const place = find_place(domain);
  for (const Person* person : same) {
    if (is_at(*person, place) && mailbox(person->base, place->domain) ==
                                     mailbox(local.base, place->domain)) {
      return person;
    }
  }
  return nullptr;
}

// The share of all letters that goes to them, unless one of them is at `domain`
// already: then it is no second mailbox that was meant.
double People::Impl::share_elsewhere(const Same& same,
                                     std::string_view domain) const {
  const Place* const here = find_place(domain);
  double sum = 0;
  for (const Person* person : same) {
    if (is_at(*person, here)) return 0;
    sum += person->weight;
  }
  return sum / weight;
}

Suspects People::Impl::suspects(const PersonCase& of, std::string_view domain,
                                const Candidate* candidate,
                                double share) const {
  Suspects found{domain, find_place(domain), candidate, share};
  if (found.place == nullptr) return found;
  const auto number = static_cast<std::uint32_t>(found.place - places.data());
  const std::u32string& base = of.local.base;
  const auto near = index.near(number, base);
  for (const std::uint32_t one : near.by_hand) {
    if (people[one].at != number) continue;
    auto slip = people[one].base == base ? Slip{}
                                         : slip_of_hand(people[one].base, base);
    if (slip) found.alike.push_back({&people[one], std::move(*slip)});
  }
  for (const std::uint32_t one : near.by_memory) {
    if (people[one].at != number) continue;
    auto slip = slip_of_memory(people[one].base, base);
    if (!slip) continue;
    const auto at =
        std::ranges::find(found.alike, &people[one], &Likeness::person);
    if (at == found.alike.end()) {
      found.alike.push_back({&people[one], std::move(*slip)});
    } else if (slip->log_likelihood > at->slip.log_likelihood) {
      at->slip = std::move(*slip);
    }
  }
  return found;
}

// Adds what a letter to this domain may mean: somebody known there, or somebody
// new, who may be called nearly like somebody known.
void People::Impl::weigh(const Suspects& here, PersonCase& of) const {
  const double new_share = here.place != nullptr ? here.place->new_share : 1;
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
                                             here.place->crowd));
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
void People::Impl::add_elsewhere(const Same& same, PersonCase& of) const {
  if (same.size() != 1 || of.of_domain.probability >= 0.5 ||
      log_plausible_person(of.local.base) > kDistinctive) {
    return;
  }
  const Person& person = *same.front();
  const std::string& known = places[person.at].domain;
  const bool providers = is_mail_provider(known) && is_mail_provider(of.domain);
  const bool near =
      of.of_domain.known && typing_distance(known, of.domain, 1) <= 1;
  if (!providers && !near && !is_other_suffix(known, of.domain)) return;
  of.found.push_back({.domain = person.domain,
                      .person = &person,
                      .elsewhere = true,
                      .log_domain = of.log_meant + std::log(kOtherPlaceOdds)});
}

People::People(std::vector<KnownAddress> known)
    : impl_(std::make_unique<const Impl>(std::move(known))) {}
People::People(People&&) noexcept = default;
People& People::operator=(People&&) noexcept = default;
People::~People() = default;

std::optional<AddressJudgement> People::judge(
    std::string_view local_part, std::string_view domain,
    const Judgement& of_domain) const {
  if (impl_->people.empty() || local_part.empty()) return std::nullopt;
  PersonCase of{.local = read_local_part(local_part),
                .written = local_part,
                .domain = domain,
                .of_domain = of_domain};
  const auto same = impl_->same(of.local.base);
  if (impl_->find(same, of.local, domain) != nullptr) {
    AddressJudgement judgement;
    judgement.known = true;
    return judgement;
  }
  const double right = std::max(kLeastShare, 1 - of_domain.probability);
  std::vector<Suspects> suspects = {
      impl_->suspects(of, domain, nullptr, right)};
  double unnamed = of_domain.probability;
  for (const Candidate& one : of_domain.intended) {
    suspects.push_back(impl_->suspects(of, one.name, &one, one.probability));
    if (is_second_place(one.name, of)) suspects.back().alike.clear();
    unnamed -= one.probability;
  }
  const bool nobody = std::ranges::all_of(
      suspects, [](const Suspects& here) { return here.alike.empty(); });
  if (nobody && same.empty()) return std::nullopt;

  of.log_new = log_plausible_person(of.local.base);
  if (const double share = impl_->share_elsewhere(same, domain); share > 0) {
    of.log_new = log_add(of.log_new, std::log(kSamePerson * share));
  }
  if (unnamed > 0) of.log_mistake = std::log(unnamed) + of.log_new;
  for (const Suspects& here : suspects) impl_->weigh(here, of);
  if (nobody) {
    const std::size_t before = of.found.size();
    impl_->add_elsewhere(same, of);
    if (of.found.size() == before) return std::nullopt;
  }
  return conclude(of);
}

bool People::knows(std::string_view local_part, std::string_view domain) const {
  const LocalPart local = read_local_part(local_part);
  return impl_->find(impl_->same(local.base), local, domain) != nullptr;
}

std::size_t People::size() const { return impl_->people.size(); }

}  // namespace lostletter::lookalike
