// SPDX-License-Identifier: Apache-2.0
//
// What the engine knows of names: several indexes as if they were one. A name
// in several of them is one, as likely as the likeliest says.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "lookalike/index.h"

namespace lostletter::lookalike {

// Labels that stand before a country's.
inline constexpr std::array<std::string_view, 14> kSecondLevels = {
    "com", "co",  "org", "net",  "gov", "edu", "ac",
    "or",  "gob", "go",  "gouv", "ne",  "mil", "nic"};

class Knowledge {
 public:
  explicit Knowledge(std::vector<std::shared_ptr<const Index>> layers);

  // What the layers say of exactly this name; nothing when none knows it.
  std::optional<Origins> find(std::string_view ascii) const;

  // The same of a name that is in this layer.
  Origins origins(const Index& layer, std::uint32_t number) const;

  // Calls use(label) for each of kSecondLevels that may stand before this last
  // label of two characters in a name known: "co" for uk, none for most.
  template <typename Use>
  void each_second_level(std::string_view country, const Use& use) const {
    const SecondLevels levels = second_levels_[row_of(country)];
    for (std::size_t i = 0; i < kSecondLevels.size(); ++i) {
      if (levels.test(i)) use(kSecondLevels[i]);
    }
  }

  // ln of the best prior that a source gives a name it knows.
  double log_prior(const Origins& origins) const;

  // Calls use(layer, number) for each name that `typed` may have been meant to
  // be, once, `typed` itself among them when it is known.
  template <typename Use>
  void each_candidate(const Entry& typed, const Use& use) const {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(64);  // suspects, of which few remain
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

  using SecondLevels = std::bitset<kSecondLevels.size()>;
  static constexpr std::size_t kLetters = 26;

  // The last row is that of what is no two letters.
  static std::size_t row_of(std::string_view country);
  void note_second_levels();

  std::vector<std::shared_ptr<const Index>> layers_;
  std::size_t known_count_ = 0;
  std::array<SecondLevels, kLetters * kLetters + 1> second_levels_;
};

}  // namespace lostletter::lookalike
