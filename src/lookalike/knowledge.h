// SPDX-License-Identifier: Apache-2.0
//
// What the engine knows of names: several indexes as if they were one. A name
// in several of them is one, as likely as the likeliest says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "lookalike/index.h"

namespace lostletter::lookalike {

class Knowledge {
 public:
  explicit Knowledge(std::vector<std::shared_ptr<const Index>> layers);

  // What the layers say of exactly this name; nothing when none knows it.
  std::optional<Origins> find(std::string_view ascii) const;

  // The same of a name that is in this layer.
  Origins origins(const Index& layer, std::uint32_t number) const;

  // ln of the best prior that a source gives a name it knows.
  double log_prior(const Origins& origins) const;

  // Calls use(layer, number) for each name that `typed` may have been meant to
  // be, once, `typed` itself among them when it is known.
  template <typename Use>
  void each_candidate(const Entry& typed, const Use& use) const {
    std::vector<std::uint32_t> numbers;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      layers_[i]->candidates(typed, numbers);
      for (const std::uint32_t number : numbers) {
        if (!is_before(i, layers_[i]->ascii(number))) use(*layers_[i], number);
      }
    }
  }

  // How many names. Looks each up in the larger layers: takes its time.
  std::size_t size() const;

 private:
  // Is the name in a layer before this one?
  bool is_before(std::size_t layer, std::string_view ascii) const;

  std::vector<std::shared_ptr<const Index>> layers_;
  std::size_t known_count_ = 0;
};

}  // namespace lostletter::lookalike
