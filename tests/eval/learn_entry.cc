// SPDX-License-Identifier: Apache-2.0
//
// Fits data/model/entry.tsv: what makes a recipient the wrong entry of an
// address book. Right ones are the recipients of real letters, wrong ones are
// made (wrong_pick.h); the weights are those of a logistic regression over the
// steps of guard/wrong_entry.h, by AdaGrad (Duchi et al. 2011), right and wrong
// having the same weight. Only the first nine tenths of each person's letters
// are learnt from: the evaluation looks at the others.
#include <cmath>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "files.h"
#include "guard/wrong_entry.h"
#include "replay.h"
#include "wrong_pick.h"

namespace lostletter::eval {
namespace {

constexpr std::size_t kFirst = 10;  // letters of a person, to know them a bit
constexpr std::size_t kMostRecipients = 15;

struct Example {
  std::vector<std::uint32_t> cues;
  bool wrong = false;
};

// Cues by number.
class Examples {
 public:
  void add(const std::vector<guard::Cue>& cues, bool wrong) {
    Example one = {{}, wrong};
    for (const guard::Cue& cue : cues) {
      const auto [found, fresh] =
          numbers_.try_emplace({std::string(cue.name), cue.step},
                               static_cast<std::uint32_t>(numbers_.size()));
      one.cues.push_back(found->second);
    }
    ++(wrong ? wrong_ : right_);
    all_.push_back(std::move(one));
  }

  std::vector<double> fit(Random& random);
  void write(const std::vector<double>& weights, std::ostream& out) const;
  std::size_t right() const { return right_; }
  std::size_t wrong() const { return wrong_; }

 private:
  std::map<std::pair<std::string, int>, std::uint32_t> numbers_;
  std::vector<Example> all_;
  std::size_t right_ = 0;
  std::size_t wrong_ = 0;
};

std::vector<double> Examples::fit(Random& random) {
  constexpr int kEpochs = 6;
  constexpr double kRate = 0.08;
  constexpr double kShrink = 2e-6;
  std::vector<double> weights(numbers_.size(), 0);
  std::vector<double> squares(numbers_.size(), 1e-3);
  const double share =
      static_cast<double>(right_) / static_cast<double>(wrong_);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    for (std::size_t i = all_.size(); i > 1; --i) {
      std::swap(all_[i - 1], all_[random.below(i)]);
    }
    for (const Example& one : all_) {
      double sum = 0;
      for (const auto cue : one.cues) sum += weights[cue];
      const double guess = 1 / (1 + std::exp(-sum));
      const double error =
          ((one.wrong ? 1 : 0) - guess) * (one.wrong ? share : 1);
      for (const auto cue : one.cues) {
        const double slope = error - kShrink * weights[cue];
        squares[cue] += slope * slope;
        weights[cue] += kRate * slope / std::sqrt(squares[cue]);
      }
    }
  }
  return weights;
}

void Examples::write(const std::vector<double>& weights,
                     std::ostream& out) const {
  out << fmt::format(
      "# The wrong entry of an address book: log-odds of each step of each "
      "feature.\n# Made by tests/eval/learn_entry.cc from {} right and {} "
      "made wrong recipients;\n# the figures are ours.\n",
      right_, wrong_);
  for (const auto& [cue, number] : numbers_) {
    out << fmt::format("{}\t{}\t{:.3f}\n", cue.first, cue.second,
                       weights[number]);
  }
}

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
    const auto more = added(sending.to, *wrong);
    add(sending, more, more.size() - 1, true);
    const auto other = replaced(sending.to, meant, *wrong);
    for (std::size_t i = 0; i < other.size(); ++i) {
      if (other[i] == *wrong) add(sending, other, i, true);
    }
  }

  void add(const Sending& sending, const std::vector<std::string>& to,
           std::size_t which, bool wrong) {
    const auto asked = inquiry(sending, to, which);
    examples_.add(guard::cues(asked, replay_.ask(asked)), wrong);
  }

  Replay replay_;
  Examples& examples_;
  Random random_;
};

int main_program(int argc, char** argv) {
  if (argc != 3 || std::string(argv[1]) != "-o") {
    std::cerr << "usage: learn_entry -o FILE\n";
    return 64;
  }
  const std::string data = find_data();
  if (data.empty()) {
    std::cerr << "learn_entry: no evaluation data: set LOSTLETTER_DATA\n";
    return 66;
  }
  Examples examples;
  std::vector<Post> posts = load_organisations(data);
  posts.push_back(load_enron(data));
  for (const Post& post : posts) {
    Course(post, examples, 1).run();
    std::cerr << fmt::format("{}: {} letters; {} right, {} wrong so far\n",
                             post.name, post.letters.size(), examples.right(),
                             examples.wrong());
  }
  Random random(1);
  const auto weights = examples.fit(random);
  std::ofstream out(argv[2]);
  examples.write(weights, out);
  return out.flush() ? 0 : 74;
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
