// SPDX-License-Identifier: Apache-2.0
#include "programs/scan_reading.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/large_pages.h"
#include "base/text.h"
#include "programs/output.h"
#include "programs/scanning.h"
#include "scan/ledger_file.h"

namespace lostletter::programs {
namespace {

using archive::Input;
using scan::Corrections;
using scan::Ledger;

// Pieces of a log that threads read at a time: large against what waits.
constexpr std::uint64_t kPiece = std::uint64_t{64} << 20U;

archive::Options options_of(const Reading& reading) {
  archive::Options options;
  options.most_under_way = kMostUnderWay;
  options.is_part = reading.is_part;
  return options;
}

void stop_if_asked() {
  if (is_stopped()) throw Stopped();
}

// The message, when it cannot be read.
std::optional<std::string> read_one(const Input& input, archive::Reader& reader,
                                    Ledger& ledger) {
  auto source = archive::Source::open(input);
  if (!source) return source.error().message;
  ledger.begin_source(source->kind(), input.begin > 0);
  const auto counts = reader.read(*source);
  if (!counts) return counts.error().message;
  ledger.end_source(*counts);
  return std::nullopt;
}

Read read_in_order(const std::vector<Input>& inputs, Ledger& ledger,
                   const Reading& reading, ReadingBar& bar) {
  Read read;
  auto options = options_of(reading);
  options.progress = [&](const archive::Progress& progress) {
    bar.show(progress, ledger.letters);
    LargeMemory::relieve();
    stop_if_asked();
  };
  archive::Reader reader(ledger, options);
  for (const Input& input : inputs) {
    if (auto message = read_one(input, reader, ledger)) {
      read.unreadable.push_back(std::move(*message));
    }
    stop_if_asked();
  }
  if (reading.is_part) {
    read.waiting = reader.waiting();
  } else {
    reader.finish();
  }
  ledger.finish();
  return read;
}

// Threads that read pieces, a few ahead of whoever takes the parts in order.
class Pieces {
 public:
  struct Done {
    std::unique_ptr<Ledger> ledger;
    std::string waiting;
    std::optional<std::string> unreadable;
    std::exception_ptr failure;
  };

  Pieces(const std::vector<Input>& inputs, const scan::Period& period,
         const Reading& reading)
      : inputs_(inputs),
        period_(period),
        reading_(reading),
        done_(inputs.size()) {
    reading_.is_part = true;
    for (unsigned i = 0; i < reading.threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces() {
    {
      const std::lock_guard lock(mutex_);
      next_ = inputs_.size();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // The next in order.
  Done take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_[taken_].has_value(); });
    Done done = std::move(*done_[taken_]);
    done_[taken_++].reset();
    changed_.notify_all();
    return done;
  }

 private:
  void work() {
    while (true) {
      std::size_t mine = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
          return next_ >= inputs_.size() ||
                 next_ < taken_ + reading_.threads + 2;
        });
        if (next_ >= inputs_.size()) return;
        mine = next_++;
      }
      Done done = read(inputs_[mine]);
      const std::lock_guard lock(mutex_);
      done_[mine] = std::move(done);
      changed_.notify_all();
    }
  }

  Done read(const Input& input) const {
    Done done;
    try {
      done.ledger =
          std::make_unique<Ledger>(period_, Corrections::Scope::kPart);
      auto options = options_of(reading_);
      options.progress = [](const archive::Progress&) { stop_if_asked(); };
      archive::Reader reader(*done.ledger, options);
      done.unreadable = read_one(input, reader, *done.ledger);
      done.waiting = reader.waiting();
      done.ledger->finish();
    } catch (...) {
      done.failure = std::current_exception();
    }
    return done;
  }

  const std::vector<Input>& inputs_;
  const scan::Period& period_;
  Reading reading_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Done>> done_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  std::vector<std::thread> threads_;
};

std::uint64_t size_of(const Input& input) {
  return input.is_piece() ? input.end - input.begin : input.size;
}

Read read_in_pieces(const std::vector<Input>& inputs, Ledger& ledger,
                    const Reading& reading, ReadingBar& bar) {
  std::uint64_t all = 0;
  for (const Input& input : inputs) all += size_of(input);
  Read read;
  archive::Reader whole(ledger, options_of(reading));
  const scan::Period period = ledger.period();
  Pieces pieces(inputs, period, reading);
  std::uint64_t bytes = 0;
  for (const Input& input : inputs) {
    auto done = pieces.take();
    if (done.failure) std::rethrow_exception(done.failure);
    if (done.unreadable) read.unreadable.push_back(std::move(*done.unreadable));
    if (!whole.go_on(done.waiting)) std::abort();
    ledger.add(*done.ledger);
    bytes += size_of(input);
    bar.show("reading, MB", bytes >> 20U, all >> 20U);
    LargeMemory::relieve();
    stop_if_asked();
  }
  whole.finish();
  ledger.finish();
  return read;
}

}  // namespace

Read read_all(const std::vector<Input>& inputs, Ledger& ledger,
              const Reading& reading, ReadingBar& bar) {
  if (reading.threads > 1 && !reading.is_part) {
    const auto pieces = archive::cut_inputs(inputs, kPiece);
    if (pieces.size() > 1 &&
        std::ranges::any_of(pieces, [](const Input& piece) {
          return size_of(piece) >= kPiece / 2;
        })) {
      return read_in_pieces(pieces, ledger, reading, bar);
    }
  }
  return read_in_order(inputs, ledger, reading, bar);
}

Result<void> merge_all(const std::vector<std::string>& paths, Ledger& ledger,
                       const scan::Period& period, ReadingBar& bar) {
  archive::Reader reader(ledger, options_of({}));
  std::size_t done = 0;
  for (const std::string& path : paths) {
    const auto bytes = read_file(path, std::size_t{1} << 36U);
    if (!bytes) return std::unexpected(bytes.error());
    const auto wrong = [&path](const std::string& message) {
      return fail("'" + printable(path) + "' " + message);
    };
    auto part = scan::load_part(*bytes, period);
    if (!part) return wrong(part.error().message);
    if (!reader.go_on(part->waiting)) return wrong("is damaged");
    ledger.add(*part->ledger);
    bar.show("merging parts", ++done, paths.size());
    LargeMemory::relieve();
  }
  reader.finish();
  ledger.finish();
  return {};
}

Result<void> write_part(const std::string& path, const Ledger& ledger,
                        std::string_view waiting) {
  const std::string bytes = scan::save_part(ledger, waiting);
  if (path != "-") return write_file(path, bytes);
  Output output;
  output.write(bytes);
  if (!output.flush()) return fail("cannot write to standard output");
  return {};
}

}  // namespace lostletter::programs
