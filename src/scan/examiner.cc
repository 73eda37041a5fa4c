// SPDX-License-Identifier: Apache-2.0
#include "scan/examiner.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/large_pages.h"
#include "base/text.h"
#include "guard/finding_correspondence.h"
#include "lookalike/distance.h"
#include "mail/address.h"

namespace lostletter::scan {
namespace {

constexpr std::size_t kStep = 1000;  // correspondents, between progress
constexpr std::size_t kFew = 16;     // to keep within memory
// One answer in so many letters is no correspondence.
constexpr std::uint32_t kFewAnswers = 20;

// ops1@ and ops2@ are two mailboxes.
bool differs_in_digits_only(std::string_view a, std::string_view b) {
  const auto [local_a, domain_a] = split_address(a);
  const auto [local_b, domain_b] = split_address(b);
  if (domain_a != domain_b) return false;
  const auto rest = [](std::string_view text) {
    std::string letters = ascii_lower(text);
    std::erase_if(letters, [](char c) { return c >= '0' && c <= '9'; });
    return letters;
  };
  return rest(local_a) == rest(local_b);
}

// eli.hawe@ and eli.niwe@ may be two people.
bool is_two_slips_in_short(std::string_view local, std::string_view meant) {
  constexpr std::size_t kShort = 12;
  if (std::min(local.size(), meant.size()) >= kShort || local.contains('\0') ||
      meant.contains('\0')) {
    return false;
  }
  return lookalike::is_within_slips(local, meant, 2) &&
         !lookalike::is_within_slips(local, meant, 1);
}

}  // namespace

SplitAddress split_address(std::string_view text) {
  const auto at = mail::find_domain(text);
  if (!at) return {{}, text};
  return {text.substr(0, *at - 1), text.substr(*at)};
}

std::optional<Suspect> Examiner::examine(Id id) {
  constexpr auto kMode = guard::Mode::kWatch;
  assessor_->assess(names_->address(id), kMode, recent_, found_);
  if (found_.intended.empty()) return std::nullopt;
  const Id domain = names_->domain_of(id);
  note_alike(domain);
  const auto inquiry = guard::inquiry_about(found_, "", "", Seconds());
  assessor_->reconsider(inquiry, traffic_->evidence(id, inquiry), kMode,
                        found_);
  if (found_.intended.empty() || found_.verdict == guard::Verdict::kBlocked ||
      found_.verdict == guard::Verdict::kInvalid) {
    return std::nullopt;
  }
  Suspect suspect;
  suspect.id = id;
  suspect.domain = domain;
  suspect.intended = ascii_lower(found_.intended.front().address);
  const SplitAddress meant = split_address(suspect.intended);
  suspect.by_domain = meant.domain != names_->domain(domain);
  if (differs_in_digits_only(names_->address(id), suspect.intended)) {
    return std::nullopt;
  }
  // People of one house are called so much alike that two slips in a short name
  // are another person's, or were to be.
  if (!suspect.by_domain &&
      is_two_slips_in_short(names_->local_part(id), meant.local)) {
    return std::nullopt;
  }
  suspect.probability = found_.probability;
  suspect.near_protected =
      std::ranges::any_of(found_.findings, [](const guard::Finding& one) {
        return one.id.starts_with("lookalike.protected");
      });
  if (suspect.by_domain) suspect.alike = alike_[domain];
  suspect.findings = found_.findings;
  return suspect;
}

// Who answers is there. Where nearly nothing comes back the guard's weights say
// what an answer is worth; near a protected name none is worth anything.
bool Examiner::is_believed(const Suspect& suspect) const {
  const Exchanged& with = traffic_->with_domain(suspect.domain);
  if (suspect.near_protected || !suspect.by_domain) return false;
  return with.received * kFewAnswers > with.out.arrived();
}

// What the engine alone says of a name, before what was exchanged is weighed.
void Examiner::note_alike(Id domain) {
  const guard::Intended& best = found_.intended.front();
  if (alike_.contains(domain) || best.domain == names_->domain(domain) ||
      found_.probability < doubtful_at_) {
    return;
  }
  alike_[domain] =
      likeness(names_->domain(domain), best.domain, found_.probability);
}

namespace {

// Of a domain the addresses that were meant for one other are one finding in
// the end: the words are kept for the likeliest of them.
class Kept {
 public:
  // REQUIRES: those of a domain come after another, into the same.
  void add(Suspect suspect, std::vector<Suspect>& to) {
    if (suspect.by_domain) {
      if (suspect.domain != domain_) likeliest_.clear();
      domain_ = suspect.domain;
      const auto [at, fresh] = likeliest_.try_emplace(
          std::string(split_address(suspect.intended).domain), to.size());
      if (!fresh && to[at->second].probability >= suspect.probability) {
        drop(suspect);
      } else if (!fresh) {
        drop(to[at->second]);
        at->second = to.size();
      }
    }
    to.push_back(std::move(suspect));
  }

 private:
  // Assigned from {} it would keep its memory.
  static void drop(Suspect& suspect) {
    suspect.findings = std::vector<guard::Finding>();
  }

  Id domain_ = 0;
  std::unordered_map<std::string, std::size_t> likeliest_;  // by what was meant
};

// Correspondents in pieces that end with a domain, for threads to take.
class Pieces {
 public:
  Pieces(const std::function<Examiner()>& make, const Ledger& ledger,
         const Traffic& traffic, double least)
      : make_(make), all_(traffic.correspondents()), least_(least) {
    const Names& names = ledger.names();
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const bool may_begin =
          i == 0 || names.domain_of(all_[i]) != names.domain_of(all_[i - 1]);
      if (i == 0 || (may_begin && i >= begins_.back() + kStep)) {
        begins_.push_back(i);
      }
    }
    found_.resize(begins_.size());
  }

  // Until there are no more pieces, or stop(). Calls progress(done) after each.
  template <typename Progress>
  void work(const Progress& progress) {
    Examiner examiner = make_();
    Kept kept;
    for (std::size_t mine = next_++; mine < begins_.size(); mine = next_++) {
      const std::size_t end =
          mine + 1 < begins_.size() ? begins_[mine + 1] : all_.size();
      for (std::size_t i = begins_[mine]; i < end; ++i) {
        if (i % kFew == 0) LargeMemory::relieve();
        auto suspect = examiner.examine(all_[i]);
        if (!suspect || suspect->probability < least_ ||
            examiner.is_believed(*suspect)) {
          continue;
        }
        kept.add(std::move(*suspect), found_[mine]);
      }
      progress(done_ += end - begins_[mine]);
    }
    const std::lock_guard lock(mutex_);
    alike_.insert(examiner.alike().begin(), examiner.alike().end());
  }

  void stop() { next_ = begins_.size(); }

  Examined take() {
    Examined examined;
    std::size_t count = 0;
    for (const auto& found : found_) count += found.size();
    examined.suspects.reserve(count);
    for (auto& found : found_) {
      std::ranges::move(std::exchange(found, {}),
                        std::back_inserter(examined.suspects));
    }
    examined.alike = std::move(alike_);
    return examined;
  }

 private:
  const std::function<Examiner()>& make_;
  const Traffic::Large<Id>& all_;
  double least_;
  std::vector<std::size_t> begins_;
  std::vector<std::vector<Suspect>> found_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::mutex mutex_;
  std::unordered_map<Id, Likeness> alike_;
};

// Threads of pieces, joined when this ends, however it ends.
class Helpers {
 public:
  Helpers(Pieces& pieces, unsigned count) : pieces_(pieces), failures_(count) {
    for (unsigned i = 0; i < count; ++i) {
      threads_.emplace_back([this, i] {
        try {
          pieces_.work([](std::size_t) {});
        } catch (...) {
          failures_[i] = std::current_exception();
          pieces_.stop();
        }
      });
    }
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() {
    pieces_.stop();
    join();
  }

  // Throws what one of them threw.
  void finish() {
    join();
    for (const auto& failure : failures_) {
      if (failure) std::rethrow_exception(failure);
    }
  }

 private:
  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  Pieces& pieces_;
  std::vector<std::exception_ptr> failures_;
  std::vector<std::thread> threads_;
};

}  // namespace

Examined examine_all(
    const std::function<Examiner()>& make, const Ledger& ledger,
    const Traffic& traffic, double least, unsigned threads,
    const std::function<void(std::size_t done, std::size_t all)>& progress) {
  const auto tell = [&](std::size_t done) {
    if (progress) progress(done, traffic.correspondents().size());
  };
  Pieces pieces(make, ledger, traffic, least);
  // However few pieces the others leave to this thread: it tells twice.
  tell(0);
  Helpers helpers(pieces, std::max(1U, threads) - 1);
  pieces.work(tell);
  helpers.finish();
  tell(traffic.correspondents().size());
  return pieces.take();
}

}  // namespace lostletter::scan
