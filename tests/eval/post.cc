// SPDX-License-Identifier: Apache-2.0
#include "post.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "files.h"
#include "learning/teacher.h"

namespace lostletter::eval {
namespace {

using archive::Letter;

// The 20 people of Carvalho & Cohen (SDM 2007) who have two addresses here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kAlias =
    {{{"w..pereira@enron.com", "susan.pereira@enron.com"},
      {"e..dickson@enron.com", "stacy.dickson@enron.com"},
      {"lavorato@enron.com", "john.lavorato@enron.com"},
      {"w..white@enron.com", "stacey.white@enron.com"},
      {"f..campbell@enron.com", "larry.campbell@enron.com"},
      {"c..giron@enron.com", "darron.giron@enron.com"},
      {"j.kaminski@enron.com", "vince.kaminski@enron.com"},
      {"j..kaminski@enron.com", "vince.kaminski@enron.com"},
      {"k..allen@enron.com", "phillip.allen@enron.com"}}};

std::string one_address(std::string_view text) {
  std::string address = ascii_lower(trim(text));
  for (const auto& [from, to] : kAlias) {
    if (address == from) return std::string(to);
  }
  return address;
}

// Archives shorten what is inside: "@enron" without anything behind it never
// was where a letter went.
bool is_shortened(std::string_view address) {
  return !address.substr(address.rfind('@') + 1).contains('.');
}

void add_recipients(std::string_view cell, Letter& letter) {
  for (const std::string_view text : split(cell, ',')) {
    const std::string address = learning::usable_address(one_address(text));
    if (is_shortened(address)) continue;
    const bool known = std::ranges::any_of(
        letter.recipients,
        [&](const auto& other) { return other.address == address; });
    if (!address.empty() && !known) letter.recipients.push_back({address, ""});
  }
}

Seconds seconds(std::string_view cell) {
  std::int64_t value = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return Seconds(std::chrono::seconds(value));
}

// Without "Re:" and "Fwd:"; empty when too short to tell threads.
std::string thread_subject(std::string_view subject) {
  std::string text = ascii_lower(trim(subject));
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : {"re:", "fw:", "fwd:"}) {
      if (text.starts_with(mark)) {
        text = std::string(trim(std::string_view(text).substr(mark.size())));
        again = true;
      }
    }
  }
  return text.size() < 4 ? "" : text;
}

void in_order(std::vector<Letter>& letters) {
  std::ranges::stable_sort(letters, {}, &Letter::at);
}

}  // namespace

Post load_enron(const std::string& data) {
  // Columns: epoch, mid, path, from, to, ids, subject.
  struct Line {
    Letter letter;
    std::string subject;
  };
  std::vector<Line> lines;
  bool head = true;
  for (const auto& line : read_lines(data + "/mail/enron_timed/messages.tsv")) {
    const auto cells = split(line, '\t');
    if (std::exchange(head, false) || cells.size() < 7) continue;
    Letter letter;
    letter.id = fmt::format("<{}@enron>", cells[1]);
    letter.at = seconds(cells[0]);
    letter.sender = one_address(cells[3]);
    add_recipients(cells[4], letter);
    lines.push_back({std::move(letter), thread_subject(cells[6])});
  }
  std::ranges::stable_sort(lines, {},
                           [](const Line& line) { return line.letter.at; });
  Post post = {"Enron", {"enron.com", "*.enron.com"}, {}};
  std::map<std::string, std::vector<std::string>> by_subject;
  for (Line& line : lines) {
    if (!line.subject.empty()) {
      auto& thread = by_subject[line.subject];
      line.letter.thread.assign(thread.rbegin(), thread.rend());
      thread.push_back(line.letter.id);
    }
    post.letters.push_back(std::move(line.letter));
  }
  return post;
}

Post load_lists(const std::string& data, const std::string& name,
                const std::vector<std::string>& domains) {
  // Columns: epoch, message_id, from, to, cc, bcc, subject, in_reply_to.
  Post post = {name, {}, {}};
  for (const std::string& domain : domains) {
    post.us.push_back(domain);
    if (!domain.contains('@')) post.us.push_back("*." + domain);
  }
  const auto us = learning::Us::parse(post.us).value();
  std::map<std::string, std::string> answers;  // a letter to the one it answers
  bool head = true;
  for (const auto& line : read_lines(data + "/mail/lore/metadata_dev.tsv")) {
    const auto cells = split(line, '\t');
    if (std::exchange(head, false) || cells.size() < 8) continue;
    Letter letter;
    letter.id = cells[1];
    letter.at = seconds(cells[0]);
    letter.sender = learning::usable_address(cells[2]);
    add_recipients(cells[3], letter);
    add_recipients(cells[4], letter);
    // What References would say: the chain of answers.
    std::string before(trim(cells[7]));
    if (!before.empty()) answers[letter.id] = before;
    while (!before.empty() && letter.thread.size() < 20) {
      letter.thread.push_back(before);
      const auto next = answers.find(before);
      before = next == answers.end() ? "" : next->second;
    }
    const bool is_ours =
        us.has(letter.sender) ||
        std::ranges::any_of(letter.recipients,
                            [&](const auto& to) { return us.has(to.address); });
    if (is_ours && !letter.sender.empty()) {
      post.letters.push_back(std::move(letter));
    }
  }
  in_order(post.letters);
  return post;
}

std::vector<Post> load_organisations(const std::string& data) {
  return {load_lists(data, "red hat", {"redhat.com"}),
          load_lists(data, "oracle", {"oracle.com"}),
          load_lists(data, "intel", {"intel.com"}),
          load_lists(data, "suse", {"suse.de", "suse.com", "suse.cz"})};
}

}  // namespace lostletter::eval
