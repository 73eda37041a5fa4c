// SPDX-License-Identifier: Apache-2.0
#include "replay.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "learning/teacher.h"

namespace lostletter::eval {
namespace {

// The guard writes what it learns every few moments too.
constexpr auto kMoments = std::chrono::minutes(1);

// Nothing of it outlives the run: where there is a disk of memory, no real one
// need turn.
std::filesystem::path place_for_replays() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code ignored;
  return std::filesystem::is_directory(memory, ignored)
             ? memory
             : std::filesystem::temp_directory_path();
}

}  // namespace

void AddressBook::add(const std::string& address) {
  if (!all_.insert(address).second) return;
  list_.push_back(address);
  for (std::size_t letters = 1; letters <= 3; ++letters) {
    by_beginning_[address.substr(0, letters)].push_back(address);
  }
}

const std::vector<std::string>& AddressBook::beginning(
    const std::string& letters) const {
  static const std::vector<std::string> none;
  const auto found = by_beginning_.find(letters);
  return found == by_beginning_.end() ? none : found->second;
}

Replay::Replay(const Post& post)
    : post_(post), us_(learning::Us::parse(post.us).value()) {
  std::string name =
      (place_for_replays() / "lostletter-replay.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a directory for the replay");
  }
  directory_ = name;
  store_ = store::open_sqlite(directory_).value();
  for (const archive::Letter& letter : post.letters) {
    if (us_.has(letter.sender) && !recipients(letter).empty()) {
      ++sent_[letter.sender];
    }
  }
}

Replay::~Replay() {
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::vector<std::string> Replay::recipients(
    const archive::Letter& letter) const {
  std::vector<std::string> to;
  for (const archive::Recipient& one : letter.recipients) {
    if (one.address != letter.sender) to.push_back(one.address);
  }
  return to;
}

void Replay::run(const std::function<void(const Sending&)>& look) {
  for (const archive::Letter& letter : post_.letters) {
    const auto to = recipients(letter);
    if (us_.has(letter.sender) && !to.empty()) {
      if (!waiting_.empty() && letter.at - waiting_.front().at > kMoments) {
        flush(letter.at);
      }
      AddressBook& book = books_[letter.sender];
      look({letter, to, book, book.sent, sent_[letter.sender]});
      ++book.sent;
    }
    learn(letter);
  }
  flush(post_.letters.empty() ? Seconds() : post_.letters.back().at);
}

guard::Evidence Replay::ask(const guard::Inquiry& inquiry) {
  return store_->find_evidence(inquiry);
}

void Replay::learn(const archive::Letter& letter) {
  learning::Teacher teacher(us_, learning::Trust::kArchive);
  teacher.teach(letter, waiting_);
  const auto meet = [&](const std::string& address) {
    if (met_.insert(address).second) everybody_.push_back(address);
  };
  meet(letter.sender);
  const bool from_us = us_.has(letter.sender);
  for (const std::string& to : recipients(letter)) {
    meet(to);
    if (from_us) books_[letter.sender].add(to);
    if (us_.has(to)) books_[to].add(letter.sender);
  }
}

void Replay::flush(Seconds now) {
  store::Retention retention;
  retention.correspondence = std::chrono::days(36500);
  store_->learn(waiting_, now, retention);
  waiting_.clear();
}

guard::Inquiry inquiry(const Sending& sending,
                       const std::vector<std::string>& to, std::size_t which) {
  guard::Inquiry made;
  made.person = sending.letter.sender;
  made.address = to[which];
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (i != which) made.together.push_back(to[i]);
  }
  made.thread = sending.letter.thread;
  made.now = sending.letter.at;
  return made;
}

}  // namespace lostletter::eval
