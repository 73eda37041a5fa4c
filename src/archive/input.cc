// SPDX-License-Identifier: Apache-2.0
//
// Which files there are, and in which order their lines were written.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "archive/read.h"
#include "archive/rotation.h"

namespace lostletter::archive {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// A Maildir has its three folders, of which tmp may be gone in a copy.
bool is_maildir(const std::string& path) {
  return is_folder(path + "/cur") && is_folder(path + "/new");
}

Result<Input> look_at(const std::string& path, bool is_given) {
  Input input{path, false, is_given, 0, {}};
  if (path == "-") {
    input.modified = system_clock().now();
    return input;
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return fail("cannot read '" + path +
                "': " + std::generic_category().message(errno));
  }
  input.modified = Seconds(Duration(status.st_mtime));
  if (S_ISREG(status.st_mode)) {
    input.size = static_cast<std::uint64_t>(status.st_size);
  }
  return input;
}

// Everything in a folder, without order.
class Search {
 public:
  explicit Search(std::vector<Input>& inputs) : inputs_(&inputs) {}

  Result<void> folder(const std::string& path, bool is_given) {
    const bool maildir = is_maildir(path);
    if (maildir) {
      auto input = look_at(path, is_given);
      if (!input) return std::unexpected(input.error());
      input->is_maildir = true;
      input->size = 0;
      inputs_->push_back(std::move(*input));
    }
    std::error_code error;
    fs::directory_iterator entries(path, error);
    if (error) {
      return fail("cannot read '" + path + "': " + error.message());
    }
    for (const auto& entry : entries) {
      if (auto done = visit(entry, maildir); !done) return done;
    }
    return {};
  }

 private:
  Result<void> visit(const fs::directory_entry& entry, bool in_maildir) {
    const auto path = entry.path().string();
    const auto name = entry.path().filename().string();
    std::error_code error;
    if (entry.is_directory(error) && !entry.is_symlink(error)) {
      const bool own = name == "cur" || name == "new" || name == "tmp";
      // Maildir++: .Sent stands inside the Maildir.
      if (in_maildir && (own || !is_maildir(path))) return {};
      if (!in_maildir && name.starts_with('.')) return {};
      return folder(path, false);
    }
    // Beside cur and new lie the files of its server.
    if (in_maildir || name.starts_with('.')) return {};
    if (!entry.is_regular_file(error)) return {};
    auto input = look_at(path, false);
    // Gone since: somebody else's business.
    if (input) inputs_->push_back(std::move(*input));
    return {};
  }

  std::vector<Input>* inputs_;
};

// Members of a rotated set stand together, where the first of them stood.
std::vector<Input> in_order(std::vector<Input> inputs) {
  std::map<std::string, std::size_t> sets;
  struct Place {
    std::size_t set;
    Rotation rotation;
    Input input;
  };
  std::vector<Place> places;
  for (Input& input : inputs) {
    auto rotation = rotation_of(input.path);
    const auto set = sets.try_emplace(rotation.set, sets.size()).first->second;
    places.push_back({set, std::move(rotation), std::move(input)});
  }
  std::ranges::stable_sort(places, [](const Place& a, const Place& b) {
    if (a.set != b.set) return a.set < b.set;
    return is_older(a.rotation, b.rotation);
  });
  std::vector<Input> sorted;
  sorted.reserve(places.size());
  for (Place& place : places) sorted.push_back(std::move(place.input));
  return sorted;
}

}  // namespace

Result<std::vector<Input>> find_inputs(const std::vector<std::string>& paths) {
  std::vector<Input> inputs;
  for (const auto& path : paths) {
    if (path != "-" && is_folder(path)) {
      std::vector<Input> found;
      if (auto done = Search(found).folder(path, true); !done) {
        return std::unexpected(done.error());
      }
      std::ranges::sort(found, {}, &Input::path);
      std::ranges::move(found, std::back_inserter(inputs));
    } else {
      auto input = look_at(path, true);
      if (!input) return std::unexpected(input.error());
      inputs.push_back(std::move(*input));
    }
  }
  return in_order(std::move(inputs));
}

}  // namespace lostletter::archive
