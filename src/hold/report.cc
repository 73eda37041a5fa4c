// SPDX-License-Identifier: Apache-2.0
#include "hold/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "hold/mime.h"

namespace lostletter::hold {
namespace {

std::string without_cr(std::string_view text) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain),
                       [](char c) { return c != '\r'; });
  return plain;
}

// One line, ASCII: a delivery status is nothing else (RFC 3464 2.1).
std::string one_line(std::string_view text) {
  std::string line = printable(text, 400);
  std::ranges::replace_if(line, [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

std::string diagnosis(const store::HeldRecipient& recipient) {
  if (!recipient.trouble.empty()) return one_line(recipient.trouble);
  return "550 5.7.1 nobody confirmed this address in time";
}

std::string status_of(std::string_view diagnosis) {
  const auto words = split(diagnosis, ' ');
  const bool enhanced =
      words.size() > 1 && words[1].size() >= 5 && words[1].starts_with("5.");
  return std::string(enhanced ? words[1] : "5.7.1");
}

std::string delivery_status(const store::HeldLetter& letter,
                            const store::HeldRecipient& recipient,
                            const Options& options) {
  std::string text;
  if (const auto id = parameter_of(letter.parameters, "ENVID"); !id.empty()) {
    text += "Original-Envelope-Id: " + one_line(id) + '\n';
  }
  text += "Reporting-MTA: dns; " + one_line(options.domain) + '\n';
  text += "Arrival-Date: " + date_text(letter.at) + "\n\n";
  const auto original = parameter_of(recipient.parameters, "ORCPT");
  if (!original.empty()) {
    text += "Original-Recipient: " + one_line(original) + '\n';
  }
  const std::string why = diagnosis(recipient);
  text += "Final-Recipient: rfc822; " + one_line(recipient.address) + '\n';
  text += "Action: failed\nStatus: " + status_of(why) + '\n';
  return text + "Diagnostic-Code: smtp; " + why + '\n';
}

std::string words_for(const store::HeldLetter& letter,
                      const store::HeldRecipient& recipient) {
  std::string text = fmt::format(
      "Your letter{} was not sent to\n\n    {}\n\n",
      letter.subject.empty() ? "" : fmt::format(" \"{}\"", letter.subject),
      recipient.address);
  if (!recipient.trouble.empty()) {
    return text + "The mail server refused it:\n\n    " + recipient.trouble +
           '\n';
  }
  text += "The address looked like a mistake: " + recipient.reason +
          "\nNobody answered the question in time.\n";
  if (!recipient.intended.empty()) {
    text += fmt::format("\nIf you meant {}, please send it there.\n",
                        recipient.intended);
  }
  return text;
}

}  // namespace

std::string parameter_of(std::string_view parameters, std::string_view name) {
  for (const std::string_view word : split(parameters, ' ')) {
    const auto equals = word.find('=');
    if (ascii_iequals(word.substr(0, equals), name)) {
      return std::string(equals == word.npos ? "" : word.substr(equals + 1));
    }
  }
  return {};
}

bool wants_report(const store::HeldLetter& letter,
                  const store::HeldRecipient& recipient) {
  if (letter.reverse_path.empty()) return false;
  const auto notify = parameter_of(recipient.parameters, "NOTIFY");
  if (notify.empty()) return true;
  return std::ranges::any_of(split(notify, ','), [](std::string_view word) {
    return ascii_iequals(word, "FAILURE");
  });
}

std::string write_report(const store::HeldLetter& letter,
                         const store::HeldRecipient& recipient,
                         std::string_view header, const Options& options,
                         Seconds now) {
  const Outgoing outgoing{
      .from = options.notices_from,
      .from_name = "lostletter",
      .to = letter.reverse_path,
      .reply_to = {},
      .subject =
          fmt::format("Not sent: {}",
                      letter.subject.empty() ? "(no subject)" : letter.subject),
      .in_reply_to = letter.message_id,
      .at = now,
      .message_id = fmt::format("{}.r{}@{}", letter.code, recipient.number,
                                options.domain),
      .auto_submitted = "auto-replied"};
  return compose_report(outgoing, words_for(letter, recipient),
                        delivery_status(letter, recipient, options),
                        without_cr(header));
}

}  // namespace lostletter::hold
