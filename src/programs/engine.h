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

struct Built {
  std::shared_ptr<const guard::Assessor> assessor;
  std::vector<std::string> notices;  // lines of files that are no names
};

// `known`: more names one corresponds with, as domain::Name::ascii().
// `familiar`: what correspondence taught; those near a protected name are left
// out, whatever was exchanged; one without a local part is a name only. Fails
// when a file cannot be read, or has nothing in it that is a name.
Result<Built> build_assessor(const config::Config& config,
                             const std::vector<std::string>& known = {},
                             std::vector<store::Familiar> familiar = {});

// The same of so many that they stand in no list: `each` calls what it is given
// with local part, domain and weight of each, those of a domain together.
using UseFamiliar = std::function<void(std::string_view local_part,
                                       std::string_view domain, double weight)>;
using EachFamiliar = std::function<void(const UseFamiliar&)>;
Result<Built> build_assessor(const config::Config& config,
                             const std::vector<std::string>& known,
                             const EachFamiliar& each);

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
