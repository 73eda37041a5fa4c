// SPDX-License-Identifier: Apache-2.0
//
// Letters of an organisation replayed in the order of time: before each one is
// learnt, as the guard learns it, somebody looks at it with the store as it
// stands. The store is the real one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "learning/us.h"
#include "post.h"
#include "store/store.h"

namespace lostletter::eval {

// Whom a person has in their address book: those they wrote to and those who
// wrote to them, by the beginning of the address too.
class AddressBook {
 public:
  void add(const std::string& address);
  bool has(const std::string& address) const { return all_.contains(address); }
  const std::vector<std::string>& all() const { return list_; }
  // That begin with these letters.
  const std::vector<std::string>& beginning(const std::string& letters) const;

  std::size_t sent = 0;  // letters, by the person

 private:
  std::set<std::string> all_;
  std::vector<std::string> list_;
  std::map<std::string, std::vector<std::string>> by_beginning_;
};

// A letter that one of us is about to send.
struct Sending {
  // The trees of guard/wrong_entry.h are fitted on the first nine tenths of
  // each person's letters; what is judged with them comes after.
  bool is_taught() const { return 10 * number < 9 * of; }

  const archive::Letter& letter;
  std::vector<std::string> to;  // without the person, each once
  const AddressBook& book;      // of the person, before this letter
  std::size_t number = 0;       // of the person's letters, from 0
  std::size_t of = 0;
};

class Replay {
 public:
  explicit Replay(const Post& post);
  ~Replay();

  // Calls `look` for each letter of each of us, in the order of time.
  void run(const std::function<void(const Sending&)>& look);

  store::Store& store() { return *store_; }
  // What was learnt is in the store now, not in a few moments.
  void flush(Seconds now);
  // The evidence at this point of the replay.
  guard::Evidence ask(const guard::Inquiry& inquiry);
  // Everybody met so far, as sender or recipient.
  const std::vector<std::string>& everybody() const { return everybody_; }
  // How many letters each of us sends in all.
  const std::map<std::string, std::size_t>& senders() const { return sent_; }

 private:
  void learn(const archive::Letter& letter);
  std::vector<std::string> recipients(const archive::Letter& letter) const;

  const Post& post_;
  const learning::Us us_;
  std::string directory_;
  std::unique_ptr<store::Store> store_;
  std::vector<guard::Lesson> waiting_;
  std::map<std::string, AddressBook> books_;
  std::map<std::string, std::size_t> sent_;
  std::set<std::string> met_;
  std::vector<std::string> everybody_;
};

// What the guard asks of one recipient of a letter.
guard::Inquiry inquiry(const Sending& sending,
                       const std::vector<std::string>& to, std::size_t which);

}  // namespace lostletter::eval
