// SPDX-License-Identifier: Apache-2.0
#include "programs/engine.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/mapping.h"
#include "base/text.h"
#include "domain/name.h"
#include "lookalike/channel.h"
#include "lookalike/people.h"
#include "mail/address.h"
#include "programs/lines.h"

namespace lostletter::programs {
namespace {

// A table of the channel is two kilobytes.
constexpr std::size_t kMostChannel = std::size_t{1} << 16U;

// Of one who was written to long ago; nobody has none.
constexpr double kLeastWeight = 0.1;

using lookalike::KnownName;
using lookalike::Source;
using lookalike::Standing;

// What files add: names, and the addresses among those known.
struct Read {
  std::vector<KnownName> names;
  std::vector<lookalike::KnownAddress> addresses;
};

// Takes what a line of a file says; nothing when it is empty or a comment.
using ReadLine = std::optional<Result<void>> (*)(std::string_view text,
                                                 std::size_t number,
                                                 Read& read);

Result<void> add_name(std::string_view text, Source source, double weight,
                      Read& read) {
  Result<domain::Name> name = domain::Name::parse(text);
  if (!name) return std::unexpected(name.error());
  read.names.push_back({name->ascii(), source, weight});
  return {};
}

// An address is a person known, and its domain a name known.
Result<void> add_address(std::string_view text, Read& read) {
  const auto address = mail::Address::parse(text);
  if (!address) return std::unexpected(address.error());
  if (address->is_literal()) return fail("an address literal is no name");
  read.names.push_back({address->domain(), Source::kKnown, 1});
  read.addresses.push_back({address->local_part(), address->domain(), 1});
  return {};
}

// "army.mil", "general@army.mil", "# a comment"
std::optional<Result<void>> read_known(std::string_view text, std::size_t,
                                       Read& read) {
  text = trim(text.substr(0, text.find('#')));
  if (text.empty()) return std::nullopt;
  return mail::find_domain(text) ? add_address(text, read)
                                 : add_name(text, Source::kKnown, 1, read);
}

// "example.com", where the line is the rank, or "17,example.com"
std::optional<Result<void>> read_ranked(std::string_view text,
                                        std::size_t number, Read& read) {
  text = trim(text);
  if (text.empty() || text[0] == '#') return std::nullopt;
  const auto comma = text.find(',');
  if (comma == text.npos) {
    return add_name(text, Source::kPopularity, static_cast<double>(number),
                    read);
  }
  const std::string_view digits = trim(text.substr(0, comma));
  double rank = 0;
  const auto [end, trouble] =
      std::from_chars(digits.data(), digits.data() + digits.size(), rank);
  if (trouble != std::errc() || end != digits.data() + digits.size() ||
      !std::isfinite(rank) || rank < 1) {
    return fail(fmt::format("'{}' is no rank", printable(digits, 40)));
  }
  return add_name(trim(text.substr(comma + 1)), Source::kPopularity, rank,
                  read);
}

// Adds the names of one file. A few lines that are no names are normal in the
// lists of the world: they are counted and told, not refused.
Result<void> add_file(const std::string& path, ReadLine read_line, Read& read,
                      std::vector<std::string>& notices) {
  std::size_t good = 0;
  std::size_t bad = 0;
  std::string first;  // what was wrong, where
  const auto take = [&](std::size_t number, const Line& line) {
    auto name = line.whole
                    ? read_line(line.text, number, read)
                    : std::optional<Result<void>>(fail("line is too long"));
    if (!name) return;
    if (*name) {
      ++good;
    } else if (++bad == 1) {
      first = fmt::format("line {}: {}", number, name->error().message);
    }
  };
  if (auto done = for_each_line(path, take); !done) return done;
  if (bad > 0 && good == 0) {
    return fail(fmt::format("{} has no names in it ({})", path, first));
  }
  if (bad > 0) {
    notices.push_back(
        fmt::format("{}: {} of {} lines are no names, the first is {}", path,
                    bad, good + bad, first));
  }
  return {};
}

using Layers = std::vector<std::shared_ptr<const lookalike::Index>>;

Result<void> add_files(const std::vector<std::string>& known,
                       const std::vector<std::string>& names, Read& read,
                       std::vector<std::string>& notices) {
  for (const std::string& path : known) {
    auto added = add_file(path, read_known, read, notices);
    if (!added) return added;
  }
  for (const std::string& path : names) {
    auto added = add_file(path, read_ranked, read, notices);
    if (!added) return added;
  }
  return {};
}

}  // namespace

Result<std::vector<KnownName>> read_lists(const std::vector<std::string>& known,
                                          const std::vector<std::string>& names,
                                          std::vector<std::string>& notices) {
  Read read;
  auto added = add_files(known, names, read, notices);
  if (!added) return std::unexpected(added.error());
  return std::move(read.names);
}

Result<std::shared_ptr<const lookalike::Index>> open_index(
    const std::string& path) {
  auto mapping = Mapping::open(path);
  if (!mapping) return std::unexpected(mapping.error());
  const auto bytes = (*mapping)->bytes();
  auto index = lookalike::Index::open(bytes, std::move(*mapping));
  if (!index) return fail(path + " " + index.error().message);
  return std::make_shared<const lookalike::Index>(std::move(*index));
}

Result<lookalike::Channel> site_channel(const config::Config& config) {
  const std::string& path = config.channel_file;
  if (path.empty()) return lookalike::Channel::built_in();
  const auto table = read_file(path, kMostChannel);
  if (!table) return fail("channel: " + table.error().message);
  auto channel = lookalike::Channel::parse(*table);
  if (!channel) {
    return fail(fmt::format("channel: {}: {}", path, channel.error().message));
  }
  return channel;
}

namespace {

// What correspondence taught and nobody else knows, on top of the rest.
struct Taught {
  std::shared_ptr<const lookalike::Index> names;
  std::shared_ptr<const lookalike::People> people;
};

// A name one slip from a protected one, or from a protected suffix.
bool is_near_protected(const lookalike::Engine& engine,
                       const std::string& domain) {
  return std::ranges::any_of(
      engine.judge(domain).findings, [](const lookalike::Finding& finding) {
        return finding.id.starts_with("lookalike.protected");
      });
}

// Few suffixes are near a protected one: only names under those are judged.
bool may_be_near_protected(const std::string& domain,
                           const lookalike::Options& options) {
  const std::string_view last =
      std::string_view(domain).substr(domain.rfind('.') + 1);
  return std::ranges::any_of(
      options.protected_suffixes, [&](const std::string& suffix) {
        const std::string_view end =
            std::string_view(suffix).substr(suffix.rfind('.') + 1);
        return typing_distance(end, last, 1) <= 1;
      });
}

class Teacher {
 public:
  Teacher(const lookalike::Engine& engine, const lookalike::People& people,
          const lookalike::Options& options)
      : engine_(engine), people_(people), options_(options) {}

  void hear(std::string_view local_part, std::string_view domain, double weight,
            Standing standing) {
    if (domain != domain_) begin(domain, standing);
    if (local_part.empty() || !is_usable_ ||
        people_.knows(local_part, domain)) {
      return;
    }
    builder_.add(local_part, domain, std::max(weight, kLeastWeight), standing);
    has_people_ = true;
  }

  Taught finish() && {
    Taught taught;
    if (!names_.empty()) {
      taught.names = std::make_shared<const lookalike::Index>(
          lookalike::Index::build(std::exchange(names_, {})));
    }
    if (has_people_) {
      taught.people = std::make_shared<const lookalike::People>(
          std::move(builder_).build());
    }
    return taught;
  }

 private:
  // The next one is of this domain.
  void begin(std::string_view domain, Standing standing) {
    domain_ = domain;
    is_usable_ = domain::Name::parse(domain_).has_value() &&
                 !(may_be_near_protected(domain_, options_) &&
                   is_near_protected(engine_, domain_));
    if (is_usable_ && standing == Standing::kKnown && !engine_.knows(domain_)) {
      names_.push_back({domain_, Source::kKnown, 1});
    }
  }

  const lookalike::Engine& engine_;
  const lookalike::People& people_;
  const lookalike::Options& options_;
  std::string domain_;
  bool is_usable_ = false;
  std::vector<KnownName> names_;
  lookalike::People::Builder builder_;
  bool has_people_ = false;
};

std::shared_ptr<const lookalike::People> make_people(
    const std::vector<lookalike::KnownAddress>& known) {
  return std::make_shared<const lookalike::People>(known);
}

// Those of files, and behind them those that `each` tells.
std::shared_ptr<const lookalike::People> make_people(
    const std::vector<lookalike::KnownAddress>& known,
    const lookalike::People& taught, const EachFamiliar& each) {
  lookalike::People::Builder builder;
  for (const auto& one : known) {
    builder.add(one.local_part, one.domain, one.weight);
  }
  each([&](std::string_view local_part, std::string_view domain, double weight,
           Standing standing) {
    if (!local_part.empty() && taught.standing(local_part, domain)) {
      builder.add(local_part, domain, std::max(weight, kLeastWeight), standing);
    }
  });
  return std::make_shared<const lookalike::People>(std::move(builder).build());
}

Result<lookalike::Options> engine_options(const config::Config& config) {
  lookalike::Options options = lookalike::built_in_options();
  options.protected_suffixes.insert(options.protected_suffixes.end(),
                                    config.protected_suffixes.begin(),
                                    config.protected_suffixes.end());
  if (config.channel_file.empty()) return options;
  auto channel = site_channel(config);
  if (!channel) return std::unexpected(channel.error());
  options.channel = std::make_shared<const lookalike::Channel>(*channel);
  return options;
}

// The names built in, those of lists, and what `read` has of files.
Result<Layers> make_layers(const config::Config& config,
                           const std::vector<KnownName>& read) {
  Layers layers = {lookalike::built_in_index()};
  if (!read.empty()) {
    layers.push_back(std::make_shared<const lookalike::Index>(
        lookalike::Index::build(read)));
  }
  for (const std::string& path : config.index_files) {
    auto index = open_index(path);
    if (!index) return std::unexpected(index.error());
    layers.push_back(std::move(*index));
  }
  return layers;
}

}  // namespace

Result<Groundwork> Groundwork::lay(const config::Config& config,
                                   const std::vector<std::string>& known) {
  Groundwork made;
  Read read;
  const auto add_known = [&](std::string_view name) {
    read.names.push_back({std::string(name), Source::kKnown, 1});
  };
  for (const std::string& name : known) add_known(name);
  // Colleagues are written to, and mistyped, more than anybody.
  for (const std::string_view ours : config.gate.our_domains) {
    add_known(ours.starts_with("*.") ? ours.substr(2) : ours);
  }
  auto added =
      add_files(config.known_files, config.names_files, read, made.notices_);
  if (!added) return std::unexpected(added.error());
  auto layers = make_layers(config, read.names);
  if (!layers) return std::unexpected(layers.error());
  auto options = engine_options(config);
  if (!options) return std::unexpected(options.error());
  made.rules_ = config.rules;
  made.options_ = std::move(*options);
  made.layers_ = std::move(*layers);
  made.engine_ =
      std::make_shared<const lookalike::Engine>(made.layers_, made.options_);
  made.addresses_ = std::move(read.addresses);
  made.people_ = make_people(made.addresses_);
  return made;
}

std::shared_ptr<const guard::Assessor> Groundwork::teach_each(
    const EachFamiliar& each) const {
  Teacher teacher(*engine_, *people_, options_);
  each([&teacher](std::string_view local_part, std::string_view domain,
                  double weight, Standing standing) {
    teacher.hear(local_part, domain, weight, standing);
  });
  const Taught taught = std::move(teacher).finish();
  auto engine = engine_;
  if (taught.names != nullptr) {
    Layers layers = layers_;
    layers.push_back(taught.names);
    engine = std::make_shared<const lookalike::Engine>(layers, options_);
  }
  auto people = people_;
  if (taught.people != nullptr) {
    people = addresses_.empty()  // nobody else is known
                 ? taught.people
                 : make_people(addresses_, *taught.people, each);
  }
  return std::make_shared<guard::Assessor>(
      rules_, std::move(engine), std::move(people),
      guard::Familiar{taught.names, taught.people});
}

std::shared_ptr<const guard::Assessor> Groundwork::teach(
    std::vector<store::Familiar> familiar) const {
  // Within a domain those who answer stay first, and of these the heaviest.
  std::ranges::stable_sort(familiar, {}, &store::Familiar::domain);
  return teach_each([&](const UseFamiliar& use) {
    for (const store::Familiar& one : familiar) {
      use(one.local_part, one.domain, one.weight,
          one.answers ? Standing::kKnown : Standing::kWrittenTo);
    }
  });
}

Result<Built> build_assessor(const config::Config& config,
                             const std::vector<std::string>& known,
                             std::vector<store::Familiar> familiar) {
  const auto ground = Groundwork::lay(config, known);
  if (!ground) return std::unexpected(ground.error());
  return Built{ground->teach(std::move(familiar)), ground->notices()};
}

}  // namespace lostletter::programs
