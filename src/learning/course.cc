// SPDX-License-Identifier: Apache-2.0
#include "learning/course.h"

#include <utility>

namespace lostletter::learning {
namespace {

using namespace std::chrono_literals;

// Lessons a transaction: a guard that serves from the same store waits for it.
constexpr std::size_t kBatch = 1000;

// Letters under way are saved with the position; there may be many.
constexpr auto kSaveEvery = 10s;

// Letters from which it can be told who we are.
constexpr std::uint64_t kEnough = 20'000;

class Enough : public std::exception {};

class GuessSink final : public archive::Sink {
 public:
  explicit GuessSink(Guesser& guesser) : guesser_(guesser) {}
  void letter(const archive::Letter& letter) override {
    guesser_.hear(letter);
    if (guesser_.heard() >= kEnough) throw Enough();
  }
  void contact(const archive::Contact&) override {}
  void skipped(std::string_view, std::uint64_t) override {}

 private:
  Guesser& guesser_;
};

}  // namespace

Course::Course(store::Store& store, const Clock& clock, Teacher teacher,
               CourseOptions options)
    : store_(store),
      clock_(clock),
      teacher_(std::move(teacher)),
      options_(std::move(options)),
      reader_(*this, {.trusted = options_.believed,
                      .progress =
                          [this](const archive::Progress& progress) {
                            flush();
                            if (clock_.steady() - saved_ > kSaveEvery) {
                              save(progress.source);
                            }
                            if (options_.progress) {
                              options_.progress(progress, summary());
                            }
                          }}),
      saved_(clock.steady()) {}

void Course::tell(const archive::Progress& progress) {
  if (!options_.progress) return;
  try {
    options_.progress(progress, summary());
  } catch (const Stopped&) {
    save(progress.source);
    throw;
  }
}

Summary Course::summary() const {
  Summary summary = summary_;
  summary.tally = teacher_.tally();
  return summary;
}

void Course::letter(const archive::Letter& letter) {
  ++summary_.letters;
  teacher_.teach(letter, lessons_);
  if (lessons_.size() >= kBatch) flush();
}

void Course::contact(const archive::Contact& contact) {
  ++summary_.contacts;
  std::string address = usable_address(contact.address);
  if (address.empty()) {
    ++summary_.skipped["no address"];
    return;
  }
  contacts_.push_back({std::move(address), contact.name});
  if (contacts_.size() >= kBatch) flush();
}

void Course::skipped(std::string_view reason, std::uint64_t) {
  ++summary_.skipped[std::string(reason)];
}

void Course::flush() {
  if (!lessons_.empty()) {
    const store::Learnt learnt =
        store_.learn(lessons_, clock_.now(), options_.retention);
    summary_.learnt.fresh += learnt.fresh;
    summary_.learnt.undone += learnt.undone;
    summary_.learnt.known += learnt.known;
    summary_.learnt.too_old += learnt.too_old;
    lessons_.clear();
  }
  if (!contacts_.empty()) {
    summary_.noted += store_.note(contacts_, clock_.now());
    contacts_.clear();
  }
}

// REQUIRES: everything was flushed.
void Course::save(const archive::Source& source) {
  if (source.fingerprints().empty()) return;
  reading_ = {source.fingerprints().front(), reader_.position(),
              reader_.under_way()};
  store_.save_reading(reading_, clock_.now());
  saved_ = clock_.steady();
}

std::string Course::find_position(const archive::Source& source) {
  if (options_.again) return {};
  for (const std::string& fingerprint : source.fingerprints()) {
    if (auto position = store_.find_position(fingerprint)) return *position;
  }
  return {};
}

void Course::read(const archive::Input& input) {
  auto source = archive::Source::open(input);
  if (!source) {
    summary_.unreadable.push_back(source.error().message);
    return;
  }
  const Seconds now = clock_.now();
  teacher_.set_fallback(input.modified == Seconds() ? now : input.modified);
  const std::string position = find_position(*source);
  auto done = reader_.read(*source, position);
  // From the beginning then: what was learnt is not learnt again.
  if (!done && !position.empty()) done = reader_.read(*source);
  flush();
  if (!done) {
    summary_.unreadable.push_back(done.error().message);
    return;
  }
  ++summary_.files;
  save(*source);
}

void Course::read(const std::vector<archive::Input>& inputs) {
  // Those of a newer program, or damaged ones, begin anew.
  const std::string letters = options_.again ? "" : store_.under_way();
  if (!letters.empty()) {
    const auto restored = reader_.restore(letters);
    if (!restored) ++summary_.skipped["letters under way cannot be restored"];
  }
  for (const archive::Input& input : inputs) read(input);
  reader_.finish();
  flush();
  if (reading_.fingerprint.empty()) return;
  reading_.under_way = reader_.under_way();
  store_.save_reading(reading_, clock_.now());
}

Result<Guess> guess_us(
    const std::vector<archive::Input>& inputs,
    const std::function<void(const archive::Progress&)>& progress) {
  Guesser guesser;
  GuessSink sink(guesser);
  archive::Options options;
  options.progress = progress;
  archive::Reader reader(sink, std::move(options));
  try {
    for (const archive::Input& input : inputs) {
      if (input.path == "-") continue;
      auto source = archive::Source::open(input);
      if (source) static_cast<void>(reader.read(*source));
    }
    reader.finish();
  } catch (const Enough&) {  // NOLINT(bugprone-empty-catch)
    // It has heard all it needs.
  }
  return guesser.guess();
}

}  // namespace lostletter::learning
