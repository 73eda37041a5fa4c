// SPDX-License-Identifier: Apache-2.0
#include "archive/message.h"

#include <algorithm>
#include <set>
#include <utility>

#include "archive/authentic.h"
#include "archive/field_text.h"
#include "archive/names.h"
#include "base/text.h"
#include "mail/address_list.h"
#include "mail/date.h"

namespace lostletter::archive {
namespace {

// Nobody reads a thread further back.
constexpr std::size_t kMostReferences = 100;

struct Field {
  std::string name;  // lower case
  std::string_view body;
};

// Cut into fields; lines that belong to none are left out.
std::vector<Field> cut(std::string_view header) {
  std::vector<Field> fields;
  std::size_t at = 0;
  while (at < header.size()) {
    auto end = header.find('\n', at);
    while (end != header.npos && end + 1 < header.size() &&
           (header[end + 1] == ' ' || header[end + 1] == '\t')) {
      end = header.find('\n', end + 1);  // folded
    }
    end = std::min(end, header.size());
    const auto line = header.substr(at, end - at);
    at = end + 1;
    if (!is_field_line(line)) continue;
    const auto colon = line.find(':');
    fields.push_back(
        {ascii_lower(trim(line.substr(0, colon))), line.substr(colon + 1)});
  }
  return fields;
}

// The bodies of all fields of that name.
std::vector<std::string_view> all(const std::vector<Field>& fields,
                                  std::string_view name) {
  std::vector<std::string_view> found;
  for (const Field& field : fields) {
    if (field.name == name) found.push_back(field.body);
  }
  return found;
}

std::string_view first(const std::vector<Field>& fields,
                       std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? std::string_view() : found->body;
}

// A lone CR is no line end, and some programs write it: it becomes a space.
// So do NULs, which no address has.
std::string tidy(std::string_view body) {
  std::string text(body);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0' ||
        (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      text[i] = ' ';
    }
  }
  return text;
}

// The authors, in order: usually one.
std::vector<mail::Mailbox> mailboxes(std::string_view body) {
  return mail::parse_address_list(tidy(body)).mailboxes;
}

void set_author(Letter& letter, std::string_view body) {
  const auto authors = mailboxes(body);
  if (authors.empty()) return;
  letter.sender = authors.front().address.to_string();
  letter.name = decode_name(authors.front().display_name);
}

void add_recipients(Letter& letter, const std::vector<Field>& fields,
                    const std::vector<std::string_view>& names) {
  std::set<std::string> seen;
  for (const auto name : names) {
    for (const auto body : all(fields, name)) {
      for (const auto& mailbox : mailboxes(body)) {
        auto address = mailbox.address.to_string();
        if (!seen.insert(address).second) continue;
        letter.recipients.push_back(
            {std::move(address), decode_name(mailbox.display_name)});
      }
    }
  }
}

// Message ids: what stands in angle brackets. Some programs leave them out.
void add_ids(std::vector<std::string>& ids, std::string_view body) {
  const auto add = [&ids](std::string id) {
    if (!id.empty() && std::ranges::find(ids, id) == ids.end()) {
      ids.push_back(std::move(id));
    }
  };
  if (body.find('<') == body.npos) {
    const auto text = trim(body);
    if (text.find('@') != text.npos && text.find_first_of(" \t\"") == text.npos)
      add(id_text(text));
    return;
  }
  while (ids.size() < kMostReferences) {
    const auto open = body.find('<');
    const auto close = body.find('>', open == body.npos ? 0 : open);
    if (open == body.npos || close == body.npos) return;
    std::string id = id_text(body.substr(open, close - open + 1));
    std::erase_if(id, [](char c) {
      return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    });
    add(std::move(id));
    body.remove_prefix(close + 1);
  }
}

std::string message_id(std::string_view body) {
  std::vector<std::string> ids;
  add_ids(ids, body);
  return ids.empty() ? id_text(body) : ids.front();
}

// When it was written; else when the last server got it.
Seconds date_of(const std::vector<Field>& fields, std::string_view name) {
  if (const auto date = mail::parse_date(tidy(first(fields, name)))) {
    return date->time;
  }
  const auto received = first(fields, "received");
  const auto semicolon = received.rfind(';');
  if (semicolon == received.npos) return {};
  const auto date = mail::parse_date(tidy(received.substr(semicolon + 1)));
  return date ? date->time : Seconds{};
}

bool is_automatic(const std::vector<Field>& fields) {
  const auto submitted = trim(first(fields, "auto-submitted"));
  if (!submitted.empty() && !ascii_iequals(submitted.substr(0, 2), "no")) {
    return true;  // RFC 3834 5
  }
  const auto precedence = trim(first(fields, "precedence"));
  return ascii_iequals(precedence, "bulk") ||
         ascii_iequals(precedence, "list") ||
         ascii_iequals(precedence, "junk") ||
         !trim(first(fields, "list-id")).empty();
}

// Those that stand on top, together. What a filter may write between its own
// two does not part them.
std::vector<std::string> top_results(const std::vector<Field>& fields) {
  std::vector<std::string> bodies;
  for (const Field& field : fields) {
    if (field.name == "authentication-results") {
      bodies.push_back(tidy(field.body));
    } else if (!bodies.empty() && field.name != "received-spf" &&
               field.name != "dkim-filter") {
      break;
    }
  }
  return bodies;
}

Authentic authentic(const std::vector<Field>& fields,
                    const std::vector<std::string>& trusted) {
  if (trusted.empty()) return Authentic::kUnknown;
  const auto from = all(fields, "from");
  std::string domain;
  if (from.size() == 1) {
    const auto authors = mailboxes(from.front());
    if (authors.size() == 1 && !authors.front().address.is_literal()) {
      domain = authors.front().address.domain();
    }
  }
  return judge_authentication(top_results(fields), trusted, domain);
}

std::string address_in(std::string_view body) {
  const auto path = mail::parse_path(trim(body));
  if (!path) return {};
  const auto& address = path->address;
  return address ? address->to_string() : std::string();
}

std::optional<Letter> resent(const std::vector<Field>& fields) {
  Letter letter;
  set_author(letter, first(fields, "resent-from"));
  if (letter.sender.empty()) set_author(letter, first(fields, "resent-sender"));
  // Blocks of them stand newest first; the fields of older ones come later, so
  // only what the first of each name says is surely of one block.
  std::vector<Field> newest;
  for (const auto* name : {"resent-to", "resent-cc", "resent-bcc"}) {
    const auto body = first(fields, name);
    if (!body.empty()) newest.push_back({name, body});
  }
  add_recipients(letter, newest, {"resent-to", "resent-cc", "resent-bcc"});
  if (letter.sender.empty() || letter.recipients.empty()) return std::nullopt;
  letter.id = message_id(first(fields, "resent-message-id"));
  letter.at = date_of(fields, "resent-date");
  return letter;
}

}  // namespace

bool is_field_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0) return false;
  // Printable ASCII; space before the colon is obsolete (RFC 5322 4.5).
  auto name = line.substr(0, colon);
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
}

Message read_message(std::string_view header,
                     const std::vector<std::string>& trusted) {
  const auto fields = cut(header);
  Message message;
  Letter& letter = message.letter;
  set_author(letter, first(fields, "from"));
  if (letter.sender.empty()) set_author(letter, first(fields, "sender"));
  if (letter.sender.empty()) {
    letter.sender = address_in(first(fields, "return-path"));
  }
  add_recipients(letter, fields, {"to", "cc", "bcc"});
  letter.id = message_id(first(fields, "message-id"));
  letter.at = date_of(fields, "date");
  letter.mailbox = address_in(first(fields, "delivered-to"));
  add_ids(letter.thread, first(fields, "in-reply-to"));
  add_ids(letter.thread, first(fields, "references"));
  letter.automatic = is_automatic(fields);
  letter.authentic = authentic(fields, trusted);
  message.resent = resent(fields);
  return message;
}

}  // namespace lostletter::archive
