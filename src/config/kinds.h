// SPDX-License-Identifier: Apache-2.0
//
// What the value of an option may be: how it is read from the file, how it is
// refused, how it is shown. A kind reads all or nothing: after a Problem the
// target is as it was.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/value.h"
#include "net/endpoint.h"

namespace lostletter::config {

using Milliseconds = std::chrono::milliseconds;

// "must be text, not a number"
void refuse_kind(const Value& value, std::string_view wanted,
                 Problems& problems);

// "must be one of watch, ask, reject, not 'aks': did you mean 'ask'?"
void refuse_word(const Value& value, const std::vector<std::string>& words,
                 Problems& problems);

// "10 min", "90 days", "500 ms", or a number of seconds.
Result<Milliseconds> read_duration(const Value& value);
// The longest unit that needs no fraction: "10 min".
std::string show_duration(Milliseconds duration);

// Text without control characters, at most `most` bytes.
struct Text {
  std::size_t most = 200;

  void read(const Value& value, std::string& target, Problems& problems) const;
  static std::string show(const std::string& text) { return quoted(text); }
};

// Text checked, and written in its usual form, by `check`.
struct Checked {
  Result<std::string> (*check)(std::string_view text);

  void read(const Value& value, std::string& target, Problems& problems) const;
  static std::string show(const std::string& text) { return quoted(text); }
};

// A list of text, each entry checked, and written in its usual form, by
// `check`. A text alone is a list of one.
struct Texts {
  Result<std::string> (*check)(std::string_view entry);

  void read(const Value& value, std::vector<std::string>& target,
            Problems& problems) const;
  static std::string show(const std::vector<std::string>& texts);
};

// A secret: never shown.
struct Secret {
  static void read(const Value& value, std::string& target, Problems& problems);
  static std::string show(const std::string& text);
};

// An absolute path of a directory, or nothing.
struct Directory {
  static void read(const Value& value, std::string& target, Problems& problems);
  static std::string show(const std::string& path) { return quoted(path); }
};

// Where a store is (store/address.h), or nothing. A password is never shown.
struct StorePlace {
  static void read(const Value& value, std::string& target, Problems& problems);
  static std::string show(const std::string& text);
};

struct Flag {
  static void read(const Value& value, bool& target, Problems& problems);
  static std::string show(bool on) { return on ? "true" : "false"; }
};

struct Whole {
  std::int64_t least;
  std::int64_t most;

  void read(const Value& value, std::size_t& target, Problems& problems) const;
  static std::string show(std::size_t number) { return std::to_string(number); }
};

// Above 0, at most 1.
struct Probability {
  static void read(const Value& value, double& target, Problems& problems);
  static std::string show(double probability);
};

// Permission bits in octal, as text: a TOML number would be taken for decimal.
struct SocketMode {
  static void read(const Value& value, unsigned& target, Problems& problems);
  static std::string show(unsigned mode);
};

struct ListenOn {
  static void read(const Value& value, net::Endpoint& target,
                   Problems& problems);
  static std::string show(const net::Endpoint& endpoint) {
    return quoted(endpoint.to_string());
  }
};

// A duration between two others, kept in the unit of its field.
struct Span {
  Milliseconds least;
  Milliseconds most;

  // What `value` says, when it lies inside and is whole in `unit`.
  std::optional<Milliseconds> read_within(const Value& value, Milliseconds unit,
                                          Problems& problems) const;

  template <typename Period>
  void read(const Value& value,
            std::chrono::duration<std::int64_t, Period>& target,
            Problems& problems) const {
    using Target = std::chrono::duration<std::int64_t, Period>;
    const auto read = read_within(value, Target(1), problems);
    if (read) target = std::chrono::duration_cast<Target>(*read);
  }
  static std::string show(Milliseconds duration) {
    return quoted(show_duration(duration));
  }
};

// One word of several.
template <typename T>
struct Choice {
  std::vector<std::pair<std::string, T>> words;

  void read(const Value& value, T& target, Problems& problems) const {
    const auto* text = std::get_if<std::string>(&value.content);
    for (const auto& [word, meaning] : words) {
      if (text && *text == word) {
        target = meaning;
        return;
      }
    }
    refuse_word(value, names(), problems);
  }

  std::string show(const T& meant) const {
    for (const auto& [word, meaning] : words) {
      if (meaning == meant) return quoted(word);
    }
    return {};
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [word, meaning] : words) {
      if (!word.empty()) names.push_back(word);
    }
    return names;
  }
};

}  // namespace lostletter::config
