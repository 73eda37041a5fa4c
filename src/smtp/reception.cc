// SPDX-License-Identifier: Apache-2.0
#include "smtp/reception.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <span>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace lostletter::smtp {

struct ReceptionRow {
  Verb verb;
  mail::Reply (Reception::*answer)(const Command&);
};

namespace {

mail::Reply reply(int code, std::string enhanced, std::string text) {
  return {code, std::move(enhanced), {std::move(text)}};
}

mail::Reply too_large() {
  return reply(452, "4.3.1", "the letter is too large to be kept here");
}

bool is_yes(const mail::Reply& reply) {
  return reply.code >= 200 && reply.code < 300;
}

// What belongs to the extensions we offer (RFC 1870, 6152, 6531, 3461).
constexpr std::string_view kMailParameters[] = {"SIZE", "BODY", "SMTPUTF8",
                                                "RET", "ENVID"};
constexpr std::string_view kRcptParameters[] = {"NOTIFY", "ORCPT"};

std::optional<mail::Reply> refuse_parameters(
    const Command& command, std::span<const std::string_view> known) {
  for (const Parameter& one : command.parameters) {
    if (std::ranges::find(known, one.name) == known.end()) {
      return reply(
          555, "5.5.4",
          "parameter " + printable(one.name, 40) + " is not known here");
    }
  }
  return std::nullopt;
}

std::uint64_t announced_size(const Command& command) {
  std::uint64_t size = 0;
  for (const Parameter& one : command.parameters) {
    if (one.name != "SIZE") continue;
    const auto* const end = one.value.data() + one.value.size();
    const auto read = std::from_chars(one.value.data(), end, size);
    if (read.ec == std::errc::result_out_of_range) return UINT64_MAX;
  }
  return size;
}

// REQUIRES: a path as parse_command() gives it.
std::string without_brackets(const std::string& path) {
  return path.substr(1, path.size() - 2);
}

// What the world does to a receiver is for the MTA to try again.
template <typename Ask>
mail::Reply safely(Ask ask) {
  try {
    return ask();
  } catch (const std::exception& error) {
    log_event(Event::kJobFailed, {{"problem", std::string(error.what())}});
  }
  return reply(451, "4.3.0", "temporary trouble, try again");
}

// What SMTP's one reply is, of those that LMTP would give.
const mail::Reply& worst(const std::vector<mail::Reply>& replies) {
  for (const int kind : {4, 5}) {
    for (const mail::Reply& one : replies) {
      if (one.code / 100 == kind) return one;
    }
  }
  return replies.front();
}

}  // namespace

std::string Reception::greet() {
  return "220 " + options_.host + (is_lmtp() ? " LMTP" : " ESMTP") +
         " waits for letters\r\n";
}

void Reception::feed(std::string_view bytes, std::string& answer) {
  // Content is not copied through the lines.
  if (state_ == State::kContent) {
    bytes.remove_prefix(take_content(bytes, answer));
  }
  lines_.feed(bytes);
  go_on(answer);
}

void Reception::go_on(std::string& answer) {
  while (!over() && !waits()) {
    if (state_ == State::kContent) {
      const std::string rest = lines_.take();
      if (rest.empty()) return;
      const auto taken = take_content(rest, answer);
      lines_.feed(std::string_view(rest).substr(taken));
      continue;
    }
    const auto line = lines_.next();
    if (!line) return;
    say(answer_to(*line), answer);
  }
}

void Reception::shut(std::string_view reason, std::string& answer) {
  if (over()) return;
  say(reply(421, "4.7.0", options_.host + " " + std::string(reason)), answer);
  state_ = State::kOver;
}

mail::Reply Reception::answer_to(const LineReader::Line& line) {
  if (line.kind == LineReader::Kind::kBare) {
    state_ = State::kOver;
    return reply(500, "5.5.2",
                 "lines end with CR LF and hold neither alone, nor NUL");
  }
  Reply answer = line.kind == LineReader::Kind::kTooLong
                     ? reply(500, "5.5.2", "line is too long")
                     : obey(line.text);
  // 550 to 554 speak of addresses; the others of a peer that speaks wrongly.
  const bool is_error =
      (answer.code >= 500 && answer.code < 550) || answer.code == 555;
  if (is_error && ++errors_ >= options_.most_errors && !over()) {
    state_ = State::kOver;
    return reply(421, "4.7.0", options_.host + " too many errors");
  }
  return answer;
}

mail::Reply Reception::obey(std::string_view line) {
  static constexpr auto kRows = std::to_array<ReceptionRow>({
      {Verb::kLhlo, &Reception::greeted},
      {Verb::kHelo, &Reception::greeted},
      {Verb::kEhlo, &Reception::greeted},
      {Verb::kMail, &Reception::mail},
      {Verb::kRcpt, &Reception::rcpt},
      {Verb::kData, &Reception::data},
      {Verb::kBdat, &Reception::bdat},
      {Verb::kRset, &Reception::rset},
      {Verb::kNoop, &Reception::noop},
      {Verb::kVrfy, &Reception::vrfy},
      {Verb::kHelp, &Reception::help},
      {Verb::kQuit, &Reception::quit},
  });
  const auto command = parse_command(line);
  if (!command) return reply(501, "5.5.4", command.error().message);
  const auto row = std::ranges::find(kRows, command->verb, &ReceptionRow::verb);
  return row == kRows.end() ? unwanted(*command)
                            : (this->*row->answer)(*command);
}

// --- one function for each command

mail::Reply Reception::greeted(const Command& command) {
  if (is_lmtp() != (command.verb == Verb::kLhlo)) {
    return reply(500, "5.5.1",
                 is_lmtp() ? "this is LMTP: greet with LHLO"
                           : "this is SMTP: greet with EHLO");
  }
  greeting_ = command.argument;
  forget();
  state_ = State::kGreeted;
  if (command.verb == Verb::kHelo) return {250, "", {options_.host}};
  return {250,
          "",
          {options_.host, "PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN",
           "ENHANCEDSTATUSCODES"}};
}

mail::Reply Reception::mail(const Command& command) {
  if (state_ != State::kGreeted) {
    return reply(
        503, "5.5.1",
        state_ == State::kSender ? "a sender is named already" : "greet first");
  }
  if (auto refused = refuse_parameters(command, kMailParameters)) {
    return *refused;
  }
  if (announced_size(command) > options_.most_content) return too_large();
  ReceivedSender sender{greeting_, without_brackets(command.argument),
                        command.parameters};
  sender.utf8 = std::ranges::any_of(
      command.parameters,
      [](const Parameter& one) { return one.name == "SMTPUTF8"; });
  Reply answer = safely([&] { return receiver_.sender(sender); });
  if (!is_yes(answer)) return answer;
  letter_.sender = std::move(sender);
  state_ = State::kSender;
  return answer;
}

mail::Reply Reception::rcpt(const Command& command) {
  if (state_ != State::kSender) {
    return reply(503, "5.5.1", "name the sender first");
  }
  if (auto refused = refuse_parameters(command, kRcptParameters)) {
    return *refused;
  }
  ReceivedRecipient recipient{without_brackets(command.argument),
                              command.parameters};
  if (recipient.forward_path.empty()) {
    return reply(501, "5.1.3", "a recipient has an address");
  }
  if (letter_.recipients.size() >= options_.most_recipients) {
    return reply(452, "4.5.3", "too many recipients, send it again to them");
  }
  Reply answer =
      safely([&] { return receiver_.recipient(letter_.sender, recipient); });
  if (is_yes(answer)) letter_.recipients.push_back(std::move(recipient));
  return answer;
}

mail::Reply Reception::data(const Command& /*command*/) {
  if (state_ != State::kSender || letter_.recipients.empty()) {
    return reply(503, "5.5.1", "name the sender and a recipient first");
  }
  content_.emplace(options_.most_content);
  state_ = State::kContent;
  return {354, "", {"send the letter, end it with a dot on a line"}};
}

// RFC 3030: a chunk follows at once, and we did not offer to read one.
mail::Reply Reception::bdat(const Command& /*command*/) {
  state_ = State::kOver;
  return reply(502, "5.5.1", "CHUNKING was not offered");
}

mail::Reply Reception::rset(const Command& /*command*/) {
  forget();
  if (state_ == State::kSender) state_ = State::kGreeted;
  return reply(250, "2.0.0", "forgotten");
}

mail::Reply Reception::noop(const Command& /*command*/) {
  return reply(250, "2.0.0", "still here");
}

mail::Reply Reception::vrfy(const Command& /*command*/) {
  return reply(252, "2.5.2", "no address is verified here");
}

mail::Reply Reception::help(const Command& /*command*/) {
  return reply(214, "2.0.0", "letters are for the mail server to bring");
}

mail::Reply Reception::quit(const Command& /*command*/) {
  state_ = State::kOver;
  return reply(221, "2.0.0", options_.host + " goodbye");
}

mail::Reply Reception::unwanted(const Command& /*command*/) {
  return reply(500, "5.5.1", "no such command");
}

// --- the letter

std::size_t Reception::take_content(std::string_view bytes,
                                    std::string& answer) {
  const auto taken = content_->feed(bytes);
  if (content_->ended()) deliver(answer);
  return taken;
}

void Reception::deliver(std::string& answer) {
  const auto count = letter_.recipients.size();
  state_ = State::kWaiting;
  if (content_->is_too_large()) {
    return settle(std::vector<Reply>(count, too_large()), answer);
  }
  letter_.content = content_->take();
  const auto number = ++letters_;
  LetterDone done = [this, resume = resume_,
                     number](std::vector<Reply> replies) {
    resume([this, number, replies = std::move(replies)](std::string& late) {
      if (state_ != State::kWaiting || number != letters_) return;
      settle(replies, late);
      go_on(late);
    });
  };
  try {
    ReceivedLetter letter{letter_.sender, letter_.recipients,
                          std::move(letter_.content)};
    receiver_.letter(std::move(letter), std::move(done));
  } catch (const std::exception& error) {
    log_event(Event::kJobFailed, {{"problem", std::string(error.what())}});
    ++letters_;  // a `done` that it kept is void
    settle({}, answer);
  }
}

// Too few replies: nobody may think that its letter was taken.
void Reception::settle(std::vector<Reply> replies, std::string& answer) {
  replies.resize(letter_.recipients.size(),
                 reply(451, "4.3.0", "temporary trouble, try again"));
  if (is_lmtp()) {
    for (const Reply& one : replies) say(one, answer);
  } else {
    say(worst(replies), answer);
  }
  forget();
  state_ = State::kGreeted;
}

void Reception::say(const Reply& reply, std::string& answer) const {
  append_reply(reply, letter_.sender.utf8 ? mail::Utf8::kYes : mail::Utf8::kNo,
               answer);
}

void Reception::forget() {
  letter_ = {};
  content_.reset();
}

MakeConversation receive(ReceptionOptions options, Receiver& receiver) {
  return [options = std::move(options), &receiver](const Peer& /*peer*/,
                                                   Resume resume) {
    return std::make_unique<Reception>(options, receiver, std::move(resume));
  };
}

}  // namespace lostletter::smtp
