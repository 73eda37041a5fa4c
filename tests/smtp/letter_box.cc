// SPDX-License-Identifier: Apache-2.0
//
//   letter_box take lmtp|smtp ENDPOINT...   takes letters, prints one JSON
//                                           object each; a recipient named
//                                           later@ hears 451, never@ 550
//   letter_box send ENDPOINT [--no] FROM[,PARAMETERS] TO[,PARAMETERS]...
//                                           sends standard input, prints what
//                                           became of it; --no: no final dot
//   letter_box amend ENDPOINT WRONG TO[,PARAMETERS]
//                                           a milter: whoever writes to a
//                                           domain WRONG writes to TO instead
//
// For tests of the sessions with a real MTA. Content is printed in hexadecimal.
#include <iostream>
#include <iterator>
#include <thread>

#include <nlohmann/json.hpp>

#include "milter/server.h"
#include "net/endpoint.h"
#include "smtp/client.h"
#include "smtp/reception.h"
#include "smtp/server.h"

using namespace lostletter;
using Json = nlohmann::ordered_json;

namespace {

std::string hexadecimal(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

class Box final : public smtp::Receiver {
 public:
  mail::Reply sender(const smtp::ReceivedSender& /*sender*/) override {
    return {250, "2.1.0", {"Ok"}};
  }
  mail::Reply recipient(const smtp::ReceivedSender& /*sender*/,
                        const smtp::ReceivedRecipient& recipient) override {
    if (recipient.forward_path.starts_with("never@")) {
      return {550, "5.1.1", {"nobody has that name"}};
    }
    return {250, "2.1.5", {"Ok"}};
  }
  // Answered by another thread, as a store would.
  void letter(smtp::ReceivedLetter letter, smtp::LetterDone done) override {
    std::thread([letter = std::move(letter), done = std::move(done)] {
      std::vector<mail::Reply> replies;
      Json recipients = Json::array();
      for (const smtp::ReceivedRecipient& one : letter.recipients) {
        const bool later = one.forward_path.starts_with("later@");
        replies.push_back(later ? mail::Reply{451, "4.3.0", {"later"}}
                                : mail::Reply{250, "2.0.0", {"kept"}});
        recipients.push_back({{"path", one.forward_path},
                              {"parameters", smtp::to_text(one.parameters)}});
      }
      const Json line = {
          {"sender", letter.sender.reverse_path},
          {"parameters", smtp::to_text(letter.sender.parameters)},
          {"recipients", recipients},
          {"content", hexadecimal(letter.content)}};
      std::cout << line.dump() + "\n" << std::flush;
      done(std::move(replies));
    }).detach();
  }
};

int take(const std::vector<std::string>& words) {
  Box box;
  const auto server = smtp::Server::make({.piece = 65536}).value();
  const smtp::ReceptionOptions options{
      .protocol = words.at(1) == "lmtp"
                      ? smtp::ReceptionOptions::Protocol::kLmtp
                      : smtp::ReceptionOptions::Protocol::kSmtp,
      .host = "box.test",
      .most_content = 4'000'000};
  for (std::size_t i = 2; i < words.size(); ++i) {
    server->add(net::listen(net::Endpoint::parse(words[i]).value(),
                            {.mode = 0666, .group = ""})
                    .value(),
                smtp::receive(options, box));
  }
  server->run();
  return 0;
}

std::pair<std::string, std::string> cut(const std::string& word) {
  const auto comma = std::min(word.find(','), word.size());
  return {word.substr(0, comma),
          comma == word.size() ? "" : word.substr(comma + 1)};
}

int send(std::vector<std::string> words) {
  const bool dot = words.at(2) != "--no";
  if (!dot) words.erase(words.begin() + 2);
  smtp::OutgoingLetter letter;
  std::tie(letter.reverse_path, letter.parameters) = cut(words.at(2));
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto [address, parameters] = cut(words[i]);
    letter.recipients.push_back({address, parameters});
  }
  letter.content.assign(std::istreambuf_iterator<char>(std::cin), {});
  bool asked = false;
  const smtp::Outcome outcome = smtp::send_letter(
      {.server = net::Endpoint::parse(words.at(1)).value(), .name = "box.test"},
      letter, [&] { return asked = true, dot; });
  constexpr std::string_view kKinds[] = {"accepted", "deferred", "refused",
                                         "nothing-sent", "uncertain"};
  const Json line = {
      {"outcome", kKinds[static_cast<std::size_t>(outcome.kind)]},
      {"code", outcome.reply.code},
      {"queue_id", outcome.queue_id},
      {"asked", asked},
      {"text", outcome.text}};
  std::cout << line.dump() << "\n";
  return 0;
}

// Splits letters as the guard will: in the MTA's own queue.
class Splitter final : public milter::Handler {
 public:
  Splitter(std::string wrong, milter::AddedRecipient added)
      : wrong_("@" + std::move(wrong) + ">"), added_(std::move(added)) {}

  void may_amend() override { may_ = true; }
  void connect(const milter::Connect& /*connect*/,
               const milter::MacroView& /*macros*/) override {}
  void mail(const milter::Mail& /*mail*/,
            const milter::MacroView& /*macros*/) override {}
  void rcpt(const milter::Rcpt& rcpt, const milter::MacroView& /*macros*/,
            milter::Done done) override {
    if (rcpt.forward_path.ends_with(wrong_)) {
      removed_.push_back(rcpt.forward_path);
    }
    done(milter::Proceed{});
  }
  void header(const milter::Header& /*header*/) override {}
  void end_of_message(const milter::MacroView& /*macros*/,
                      milter::Done done) override {
    if (removed_.empty() || !may_) return done(milter::Proceed{});
    done(milter::Amend{{added_}, removed_});
  }
  void abort() override { removed_.clear(); }
  void late() override {}

 private:
  const std::string wrong_;
  const milter::AddedRecipient added_;
  std::vector<std::string> removed_;
  bool may_ = false;
};

int amend(const std::vector<std::string>& words) {
  const auto [address, parameters] = cut(words.at(3));
  const milter::AddedRecipient added{address, parameters};
  milter::Server server({}, [&](const milter::Listener& /*listener*/) {
    return std::make_unique<Splitter>(words.at(2), added);
  });
  server.add(net::listen(net::Endpoint::parse(words.at(1)).value()).value(),
             {"test", 0});
  server.run();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.at(0) == "amend") return amend(words);
  return words.at(0) == "take" ? take(words) : send(words);
}
