// SPDX-License-Identifier: Apache-2.0
#include "learning/pupil.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "learning/passage.h"
#include "learning/us.h"

namespace lostletter::learning {
namespace {

using archive::Passing;
using guard::Lesson;
using guard::Passage;
using std::chrono::milliseconds;
using Time = std::chrono::steady_clock::time_point;

constexpr milliseconds kFirstPause(100);  // after a failure, then twice as long
constexpr milliseconds kLongestPause(5000);
constexpr milliseconds kDropLogPause(1000);

// As the recorder's: a store whose waits are bounded by 500 ms is left within
// two seconds.
constexpr milliseconds kLastAttempt(1500);

// Pauses and deadlines are the machine's own, whatever `clock` says.
Time now() { return system_clock().steady(); }

// What a letter that waits takes, about.
std::size_t size_of(const Passing& letter) {
  std::size_t size = sizeof letter + letter.header.size();
  for (const std::string& recipient : letter.recipients) {
    size += sizeof recipient + recipient.size();
  }
  return size;
}

// PupilRules, made ready. Immutable.
struct Rules {
  std::optional<Us> us;
  std::vector<std::string> believed;
  store::Retention retention;

  const Us* known_us() const { return us ? &*us : nullptr; }
};

std::shared_ptr<const Rules> make_ready(PupilRules rules) {
  auto ready = std::make_shared<Rules>();
  if (!rules.us.empty()) {
    auto us = Us::parse(rules.us);
    assert(us);
    if (us) ready->us = std::move(*us);
  }
  ready->believed = std::move(rules.believed);
  ready->retention = rules.retention;
  return ready;
}

}  // namespace

struct Pupil::Impl {
  Impl(store::Store& the_store, const Clock& the_clock, PupilRules the_rules,
       PupilOptions the_options)
      : store(the_store),
        clock(the_clock),
        options(the_options),
        rules(make_ready(std::move(the_rules))) {}

  // The pupil's thread.
  void serve();
  bool wait_for_letters(std::unique_lock<std::mutex>& lock);
  std::vector<Passing> take_batch();
  void study(const std::vector<Passing>& letters, const Rules& by);
  void study_bounce(const Passing& letter, const archive::Bounce& bounce,
                    const Rules& by);
  void write(const Rules& by);
  template <typename Work>
  bool attempt(Work work);
  void fail(std::string_view why);
  bool pause();
  void recover();

  // Under the lock.
  void push(Passing letter);
  void drop_surplus(std::size_t most, std::size_t bytes);
  void drop(std::size_t letters);
  std::size_t drops_to_log(bool at_once);

  store::Store& store;
  const Clock& clock;
  const PupilOptions options;

  std::mutex mutex;
  std::condition_variable work;  // for the thread
  std::condition_variable idle;  // for flush()
  std::shared_ptr<const Rules> rules;
  std::deque<Passing> waiting;
  std::size_t waiting_bytes = 0;
  bool studying = false;
  int flushing = 0;
  std::size_t drops = 0;
  std::size_t unlogged_drops = 0;
  Time last_drop_log = now() - kDropLogPause;
  bool stopping = false;
  Time last_attempt;  // when stopping

  // The thread's own.
  std::vector<Lesson> lessons;
  std::size_t letters_in_lessons = 0;
  bool failing = false;
  milliseconds next_pause = kFirstPause;

  std::thread thread;
};

void Pupil::Impl::serve() {
  std::unique_lock lock(mutex);
  while (wait_for_letters(lock)) {
    if (stopping && now() > last_attempt) break;
    const std::vector<Passing> letters = take_batch();
    const auto by = rules;
    studying = true;
    lock.unlock();
    study(letters, *by);
    lock.lock();
    studying = false;
    idle.notify_all();
  }
  drop_surplus(0, 0);
  if (const std::size_t lost = drops_to_log(true); lost > 0) {
    log_event(Event::kLettersNotLearnt,
              {{"dropped", static_cast<std::int64_t>(lost)}});
  }
  idle.notify_all();
}

// False when there is nothing more to do, ever.
bool Pupil::Impl::wait_for_letters(std::unique_lock<std::mutex>& lock) {
  work.wait(lock, [this] { return stopping || !waiting.empty(); });
  work.wait_for(lock, options.linger, [this] {
    return stopping || flushing > 0 || waiting.size() >= options.batch;
  });
  return !waiting.empty();
}

std::vector<Passing> Pupil::Impl::take_batch() {
  const std::size_t size =
      std::min(waiting.size(), std::max<std::size_t>(options.batch, 1));
  std::vector<Passing> letters;
  letters.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    waiting_bytes -= size_of(waiting.front());
    letters.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  set_gauge(Metric::kLearningQueue, static_cast<double>(waiting.size()));
  return letters;
}

void Pupil::Impl::study(const std::vector<Passing>& letters, const Rules& by) {
  for (const Passing& letter : letters) {
    if (const auto bounce = archive::read_bounce(letter)) {
      study_bounce(letter, *bounce, by);
      continue;
    }
    Hearing heard = learn_from(letter, by.known_us(), by.believed);
    count(Metric::kLettersHeard, heard.outcome);
    if (heard.lessons.empty()) continue;
    ++letters_in_lessons;
    std::ranges::move(heard.lessons, std::back_inserter(lessons));
  }
  write(by);
}

// What came back is looked up, so what may have gone out before is written
// first.
void Pupil::Impl::study_bounce(const Passing& letter,
                               const archive::Bounce& bounce, const Rules& by) {
  write(by);
  bool told = false;
  for (const std::string& author : authors(letter, by.known_us())) {
    std::vector<std::string> sent;
    attempt([&] { sent = store.recipients_of(bounce.letter, author); });
    Lesson lesson = {bounce.letter, letter.at, author, {}};
    for (std::string& address : missed(bounce, sent)) {
      lesson.with.push_back({std::move(address), "", Passage::kBounced});
    }
    if (lesson.with.empty()) continue;
    told = true;
    lessons.push_back(std::move(lesson));
  }
  letters_in_lessons += told ? 1 : 0;
  count(Metric::kLettersHeard, told ? "bounced" : "automatic");
}

void Pupil::Impl::write(const Rules& by) {
  if (lessons.empty()) return;
  const bool done =
      attempt([&] { store.learn(lessons, clock.now(), by.retention); });
  if (!done) {
    const std::lock_guard lock(mutex);
    drop(letters_in_lessons);
  }
  lessons.clear();
  letters_in_lessons = 0;
}

// Until it is done, or there is no more time: then false.
template <typename Work>
bool Pupil::Impl::attempt(Work work_on) {
  do {
    try {
      work_on();
      recover();
      return true;
    } catch (const std::exception& trouble) {
      fail(trouble.what());
    }
  } while (pause());
  return false;
}

void Pupil::Impl::fail(std::string_view why) {
  count(Metric::kStoreErrors);
  if (std::exchange(failing, true)) return;
  log_event(Event::kStoreFailed, {{"error", std::string(why)}});
}

// False when no attempt may follow.
bool Pupil::Impl::pause() {
  std::unique_lock lock(mutex);
  if (stopping) {
    work.wait_for(lock, kFirstPause, [] { return false; });
    return now() <= last_attempt;
  }
  work.wait_for(lock, next_pause, [this] { return stopping; });
  next_pause = std::min(2 * next_pause, kLongestPause);
  return true;
}

void Pupil::Impl::recover() {
  next_pause = kFirstPause;
  if (!std::exchange(failing, false)) return;
  const std::lock_guard lock(mutex);
  log_event(Event::kStoreRecovered,
            {{"waiting", static_cast<std::int64_t>(waiting.size())}});
}

void Pupil::Impl::push(Passing letter) {
  waiting_bytes += size_of(letter);
  waiting.push_back(std::move(letter));
  drop_surplus(options.most_waiting, options.most_bytes);
}

void Pupil::Impl::drop_surplus(std::size_t most, std::size_t bytes) {
  std::size_t surplus = 0;
  while (!waiting.empty() && (waiting.size() > most || waiting_bytes > bytes)) {
    waiting_bytes -= size_of(waiting.front());
    waiting.pop_front();
    ++surplus;
  }
  if (surplus > 0) drop(surplus);
  set_gauge(Metric::kLearningQueue, static_cast<double>(waiting.size()));
}

void Pupil::Impl::drop(std::size_t letters) {
  drops += letters;
  unlogged_drops += letters;
  count(Metric::kLettersHeard, "dropped", static_cast<double>(letters));
}

// How many drops the log shall hear of now.
std::size_t Pupil::Impl::drops_to_log(bool at_once) {
  if (unlogged_drops == 0) return 0;
  const Time time = now();
  if (!at_once && time - last_drop_log < kDropLogPause) return 0;
  last_drop_log = time;
  return std::exchange(unlogged_drops, 0);
}

Pupil::Pupil(store::Store& store, const Clock& clock, PupilRules rules,
             PupilOptions options)
    : impl_(std::make_unique<Impl>(store, clock, std::move(rules), options)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->serve(); });
}

Pupil::~Pupil() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->last_attempt = now() + kLastAttempt;
  }
  impl_->work.notify_one();
  impl_->thread.join();
}

void Pupil::hear(Passing letter) {
  std::size_t lost = 0;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->push(std::move(letter));
    lost = impl_->drops_to_log(false);
    const std::size_t waiting = impl_->waiting.size();
    // In between the thread lingers and need not be woken.
    if (waiting == 1 || waiting == impl_->options.batch) {
      impl_->work.notify_one();
    }
  }
  if (lost == 0) return;
  log_event(Event::kLettersNotLearnt,
            {{"dropped", static_cast<std::int64_t>(lost)}});
}

void Pupil::set_rules(PupilRules rules) {
  auto ready = make_ready(std::move(rules));
  const std::lock_guard lock(impl_->mutex);
  impl_->rules.swap(ready);
}

bool Pupil::flush(milliseconds most) {
  std::unique_lock lock(impl_->mutex);
  const std::size_t before = impl_->drops;
  ++impl_->flushing;
  impl_->work.notify_one();
  const bool in_time = impl_->idle.wait_for(
      lock, most, [&] { return impl_->waiting.empty() && !impl_->studying; });
  --impl_->flushing;
  return in_time && impl_->drops == before;
}

}  // namespace lostletter::learning
