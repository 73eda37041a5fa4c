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
#include "lookalike/hypothesis.h"
#include "lookalike/knowledge.h"
#include "lookalike/prior.h"
#include "lookalike/sentence.h"
#include "lookalike/terms.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {
namespace {

constexpr std::size_t kMostCandidates = 5;

// What is less likely is not worth a line.
constexpr double kWorthNaming = 1e-5;

// A host below a known name, however strange its own label is.
const double kHostBelow = std::log(1e-5);

// x.ml when x.mil was never seen: more likely than not, no more.
constexpr double kUnseenProtected = 0.6;

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

struct Engine::Impl {
  Impl(std::vector<std::shared_ptr<const Index>> layers, Options given_options)
      : knowledge(std::move(layers)), options(std::move(given_options)) {
    for (const std::string& suffix : options.protected_suffixes) {
      auto text = decode_utf8(suffix);
      if (text) protected_suffixes.push_back({suffix, std::move(*text)});
    }
  }

  Judgement judge(const Typed& typed, Self self) const;
  double log_prior_typed(const Typed& typed,
                         const std::optional<Origins>& known) const;
  void weigh(const Typed& typed, double log_meant,
             const std::vector<Hypothesis>& found, Judgement& judgement) const;
  void weigh_unseen_protected(const Typed& typed, Judgement& judgement) const;

  World world() const {
    return {knowledge, options.channel ? *options.channel : Channel::built_in(),
            options};
  }

  Knowledge knowledge;
  Options options;
  struct ProtectedSuffix {
    std::string ascii;
    std::u32string text;
  };
  std::vector<ProtectedSuffix> protected_suffixes;  // those of the options
};

double Engine::Impl::log_prior_typed(
    const Typed& typed, const std::optional<Origins>& known) const {
  if (!typed.is_name) return std::log(1e-15);  // what is no name gets no mail
  if (known) return knowledge.log_prior(*known);
  const double unknown = log_prior_unknown(typed.ascii, typed.public_suffix());
  // Below a known name it is its owner's, whatever the host is called.
  const std::string_view hosts = typed.hosts();
  if (hosts.empty()) return unknown;
  const auto owner =
      knowledge.find(std::string_view(typed.ascii).substr(hosts.size()));
  if (!owner) return unknown;
  return std::max(unknown, knowledge.log_prior(*owner) +
                               std::max(log_prior_front(hosts), kHostBelow));
}

// An unseen x.ml whose x.mil is unseen too (DESIGN 3): worth a word.
void Engine::Impl::weigh_unseen_protected(const Typed& typed,
                                          Judgement& judgement) const {
  if (!typed.is_name || judgement.probability >= kUnseenProtected) return;
  for (const auto& [wanted, text] : protected_suffixes) {
    const auto guess = completed(world(), typed, text);
    if (!guess) continue;
    const auto suffix = domain::icann_suffix(typed.ascii);
    if (suffix.section == domain::Section::kIcann &&
        suffix.text.find('.') != suffix.text.npos) {
      return;  // gov.ua is a suffix of its own, no slip for gov.uk
    }
    judgement.probability = kUnseenProtected;
    // A known name under that suffix is the better guess.
    const bool has_known =
        !judgement.intended.empty() &&
        domain::is_within(judgement.intended.front().name, wanted);
    judgement.intended.insert(
        judgement.intended.begin() + (has_known ? 1 : 0),
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
                         Judgement& judgement) const {
  std::vector<double> logs;
  logs.reserve(found.size() + 1);
  logs.push_back(log_meant);
  for (const Hypothesis& h : found) logs.push_back(h.log_joint());
  const double log_all = log_sum(logs);
  const Channel& channel = world().channel;
  std::string shown;
  for (const Hypothesis& h : found) {
    const double share = std::exp(h.log_joint() - log_all);
    judgement.probability = std::min(judgement.probability + share, 1.0);
    if (share < kWorthNaming || judgement.intended.size() == kMostCandidates) {
      continue;
    }
    if (shown.empty()) shown = printable(encode_utf8(typed.entry.text), 80);
    judgement.intended.push_back(
        {h.name, share, edit_sentence(h.text, h.suffix, h.alignment.edits),
         terms_of(channel,
                  {h.name, h.shape(), h.alignment, h.log_prior, h.log_finding},
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
  const std::optional<Origins> known = self == Self::kKnown && typed.is_name
                                           ? knowledge.find(typed.ascii)
                                           : std::nullopt;
  judgement.known = known.has_value();
  if (known && known->vouched()) return judgement;
  if (typed.is_name && is_within_any(typed.ascii, options.trusted_suffixes)) {
    return judgement;
  }

  const auto found = hypotheses(world(), typed, self == Self::kLeaveOut);
  double log_meant = log_prior_typed(typed, known);
  const auto variants = static_cast<std::size_t>(std::ranges::count_if(
      found,
      [&](const Hypothesis& h) { return has_stem_of(h, typed.entry.text); }));
  for (const Hypothesis& h : found) {
    if (!typed.possible) break;
    log_meant = std::max(log_meant, log_prior_relative(h, typed, variants));
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
  return impl_->knowledge.find(ascii).has_value();
}

std::size_t Engine::size() const { return impl_->knowledge.size(); }

}  // namespace lostletter::lookalike
