// SPDX-License-Identifier: Apache-2.0
//
// GMime's objects, owned as ours are. For .cc files only.
#pragma once

#include <memory>
#include <mutex>

#include <gmime/gmime.h>

namespace lostletter::hold {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

// Before anything else of it. Any thread.
inline void require_gmime() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

}  // namespace lostletter::hold
