// SPDX-License-Identifier: Apache-2.0
//
// Whatever a peer sends to a session that takes letters, and in whatever
// pieces: it answers the same, in whole lines of a known form; a content ends
// with CR LF, and there are no more letters than CR LF . CR LF, so none was
// smuggled; what was taken can be sent and taken again.
//
// The first byte says how the stream is cut, and whether it is LMTP.
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>

#include "smtp/reception.h"

using namespace lostletter;

namespace {

constexpr std::size_t kMost = 200;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_comes_again(const std::string& content) {
  const std::string sent = smtp::stuffed(content) + ".\r\n";
  smtp::ContentReader reader(sent.size());
  require(reader.feed(sent) == sent.size() && reader.ended());
  const std::string again = reader.take();
  require(smtp::stuffed(again) + ".\r\n" == sent);
}

class Clerk final : public smtp::Receiver {
 public:
  mail::Reply sender(const smtp::ReceivedSender& sender) override {
    return {sender.reverse_path.empty() ? 550 : 250,
            sender.reverse_path.empty() ? "5.1.0" : "2.1.0",
            {sender.reverse_path}};
  }
  mail::Reply recipient(const smtp::ReceivedSender& /*sender*/,
                        const smtp::ReceivedRecipient& recipient) override {
    require(!recipient.forward_path.empty());
    return {250, "2.1.5", {recipient.forward_path}};
  }
  void letter(smtp::ReceivedLetter letter, smtp::LetterDone done) override {
    ++letters;
    require(letter.content.empty() || letter.content.ends_with("\r\n"));
    require(letter.content.size() <= kMost && !letter.recipients.empty());
    require_comes_again(letter.content);
    done(std::vector<mail::Reply>(
        letter.recipients.size(),
        {250, "2.0.0", {std::to_string(letter.content.size())}}));
  }

  std::size_t letters = 0;
};

std::string talk(std::string_view bytes, std::size_t piece,
                 smtp::ReceptionOptions::Protocol protocol,
                 std::size_t most_letters) {
  Clerk clerk;
  std::deque<std::function<void(std::string&)>> jobs;
  smtp::Reception session(
      {.protocol = protocol, .host = "mx.test", .most_content = kMost}, clerk,
      [&](auto job) { jobs.push_back(std::move(job)); });
  std::string answer = session.greet();
  for (std::size_t at = 0; at < bytes.size() && !session.over(); at += piece) {
    session.feed(bytes.substr(at, piece), answer);
    while (!jobs.empty()) {
      const auto job = std::move(jobs.front());
      jobs.pop_front();
      job(answer);
    }
    require(!session.waits());
  }
  require(clerk.letters <= most_letters);
  return answer;
}

std::size_t count_ends(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n.\r\n";
  std::size_t count = 0;
  for (auto at = bytes.find(kEnd); at != bytes.npos;
       at = bytes.find(kEnd, at + 1)) {
    ++count;
  }
  return count;
}

// "250-text" or "250 text", printable ASCII or UTF-8, and CR LF.
void require_replies(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    require(end != text.npos && end >= 4 && end <= 512);
    const auto line = text.substr(0, end);
    require(line[0] >= '2' && line[0] <= '5');
    require(line[3] == ' ' || line[3] == '-');
    for (const char c : line) {
      require(static_cast<unsigned char>(c) >= ' ' && c != 127);
    }
    text.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  const auto protocol = data[0] % 2 == 0
                            ? smtp::ReceptionOptions::Protocol::kLmtp
                            : smtp::ReceptionOptions::Protocol::kSmtp;
  const auto most = count_ends(bytes);
  const std::string whole = talk(bytes, bytes.size() + 1, protocol, most);
  require_replies(whole);
  require(talk(bytes, data[0] / 4 + 1U, protocol, most) == whole);

  // The same as content alone.
  const std::string content(bytes);
  require_comes_again(content);
  return 0;
}
