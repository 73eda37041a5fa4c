// SPDX-License-Identifier: Apache-2.0
//
// The engine a configuration asks for: the names built in, our own domains, and
// those of the lists and indexes it names. The same for check, serve and
// explain.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "guard/assess.h"
#include "lookalike/channel.h"
#include "lookalike/engine.h"
#include "store/store.h"

namespace lostletter::programs {

// Calls what it is given with each familiar address, those of a domain
// together, of these the known first; so many that they stand in no list.
using UseFamiliar =
    std::function<void(std::string_view local_part, std::string_view domain,
                       double weight, lookalike::Standing standing)>;
using EachFamiliar = std::function<void(const UseFamiliar&)>;

// The engine of a configuration with its files read, before correspondence
// taught it anything: what that teaches changes often, and no file is read for
// it again. Immutable; any thread; copies share.
class Groundwork {
 public:
  // `known`: more names one corresponds with, as domain::Name::ascii(). Fails
  // when a file cannot be read, or has nothing in it that is a name.
  static Result<Groundwork> lay(const config::Config& config,
                                const std::vector<std::string>& known = {});

  // Lines of files that are no names.
  const std::vector<std::string>& notices() const { return notices_; }

  // `familiar`: what correspondence taught; those near a protected name are
  // left out, whatever was exchanged; one without a local part is a name only.
  // One that never answered makes no name known.
  std::shared_ptr<const guard::Assessor> teach(
      std::vector<store::Familiar> familiar) const;
  std::shared_ptr<const guard::Assessor> teach_each(
      const EachFamiliar& each) const;

 private:
  Groundwork() = default;

  guard::Rules rules_;
  lookalike::Options options_;
  std::vector<std::shared_ptr<const lookalike::Index>> layers_;
  std::shared_ptr<const lookalike::Engine> engine_;  // of the layers
  std::vector<lookalike::KnownAddress> addresses_;   // of files
  std::shared_ptr<const lookalike::People> people_;  // the same
  std::vector<std::string> notices_;
};

struct Built {
  std::shared_ptr<const guard::Assessor> assessor;
  std::vector<std::string> notices;
};

// Both at once, for those who build once.
Result<Built> build_assessor(const config::Config& config,
                             const std::vector<std::string>& known = {},
                             std::vector<store::Familiar> familiar = {});

// The typo weights of the configuration: those of its file, else those built
// in. The error names the file.
Result<lookalike::Channel> site_channel(const config::Config& config);

// The names of lists as `known` and `names` of a configuration have them;
// `notices` are told of lines that are none.
Result<std::vector<lookalike::KnownName>> read_lists(
    const std::vector<std::string>& known,
    const std::vector<std::string>& names, std::vector<std::string>& notices);

// Maps a file that 'lostletter index build' wrote. The error names it.
Result<std::shared_ptr<const lookalike::Index>> open_index(
    const std::string& path);

}  // namespace lostletter::programs
