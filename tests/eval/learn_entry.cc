// SPDX-License-Identifier: Apache-2.0
//
// What data/model/entry.tsv is fitted to by tools/fit_entry.py: recipients of
// real letters, and wrong ones that are made (wrong_pick.h), by the figures of
// guard/entry_features.h. Only the first nine tenths of each person's letters:
// the evaluation looks at the others. No address is written.
#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "files.h"
#include "guard/entry_features.h"
#include "replay.h"
#include "wrong_pick.h"

namespace lostletter::eval {
namespace {

constexpr std::size_t kFirst = 10;  // letters of a person, to know them a bit
constexpr std::size_t kMostRecipients = 15;

// A line for each: 1 for a wrong one, and its figures; a file for each
// organisation. The features beside them, as XGBoost's maps of features are.
class Examples {
 public:
  explicit Examples(std::string folder) : folder_(std::move(folder)) {
    std::ofstream names(folder_ + "/features.txt");
    std::size_t number = 0;
    for (const auto& feature : guard::entry_features()) {
      names << number++ << '\t' << feature.name << "\tq\n";
    }
  }
  // What follows is this organisation's.
  void begin(std::string name) {
    std::ranges::replace(name, ' ', '-');
    out_ = std::ofstream(folder_ + '/' + name + ".csv");
  }
  void add(const std::vector<double>& features, bool wrong) {
    out_ << (wrong ? 1 : 0);
    for (const double value : features) out_ << fmt::format(",{}", value);
    out_ << '\n';
    ++(wrong ? wrong_ : right_);
  }
  bool finish() { return static_cast<bool>(out_.flush()); }
  std::size_t right() const { return right_; }
  std::size_t wrong() const { return wrong_; }

 private:
  const std::string folder_;
  std::ofstream out_;
  std::size_t right_ = 0;
  std::size_t wrong_ = 0;
};

class Course {
 public:
  Course(const Post& post, Examples& examples, std::uint64_t seed)
      : replay_(post), examples_(examples), random_(seed) {}

  void run() {
    replay_.run([this](const Sending& sending) { look(sending); });
  }

 private:
  void look(const Sending& sending) {
    if (sending.number < kFirst || sending.to.size() > kMostRecipients ||
        !sending.is_taught()) {
      return;
    }
    for (std::size_t i = 0; i < sending.to.size(); ++i) {
      add(sending, sending.to, i, false);
    }
    const std::string& meant = sending.to[random_.below(sending.to.size())];
    const double kind = random_.unit();
    const auto wrong = pick_wrong(kind < 0.7    ? Wrong::kAutoComplete
                                  : kind < 0.85 ? Wrong::kNamesake
                                                : Wrong::kUnseen,
                                  sending, meant, replay_.everybody(), random_);
    if (!wrong) return;
    // Beside a wrong one the others are right, too.
    for (const auto& to :
         {added(sending.to, *wrong), replaced(sending.to, meant, *wrong)}) {
      for (std::size_t i = 0; i < to.size(); ++i) {
        add(sending, to, i, to[i] == *wrong);
      }
    }
  }

  void add(const Sending& sending, const std::vector<std::string>& to,
           std::size_t which, bool wrong) {
    const auto asked = inquiry(sending, to, which);
    examples_.add(guard::read_features(asked, replay_.ask(asked)), wrong);
  }

  Replay replay_;
  Examples& examples_;
  Random random_;
};

int main_program(int argc, char** argv) {
  if (argc != 3 || std::string(argv[1]) != "-o") {
    std::cerr << "usage: learn_entry -o FOLDER\n";
    return 64;
  }
  const std::string data = find_data();
  if (data.empty()) {
    std::cerr << "learn_entry: no evaluation data: set LOSTLETTER_DATA\n";
    return 66;
  }
  Examples examples(argv[2]);
  std::vector<Post> posts = load_organisations(data);
  posts.push_back(load_enron(data));
  for (const Post& post : posts) {
    examples.begin(post.name);
    Course(post, examples, 1).run();
    if (!examples.finish()) return 74;
    std::cerr << fmt::format("{}: {} letters; {} right, {} wrong so far\n",
                             post.name, post.letters.size(), examples.right(),
                             examples.wrong());
  }
  return 0;
}

}  // namespace
}  // namespace lostletter::eval

int main(int argc, char** argv) {
  try {
    return lostletter::eval::main_program(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "learn_entry: " << error.what() << '\n';
    return 1;
  }
}
