// SPDX-License-Identifier: Apache-2.0
#include "smtp/command.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace lostletter::smtp {
namespace {

enum class Arguments { kNone, kAny, kName, kPath };

// The protocol in one table.
struct Row {
  std::string_view name;
  Verb verb;
  Arguments arguments;
  std::string_view before_path = {};
};
constexpr auto kRows = std::to_array<Row>({
    {"HELO", Verb::kHelo, Arguments::kName},
    {"EHLO", Verb::kEhlo, Arguments::kName},
    {"LHLO", Verb::kLhlo, Arguments::kName},
    {"MAIL", Verb::kMail, Arguments::kPath, "FROM:"},
    {"RCPT", Verb::kRcpt, Arguments::kPath, "TO:"},
    {"DATA", Verb::kData, Arguments::kNone},
    {"BDAT", Verb::kBdat, Arguments::kAny},
    {"RSET", Verb::kRset, Arguments::kNone},
    {"NOOP", Verb::kNoop, Arguments::kAny},
    {"VRFY", Verb::kVrfy, Arguments::kAny},
    {"EXPN", Verb::kExpn, Arguments::kAny},
    {"HELP", Verb::kHelp, Arguments::kAny},
    {"QUIT", Verb::kQuit, Arguments::kNone},
    {"STARTTLS", Verb::kStartTls, Arguments::kNone},
    {"AUTH", Verb::kAuth, Arguments::kAny},
});

std::string_view trim_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string upper(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return copy;
}

// Where "<...>" ends: after the first '>' that no quotes hold. Nothing when it
// does not.
std::optional<std::size_t> end_of_path(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i + 1;
    }
  }
  return std::nullopt;
}

// esmtp-keyword of RFC 5321 4.1.2.
bool is_keyword(std::string_view text) {
  const auto may = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text[0] != '-' && std::ranges::all_of(text, may);
}

Result<void> read_parameters(std::string_view text, Command& command) {
  for (const auto word : split(text, ' ')) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    Parameter parameter;
    parameter.name = upper(word.substr(0, equals));
    if (equals != word.npos) parameter.value = word.substr(equals + 1);
    if (!is_keyword(parameter.name)) {
      return fail("'" + printable(word, 60) + "' is no parameter");
    }
    command.parameters.push_back(std::move(parameter));
  }
  return {};
}

Result<void> read_path(const Row& row, std::string_view text,
                       Command& command) {
  const auto before = text.substr(0, row.before_path.size());
  if (!ascii_iequals(before, row.before_path)) {
    return fail(std::string(row.name) + " needs " +
                std::string(row.before_path) + "<address>");
  }
  // RFC 5321 has no space behind the colon; many senders do.
  text = trim_spaces(text.substr(row.before_path.size()));
  const auto end = text.starts_with('<') ? end_of_path(text) : std::nullopt;
  if (!end) return fail("the address must stand between '<' and '>'");
  command.argument = text.substr(0, *end);
  text = text.substr(*end);
  if (!text.empty() && text[0] != ' ') {
    return fail("what stands behind '>' is no parameter");
  }
  return read_parameters(text, command);
}

}  // namespace

std::string to_text(const std::vector<Parameter>& parameters) {
  std::string text;
  for (const Parameter& one : parameters) {
    if (!text.empty()) text += ' ';
    text += one.name;
    if (!one.value.empty()) text += '=' + one.value;
  }
  return text;
}

Result<Command> parse_command(std::string_view line) {
  const auto space = std::min(line.find(' '), line.size());
  const std::string verb = upper(line.substr(0, space));
  const auto rest = trim_spaces(line.substr(space));
  const auto row = std::ranges::find(kRows, verb, &Row::name);
  Command command;
  if (row == kRows.end()) return command;
  command.verb = row->verb;
  switch (row->arguments) {
    case Arguments::kNone:
      if (!rest.empty()) return fail(verb + " has no arguments");
      break;
    case Arguments::kName:
      if (rest.empty() || rest.find(' ') != rest.npos) {
        return fail(verb + " needs one name");
      }
      command.argument = rest;
      break;
    case Arguments::kAny:
      command.argument = rest;
      break;
    case Arguments::kPath:
      if (auto read = read_path(*row, rest, command); !read) {
        return std::unexpected(read.error());
      }
  }
  return command;
}

}  // namespace lostletter::smtp
