// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/page.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/html.h"
#include "base/text.h"
#include "mail/address.h"

namespace lostletter::sinkhole {
namespace {

// Of names and senders, in a page.
constexpr std::size_t kMostRows = 100;
// And in a letter.
constexpr std::size_t kMostLines = 15;

using Column = HtmlTable::Column;

std::string number(std::uint64_t count) { return std::to_string(count); }

std::string rate(double letters) { return fmt::format("{:.2f}", letters); }

std::string sender_name(const Sender& sender) {
  if (sender.domain.empty()) return "(bounces)";
  return sender.domain == "*" ? "(many others)" : sender.domain;
}

std::string_view likely(const Sender& sender) {
  return sender.is_machine() ? "machine" : "perhaps people";
}

std::string summary(const Report& one) {
  const Funnel& funnel = one.funnel;
  HtmlTable table({{"Refused"}, {"Letters", Column::kNumber}});
  table.add({"all", number(funnel.letters)});
  table.add({"- forged senders", number(funnel.forged)});
  table.add({"- greeted like no mail server", number(funnel.odd_greeting)});
  table.add({"- automatic", number(funnel.automatic)});
  table.add({"- too frequent", number(funnel.frequent)});
  table.add({"from people, at most", number(funnel.perhaps)});
  return fmt::format(
             "<p>Since {}, until {}: at most {} letters a day from people; {} "
             "in the last week, {} in the week before: {}.</p>\n",
             html_text(one.first_day), html_text(one.last_day),
             rate(one.per_day), rate(one.last_week), rate(one.week_before),
             to_string(one.trend)) +
         table.html();
}

std::string days(const Report& one) {
  std::vector<HtmlBar> bars;
  for (const Day& day : one.by_day) {
    bars.push_back({day.day, static_cast<double>(day.people)});
  }
  return "<h3>Letters a day, from people at most</h3>\n" + html_bars(bars);
}

std::string names(const Report& one) {
  HtmlTable table({{"Written to"}, {"Letters", Column::kNumber}});
  for (std::size_t i = 0; i < std::min(kMostRows, one.wrong_names.size());
       ++i) {
    const auto& [name, letters] = one.wrong_names[i];
    table.add({name == "*" ? "(many others)" : name, number(letters)});
  }
  return "<h3>Wrong names</h3>\n" + table.html();
}

std::string senders(const Report& one) {
  HtmlTable table({{"From"},
                   {"Likely"},
                   {"Letters", Column::kNumber},
                   {"From people, at most", Column::kNumber},
                   {"Since"},
                   {"Last"}});
  const auto& all = one.sending_domains;
  for (std::size_t i = 0; i < std::min(kMostRows, all.size()); ++i) {
    table.add({sender_name(all[i]), likely(all[i]), number(all[i].letters),
               number(all[i].people), all[i].first_day, all[i].last_day});
  }
  std::string text = "<h3>Sending domains</h3>\n" + table.html();
  if (all.size() > kMostRows) {
    text += fmt::format("<p class=\"note\">And {} more.</p>\n",
                        all.size() - kMostRows);
  }
  return text;
}

std::string asked(const QueryReport& one) {
  std::vector<HtmlBar> bars;
  for (const auto& [day, count] : one.by_day) {
    bars.push_back({day, static_cast<double>(count)});
  }
  HtmlTable names_table({{"Asked for"}, {"Questions", Column::kNumber}});
  for (std::size_t i = 0; i < std::min(kMostRows, one.wrong_names.size());
       ++i) {
    const auto& [name, count] = one.wrong_names[i];
    names_table.add({name == "*" ? "(many others)" : name, number(count)});
  }
  return fmt::format(
             "<h2>Asked for instead of {}</h2>\n<p class=\"note\">{}</p>\n"
             "<p>Since {}, until {}: {} questions for mail hosts, {} a day; {} "
             "in the last week, {} in the week before: {}.</p>\n"
             "<h3>Questions a day</h3>\n",
             html_text(one.owner), kNoLetters, html_text(one.first_day),
             html_text(one.last_day), one.queries, rate(one.per_day),
             rate(one.last_week), rate(one.week_before), to_string(one.trend)) +
         html_bars(bars) + "<h3>Wrong names</h3>\n" + names_table.html();
}

// Lines of a letter, "  name   12".
template <typename List, typename Line>
std::string lines_of(const List& list, const Line& line) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostLines, list.size()); ++i) {
    text += line(list[i]);
  }
  if (list.size() > kMostLines) {
    text += fmt::format("  and {} more\n", list.size() - kMostLines);
  }
  return text;
}

std::string first_name(const Report& report) {
  return report.wrong_names.empty() ? "a name like it"
                                    : report.wrong_names.front().first;
}

}  // namespace

std::string to_html(std::span<const Report> reports,
                    std::span<const QueryReport> queries) {
  std::string body = fmt::format("<p class=\"note\">{}</p>\n", kUpperBound);
  if (reports.empty()) body += "<p>No letter was refused yet.</p>\n";
  for (const Report& one : reports) {
    body += fmt::format("<h2>Meant for {}</h2>\n", html_text(one.owner)) +
            summary(one) + days(one) + names(one) + senders(one);
  }
  for (const QueryReport& one : queries) body += asked(one);
  return html_page("Letters to wrong names", body);
}

std::vector<std::string> contacts_of(std::string_view security_txt) {
  constexpr std::string_view kField = "contact:";
  constexpr std::string_view kScheme = "mailto:";
  std::vector<std::string> contacts;
  for (const auto line : split(security_txt, '\n')) {
    if (!ascii_iequals(line.substr(0, kField.size()), kField)) continue;
    auto uri = trim(line.substr(kField.size()));
    if (!ascii_iequals(uri.substr(0, kScheme.size()), kScheme)) continue;
    uri.remove_prefix(kScheme.size());
    // RFC 6068: what stands behind '?' are header fields, not ours to take.
    const auto address = mail::Address::parse(uri.substr(0, uri.find('?')));
    if (!address || !is_ascii(address->to_string())) continue;
    contacts.push_back(address->to_string());
  }
  return contacts;
}

std::string notice(const Report& report,
                   const std::vector<std::string>& contacts) {
  std::string to;
  for (const std::string& contact : contacts) {
    to += (to.empty() ? "" : ",\n ") + contact;
  }
  if (to.empty()) to = "postmaster@" + report.owner;
  return fmt::format(
             "To: {}\nSubject: Mail meant for {} is written to {}\n"
             "X-Unsent: 1\nMIME-Version: 1.0\n"
             "Content-Type: text/plain; charset=us-ascii\n\n"
             "Hello,\n\n"
             "people who mean {} write to names that we hold. We refuse all of "
             "it: no\nletter was taken, read or kept. Senders hear at once "
             "which name was probably\nmeant.\n\n"
             "Since {}, until {}: {} recipients refused, at most {} of them "
             "in\nletters from people ({:.2f} a day; last week {:.2f}, the "
             "week before {:.2f}: {}).\nThis is an upper bound: without "
             "reading letters, not every machine can be\ntold from a "
             "person.\n\n",
             to, report.owner, first_name(report), report.owner,
             report.first_day, report.last_day, report.funnel.letters,
             report.funnel.perhaps, report.per_day, report.last_week,
             report.week_before, to_string(report.trend)) +
         "Written to:\n" +
         lines_of(report.wrong_names,
                  [](const auto& one) {
                    return fmt::format("  {:<40} {:>9}\n", one.first,
                                       one.second);
                  }) +
         "\nFrom these domains (refused; from people, at most; since):\n" +
         lines_of(report.sending_domains,
                  [](const Sender& one) {
                    return fmt::format("  {:<40} {:>9} {:>9}  {}\n",
                                       sender_name(one), one.letters,
                                       one.people, one.first_day);
                  }) +
         fmt::format(
             "\nWhat you can do: tell those senders; refuse letters to these "
             "names at your own\nservers; add them to what your users are "
             "warned of. If you want to hold the\nnames yourself, tell "
             "us.\n\nYours,\n");
}

}  // namespace lostletter::sinkhole
