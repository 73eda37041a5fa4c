// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::eval {

ChannelPtr Report::channel() const {
  return settings.channel.empty() ? nullptr : load_channel(settings.channel);
}

ChannelPtr Report::channel_for(const TypoSource& source) const {
  if (settings.channels.empty()) return channel();
  return load_channel(settings.channels + '/' + source.name + ".tsv");
}

void Report::title(const std::string& text) {
  out << (settings.markdown ? "### " : "== ") << text << "\n\n" << std::flush;
}

void Report::note(const std::string& text) {
  out << text << "\n\n" << std::flush;
}

void Report::print(const Table& table) { table.print(out, settings.markdown); }

void Report::miss(const std::string& section, const std::string& list,
                  const std::string& typed, const std::string& intended,
                  const Answer& answer) {
  if (settings.misses.empty()) return;
  misses.push_back(fmt::format("{}\t{}\t{}\t{}\t{}\t{:.4f}", section, list,
                               printable(typed), printable(intended),
                               answer.first, answer.probability));
}

PeerTable::PeerTable(Report& report, Of of, std::string letter,
                     std::string first, std::string apart)
    : report_(report),
      of_(of),
      letter_(std::move(letter)),
      first_(std::move(first)),
      apart_(std::move(apart)) {}

void PeerTable::add(const std::string& name,
                    const std::vector<std::string>& known,
                    const std::vector<Pair>& pairs, bool counts) {
  std::vector<std::string> asked;
  asked.reserve(pairs.size());
  for (const Pair& pair : pairs) asked.push_back(pair.typed);
  const auto answers = report_.peers.ask(known, asked);
  peers_ = answers.names;
  Row row{name, pairs.size(), std::vector<Share>(peers_.size()),
          std::vector<Share>(peers_.size())};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (std::size_t p = 0; p < peers_.size(); ++p) {
      const std::string& written = answers.written[i][p];
      row.right[p].count(written == pairs[i].intended);
      row.wrong[p].count(!written.empty() && written != pairs[i].intended);
    }
  }
  for (std::size_t p = 0; counts && p < peers_.size(); ++p) {
    report_.peer_goals[letter_][peers_[p] + apart_] +=
        of_ == Of::kSlips ? row.right[p] : row.wrong[p];
  }
  rows_.push_back(std::move(row));
}

void PeerTable::print() {
  std::vector<std::string> heads = {first_, "n"};
  const bool slips = of_ == Of::kSlips;
  for (const auto& peer : peers_) {
    heads.push_back(slips ? peer + " right" : peer + " changed");
  }
  for (std::size_t p = 0; slips && p < peers_.size(); ++p) {
    heads.push_back("wrong");
  }
  Table table(heads);
  for (const Row& row : rows_) {
    std::vector<std::string> cells = {row.name, fmt::format("{}", row.number)};
    for (std::size_t p = 0; slips && p < peers_.size(); ++p) {
      cells.push_back(to_string(row.right[p]));
    }
    for (const Share& share : row.wrong) cells.push_back(to_string(share));
    table.add(std::move(cells));
  }
  report_.print(table);
}

}  // namespace lostletter::eval
