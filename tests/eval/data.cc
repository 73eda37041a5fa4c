// SPDX-License-Identifier: Apache-2.0
#include "data.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "files.h"

namespace lostletter::eval {
namespace {

// Behind the last '@', where there is one.
std::string domain_of(const std::string& text) {
  return ascii_lower(std::string_view(text).substr(text.rfind('@') + 1));
}

TypoSource read_source(const std::string& data, const std::string& name,
                       const std::string& grade) {
  TypoSource source{name, grade, {}};
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& line : read_lines(data + "/typos/dev/" + name + ".tsv")) {
    const auto cells = fields(line);
    if (cells.size() < 2 || line.starts_with('#')) continue;
    Pair pair{domain_of(cells[0]), domain_of(cells[1])};
    // A slip in the local part is not the names' business.
    if (pair.typed == pair.intended) continue;
    if (seen.emplace(pair.typed, pair.intended).second) {
      source.pairs.push_back(std::move(pair));
    }
  }
  return source;
}

// A name that can be asked about: "*.example.com" in lists of hosts cannot.
void add_name(std::string_view text, std::set<std::string>& names) {
  if (auto name = domain::Name::parse(trim(text))) {
    if (name->labels().size() > 1) names.insert(name->ascii());
  }
}

// Column `column` of a file, its head line skipped where it has one.
std::set<std::string> column_of(const std::string& path, char separator,
                                std::size_t column, bool has_head) {
  std::set<std::string> names;
  bool head = has_head;
  for (const auto& line : read_lines(path)) {
    const auto cells = split(line, separator);
    if (!std::exchange(head, false) && column < cells.size()) {
      add_name(cells[column], names);
    }
  }
  return names;
}

// Whom somebody really wrote from.
std::set<std::string> lore_senders(const std::string& data) {
  std::set<std::string> names;
  for (const auto& line : read_lines(data + "/mail/lore/metadata_dev.tsv")) {
    const auto cells = fields(line);
    if (cells.size() > 2) add_name(domain_of(cells[2]), names);
  }
  names.erase("from");
  return names;
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}
std::size_t Random::below(std::size_t bound) { return next() % bound; }
double Random::unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::vector<TypoSource> load_typos(const std::string& data) {
  std::vector<TypoSource> sources;
  for (const auto& line : read_lines(data + "/typos/SOURCES.tsv")) {
    const auto cells = fields(line);
    if (cells.size() < 3 || cells[1] != "dev") continue;
    // "A(auto-labelled)" is an A.
    sources.push_back(
        read_source(data, cells[0], cells[2].substr(0, cells[2].find('('))));
  }
  return sources;
}

std::vector<NameList> load_legitimate(const std::string& data,
                                      const std::vector<TypoSource>& typos) {
  std::set<std::string> typed;
  for (const auto& source : typos) {
    for (const auto& pair : source.pairs) typed.insert(pair.typed);
  }
  const std::string dir = data + "/names/";
  auto fortune =
      column_of(dir + "fortune20_domain_survey_2023.csv", ',', 0, true);
  fortune.merge(column_of(dir + "fortune500_2020.csv", ',', 3, true));
  const std::pair<std::string, std::set<std::string>> lists[] = {
      {"popular 2016, 100,000",
       column_of(dir + "alexa_top100k_2016.txt", '\t', 0, false)},
      {"popular 2014, 10,000",
       column_of(dir + "opendns_top10k_2014.txt", '\t', 0, false)},
      {"gov", column_of(dir + "dotgov_current_full.csv", ',', 0, true)},
      {"mil hosts", column_of(dir + "dotmil_hosts.txt", '\t', 0, false)},
      {"universities",
       column_of(dir + "university_domains.tsv", '\t', 0, true)},
      {"Fortune lists", std::move(fortune)},
      {"free mail providers",
       column_of(dir + "free_mail_providers.tsv", '\t', 0, true)},
      {"random: .bd, asked",
       column_of(data + "/corpora/bd_dns_nxdomain_pairs_full.tsv", '\t', 1,
                 true)},
      {"random: list senders", lore_senders(data)},
  };
  std::vector<NameList> loaded;
  for (const auto& [name, names] : lists) {
    NameList list{name, {}, 0};
    for (const auto& one : names) {
      if (typed.contains(one)) {
        ++list.left_out;
      } else {
        list.names.push_back(one);
      }
    }
    loaded.push_back(std::move(list));
  }
  return loaded;
}

std::vector<Neighbours> load_neighbours(const std::string& data) {
  std::map<std::string, Neighbours> found;
  for (const auto& line :
       read_lines(data + "/typos/negatives/legit_lookalike_domains.tsv")) {
    const auto cells = fields(line);
    if (cells.size() < 3 || cells[2] == "source") continue;
    auto& list = found[cells[2]];
    list.name = cells[2];
    list.pairs.emplace_back(cells[0], cells[1]);
  }
  std::vector<Neighbours> lists;
  lists.reserve(found.size());
  for (auto& [name, list] : found) lists.push_back(std::move(list));
  return lists;
}

std::vector<std::string> load_pool(const std::string& data) {
  const std::string dir = data + "/names/";
  auto all = column_of(dir + "alexa_top100k_2016.txt", '\t', 0, false);
  all.merge(column_of(dir + "university_domains.tsv", '\t', 0, true));
  all.merge(column_of(dir + "dotgov_current_full.csv", ',', 0, true));
  return {all.begin(), all.end()};
}

std::vector<std::string> sample(std::vector<std::string> pool,
                                std::size_t number, std::uint64_t seed,
                                const std::set<std::string>& without) {
  Random random(seed);
  std::vector<std::string> drawn;
  // Fisher and Yates, as far as needed.
  for (std::size_t i = 0; i < pool.size() && drawn.size() < number; ++i) {
    std::swap(pool[i], pool[i + random.below(pool.size() - i)]);
    if (!without.contains(pool[i])) drawn.push_back(pool[i]);
  }
  return drawn;
}

}  // namespace lostletter::eval
