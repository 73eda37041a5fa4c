// SPDX-License-Identifier: Apache-2.0
#include "console/answer_page.h"

#include <fmt/format.h>

#include "base/html.h"
#include "hold/notice.h"

namespace lostletter::console {
namespace {

using hold::Purpose;
using hold::Question;
using store::HeldState;

http::Response page(int status, std::string_view title, std::string body) {
  return {status, "text/html; charset=utf-8", html_page(title, body), true};
}

http::Response unknown() {
  return page(404, "No such question",
              "<p>This link is incomplete, or its letter is forgotten. Nothing "
              "was changed.</p>\n");
}

std::string paragraph(std::string_view text) {
  return fmt::format("<p>{}</p>\n", html_text(text));
}

std::string about(const Question& question) {
  const auto& letter = question.letter;
  std::string body =
      paragraph(letter.subject.empty()
                    ? fmt::format("Your letter of {}, without a subject.",
                                  to_rfc3339(letter.at))
                    : fmt::format("Your letter \"{}\" of {}.", letter.subject,
                                  to_rfc3339(letter.at)));
  HtmlTable table({{"You wrote to"}, {"It resembles"}});
  table.add({question.recipient.address, question.recipient.intended});
  return body + table.html();
}

std::string_view outcome(HeldState state) {
  switch (state) {
    case HeldState::kExpected:
      return "The letter has not arrived here yet. Please try again soon.";
    case HeldState::kHeld:
      return "It waits for an answer.";
    case HeldState::kReleasing:
    case HeldState::kHanded:
      return "It was answered: the letter is being sent.";
    case HeldState::kDelivered:
      return "It was answered: the letter was sent.";
    case HeldState::kReturning:
    case HeldState::kReturned:
      return "Its time was over: the letter was not sent, and its sender got "
             "a report.";
    case HeldState::kDiscarded:
      return "It was answered: the letter is not sent to this address.";
    case HeldState::kVoid:
      return "This letter never arrived here.";
  }
  return "";
}

http::Response decided(const Question& question, int status) {
  return page(
      status, "Answered",
      about(question) + paragraph(outcome(question.recipient.state)) +
          paragraph(question.recipient.target.empty()
                        ? ""
                        : "It goes to " + question.recipient.target + '.'));
}

std::optional<Question> look(hold::Answers& answers,
                             const http::Request& request) {
  const auto token = request.query.find("t");
  if (token == request.query.end()) return std::nullopt;
  auto question = answers.look(token->second);
  // An address to reply to is not a link.
  if (question && question->purpose == Purpose::kReply) return std::nullopt;
  return question;
}

}  // namespace

http::Response show_question(hold::Answers& answers,
                             const http::Request& request) {
  const auto question = look(answers, request);
  if (!question) return unknown();
  if (!question->open) return decided(*question, 200);
  // The form goes to this very address: the token stays where it is.
  const std::string words =
      hold::words_of(question->purpose, question->recipient);
  return page(200, "A letter waits for you",
              about(*question) + paragraph(question->recipient.reason) +
                  fmt::format("<form method=\"post\"><button "
                              "type=\"submit\">{}</button></form>\n",
                              html_text(words)) +
                  paragraph("Nothing happens before you press the button."));
}

http::Response take_answer(hold::Answers& answers,
                           const http::Request& request) {
  const auto question = look(answers, request);
  if (!question) return unknown();
  // Of two who press at once, one was first; only the store knows which.
  const bool first = question->open &&
                     answers.decide(*question, question->purpose,
                                    {"sender", "page"}) == hold::Decided::kNow;
  const auto after = look(answers, request);
  if (!after) return unknown();
  return decided(*after, first ? 200 : 409);
}

}  // namespace lostletter::console
