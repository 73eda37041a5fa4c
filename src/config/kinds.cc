// SPDX-License-Identifier: Apache-2.0
#include "config/kinds.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "store/address.h"

namespace lostletter::config {
namespace {

// The units people write; the first of each length is the one we write.
struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr Unit kUnits[] = {
    {"ms", 1},
    {"s", 1000},
    {"sec", 1000},
    {"second", 1000},
    {"seconds", 1000},
    {"min", 60'000},
    {"minute", 60'000},
    {"minutes", 60'000},
    {"h", 3'600'000},
    {"hour", 3'600'000},
    {"hours", 3'600'000},
    {"day", 86'400'000},
    {"days", 86'400'000},
    {"d", 86'400'000},
    {"week", 604'800'000},
    {"weeks", 604'800'000},
};

// Longer than any option allows, and far from overflow.
constexpr double kLongest = 1e15;

Result<Milliseconds> to_milliseconds(double amount, std::int64_t unit) {
  const double exact = amount * static_cast<double>(unit);
  if (!std::isfinite(exact) || exact < 0 || exact > kLongest) {
    return fail("is out of range");
  }
  const double whole = std::round(exact);
  if (std::abs(whole - exact) > 1e-6) {
    return fail("must be a whole number of milliseconds");
  }
  return Milliseconds(static_cast<std::int64_t>(whole));
}

std::string did_you_mean(std::string_view typed,
                         const std::vector<std::string>& known) {
  const auto near = nearest(typed, known);
  return near ? fmt::format(": did you mean '{}'?", *near) : "";
}

Result<Milliseconds> parse_duration(std::string_view text) {
  text = trim(text);
  double amount = 0;
  const auto [end, trouble] =
      std::from_chars(text.data(), text.data() + text.size(), amount);
  if (trouble != std::errc() || text[0] == '-') {
    return fail(fmt::format(
        R"('{}' is no duration: write "10 min" or a number of seconds)",
        printable(text)));
  }
  const std::string_view unit =
      trim(text.substr(static_cast<std::size_t>(end - text.data())));
  std::vector<std::string> names;
  for (const Unit& known : kUnits) {
    if (unit == known.name) return to_milliseconds(amount, known.milliseconds);
    names.emplace_back(known.name);
  }
  if (unit.empty()) {
    return fail(fmt::format(R"('{}' has no unit: ms, s, min, h or days)",
                            printable(text)));
  }
  return fail(fmt::format(
      "'{}' has an unknown unit (known are ms, s, min, h, days, weeks){}",
      printable(text), did_you_mean(unit, names)));
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

}  // namespace

void refuse_kind(const Value& value, std::string_view wanted,
                 Problems& problems) {
  problems.push_back(
      {value.line, 0,
       fmt::format("must be {}, not {}", wanted, kind_of(value))});
}

void refuse_word(const Value& value, const std::vector<std::string>& words,
                 Problems& problems) {
  const std::string wanted = fmt::format("one of {}", fmt::join(words, ", "));
  const auto* text = std::get_if<std::string>(&value.content);
  if (!text) return refuse_kind(value, wanted, problems);
  problems.push_back(
      {value.line, 0,
       fmt::format("must be {}, not '{}'{}", wanted, printable(*text, 100),
                   did_you_mean(*text, words))});
}

Result<Milliseconds> read_duration(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.content)) {
    return parse_duration(*text);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value.content)) {
    return to_milliseconds(static_cast<double>(*whole), 1000);
  }
  if (const auto* real = std::get_if<double>(&value.content)) {
    return to_milliseconds(*real, 1000);
  }
  return fail(fmt::format(
      R"(must be a duration ("10 min" or a number of seconds), not {})",
      kind_of(value)));
}

std::string show_duration(Milliseconds duration) {
  constexpr Unit kShown[] = {{"days", 86'400'000},
                             {"h", 3'600'000},
                             {"min", 60'000},
                             {"s", 1000},
                             {"ms", 1}};
  const std::int64_t count = duration.count();
  if (count == 0) return "0 s";
  if (count == 86'400'000) return "1 day";
  for (const Unit& unit : kShown) {
    if (count % unit.milliseconds == 0) {
      return fmt::format("{} {}", count / unit.milliseconds, unit.name);
    }
  }
  return {};  // not reached: the last unit divides everything
}

std::optional<Milliseconds> Span::read_within(const Value& value,
                                              Milliseconds unit,
                                              Problems& problems) const {
  const Result<Milliseconds> read = read_duration(value);
  if (!read) {
    problems.push_back({value.line, 0, read.error().message});
    return std::nullopt;
  }
  if (*read < least || *read > most) {
    problems.push_back(
        {value.line, 0,
         fmt::format("must be between {} and {}, not {}", show_duration(least),
                     show_duration(most), show_duration(*read))});
    return std::nullopt;
  }
  if (read->count() % unit.count() != 0) {
    problems.push_back(
        {value.line, 0,
         fmt::format("must be a multiple of {}, not {}", show_duration(unit),
                     show_duration(*read))});
    return std::nullopt;
  }
  return *read;
}

void Text::read(const Value& value, std::string& target,
                Problems& problems) const {
  const auto* text = std::get_if<std::string>(&value.content);
  if (!text) return refuse_kind(value, "text", problems);
  if (has_control(*text)) {
    problems.push_back({value.line, 0, "must not have control characters"});
  } else if (text->size() > most) {
    problems.push_back(
        {value.line, 0, fmt::format("is longer than {} bytes", most)});
  } else {
    target = *text;
  }
}

void Checked::read(const Value& value, std::string& target,
                   Problems& problems) const {
  std::string text;
  const std::size_t before = problems.size();
  Text{4000}.read(value, text, problems);
  if (problems.size() != before) return;
  Result<std::string> checked = check(text);
  if (checked) {
    target = std::move(*checked);
  } else {
    problems.push_back({value.line, 0, checked.error().message});
  }
}

void Texts::read(const Value& value, std::vector<std::string>& target,
                 Problems& problems) const {
  const auto* list = std::get_if<List>(&value.content);
  const bool alone = std::holds_alternative<std::string>(value.content);
  if (!list && !alone) return refuse_kind(value, "a list of text", problems);

  const List one = alone ? List{value} : List{};
  const std::size_t before = problems.size();
  std::vector<std::string> texts;
  for (const Value& entry : alone ? one : *list) {
    const auto* text = std::get_if<std::string>(&entry.content);
    if (!text) {
      refuse_kind(entry, "a list of text", problems);
      continue;
    }
    const Result<std::string> checked = check(*text);
    if (checked) {
      texts.push_back(*checked);
    } else {
      problems.push_back({entry.line, 0, checked.error().message});
    }
  }
  if (problems.size() == before) target = std::move(texts);
}

std::string Texts::show(const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  shown.reserve(texts.size());
  for (const std::string& text : texts) shown.push_back(quoted(text));
  return fmt::format("[{}]", fmt::join(shown, ", "));
}

void Secret::read(const Value& value, std::string& target, Problems& problems) {
  const auto* text = std::get_if<std::string>(&value.content);
  if (!text) return refuse_kind(value, "text", problems);
  // It travels in a header field and in a cookie (RFC 6265 4.1.1).
  const bool travels = std::ranges::all_of(*text, [](char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' &&
           c != '\\';
  });
  if (!travels) {
    problems.push_back({value.line, 0,
                        "must be of letters, digits and signs of ASCII other "
                        "than space, quotes, comma, semicolon and backslash"});
    return;
  }
  target = *text;
}

std::string Secret::show(const std::string& text) {
  return text.empty() ? quoted("") : quoted("(set, not shown)");
}

void Directory::read(const Value& value, std::string& target,
                     Problems& problems) {
  std::string path;
  const std::size_t before = problems.size();
  Text{4000}.read(value, path, problems);
  if (problems.size() != before) return;
  if (!path.empty() && path[0] != '/') {
    problems.push_back({value.line, 0,
                        fmt::format("must be an absolute path, not '{}'",
                                    printable(path, 100))});
    return;
  }
  target = path;
}

void StorePlace::read(const Value& value, std::string& target,
                      Problems& problems) {
  std::string text;
  const std::size_t before = problems.size();
  Text{4000}.read(value, text, problems);
  if (problems.size() != before) return;
  if (!text.empty()) {
    const auto address = store::StoreAddress::parse(text);
    if (!address) {
      problems.push_back({value.line, 0, address.error().message});
      return;
    }
  }
  target = text;
}

std::string StorePlace::show(const std::string& text) {
  const auto address = store::StoreAddress::parse(text);
  if (address && address->has_secret()) return quoted(address->to_string());
  return quoted(text);
}

void Flag::read(const Value& value, bool& target, Problems& problems) {
  const auto* on = std::get_if<bool>(&value.content);
  if (!on) return refuse_kind(value, "true or false", problems);
  target = *on;
}

void Whole::read(const Value& value, std::size_t& target,
                 Problems& problems) const {
  const auto* whole = std::get_if<std::int64_t>(&value.content);
  if (!whole) return refuse_kind(value, "a whole number", problems);
  if (*whole < least || *whole > most) {
    problems.push_back({value.line, 0,
                        fmt::format("must be between {} and {}, not {}", least,
                                    most, *whole)});
    return;
  }
  target = static_cast<std::size_t>(*whole);
}

void Probability::read(const Value& value, double& target, Problems& problems) {
  const auto* real = std::get_if<double>(&value.content);
  const auto* whole = std::get_if<std::int64_t>(&value.content);
  if (!real && !whole) return refuse_kind(value, "a number", problems);
  const double probability = real ? *real : static_cast<double>(*whole);
  if (!(probability > 0 && probability <= 1)) {  // also what is no number
    problems.push_back(
        {value.line, 0,
         fmt::format("must be above 0 and at most 1, not {}", probability)});
    return;
  }
  target = probability;
}

std::string Probability::show(double probability) {
  // TOML wants a fraction on a real number; "{}" gives back the same double.
  const std::string text = fmt::format("{}", probability);
  return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

void SocketMode::read(const Value& value, unsigned& target,
                      Problems& problems) {
  const auto* text = std::get_if<std::string>(&value.content);
  if (!text) return refuse_kind(value, R"(text such as "0660")", problems);
  unsigned mode = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, trouble] = std::from_chars(text->data(), end, mode, 8);
  if (trouble != std::errc() || stop != end || mode > 0777) {
    problems.push_back({value.line, 0,
                        fmt::format("must be octal, 0000 to 0777, not '{}'",
                                    printable(*text, 100))});
    return;
  }
  target = mode;
}

std::string SocketMode::show(unsigned mode) {
  return quoted(fmt::format("{:04o}", mode));
}

void ListenOn::read(const Value& value, net::Endpoint& target,
                    Problems& problems) {
  const auto* text = std::get_if<std::string>(&value.content);
  if (!text) return refuse_kind(value, "text", problems);
  Result<net::Endpoint> endpoint = net::Endpoint::parse(*text);
  if (!endpoint) {
    problems.push_back({value.line, 0, endpoint.error().message});
    return;
  }
  target = std::move(*endpoint);
}

}  // namespace lostletter::config
