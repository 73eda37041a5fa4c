// SPDX-License-Identifier: Apache-2.0
#include "dns/cache.h"

namespace lostletter::dns {

const Answer* Cache::find(const std::string& key, Time now) const {
  const auto found = answers_.find(key);
  if (found == answers_.end() || found->second.until <= now) return nullptr;
  return &found->second.answer;
}

void Cache::put(const std::string& key, const Answer& answer, Time now) {
  if (answer.ttl.count() <= 0 || most_ == 0) return;
  const auto [place, fresh] =
      answers_.insert_or_assign(key, Kept{answer, now + answer.ttl});
  if (!fresh) return;
  order_.push_back(place->first);
  if (answers_.size() <= most_) return;
  answers_.erase(order_.front());
  order_.pop_front();
}

}  // namespace lostletter::dns
