// SPDX-License-Identifier: Apache-2.0
//
// Which files there are, and in which order their lines were written.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool is_log(Kind kind) {
  return kind == Kind::kPostfix || kind == Kind::kExim ||
         kind == Kind::kSendmail || kind == Kind::kSyslog;
}

// Of the first line that begins at `offset` or behind it; `size`: none.
std::uint64_t line_at(int fd, std::uint64_t offset, std::uint64_t size) {
  std::string block(std::size_t{64} << 10U, '\0');
  for (std::uint64_t at = offset - 1; at < size;) {
    const auto got =
        ::pread(fd, block.data(), block.size(), static_cast<off_t>(at));
    if (got <= 0) break;
    const auto end = std::string_view(block)
                         .substr(0, static_cast<std::size_t>(got))
                         .find('\n');
    if (end != std::string_view::npos) return std::min(size, at + end + 1);
    at += static_cast<std::uint64_t>(got);
  }
  return size;
}

void cut(const Input& input, std::uint64_t size, std::vector<Input>& pieces) {
  const auto source = Source::open(input);
  const bool can_cut =
      source && is_log(source->kind()) && source->packing().empty();
  const int fd =
      can_cut ? ::open(input.path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) {
    pieces.push_back(input);
    return;
  }
  for (std::uint64_t begin = 0; begin < input.size;) {
    Input piece = input;
    piece.begin = begin;
    piece.end = input.size - begin < size + size / 2
                    ? input.size
                    : line_at(fd, begin + size, input.size);
    begin = piece.end;
    pieces.push_back(std::move(piece));
  }
  ::close(fd);
}

}  // namespace

std::vector<Input> cut_inputs(const std::vector<Input>& inputs,
                              std::uint64_t size) {
  std::vector<Input> pieces;
  for (const Input& input : inputs) {
    if (input.path == "-" || input.is_maildir || input.size < 2 * size) {
      pieces.push_back(input);
    } else {
      cut(input, size, pieces);
    }
  }
  return pieces;
}

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
