// SPDX-License-Identifier: Apache-2.0
#include "programs/sinkhole_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lostletter::programs {
namespace {

using Json = nlohmann::ordered_json;
using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

constexpr std::size_t kMostLines = 10;

Json object_of(const Counts& counts) {
  Json object = Json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

std::string line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json days_of(const sinkhole::Report& one) {
  Json days = Json::array();
  for (const sinkhole::Day& day : one.by_day) {
    days.push_back({{"day", day.day},
                    {"letters", day.letters},
                    {"people_at_most", day.people}});
  }
  return days;
}

Json senders_of(const sinkhole::Report& one) {
  Json senders = Json::array();
  for (const sinkhole::Sender& sender : one.sending_domains) {
    senders.push_back({{"domain", sender.domain},
                       {"likely", sender.is_machine() ? "machine" : "people"},
                       {"letters", sender.letters},
                       {"people_at_most", sender.people},
                       {"first_day", sender.first_day},
                       {"last_day", sender.last_day}});
  }
  return senders;
}

void append_counts(std::string_view head, const Counts& counts,
                   std::string& text) {
  text += fmt::format("  {}\n", head);
  for (std::size_t i = 0; i < std::min(kMostLines, counts.size()); ++i) {
    text +=
        fmt::format("    {:<30} {:>9}\n", counts[i].first, counts[i].second);
  }
}

void append_senders(const sinkhole::Report& one, std::string& text) {
  text += "  from                            refused  people at most  since\n";
  const auto& all = one.sending_domains;
  for (std::size_t i = 0; i < std::min(kMostLines, all.size()); ++i) {
    const sinkhole::Sender& sender = all[i];
    text += fmt::format("    {:<28} {:>9} {:>15}  {}{}\n",
                        sender.domain.empty() ? "(none)" : sender.domain,
                        sender.letters, sender.people, sender.first_day,
                        sender.is_machine() ? ", machine" : "");
  }
  if (all.size() > kMostLines) {
    text += fmt::format("    and {} more\n", all.size() - kMostLines);
  }
}

}  // namespace

std::string to_json(const sinkhole::Report& one) {
  const sinkhole::Funnel& funnel = one.funnel;
  return line({{"intended", one.owner},
               {"first_day", one.first_day},
               {"last_day", one.last_day},
               {"letters", funnel.letters},
               {"forged", funnel.forged},
               {"odd_greeting", funnel.odd_greeting},
               {"automatic", funnel.automatic},
               {"frequent", funnel.frequent},
               {"people_at_most", funnel.perhaps},
               {"per_day", one.per_day},
               {"last_week_per_day", one.last_week},
               {"week_before_per_day", one.week_before},
               {"trend", to_string(one.trend)},
               {"tls", one.tls},
               {"wrong_names", object_of(one.wrong_names)},
               {"senders", object_of(one.senders)},
               {"sending_domains", senders_of(one)},
               {"days", days_of(one)}});
}

std::string to_json(const sinkhole::QueryReport& one) {
  return line({{"intended", one.owner},
               {"first_day", one.first_day},
               {"last_day", one.last_day},
               {"queries", one.queries},
               {"queries_per_day", one.per_day},
               {"last_week_per_day", one.last_week},
               {"week_before_per_day", one.week_before},
               {"trend", to_string(one.trend)},
               {"wrong_names", object_of(one.wrong_names)},
               {"networks", object_of(one.networks)},
               {"days", object_of(one.by_day)}});
}

std::string to_text(const sinkhole::Report& one) {
  const sinkhole::Funnel& funnel = one.funnel;
  std::string text = fmt::format(
      "{}, {} to {}\n"
      "  refused              {:>9}\n"
      "  - forged senders     {:>9}\n"
      "  - no mail server     {:>9}\n"
      "  - automatic          {:>9}\n"
      "  - too frequent       {:>9}\n"
      "  from people, at most {:>9}   {:.2f} a day; last week {:.2f}, the week "
      "before {:.2f}: {}\n",
      one.owner, one.first_day, one.last_day, funnel.letters, funnel.forged,
      funnel.odd_greeting, funnel.automatic, funnel.frequent, funnel.perhaps,
      one.per_day, one.last_week, one.week_before, to_string(one.trend));
  append_counts("written to", one.wrong_names, text);
  append_senders(one, text);
  return text;
}

std::string to_text(const sinkhole::QueryReport& one) {
  std::string text = fmt::format(
      "{}, {} to {}\n"
      "  mail hosts asked for {:>9}   {:.2f} a day; last week {:.2f}, the week "
      "before {:.2f}: {}\n",
      one.owner, one.first_day, one.last_day, one.queries, one.per_day,
      one.last_week, one.week_before, to_string(one.trend));
  append_counts("of", one.wrong_names, text);
  append_counts("by", one.networks, text);
  return text;
}

}  // namespace lostletter::programs
