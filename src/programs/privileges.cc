// SPDX-License-Identifier: Apache-2.0
#include "programs/privileges.h"

#include <cerrno>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace lostletter::programs {
namespace {

std::unexpected<Error> fail_errno(const std::string& doing) {
  const int code = errno;
  return fail(fmt::format("cannot {}: {}", doing,
                          std::generic_category().message(code)));
}

}  // namespace

bool is_root() { return ::geteuid() == 0; }

Result<Identity> find_user(const std::string& name) {
  std::vector<char> space(std::size_t{1} << 16);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
  if (found == nullptr) {
    return fail(fmt::format("user: there is no user '{}' on this host", name));
  }
  return Identity{name, found->pw_uid, found->pw_gid};
}

Result<void> give(const std::string& path, const Identity& to) {
  if (::lchown(path.c_str(), to.user, to.group) == 0) return {};
  return fail_errno(fmt::format("give {} to {}", path, to.name));
}

Result<void> become(const Identity& identity) {
  // Groups first, then the group, then the user: each step needs the right that
  // the last one takes away.
  if (::initgroups(identity.name.c_str(), identity.group) != 0 ||
      ::setgid(identity.group) != 0 || ::setuid(identity.user) != 0) {
    return fail_errno("become the user " + identity.name);
  }
  if (identity.user != 0 && ::setuid(0) == 0) {
    return fail("could become root again");
  }
  return {};
}

}  // namespace lostletter::programs
