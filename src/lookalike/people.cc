// SPDX-License-Identifier: Apache-2.0
#include "lookalike/people.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/distance.h"
#include "lookalike/local_part.h"
#include "lookalike/people_index.h"
#include "lookalike/person_prior.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr std::size_t kMostCandidates = 5;
constexpr double kWorthNaming = 0.01;
// Of two intended addresses neither is preferred below this share of the sum.
constexpr double kPreferred = 0.65;

// A share the engine left for the typed name or for those it did not list; it
// rounds, and nothing is impossible.
constexpr double kLeastShare = 1e-12;

// Somebody new at a domain has the local part of somebody known elsewhere:
// people move, and have several mailboxes. Of 2,774 rare senders of four public
// lists 55 were such, of six characters or more.
constexpr double kSamePerson = 0.03;

// The same person at another provider, or under another suffix of the same
// organisation: people have more than one mailbox, so it is worth a word and
// never a stop.
constexpr double kOtherPlaceOdds = 1.5;
// Only local parts that hardly two people have: shorter ones say nothing.
constexpr double kDistinctive = -13;

double log_add(double a, double b) {
  const double most = std::max(a, b);
  if (most == kNever) return kNever;
  return most + std::log(std::exp(a - most) + std::exp(b - most));
}

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

struct Person {
  std::string written;
  std::string domain;   // as given: "googlemail.com"
  std::u32string base;  // LocalPart::base
  std::uint32_t at;     // number of the canonical domain
  double weight;
};

struct Place {
  std::string domain;
  std::size_t people = 0;
  double weight = 0;
  double new_share = 1;
};

// One explanation of what was typed.
struct Hypothesis {
  double log_weight = kNever;
  std::string_view domain;
  const Person* person = nullptr;        // nobody: somebody new
  const Candidate* candidate = nullptr;  // the domain is another one than typed
  bool elsewhere = false;                // known only at another place
  Slip slip = {};
};

// What one judgement works with.
struct Question {
  LocalPart local;
  std::string_view written;
  std::string_view domain;
  const Judgement& of_domain;
  double log_new = 0;           // ln P(somebody new is called so)
  double log_meant = kNever;    // the address is right
  double log_mistake = kNever;  // it is not, and nothing to say of it
  std::vector<Hypothesis> found = {};
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
  Suspects suspects(const Question& question, std::string_view domain,
                    const Candidate* candidate, double share) const;
  double share_elsewhere(const Same& same, std::string_view domain) const;
  void weigh(const Suspects& suspects, Question& question) const;
  void add_elsewhere(const Same& same, Question& question) const;

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

Suspects People::Impl::suspects(const Question& question,
                                std::string_view domain,
                                const Candidate* candidate,
                                double share) const {
  Suspects found{domain, find_place(domain), candidate, share};
  if (found.place == nullptr) return found;
  const auto number = static_cast<std::uint32_t>(found.place - places.data());
  const std::u32string& base = question.local.base;
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
void People::Impl::weigh(const Suspects& here, Question& question) const {
  const double new_share = here.place != nullptr ? here.place->new_share : 1;
  double log_new =
      std::log(here.share) + std::log(new_share) + question.log_new;
  for (const auto& [person, slip] : here.alike) {
    const double log_known = std::log(here.share) + std::log(1 - new_share) +
                             std::log(person->weight / here.place->weight) +
                             slip.log_likelihood;
    if (here.candidate == nullptr) {
      log_new = log_add(
          log_new,
          log_known + log_neighbour(slip, person->base, question.local.base));
    } else if (question.of_domain.possible &&
               is_other_suffix(here.domain, question.domain)) {
      question.log_meant =
          log_add(question.log_meant, log_known - std::log(kOtherPlaceOdds));
    }
    question.found.push_back(
        {log_known, person->domain, person, here.candidate, false, slip});
  }
  if (here.candidate == nullptr) {
    question.log_meant = log_new;
  } else {
    question.found.push_back(
        {log_new, here.domain, nullptr, here.candidate, false});
  }
}

// Somebody of this very name is known, at one place, and it is not this one.
void People::Impl::add_elsewhere(const Same& same, Question& question) const {
  if (same.size() != 1 || question.of_domain.probability >= 0.5 ||
      log_plausible_person(question.local.base) > kDistinctive) {
    return;
  }
  const Person& person = *same.front();
  const std::string& known = places[person.at].domain;
  const bool providers =
      is_mail_provider(known) && is_mail_provider(question.domain);
  const bool near = question.of_domain.known &&
                    typing_distance(known, question.domain, 1) <= 1;
  if (!providers && !near && !is_other_suffix(known, question.domain)) return;
  question.found.push_back({question.log_meant + std::log(kOtherPlaceOdds),
                            person.domain, &person, nullptr, true});
}

namespace {

// The proposal: the known person's address, with the tag that was typed.
std::string local_part_of(const Hypothesis& h, const Question& question) {
  if (h.person == nullptr || h.elsewhere ||
      (h.slip.kind == SlipKind::kEdits && h.slip.edits.empty())) {
    return std::string(question.written);
  }
  if (question.local.tag.empty()) return h.person->written;
  const LocalPart known = read_local_part(h.person->written);
  if (!known.tag.empty() || h.person->written.starts_with('"')) {
    return h.person->written;
  }
  return h.person->written + encode_utf8(question.local.tag);
}

bool is_slip(const Hypothesis& h) {
  return h.person != nullptr && !h.elsewhere &&
         (h.slip.kind != SlipKind::kEdits || !h.slip.edits.empty());
}

std::string edit_of(const Hypothesis& h, const Question& question) {
  if (h.elsewhere) {
    return "domain: " + std::string(question.domain) + " for " +
           std::string(h.domain);
  }
  std::string text = h.candidate != nullptr ? h.candidate->edit : "";
  if (is_slip(h)) {
    if (!text.empty()) text += "; ";
    text += slip_edit(h.slip, h.person->base, question.local.base);
  }
  return text;
}

void add_findings(const Hypothesis& best, const Question& question,
                  AddressJudgement& judgement) {
  double log_odds = best.log_weight - question.log_meant;
  if (best.candidate != nullptr) {
    judgement.findings = question.of_domain.findings;
    const double left =
        std::max(kLeastShare, 1 - question.of_domain.probability);
    log_odds -= std::log(best.candidate->probability / left);
  }
  if (best.person == nullptr) return;
  const std::string local(question.written);
  const std::string domain(best.domain);
  const std::string known = local_part_of(best, question) + '@' + domain;
  const std::string typed =
      local + '@' +
      (best.candidate != nullptr ? domain : std::string(question.domain));
  if (best.elsewhere) {
    judgement.findings.push_back({"person.other-domain", log_odds,
                                  printable(local, 100) + " is known at " +
                                      domain + ", nobody of that name at " +
                                      printable(question.domain, 100)});
  } else if (is_slip(best)) {
    judgement.findings.push_back({"person." + slip_id(best.slip), log_odds,
                                  slip_sentence(best.slip, typed, known)});
  } else {
    judgement.findings.push_back(
        {"person.known", log_odds,
         printable(known, 200) + " is a known address"});
  }
}

AddressJudgement conclude(Question& question) {
  std::ranges::stable_sort(question.found, std::ranges::greater(),
                           &Hypothesis::log_weight);
  double log_all = log_add(question.log_meant, question.log_mistake);
  for (const Hypothesis& h : question.found) {
    log_all = log_add(log_all, h.log_weight);
  }
  AddressJudgement judgement;
  judgement.probability =
      std::clamp(1 - std::exp(question.log_meant - log_all), 0.0, 1.0);
  for (const Hypothesis& h : question.found) {
    const double share = std::exp(h.log_weight - log_all);
    if (share < kWorthNaming || judgement.intended.size() == kMostCandidates) {
      break;
    }
    judgement.intended.push_back({local_part_of(h, question),
                                  std::string(h.domain), share,
                                  edit_of(h, question)});
  }
  if (judgement.intended.empty()) return judgement;
  judgement.tied = judgement.intended.front().probability <
                   kPreferred * judgement.probability;
  add_findings(question.found.front(), question, judgement);
  return judgement;
}

}  // namespace

People::People(std::vector<KnownAddress> known)
    : impl_(std::make_unique<const Impl>(std::move(known))) {}
People::People(People&&) noexcept = default;
People& People::operator=(People&&) noexcept = default;
People::~People() = default;

std::optional<AddressJudgement> People::judge(
    std::string_view local_part, std::string_view domain,
    const Judgement& of_domain) const {
  if (impl_->people.empty() || local_part.empty()) return std::nullopt;
  Question question{read_local_part(local_part), local_part, domain, of_domain};
  const auto same = impl_->same(question.local.base);
  if (impl_->find(same, question.local, domain) != nullptr) {
    AddressJudgement judgement;
    judgement.known = true;
    return judgement;
  }
  const double right = std::max(kLeastShare, 1 - of_domain.probability);
  std::vector<Suspects> suspects = {
      impl_->suspects(question, domain, nullptr, right)};
  double unnamed = of_domain.probability;
  for (const Candidate& one : of_domain.intended) {
    suspects.push_back(
        impl_->suspects(question, one.name, &one, one.probability));
    unnamed -= one.probability;
  }
  const bool nobody = std::ranges::all_of(
      suspects, [](const Suspects& here) { return here.alike.empty(); });
  if (nobody && same.empty()) return std::nullopt;

  question.log_new = log_plausible_person(question.local.base);
  if (const double share = impl_->share_elsewhere(same, domain); share > 0) {
    question.log_new = log_add(question.log_new, std::log(kSamePerson * share));
  }
  if (unnamed > 0) question.log_mistake = std::log(unnamed) + question.log_new;
  for (const Suspects& here : suspects) impl_->weigh(here, question);
  if (nobody) {
    const std::size_t before = question.found.size();
    impl_->add_elsewhere(same, question);
    if (question.found.size() == before) return std::nullopt;
  }
  return conclude(question);
}

bool People::knows(std::string_view local_part, std::string_view domain) const {
  const LocalPart local = read_local_part(local_part);
  return impl_->find(impl_->same(local.base), local, domain) != nullptr;
}

std::size_t People::size() const { return impl_->people.size(); }

}  // namespace lostletter::lookalike
