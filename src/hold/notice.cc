// SPDX-License-Identifier: Apache-2.0
#include "hold/notice.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/html.h"
#include "base/text.h"
#include "hold/addresses.h"
#include "hold/mime.h"
#include "mail/address.h"

namespace lostletter::hold {
namespace {

using store::HeldLetter;
using store::HeldRecipient;
using store::HeldState;

constexpr std::string_view kLogin = "login:";

// One recipient that waits, and the ways to answer.
struct Choice {
  const HeldRecipient& recipient;
  std::vector<std::pair<Purpose, std::string>> links;  // purpose, URL
};

std::string percent(double probability) {
  return fmt::format("{:.1f} %", std::min(99.9, 100 * probability));
}

// "2026-11-24 14:05 UTC"
std::string when(Seconds time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

std::vector<Choice> choices_of(const HeldLetter& letter, const Options& options,
                               std::string_view secret) {
  std::vector<Choice> choices;
  for (const HeldRecipient& one : letter.recipients) {
    if (one.state != HeldState::kHeld || !one.doubtful) continue;
    Choice choice{one, {}};
    for (const Purpose purpose :
         {Purpose::kMend, Purpose::kSend, Purpose::kDiscard}) {
      if (purpose == Purpose::kMend && one.intended.empty()) continue;
      const Token token{letter.code, one.number, purpose};
      choice.links.emplace_back(
          purpose, options.answers + "/answer?t=" + make_token(secret, token));
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

// "       ~~~" under what differs. Only where each character is a byte.
std::string marks(std::string_view typed, std::string_view intended) {
  if (!is_ascii(typed) || !is_ascii(intended)) return {};
  const Difference same = difference(typed, intended);
  const std::size_t size = intended.size() - same.before - same.after;
  return std::string(same.before, ' ') +
         std::string(std::max<std::size_t>(size, 1), '^');
}

std::string marked_html(std::string_view typed, std::string_view intended) {
  const Difference same = difference(typed, intended);
  const auto middle =
      intended.substr(same.before, intended.size() - same.before - same.after);
  return html_text(intended.substr(0, same.before)) + "<mark>" +
         html_text(middle) + "</mark>" +
         html_text(intended.substr(intended.size() - same.after));
}

std::string after_deadline(const HeldLetter& letter, const Options& options) {
  switch (at_deadline(options, letter.listener)) {
    case AtDeadline::kReturn:
      return "it is not sent, and you get a report";
    case AtDeadline::kBackup:
      return "it goes to " + options.backup + " instead";
    case AtDeadline::kSend:
      return "it is sent as typed";
  }
  return {};
}

std::string already(const HeldLetter& letter) {
  return letter.others.empty()
             ? "Nobody has this letter yet."
             : "These have it already: " + letter.others + '.';
}

std::string plain_choice(const Choice& choice) {
  const HeldRecipient& one = choice.recipient;
  std::string text = fmt::format("  You wrote to   {}\n", one.address);
  if (!one.intended.empty()) {
    text += fmt::format("  It resembles   {}\n", one.intended);
    if (const auto below = marks(one.address, one.intended); !below.empty()) {
      text += "                 " + below + '\n';
    }
  }
  text += fmt::format("  Why            {} ({} sure)\n\n", one.reason,
                      percent(one.probability));
  for (const auto& [purpose, url] : choice.links) {
    text += fmt::format("  {}:\n    {}\n", words_of(purpose, one), url);
  }
  return text + '\n';
}

std::string html_choice(const Choice& choice) {
  const HeldRecipient& one = choice.recipient;
  std::string text = "<table>\n";
  const auto row = [&text](std::string_view name, const std::string& html) {
    text += fmt::format("<tr><th align=\"left\">{}</th><td>{}</td></tr>\n",
                        name, html);
  };
  row("You wrote to",
      "<code>" +
          (one.intended.empty() ? html_text(one.address)
                                : marked_html(one.intended, one.address)) +
          "</code>");
  if (!one.intended.empty()) {
    row("It resembles",
        "<code>" + marked_html(one.address, one.intended) + "</code>");
  }
  row("Why",
      html_text(one.reason) + " (" + percent(one.probability) + " sure)");
  text += "</table>\n<ul>\n";
  for (const auto& [purpose, url] : choice.links) {
    text += fmt::format("<li><a href=\"{}\">{}</a></li>\n", html_text(url),
                        html_text(words_of(purpose, one)));
  }
  return text + "</ul>\n";
}

struct Words {
  std::string subject;
  std::string first;
  std::string last;
};

Words words_about(const HeldLetter& letter, Notice kind,
                  const Options& options) {
  const bool again = kind == Notice::kReminder;
  const std::string name = letter.subject.empty()
                               ? "without a subject"
                               : fmt::format("\"{}\"", letter.subject);
  return {
      .subject =
          fmt::format("{}letter waits: {}", again ? "Reminder: your " : "Your ",
                      letter.subject.empty() ? "(no subject)" : letter.subject),
      .first = fmt::format("your letter {} of {} {} because an address in it "
                           "looks like a mistake.",
                           name, when(letter.at),
                           again ? "still waits" : "was held back"),
      .last =
          fmt::format("Without an answer until {}, {}.", when(letter.deadline),
                      after_deadline(letter, options)),
  };
}

std::string plain_text(const HeldLetter& letter, const Words& words,
                       const std::vector<Choice>& choices) {
  std::string text = "Hello,\n\n" + words.first + "\n\n";
  for (const Choice& choice : choices) text += plain_choice(choice);
  text += already(letter) + '\n' + words.last + '\n';
  if (choices.size() == 1) {
    text +=
        "\nYou may also reply to this letter with one word in the first line:\n"
        "fix (send to the address it resembles), send (as typed) or discard.\n";
  }
  return text;
}

std::string html_body(const HeldLetter& letter, const Words& words,
                      const std::vector<Choice>& choices) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<title>" +
      html_text(words.subject) + "</title></head>\n<body>\n<p>Hello,</p>\n<p>" +
      html_text(words.first) + "</p>\n";
  for (const Choice& choice : choices) text += html_choice(choice);
  return text + "<p>" + html_text(already(letter)) + "<br>\n" +
         html_text(words.last) + "</p>\n</body></html>\n";
}

}  // namespace

Difference difference(std::string_view typed, std::string_view intended) {
  const std::size_t most = std::min(typed.size(), intended.size());
  Difference same;
  while (same.before < most && typed[same.before] == intended[same.before]) {
    ++same.before;
  }
  while (same.after < most - same.before &&
         typed[typed.size() - 1 - same.after] ==
             intended[intended.size() - 1 - same.after]) {
    ++same.after;
  }
  // Not in the middle of a character (UTF-8).
  const auto goes_on = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  };
  while (same.before > 0 && same.before < intended.size() &&
         goes_on(intended[same.before])) {
    --same.before;
  }
  while (same.after > 0 && goes_on(intended[intended.size() - same.after])) {
    --same.after;
  }
  return same;
}

std::string whom_to_tell(const HeldLetter& letter) {
  if (!letter.reverse_path.empty()) return letter.reverse_path;
  if (!letter.submitter.starts_with(kLogin)) return {};
  const auto login = letter.submitter.substr(kLogin.size());
  return mail::Address::parse(login) ? login : std::string();
}

std::string words_of(Purpose purpose, const HeldRecipient& recipient) {
  switch (purpose) {
    case Purpose::kMend:
      return fmt::format("Send it to {} instead", recipient.intended);
    case Purpose::kSend:
      return fmt::format("Send it to {} as typed", recipient.address);
    case Purpose::kDiscard:
      return fmt::format("Do not send it to {}", recipient.address);
    case Purpose::kReply:
      return "Answer by mail";
  }
  return {};
}

std::string write_notice(const HeldLetter& letter, Notice kind,
                         const Options& options, std::string_view secret,
                         Seconds now) {
  const auto choices = choices_of(letter, options, secret);
  const Words words = words_about(letter, kind, options);
  Outgoing outgoing{.from = options.notices_from,
                    .from_name = "lostletter",
                    .to = whom_to_tell(letter),
                    .reply_to = {},
                    .subject = words.subject,
                    .in_reply_to = letter.message_id,
                    .at = now,
                    .message_id = fmt::format("{}.{}@{}", letter.code,
                                              letter.notices, options.domain)};
  if (choices.size() == 1) {
    const Token token{letter.code, choices.front().recipient.number,
                      Purpose::kReply};
    outgoing.reply_to = hold_address(AddressKind::kReply,
                                     make_token(secret, token), options.domain);
  }
  return compose_alternatives(
      outgoing, {{"text/plain", plain_text(letter, words, choices)},
                 {"text/html", html_body(letter, words, choices)}});
}

}  // namespace lostletter::hold
