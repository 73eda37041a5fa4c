// SPDX-License-Identifier: Apache-2.0
#include "mailboxes.h"

#include "base/text.h"
#include "files.h"
#include "mail/address.h"

namespace lostletter::eval {
namespace {

constexpr std::size_t kSentOften = 5;
constexpr std::size_t kReceivedOften = 20;
constexpr std::size_t kSentRarely = 2;

// Columns of metadata_dev.tsv.
constexpr std::size_t kFrom = 2;
constexpr std::size_t kTo = 3;
constexpr std::size_t kCc = 4;

bool is_frequent(const Mailbox& box) {
  return box.sent >= kSentOften || box.received >= kReceivedOften;
}

}  // namespace

Mailboxes load_mailboxes(const std::string& data) {
  Mailboxes boxes;
  bool head = true;
  for (const auto& line : read_lines(data + "/mail/lore/metadata_dev.tsv")) {
    const auto cells = split(line, '\t');
    if (std::exchange(head, false) || cells.size() <= kCc) continue;
    ++boxes[ascii_lower(cells[kFrom])].sent;
    for (const std::size_t column : {kTo, kCc}) {
      for (const auto address : split(cells[column], ',')) {
        ++boxes[ascii_lower(trim(address))].received;
      }
    }
  }
  std::erase_if(boxes, [](const auto& box) {
    return !mail::Address::parse(box.first).has_value();
  });
  return boxes;
}

std::vector<Pair> load_address_slips(const std::string& data) {
  std::vector<Pair> pairs;
  for (const auto& line : read_lines(data + "/typos/dev/lore-natural-A.tsv")) {
    const auto cells = fields(line);
    if (cells.size() < 2) continue;
    pairs.push_back({ascii_lower(cells[0]), ascii_lower(cells[1])});
  }
  return pairs;
}

std::vector<LetterSlip> load_letter_slips(const std::string& data) {
  // Columns: typed, intended, split, where, dist, n_typed, n_intended,
  // evidence, first_message_id.
  std::map<std::string, std::string> typed;  // by letter
  const auto path = data + "/typos/dev/lore-natural-A.evidence.tsv";
  for (const auto& line : read_lines(path)) {
    const auto cells = fields(line);
    if (cells.size() > 8 && cells[3] == "header") {
      typed[cells[8]] = ascii_lower(cells[0]);
    }
  }
  std::vector<LetterSlip> slips;
  for (const auto& line : read_lines(data + "/mail/lore/metadata_dev.tsv")) {
    const auto cells = split(line, '\t');
    if (cells.size() <= kFrom) continue;
    const auto found = typed.find(std::string(cells[1]));
    if (found == typed.end()) continue;
    slips.push_back({found->second, found->first, ascii_lower(cells[kFrom])});
  }
  return slips;
}

std::vector<std::pair<std::string, std::string>> load_alike_senders(
    const std::string& data) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& line :
       read_lines(data + "/typos/negatives/legit_lookalike_senders.tsv")) {
    const auto cells = fields(line);
    if (cells.size() < 2 || cells[0].find('@') == std::string::npos) continue;
    pairs.emplace_back(ascii_lower(cells[0]), ascii_lower(cells[1]));
  }
  return pairs;
}

std::vector<std::string> frequent(const Mailboxes& mailboxes,
                                  const std::set<std::string>& without) {
  std::vector<std::string> known;
  for (const auto& [address, box] : mailboxes) {
    if (is_frequent(box) && !without.contains(address)) {
      known.push_back(address);
    }
  }
  return known;
}

std::vector<std::string> rare_senders(const Mailboxes& mailboxes) {
  std::vector<std::string> rare;
  for (const auto& [address, box] : mailboxes) {
    if (box.sent > 0 && box.sent <= kSentRarely && !is_frequent(box)) {
      rare.push_back(address);
    }
  }
  return rare;
}

}  // namespace lostletter::eval
