// SPDX-License-Identifier: Apache-2.0
#include "smtp/client.h"

#include <algorithm>
#include <expected>
#include <string_view>
#include <utility>

#include "base/fail_point.h"
#include "base/text.h"
#include "net/connect.h"
#include "smtp/command.h"
#include "smtp/content.h"
#include "smtp/reply_reader.h"

namespace lostletter::smtp {
namespace {

using Kind = Outcome::Kind;
using Clock = std::chrono::steady_clock;
// The end of a letter that did not go on; nothing: it goes on.
using Step = std::expected<mail::Reply, Outcome>;

std::string shown(const mail::Reply& reply) {
  std::string text = std::to_string(reply.code);
  if (!reply.enhanced.empty()) text += ' ' + reply.enhanced;
  for (const std::string& line : reply.lines) text += ' ' + line;
  return printable(text);
}

// "250 2.0.0 Ok: queued as 4XyZ", "250 OK id=1rAbCd-..."
std::string queue_id_of(const mail::Reply& reply) {
  for (const std::string& line : reply.lines) {
    for (const std::string_view before : {"queued as ", "id="}) {
      const auto at = line.find(before);
      if (at == line.npos) continue;
      const auto begin = at + before.size();
      return line.substr(begin, line.find(' ', begin) - begin);
    }
  }
  return {};
}

Outcome nothing_sent(std::string text) {
  return {.kind = Kind::kNothingSent, .text = std::move(text)};
}

Outcome refused_by_us(std::string enhanced, const std::string& text) {
  return {.kind = Kind::kRefused,
          .reply = {550, std::move(enhanced), {text}},
          .text = text};
}

// REQUIRES: 4yz or 5yz.
Outcome said_no(std::string_view where, mail::Reply reply) {
  Outcome outcome;
  outcome.kind = reply.code < 500 ? Kind::kDeferred : Kind::kRefused;
  outcome.text = "the MTA said to " + std::string(where) + ": " + shown(reply);
  outcome.reply = std::move(reply);
  return outcome;
}

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 127;
  });
}

// Parameters a letter may have, and the extension each belongs to. Without a
// vital one it would not be the same letter.
struct Needed {
  std::string_view name;
  std::string_view extension;
  bool vital = false;
};
constexpr Needed kParameters[] = {
    {"BODY", "8BITMIME"},
    {"SMTPUTF8", "SMTPUTF8", true},
    {"RET", "DSN"},
    {"ENVID", "DSN"},
    {"NOTIFY", "DSN"},
    {"ORCPT", "DSN"},
    {"REQUIRETLS", "REQUIRETLS", true},
};

// --- one connection, one letter

class Delivery {
 public:
  Delivery(const ClientOptions& options, const OutgoingLetter& letter)
      : options_(options), letter_(letter) {}

  Outcome run(const std::function<bool()>& before_dot) {
    if (auto wrong = check()) return *wrong;
    auto connected = net::Stream::connect(options_.server,
                                          Clock::now() + options_.connect_time);
    if (!connected) return nothing_sent(connected.error().message);
    stream_.emplace(std::move(*connected));
    for (const auto step : {&Delivery::greet, &Delivery::mail,
                            &Delivery::recipients, &Delivery::data}) {
      if (auto ended = (this->*step)()) return leave(std::move(*ended));
    }
    return finish(before_dot);
  }

 private:
  using Ended = std::optional<Outcome>;

  // What could end a line, or a path, early.
  Ended check() const {
    const auto wrong = [](const std::string& text) {
      return !is_clean(text) || text.find_first_of("<>") != text.npos;
    };
    bool bad = wrong(letter_.reverse_path) || !is_clean(letter_.parameters);
    for (const OutgoingRecipient& one : letter_.recipients) {
      bad = bad || one.address.empty() || wrong(one.address) ||
            !is_clean(one.parameters);
    }
    if (bad) return refused_by_us("5.1.3", "an address cannot be written");
    if (letter_.recipients.empty()) return nothing_sent("no recipient");
    return std::nullopt;
  }

  // --- talking

  Step ask(const std::string& line, std::string_view where) {
    const auto until = Clock::now() + options_.reply_time;
    if (auto written = stream_->write(line + "\r\n", until); !written) {
      // It may have said why before it left.
      if (auto said = hear(where, Clock::now()); said) return said;
      return std::unexpected(trouble(where, written.error().message));
    }
    return hear(where, until);
  }

  Step hear(std::string_view where, net::Stream::Time until) {
    for (;;) {
      auto reply = replies_.next();
      if (!reply) return std::unexpected(trouble(where, reply.error().message));
      if (*reply) return std::move(**reply);
      auto bytes = stream_->read(until);
      if (!bytes) return std::unexpected(trouble(where, bytes.error().message));
      if (bytes->empty()) {
        return std::unexpected(trouble(where, "the MTA closed the connection"));
      }
      replies_.feed(*bytes);
    }
  }

  Outcome trouble(std::string_view where, const std::string& why) {
    broken_ = true;
    return nothing_sent("at " + std::string(where) + ": " + why);
  }

  // The reply's outcome unless it is of the class that goes on.
  Ended expect(int kind, const Step& step, std::string_view where) {
    if (!step) return step.error();
    if (step->code / 100 == kind) return std::nullopt;
    if (step->code >= 400) return said_no(where, *step);
    return trouble(where, "an answer to something else: " + shown(*step));
  }

  // A word of farewell, which ends a transaction that has come to nothing (RFC
  // 5321 4.1.1.10). Its answer changes nothing, so nobody waits for it.
  Outcome leave(Outcome outcome) {
    if (!broken_) (void)stream_->write("QUIT\r\n", Clock::now());
    return outcome;
  }

  // --- the steps

  Ended greet() {
    if (auto ended =
            expect(2, hear("the greeting", Clock::now() + options_.reply_time),
                   "the greeting")) {
      return ended;
    }
    Step hello = ask("EHLO " + options_.name, "EHLO");
    if (hello && hello->code >= 500) {
      return expect(2, ask("HELO " + options_.name, "HELO"), "HELO");
    }
    if (auto ended = expect(2, hello, "EHLO")) return ended;
    offers_.assign(hello->lines.begin() + 1, hello->lines.end());
    return std::nullopt;
  }

  bool offers(std::string_view extension) const {
    return std::ranges::any_of(offers_, [&](const std::string& line) {
      return ascii_iequals(line.substr(0, line.find(' ')), extension);
    });
  }

  // What of `text` the MTA can be told, each with a space before it; or the
  // extension that is missed.
  std::expected<std::string, std::string_view> offered(
      std::string_view text) const {
    std::string kept;
    for (const std::string_view word : split(text, ' ')) {
      const auto name = word.substr(0, word.find('='));
      const auto row = std::ranges::find_if(
          kParameters,
          [&](const Needed& one) { return ascii_iequals(one.name, name); });
      if (row == std::end(kParameters)) continue;
      if (offers(row->extension)) {
        kept += ' ' + std::string(word);
      } else if (row->vital) {
        return std::unexpected(row->extension);
      }
    }
    return kept;
  }

  bool has(std::string_view parameter) const {
    return std::ranges::any_of(
        split(letter_.parameters, ' '), [&](std::string_view word) {
          return ascii_iequals(word.substr(0, word.find('=')), parameter);
        });
  }

  std::string parameters() const {
    std::string text = letter_.parameters;
    bool ascii = is_ascii(letter_.reverse_path);
    for (const OutgoingRecipient& one : letter_.recipients) {
      ascii = ascii && is_ascii(one.address);
    }
    if (!ascii && !has("SMTPUTF8")) text += " SMTPUTF8";
    if (!has("BODY") && !is_ascii(letter_.content)) text += " BODY=8BITMIME";
    return text;
  }

  Ended mail() {
    content_ = stuffed(letter_.content);
    const auto kept = offered(parameters());
    if (!kept) {
      return refused_by_us("5.6.7", "the letter needs " +
                                        std::string(kept.error()) +
                                        ", which the MTA does not offer");
    }
    std::string line = "MAIL FROM:<" + letter_.reverse_path + '>';
    if (offers("SIZE")) line += " SIZE=" + std::to_string(content_.size());
    return expect(2, ask(line + *kept, "MAIL"), "MAIL");
  }

  Ended recipients() {
    Ended worst;
    for (std::size_t i = 0; i < letter_.recipients.size(); ++i) {
      const OutgoingRecipient& one = letter_.recipients[i];
      const std::string where = "RCPT TO:<" + one.address + '>';
      // Nothing of a recipient is vital.
      auto ended = expect(
          2, ask(where + offered(one.parameters).value_or(""), where), where);
      if (!ended) continue;
      if (broken_) return ended;
      ended->recipient = i;
      if (!worst ||
          (worst->kind == Kind::kDeferred && ended->kind == Kind::kRefused)) {
        worst = std::move(ended);
      }
    }
    return worst;
  }

  Ended data() {
    if (auto ended = expect(3, ask("DATA", "DATA"), "DATA")) return ended;
    broken_ = true;  // from here on only the dot would end what we say
    const auto written =
        stream_->write(content_, Clock::now() + options_.content_time);
    if (!written) return trouble("the content", written.error().message);
    return std::nullopt;
  }

  Outcome finish(const std::function<bool()>& before_dot) {
    // Who answers before the end, or leaves, would be misunderstood after it.
    if (!replies_.is_empty() || stream_->has_news()) {
      return nothing_sent("the MTA spoke, or left, before the letter's end");
    }
    if (!before_dot()) return nothing_sent("no longer to be sent");
    fail_point(FailPoint::kDotSending);
    const auto until = Clock::now() + options_.final_time;
    (void)stream_->write(".\r\n", until);  // who knows what of it has gone
    fail_point(FailPoint::kDotSent);
    Step reply = hear("the final dot", until);
    fail_point(FailPoint::kDotAnswered);
    if (!reply || reply->code / 100 == 3) {
      return {.kind = Kind::kUncertain,
              .text = reply ? "the MTA said to the final dot: " + shown(*reply)
                            : reply.error().text};
    }
    broken_ = false;
    if (reply->code >= 400) return leave(said_no("the final dot", *reply));
    Outcome outcome;
    outcome.kind = Kind::kAccepted;
    outcome.queue_id = queue_id_of(*reply);
    outcome.text = shown(*reply);
    outcome.reply = std::move(*reply);
    return leave(std::move(outcome));
  }

  const ClientOptions& options_;
  const OutgoingLetter& letter_;
  std::optional<net::Stream> stream_;
  ReplyReader replies_;
  std::vector<std::string> offers_;
  std::string content_;  // as it is sent
  bool broken_ = false;  // no command would be understood
};

}  // namespace

Outcome send_letter(const ClientOptions& options, const OutgoingLetter& letter,
                    const std::function<bool()>& before_dot) {
  return Delivery(options, letter).run(before_dot);
}

}  // namespace lostletter::smtp
