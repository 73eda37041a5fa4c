// SPDX-License-Identifier: Apache-2.0
//
// What a sinkhole says to whoever writes to a wrong name: no, and what was
// probably meant. It tells a tally, and keeps nothing else.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "sinkhole/names.h"
#include "sinkhole/roll.h"
#include "sinkhole/tally.h"
#include "smtp/session.h"

namespace lostletter::sinkhole {

// Shared by all sessions; one thread.
struct House {
  const Names& names;
  const Clock& clock;
  // Of keyed_hash(): of this period only.
  std::function<const std::string&()> key;
  std::function<void(const Refusal&)> note;
  // Told addresses in the clear; nothing, and nobody hears them.
  std::function<void(const Entry&)> enrol = {};
};

class Door final : public smtp::Refuser {
 public:
  Door(const House& house, std::string_view client);

  // 550 5.1.2 for a wrong name that is held; 554 5.7.1 for any other: this is
  // no relay. Only the first is noted.
  mail::Reply refuse(const smtp::Transaction& transaction,
                     const mail::Path& recipient) override;

 private:
  const House& house_;
  std::string network_;
};

// What speaks against a person, as far as the envelope can say.
Kind kind_of(const smtp::Transaction& transaction, const Names& names);

}  // namespace lostletter::sinkhole
