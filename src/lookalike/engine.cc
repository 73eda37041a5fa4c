// SPDX-License-Identifier: Apache-2.0
#include "lookalike/engine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"
#include "lookalike/align.h"
#include "lookalike/distance.h"
#include "lookalike/index.h"
#include "lookalike/prior.h"
#include "lookalike/sentence.h"
#include "lookalike/terms.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {
namespace {

constexpr std::size_t kMostCandidates = 5;

// What is less likely is not worth a line.
constexpr double kWorthNaming = 0.01;

// A slip that leads out of a protected suffix (mil -> ml) is what the harm of
// ten years came from: of the letters a ministry sent to .ml, 15 of 55 were
// meant for .mil (FACTS 1.1), far more than the slip's own likelihood says.
constexpr double kProtectedSlip = 4.0;

// x.ml when x.mil was never seen: more likely than not, no more.
constexpr double kUnseenProtected = 0.6;

// The parent of a known name is a real name more often than not.
constexpr double kParentShare = 2e-3;

// Another suffix behind the same stem is mostly the same owner's: this much of
// a name's mail goes to such a variant. The greatest providers' variants are
// all listed, so an unlisted one is hardly theirs.
constexpr double kVariantShare = 1e-5;
constexpr double kGreatVariantShare = 1e-8;
constexpr double kGreat = 3e-2;

// Two intended names of which neither has this share of the sum are a tie.
constexpr double kPreferred = 0.65;

// ln(sum of exp), without overflow.
double log_sum(const std::vector<double>& logs) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - most);
  return most + std::log(sum);
}

}  // namespace

namespace {

// mil -> ml, alone or beside a slip elsewhere; not another suffix altogether.
bool is_one_slip_in_suffix(const std::vector<Edit>& edits) {
  return std::ranges::count_if(edits, &Edit::in_suffix) == 1 &&
         edits.front().kind != EditKind::kSuffixSwap;
}

}  // namespace

// One intended name under consideration.
struct Hypothesis {
  std::string name;     // ASCII
  std::u32string text;  // code points
  std::size_t suffix = 0;
  Alignment alignment;
  double log_prior = 0;
  double log_finding = 0;  // beyond prior and channel
  double log_joint() const {
    return log_prior + alignment.log_likelihood + log_finding;
  }
};

struct Engine::Impl {
  Impl(std::vector<std::shared_ptr<const Index>> given, Options given_options);

  Judgement judge(const Typed& typed, Self self) const;
  std::vector<Hypothesis> hypotheses(const Typed& typed, Self self) const;
  std::optional<Hypothesis> hypothesis(const Index& layer, std::uint32_t number,
                                       const Typed& typed) const;
  std::optional<Hypothesis> completed(const Typed& typed,
                                      std::string_view suffix) const;
  void add_completed(const Typed& typed, std::vector<Hypothesis>& found) const;
  double log_prior_typed(const Typed& typed, Self self) const;
  static void weigh(const Typed& typed, double log_meant,
                    const std::vector<Hypothesis>& found, Judgement& judgement);
  bool is_protected(std::string_view ascii) const;
  bool is_trusted(std::string_view ascii) const;
  // What the layers say of the name; nothing when none knows it.
  std::optional<Origins> find(std::string_view ascii) const;
  // ln of the best prior that a source gives a name it knows.
  double log_prior(const Origins& origins) const;
  // Is the name in a layer before this one?
  bool is_before(std::size_t layer, std::string_view ascii) const;
  std::size_t size() const;
  void weigh_unseen_protected(const Typed& typed, Judgement& judgement) const;

  std::vector<std::shared_ptr<const Index>> layers;
  Options options;
  std::size_t known_count = 0;
};

namespace {

// ln P(the typed name is meant), as the parent or a variant of a known one.
double log_prior_relative(const Hypothesis& h) {
  switch (h.alignment.edits.front().kind) {
    case EditKind::kLabelLost:
      return h.log_prior + std::log(kParentShare);
    case EditKind::kSuffixSwap:
      return h.log_prior + std::log(h.log_prior >= std::log(kGreat)
                                        ? kGreatVariantShare
                                        : kVariantShare);
    default:
      return -std::numeric_limits<double>::infinity();
  }
}

}  // namespace

Engine::Impl::Impl(std::vector<std::shared_ptr<const Index>> given,
                   Options given_options)
    : layers(std::move(given)), options(std::move(given_options)) {
  for (const auto& layer : layers) known_count += layer->known_count();
}

std::optional<Origins> Engine::Impl::find(std::string_view ascii) const {
  std::optional<Origins> found;
  for (const auto& layer : layers) {
    const auto number = layer->find(ascii);
    if (!number) continue;
    if (!found) found.emplace();
    found->add(layer->origins(*number));
  }
  return found;
}

double Engine::Impl::log_prior(const Origins& origins) const {
  double best = -std::numeric_limits<double>::infinity();
  for (const KnownName& line : origins.lines({})) {
    best = std::max(best, log_prior_known(line, known_count));
  }
  return best;
}

bool Engine::Impl::is_before(std::size_t layer, std::string_view ascii) const {
  return std::any_of(
      layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(layer),
      [&](const auto& other) { return other->find(ascii).has_value(); });
}

// The smaller layers are looked up in the larger ones.
std::size_t Engine::Impl::size() const {
  auto sorted = layers;
  std::ranges::sort(sorted, std::ranges::greater(), &Index::size);
  std::size_t size = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::uint32_t number = 0; number < sorted[i]->size(); ++number) {
      const auto name = sorted[i]->ascii(number);
      size +=
          std::none_of(
              sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(i),
              [&](const auto& other) { return other->find(name).has_value(); })
              ? 1
              : 0;
    }
  }
  return size;
}

bool Engine::Impl::is_protected(std::string_view ascii) const {
  return std::ranges::any_of(
      options.protected_suffixes,
      [&](const std::string& s) { return domain::is_within(ascii, s); });
}

bool Engine::Impl::is_trusted(std::string_view ascii) const {
  return std::ranges::any_of(
      options.trusted_suffixes,
      [&](const std::string& s) { return domain::is_within(ascii, s); });
}

std::optional<Hypothesis> Engine::Impl::hypothesis(const Index& layer,
                                                   std::uint32_t number,
                                                   const Typed& typed) const {
  const Entry entry = layer.entry(number);
  const Shape shape{entry.text, entry.suffix};
  const Shape typed_shape{typed.entry.text, typed.entry.suffix};
  std::optional<Alignment> best;
  if (osa_distance(entry.text, typed.entry.text, 2) <= 2) {
    best = align(shape, typed.entry.text, 2);
  }
  for (auto other : {align_label_lost(shape, typed.entry.text),
                     align_suffix_swap(shape, typed_shape)}) {
    if (other && (!best || other->log_likelihood > best->log_likelihood)) {
      best = std::move(other);
    }
  }
  if (!best && entry.skeleton == typed.entry.skeleton) {
    best = align(shape, typed.entry.text, entry.text.size());
  }
  if (!best || best->edits.empty()) return std::nullopt;
  const std::string name(layer.ascii(number));
  Hypothesis found{name,
                   entry.text,
                   entry.suffix,
                   std::move(*best),
                   log_prior(find(name).value_or(Origins{})),
                   0};
  if (is_one_slip_in_suffix(found.alignment.edits) &&
      is_protected(found.name)) {
    found.log_finding = kProtectedSlip;
  }
  return found;
}

// What was typed with its last labels completed to `suffix`, when that is one
// slip away: stem.mil for stem.ml.
std::optional<Hypothesis> Engine::Impl::completed(
    const Typed& typed, std::string_view suffix) const {
  const std::u32string& text = typed.entry.text;
  auto labels = std::ranges::count(suffix, '.') + 1;
  std::size_t cut = text.size();
  while (labels > 0 && cut > 0) labels -= text[--cut] == U'.';
  if (labels > 0 || cut == 0) return std::nullopt;
  const auto wanted = decode_utf8(suffix);
  const auto tail = std::u32string_view(text).substr(cut + 1);
  const auto slip = wanted ? align({*wanted, 0}, tail, 1) : std::nullopt;
  if (!slip || slip->edits.empty()) return std::nullopt;
  Hypothesis found;
  found.text = text.substr(0, cut + 1) + *wanted;
  found.suffix = cut + 1;
  const auto name = domain::Name::parse(encode_utf8(found.text));
  if (!name || find(name->ascii())) return std::nullopt;
  found.name = name->ascii();
  found.log_prior = log_prior_unknown(found.name);
  found.alignment = *slip;
  for (Edit& edit : found.alignment.edits) {
    edit.at += cut + 1;
    edit.in_suffix = true;
  }
  return found;
}

// A name under a suffix that does not exist was meant for one that does.
void Engine::Impl::add_completed(const Typed& typed,
                                 std::vector<Hypothesis>& found) const {
  if (typed.possible || !typed.is_name) return;
  constexpr std::string_view kUsual[] = {
      "com", "net", "org", "edu", "gov", "mil", "int", "info", "de", "fr",
      "it",  "nl",  "es",  "pl",  "ru",  "ch",  "at",  "be",   "se", "dk",
      "no",  "cz",  "ca",  "jp",  "us",  "eu",  "br",  "in",   "uk", "au"};
  for (const auto suffix : kUsual) {
    if (auto one = completed(typed, suffix)) found.push_back(std::move(*one));
  }
}

std::vector<Hypothesis> Engine::Impl::hypotheses(const Typed& typed,
                                                 Self self) const {
  std::vector<Hypothesis> found;
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Index& layer = *layers[i];
    layer.candidates(typed.entry, numbers);
    for (const std::uint32_t number : numbers) {
      const auto name = layer.ascii(number);
      if (self == Self::kLeaveOut && name == typed.ascii) continue;
      if (is_before(i, name)) continue;
      auto one = hypothesis(layer, number, typed);
      if (one) found.push_back(std::move(*one));
    }
  }
  add_completed(typed, found);
  std::ranges::sort(found, [](const Hypothesis& a, const Hypothesis& b) {
    const double left = a.log_joint();
    const double right = b.log_joint();
    return left != right ? left > right : a.name < b.name;
  });
  return found;
}

double Engine::Impl::log_prior_typed(const Typed& typed, Self self) const {
  if (!typed.is_name) return std::log(1e-15);  // what is no name gets no mail
  if (self == Self::kKnown) {
    if (const auto known = find(typed.ascii)) return log_prior(*known);
  }
  return log_prior_unknown(typed.ascii);
}

// An unseen x.ml whose x.mil is unseen too (DESIGN 3): worth a word.
void Engine::Impl::weigh_unseen_protected(const Typed& typed,
                                          Judgement& judgement) const {
  if (!typed.is_name || judgement.probability >= kUnseenProtected) return;
  const auto suffix = domain::icann_suffix(typed.ascii);
  if (suffix.section == domain::Section::kIcann &&
      suffix.text.find('.') != suffix.text.npos) {
    return;  // gov.ua is a suffix of its own, no slip for gov.uk
  }
  for (const std::string& wanted : options.protected_suffixes) {
    const auto guess = completed(typed, wanted);
    if (!guess) continue;
    judgement.probability = kUnseenProtected;
    judgement.intended.insert(
        judgement.intended.begin(),
        {guess->name,
         kUnseenProtected,
         edit_sentence(guess->text, guess->suffix, guess->alignment.edits),
         {{"lookalike.protected-suffix",
           "names under " + wanted + " are protected",
           std::log(kUnseenProtected / (1 - kUnseenProtected))}}});
    judgement.findings.push_back(
        {"lookalike.protected-suffix",
         std::log(kUnseenProtected / (1 - kUnseenProtected)),
         unseen_protected_sentence(typed.ascii, guess->name, wanted)});
    return;
  }
}

// The share of each hypothesis in everything that explains what was typed.
void Engine::Impl::weigh(const Typed& typed, double log_meant,
                         const std::vector<Hypothesis>& found,
                         Judgement& judgement) {
  std::vector<double> logs = {log_meant};
  for (const Hypothesis& h : found) logs.push_back(h.log_joint());
  const double log_all = log_sum(logs);
  const std::string shown = printable(encode_utf8(typed.entry.text), 80);
  for (const Hypothesis& h : found) {
    const double share = std::exp(h.log_joint() - log_all);
    judgement.probability = std::min(judgement.probability + share, 1.0);
    if (share < kWorthNaming || judgement.intended.size() == kMostCandidates) {
      continue;
    }
    judgement.intended.push_back(
        {h.name, share, edit_sentence(h.text, h.suffix, h.alignment.edits),
         terms_of({h.name,
                   {h.text, h.suffix},
                   h.alignment,
                   h.log_prior,
                   h.log_finding},
                  shown, log_meant)});
  }
  if (judgement.intended.empty()) return;
  judgement.tied = judgement.intended.front().probability <
                   kPreferred * judgement.probability;
  const Hypothesis& best = found.front();
  judgement.findings.push_back(
      {finding_id(best.alignment.edits),
       best.log_prior + best.alignment.log_likelihood - log_meant,
       likeness_sentence(shown, best.name, best.alignment.edits)});
  if (best.log_finding != 0) {
    judgement.findings.push_back({"lookalike.protected", best.log_finding,
                                  protected_sentence(best.name)});
  }
}

Judgement Engine::Impl::judge(const Typed& typed, Self self) const {
  Judgement judgement;
  judgement.possible = typed.possible;
  const std::optional<Origins> known =
      self == Self::kKnown && typed.is_name ? find(typed.ascii) : std::nullopt;
  judgement.known = known.has_value();
  if (known && known->vouched()) return judgement;
  if (typed.is_name && is_trusted(typed.ascii)) return judgement;

  std::vector<Hypothesis> found = hypotheses(typed, self);
  double log_meant = log_prior_typed(typed, self);
  for (const Hypothesis& h : found) {
    if (typed.possible) log_meant = std::max(log_meant, log_prior_relative(h));
  }
  if (!found.empty()) weigh(typed, log_meant, found, judgement);
  weigh_unseen_protected(typed, judgement);
  return judgement;
}

Engine::Engine(std::vector<std::shared_ptr<const Index>> layers,
               Options options)
    : impl_(std::make_unique<const Impl>(std::move(layers),
                                         std::move(options))) {}
Engine::Engine(const std::vector<KnownName>& names, Options options)
    : Engine({std::make_shared<const Index>(Index::build(names))},
             std::move(options)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Judgement Engine::judge(std::string_view text, Self self) const {
  const auto typed = read_typed(text);
  if (!typed) {
    Judgement judgement;
    judgement.possible = false;
    return judgement;
  }
  return impl_->judge(*typed, self);
}

bool Engine::knows(std::string_view ascii) const {
  return impl_->find(ascii).has_value();
}

std::size_t Engine::size() const { return impl_->size(); }

}  // namespace lostletter::lookalike
