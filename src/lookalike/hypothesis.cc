// SPDX-License-Identifier: Apache-2.0
#include "lookalike/hypothesis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"
#include "lookalike/distance.h"
#include "lookalike/family.h"
#include "lookalike/prior.h"

namespace lostletter::lookalike {
namespace {

// A slip that leads out of a protected suffix (mil -> ml) is what the harm of
// ten years came from: of the letters a ministry sent to .ml, 15 of 55 were
// meant for .mil (FACTS 1.1), far more than the slip's own likelihood says.
constexpr double kProtectedSlip = 4.0;

// A relative of a listed name that is not listed itself gets part of its mail,
// at most this, since it would have been listed, and at most this part of what
// goes to all names of its suffix that are not listed.
const double kListedPart = std::log(0.1);
const double kMostListed = std::log(1e-6);
const double kMostOfSuffix = std::log(0.1);

// Who writes to a name writes to its relatives too, now and then; in a registry
// that serves one kind of body only, more often.
const double kCorrespondedPart = std::log(1e-3);
const double kClosedPart = std::log(0.03);
const double kMostCorresponded = std::log(1e-5);

// The same name under another suffix.
const double kMostVariant = std::log(1e-6);

// How much a label that looks less like a label speaks against a relative.
constexpr double kStrangeness = 0.5;

// Not mil: it is small, and its names are listed one by one.
bool is_closed_registry(std::string_view suffix) {
  constexpr std::array<std::string_view, 6> kFirst = {"edu", "ac",   "gov",
                                                      "gob", "gouv", "go"};
  return std::ranges::find(kFirst, suffix.substr(0, suffix.find('.'))) !=
         kFirst.end();
}

constexpr double kNever = -std::numeric_limits<double>::infinity();

// Suffixes that people complete a name with.
constexpr std::array<std::u32string_view, 30> kUsual = {
    U"com", U"net", U"org", U"edu", U"gov", U"mil", U"int", U"info",
    U"de",  U"fr",  U"it",  U"nl",  U"es",  U"pl",  U"ru",  U"ch",
    U"at",  U"be",  U"se",  U"dk",  U"no",  U"cz",  U"ca",  U"jp",
    U"us",  U"eu",  U"br",  U"in",  U"uk",  U"au"};

// mil -> ml, alone or beside a slip elsewhere; not another suffix altogether.
bool is_one_slip_in_suffix(const std::vector<Edit>& edits) {
  return std::ranges::count_if(edits, &Edit::in_suffix) == 1 &&
         !is_whole(edits.front().kind);
}

// ln P(a letter goes to some relative of it that is as near as can be).
double log_relative_share(const Hypothesis& meant) {
  const std::string_view suffix = domain::icann_suffix(meant.name).text;
  if (meant.corresponded) {
    const double part =
        is_closed_registry(suffix) ? kClosedPart : kCorrespondedPart;
    return std::min(meant.log_prior + part, kMostCorresponded);
  }
  return std::min({meant.log_prior + kListedPart, kMostListed,
                   std::log(unknown_share(suffix)) + kMostOfSuffix});
}

double log_plausible_stem(std::u32string_view text, std::size_t suffix) {
  const std::string stem =
      encode_utf8(text.substr(0, suffix > 0 ? suffix - 1 : 0));
  double log = 0;
  for (const auto label : split(stem, '.')) log += log_plausible_label(label);
  return log;
}

// Can a slip lead from `suffix` to the last labels of `text`? Only where a dot
// stands at the right place, or one beside it.
bool may_end_with(std::u32string_view text, std::u32string_view suffix) {
  const auto has_dot_before = [&](std::size_t length) {
    return length < text.size() && text[text.size() - length - 1] == U'.';
  };
  return has_dot_before(suffix.size()) || has_dot_before(suffix.size() + 1) ||
         (!suffix.empty() && has_dot_before(suffix.size() - 1));
}

class Finder {
 public:
  Finder(const World& world, const Typed& typed, bool leave_out)
      : world_(world), typed_(typed), leave_out_(leave_out) {}

  std::vector<Hypothesis> find() {
    world_.knowledge.each_candidate(
        typed_.entry, [&](const Index& layer, std::uint32_t number) {
          add_known(layer, number, {});
        });
    add_below();
    add_large();
    add_completed();
    std::ranges::sort(found_, [](const Hypothesis& a, const Hypothesis& b) {
      const double left = a.log_joint();
      const double right = b.log_joint();
      return left != right ? left > right : a.name < b.name;
    });
    return std::move(found_);
  }

 private:
  // Labels that stand before a known name, with their last dot.
  struct Front {
    std::string_view ascii;
    std::u32string_view text;
  };

  bool has(std::string_view name) const {
    return std::ranges::find(found_, name, &Hypothesis::name) != found_.end();
  }

  // A candidate of the index, below which `front` stands.
  void add_known(const Index& layer, std::uint32_t number, Front front) {
    const std::string_view name = layer.ascii(number);
    if (leave_out_ && name == typed_.ascii) return;
    if (front.ascii.size() + name.size() > domain::kMostOctets) return;
    Hypothesis found;
    found.name = front.ascii;
    found.name += name;
    found.text = front.text;
    found.text += decode_utf8(layer.unicode(number)).value_or(U"");
    found.suffix = front.text.size() + layer.suffix(number);
    const Shape shape = found.shape();
    auto slips = explain(world_.channel, shape, typed_.entry.text, 2);
    if (!slips && layer.entry(number).skeleton == typed_.entry.skeleton) {
      slips =
          align(world_.channel, shape, typed_.entry.text, found.text.size());
    }
    if (!slips || slips->edits.empty()) return;
    found.alignment = std::move(*slips);
    weigh(found, world_.knowledge.origins(layer, number));
    if (!front.ascii.empty()) found.log_prior += log_prior_front(front.ascii);
    found_.push_back(std::move(found));
  }

  // A name found by its text.
  void add_named(std::string_view ascii) {
    const auto origins = world_.knowledge.find(ascii);
    if (!origins || ascii == typed_.ascii || has(ascii)) return;
    const auto name = domain::Name::parse(ascii);
    if (!name) return;
    Hypothesis found;
    found.name = ascii;
    found.text = decode_utf8(name->unicode()).value_or(U"");
    found.suffix = suffix_start(ascii, found.text);
    auto slips = explain(world_.channel, found.shape(), typed_.entry.text, 2);
    if (!slips || slips->edits.empty()) return;
    found.alignment = std::move(*slips);
    weigh(found, *origins);
    found_.push_back(std::move(found));
  }

  void weigh(Hypothesis& found, const Origins& origins) const {
    found.log_prior = world_.knowledge.log_prior(origins);
    found.corresponded = origins.known;
    if (is_one_slip_in_suffix(found.alignment.edits) &&
        is_within_any(found.name, world_.options.protected_suffixes)) {
      found.log_finding = kProtectedSlip;
    }
  }

  // "host.amry.ml" may be below army.mil, whatever the host is called.
  void add_below() {
    const std::string_view hosts = typed_.hosts();
    if (hosts.empty()) return;
    const auto registrable =
        std::string_view(typed_.ascii).substr(hosts.size());
    if (world_.knowledge.find(registrable)) return;
    const auto below = read_typed(registrable);
    const std::u32string_view text = typed_.entry.text;
    if (!below || !text.ends_with(below->entry.text)) return;
    const Front front = {
        hosts, text.substr(0, text.size() - below->entry.text.size())};
    world_.knowledge.each_candidate(
        below->entry, [&](const Index& layer, std::uint32_t number) {
          const std::string name =
              std::string(front.ascii) + std::string(layer.ascii(number));
          if (!has(name)) add_known(layer, number, front);
        });
  }

  // What slips larger than characters lead to, by exact look-ups.
  void add_large() {
    std::string no_name;
    if (!typed_.is_name) no_name = encode_utf8(typed_.entry.text);
    const std::string_view text = typed_.is_name ? typed_.ascii : no_name;
    if (!is_ascii(text)) return;
    const std::string_view first = text.substr(0, text.find('.'));
    const std::size_t dot = text.rfind('.');
    if (dot == text.npos || dot + 1 == text.size()) {
      for (const auto suffix : kUsual) {
        add_joined({first, ".", encode_utf8(suffix)});
      }
      return;
    }
    const auto before = text.substr(0, dot);
    const auto last = text.substr(dot + 1);
    if (last.size() == 2) {
      world_.knowledge.each_second_level(last, [&](std::string_view label) {
        add_joined({before, ".", label, ".", last});
      });
    }
    if (first.size() < before.size()) add_named(before);
    add_without_word(first, text.substr(first.size()));
  }

  void add_without_word(std::string_view label, std::string_view rest) {
    for (const std::string_view word : kGluedWords) {
      if (label.size() <= word.size() + 1) continue;
      if (label.starts_with(word)) {
        add_joined({label.substr(word.size()), rest});
      }
      if (label.ends_with(word)) {
        add_joined({label.substr(0, label.size() - word.size()), rest});
      }
    }
  }

  void add_joined(std::initializer_list<std::string_view> pieces) {
    joined_.clear();
    for (const std::string_view piece : pieces) joined_ += piece;
    add_named(joined_);
  }

  // A name under a suffix that does not exist was meant for one that does.
  void add_completed() {
    if (typed_.possible || !typed_.is_name) return;
    for (const auto suffix : kUsual) {
      if (auto one = completed(world_, typed_, suffix)) {
        found_.push_back(std::move(*one));
      }
    }
  }

  const World& world_;
  const Typed& typed_;
  bool leave_out_;
  std::vector<Hypothesis> found_;
  std::string joined_;  // room for a name that may be known
};

}  // namespace

std::vector<Hypothesis> hypotheses(const World& world, const Typed& typed,
                                   bool leave_out) {
  return Finder(world, typed, leave_out).find();
}

std::optional<Hypothesis> completed(const World& world, const Typed& typed,
                                    std::u32string_view suffix) {
  const std::u32string& text = typed.entry.text;
  if (!may_end_with(text, suffix)) return std::nullopt;
  auto labels = std::ranges::count(suffix, U'.') + 1;
  std::size_t cut = text.size();
  while (labels > 0 && cut > 0) labels -= text[--cut] == U'.';
  if (labels > 0 || cut == 0) return std::nullopt;
  const auto tail = std::u32string_view(text).substr(cut + 1);
  if (osa_distance(suffix, tail, 1) != 1) return std::nullopt;
  Hypothesis found;
  found.text = text.substr(0, cut + 1);
  found.text += suffix;
  found.suffix = cut + 1;
  auto slip = align(world.channel, found.shape(), text, 1);
  if (!slip || slip->edits.empty() || !slip->edits.front().in_suffix) {
    return std::nullopt;
  }
  const auto name = domain::Name::parse(encode_utf8(found.text));
  if (!name || world.knowledge.find(name->ascii())) return std::nullopt;
  found.name = name->ascii();
  found.log_prior = log_prior_unknown(found.name);
  found.alignment = std::move(*slip);
  return found;
}

double log_prior_relative(const Hypothesis& meant, const Typed& typed,
                          std::size_t variants) {
  const Family& family = Family::built_in();
  const auto& edits = meant.alignment.edits;
  const std::u32string_view text = typed.entry.text;
  const double log = family.log_relatives(meant.shape(), edits, text);
  if (edits.front().kind == EditKind::kLabelLost) return meant.log_prior + log;
  const double variant = has_stem_of(meant, text)
                             ? std::min(meant.log_prior, kMostVariant) +
                                   family.log_variants(meant.shape(), text) +
                                   std::log(static_cast<double>(
                                       std::max<std::size_t>(1, variants)))
                             : kNever;
  if (is_whole(edits.front().kind)) {
    return std::max(variant, std::min(meant.log_prior, kMostVariant) + log);
  }
  const double share = log_relative_share(meant);
  // Slips look like slips: of real relatives, each is as likely a label as the
  // other.
  const double strange = log_plausible_stem(text, typed.entry.suffix) -
                         log_plausible_stem(meant.text, meant.suffix);
  return std::max(variant, share + log + std::min(0.0, kStrangeness * strange));
}

bool has_stem_of(const Hypothesis& meant, std::u32string_view text) {
  return meant.suffix > 1 && meant.suffix < text.size() &&
         text.starts_with(
             std::u32string_view(meant.text).substr(0, meant.suffix));
}

bool is_within_any(std::string_view ascii,
                   const std::vector<std::string>& suffixes) {
  return std::ranges::any_of(suffixes, [&](const std::string& suffix) {
    return domain::is_within(ascii, suffix);
  });
}

}  // namespace lostletter::lookalike
