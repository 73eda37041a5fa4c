// SPDX-License-Identifier: Apache-2.0
#include "judge.h"

#include <chrono>

#include "guard/budget.h"
#include "guard/finding_correspondence.h"
#include "programs/engine.h"

namespace lostletter::eval {
namespace {

constexpr auto kRenewal = std::chrono::days(30);

}  // namespace

Judge::Judge(Replay& replay, const std::vector<std::string>& us)
    : replay_(replay) {
  // Somebody at a provider is one of us; the provider's domain is not ours.
  for (const std::string& entry : us) {
    if (!entry.contains('@')) us_.push_back(entry);
  }
}

void Judge::renew(Seconds now) {
  replay_.flush(now);
  config::Config config;
  config.gate.our_domains = us_;
  assessor_ =
      programs::build_assessor(
          config, {}, replay_.store().familiar(store::kMostFamiliar, now))
          .value()
          .assessor;
  recent_ = std::make_unique<guard::RecentDomains>();
  renewed_ = now;
}

double Judge::score(const Sending& sending, const std::vector<std::string>& to,
                    std::size_t which) {
  const Seconds now = sending.letter.at;
  if (assessor_ == nullptr || now - renewed_ > kRenewal) renew(now);
  guard::Assessment found;
  assessor_->assess(to[which], guard::Mode::kWatch, *recent_, found);
  guard::Inquiry asked =
      guard::inquiry_about(found, sending.letter.sender, "", now);
  guard::Inquiry company = inquiry(sending, to, which);
  asked.together = std::move(company.together);
  asked.thread = std::move(company.thread);
  assessor_->reconsider(asked, replay_.ask(asked), guard::Mode::kWatch, found);
  return guard::score_of(found.probability);
}

}  // namespace lostletter::eval
