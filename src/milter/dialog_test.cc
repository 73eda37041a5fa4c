// SPDX-License-Identifier: Apache-2.0
//
// Plays the transcripts in tests/dialogs/milter against a Session. One line an
// event; what the session does after an `mta` or `answers` line must be exactly
// the lines up to the next one.
//
//   session  a new one begins; the rest of the line is its name
//   postfix  the same, and Postfix has negotiated and told of its client
//   given    on_failure accept | handler proceeds | handler throws in CALL
//   mta      a command, or `bytes` in hexadecimal and "quotes", or `gone`
//   answers  proceed | CODE ENHANCED "LINE"... | nonsense |
//            amend (-REMOVED | +ADDED)... with the parameters in the quotes
//   deadline the open question took too long
//   hears    a call on the handler, with the macros it asked for
//   filter   what goes to the MTA
//   trouble  what the operator reads
#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "base/text.h"
#include "milter/fake_mta.h"
#include "milter/session.h"

namespace lostletter::milter {
namespace {

namespace fs = std::filesystem;

// --- words of a line: bare, or in "quotes" with \" \\ \n \r \t \0 \xNN

std::string unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
      continue;
    }
    switch (const char c = text[++i]) {
      case 'n':
        bytes += '\n';
        break;
      case 'r':
        bytes += '\r';
        break;
      case 't':
        bytes += '\t';
        break;
      case '0':
        bytes += '\0';
        break;
      case 'x':
        bytes += static_cast<char>(
            std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default:
        bytes += c;
    }
  }
  return bytes;
}

struct Word {
  std::string text;
  bool quoted = false;
};

std::vector<Word> words(std::string_view line) {
  std::vector<Word> found;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ') {
      ++at;
    } else if (line[at] == '"') {
      std::size_t end = at + 1;
      while (end < line.size() && line[end] != '"') {
        end += line[end] == '\\' ? 2 : 1;
      }
      found.push_back({unescape(line.substr(at + 1, end - at - 1)), true});
      at = end + 1;
    } else {
      const auto end = std::min(line.find(' ', at), line.size());
      found.push_back({std::string(line.substr(at, end - at)), false});
      at = end;
    }
  }
  return found;
}

std::vector<std::string> texts(const std::vector<Word>& line,
                               std::size_t from) {
  std::vector<std::string> found;
  for (std::size_t i = from; i < line.size(); ++i) {
    found.push_back(line[i].text);
  }
  return found;
}

std::uint32_t number(const std::string& text) {
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, 0));
}

// --- what an `mta` line says, in octets

std::string raw_bytes(const std::vector<Word>& line) {
  std::string bytes;
  for (std::size_t i = 1; i < line.size(); ++i) {
    // "text"*1000: the same again
    if (!line[i].quoted && line[i].text.starts_with('*')) {
      const std::string again = line[i - 1].text;
      for (int n = std::stoi(line[i].text.substr(1)); n > 1; --n) {
        bytes += again;
      }
    } else if (line[i].quoted) {
      bytes += line[i].text;
    } else {
      bytes += static_cast<char>(std::stoi(line[i].text, nullptr, 16));
    }
  }
  return bytes;
}

std::string connect_bytes(const std::vector<Word>& line) {
  if (line.at(2).text == "U") {
    return fake_mta::connect(line.at(1).text, 'U', 0, "");
  }
  return fake_mta::connect(line.at(1).text, line.at(2).text.at(0),
                           static_cast<std::uint16_t>(number(line.at(4).text)),
                           line.at(3).text);
}

std::string macro_bytes(const std::vector<Word>& line) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const std::string& text : texts(line, 2)) {
    const auto equals = text.find('=');
    values.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return fake_mta::macros(line.at(1).text.at(0), values);
}

std::string negotiate_bytes(const std::vector<Word>& line) {
  return fake_mta::negotiate(number(line.at(1).text), number(line.at(2).text),
                             number(line.at(3).text));
}

template <char kLetter>
std::string plain_bytes(const std::vector<Word>& line) {
  return fake_mta::text(kLetter, texts(line, 1));
}

template <char kLetter>
std::string content_bytes(const std::vector<Word>& line) {
  return frame(kLetter, line.size() > 1 ? line[1].text : "");
}

struct Verb {
  std::string_view name;
  std::string (*bytes)(const std::vector<Word>& line);
};
constexpr Verb kVerbs[] = {
    {"bytes", raw_bytes},
    {"negotiate", negotiate_bytes},
    {"macros", macro_bytes},
    {"connect", connect_bytes},
    {"helo", plain_bytes<'H'>},
    {"mail", plain_bytes<'M'>},
    {"rcpt", plain_bytes<'R'>},
    {"data", content_bytes<'T'>},
    {"header", plain_bytes<'L'>},
    {"end-of-headers", content_bytes<'N'>},
    {"body", content_bytes<'B'>},
    {"end-of-message", content_bytes<'E'>},
    {"abort", content_bytes<'A'>},
    {"quit", content_bytes<'Q'>},
    {"quit-new", content_bytes<'K'>},
    {"unknown", plain_bytes<'U'>},
};

// --- what a session does, one line an event

using Lines = std::deque<std::string>;

std::string shown(const std::string& text, std::size_t most = 4000) {
  return text.empty() ? " \"\"" : ' ' + printable(text, most);
}

std::string shown(const std::string& path,
                  const std::vector<std::string>& parameters) {
  std::string line = shown(path);
  for (const std::string& parameter : parameters) line += shown(parameter);
  return line;
}

std::string told(const MacroView& macros) {
  std::string line;
  for (const char* name : {"j", "i", "auth_authen", "mail_addr", "rcpt_addr"}) {
    const auto value = macros.find(name);
    if (!value.empty())
      line += ' ' + std::string(name) + '=' + printable(value);
  }
  return line;
}

struct Script {
  Lines lines;
  std::string throws_in;
  bool proceeds_at_once = false;
  bool may_amend = false;
  Done open;  // the question that `answers` answers
};

class ScriptedHandler final : public Handler {
 public:
  explicit ScriptedHandler(Script& script) : script_(script) {}
  ~ScriptedHandler() override = default;

  void may_amend() override { script_.may_amend = true; }
  void connect(const Connect& c, const MacroView& macros) override {
    hear("connect", shown(c.hostname) + ' ' + c.family +
                        (c.address.empty() ? "" : " ") + c.address +
                        (c.port == 0 ? "" : ' ' + std::to_string(c.port)) +
                        told(macros));
  }
  void mail(const Mail& mail, const MacroView& macros) override {
    hear("mail", shown(mail.reverse_path, mail.parameters) + told(macros));
  }
  void rcpt(const Rcpt& rcpt, const MacroView& macros, Done done) override {
    hear("rcpt", shown(rcpt.forward_path, rcpt.parameters) + told(macros));
    ask(std::move(done));
  }
  void header(const Header& header) override {
    hear("header", shown(header.name) + ':' + shown(header.body, 60));
  }
  void end_of_message(const MacroView& macros, Done done) override {
    hear("end-of-message", told(macros));
    ask(std::move(done));
  }
  void abort() override { hear("abort", ""); }
  void late() override { hear("late", ""); }

 private:
  void hear(const std::string& call, const std::string& rest) {
    script_.lines.push_back("hears " + call + rest);
    if (script_.throws_in == call) throw std::runtime_error("disk on fire");
  }
  void ask(Done done) {
    if (script_.proceeds_at_once) return done(Proceed{});
    script_.open = std::move(done);
  }

  Script& script_;
};

std::string describe_agreement(std::string_view payload) {
  std::ostringstream line;
  const auto number_at = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value = value << 8 | static_cast<unsigned char>(payload.at(at + i));
    }
    return value;
  };
  line << "negotiate " << number_at(0) << std::hex << " 0x" << number_at(4)
       << " 0x" << number_at(8);
  for (std::size_t at = 12; at < payload.size();) {
    const auto end = payload.find('\0', at + 4);
    line << "; " << number_at(at) << ": "
         << payload.substr(at + 4, end - at - 4);
    at = end + 1;
  }
  return line.str();
}

std::string describe_reply(std::string_view payload) {
  EXPECT_TRUE(payload.ends_with('\0'));
  payload.remove_suffix(1);
  std::string line = "reply ";
  for (std::size_t at = 0; at < payload.size(); ++at) {
    if (payload.substr(at, 2) == "\r\n") {
      line += " | ";
      ++at;
    } else {
      line += payload[at];
    }
  }
  return printable(line, 4000);
}

std::string describe(std::string_view sent) {
  switch (sent.front()) {
    case 'O':
      return describe_agreement(sent.substr(1));
    case 'y':
      return describe_reply(sent.substr(1));
    case 'c':
      return "continue";
    case 's':
      return "skip";
    case '-':
      return "removes " + printable(sent.substr(1, sent.size() - 2));
    case '+':
    case '2':
      return std::string("adds ") + sent.front() + ' ' +
             printable(sent.substr(1, sent.size() - 2));
    default:
      return "unexpected " + printable(sent);
  }
}

class Stage final : public SessionHost {
 public:
  explicit Stage(bool byte_by_byte) : byte_by_byte_(byte_by_byte) {}
  ~Stage() override = default;

  Done done_for(std::uint64_t question) override {
    return [this, question](const Answer& answer) {
      if (session_) session_->answer(question, answer);
    };
  }
  void trouble(Trouble kind, std::string_view text) override {
    constexpr std::string_view kNames[] = {"frame", "state", "handler"};
    script_.lines.push_back("trouble " +
                            std::string(kNames[static_cast<int>(kind)]) + ": " +
                            std::string(text));
  }

  // Plays one line; what happens is in lines().
  void play(const std::string& line) {
    auto said = words(line);
    const std::string first = said.at(0).text;
    said.erase(said.begin());
    if (first == "session" || first == "postfix") return begin(first);
    if (first == "given") return given(said);
    if (!session_) session_.emplace(listener_, make_handler_, *this);
    if (first == "mta") mta(said);
    if (first == "answers") {
      if (said.at(0).text == "amend" && !script_.may_amend) {
        script_.lines.emplace_back("hears nothing of amending");
      }
      script_.open(answer(said));
    }
    if (first == "deadline") session_->late();
    look();
  }

  Lines& lines() { return script_.lines; }

 private:
  void begin(const std::string& kind) {
    session_.reset();
    closed_ = false;
    script_ = {};
    listener_ = {};
    if (kind == "session") return;
    session_.emplace(listener_, make_handler_, *this);
    session_->receive(fake_mta::negotiate());
    session_->receive(
        fake_mta::connect("client.example.com", '4', 40000, "192.0.2.7"));
    EXPECT_FALSE(session_->take_output().empty());
    EXPECT_EQ(script_.lines.size(), 1U);
    script_.lines.clear();
  }

  void given(const std::vector<Word>& said) {
    if (said.at(0).text == "on_failure") {
      listener_.on_failure = OnFailure::kAccept;
    } else if (said.at(1).text == "proceeds") {
      script_.proceeds_at_once = true;
    } else if (said.at(1).text == "throws") {
      script_.throws_in = said.at(3).text;
    } else {
      script_.throws_in.clear();
    }
  }

  void mta(const std::vector<Word>& said) {
    if (said.at(0).text == "gone") return session_.reset();
    const auto verb =
        std::find_if(std::begin(kVerbs), std::end(kVerbs),
                     [&](const Verb& row) { return row.name == said[0].text; });
    ASSERT_NE(verb, std::end(kVerbs)) << said[0].text;
    const std::string bytes = verb->bytes(said);
    if (!byte_by_byte_) return session_->receive(bytes);
    for (const char byte : bytes) session_->receive({&byte, 1});
  }

  static Amend amend(const std::vector<Word>& said) {
    Amend amend;
    for (const std::string& text : texts(said, 1)) {
      if (text.front() == '-') {
        amend.removed.push_back(text.substr(1));
      } else {
        const auto end = std::min(text.find(' '), text.size());
        amend.added.push_back({text.substr(1, end - 1),
                               end == text.size() ? "" : text.substr(end + 1)});
      }
    }
    return amend;
  }

  static Answer answer(const std::vector<Word>& said) {
    if (said.at(0).text == "proceed") return Proceed{};
    if (said.at(0).text == "amend") return amend(said);
    if (said.at(0).text == "nonsense") return Refuse{{250, "2.0.0", {"ok"}}};
    return Refuse{
        {std::stoi(said.at(0).text), said.at(1).text, texts(said, 2)}};
  }

  void look() {
    if (!session_) return;
    FrameReader sent;
    sent.feed(session_->take_output());
    for (;;) {
      const auto next = sent.next();
      ASSERT_TRUE(next) << next.error().message;
      if (!*next) break;
      script_.lines.push_back("filter " + describe(**next));
    }
    EXPECT_EQ(sent.size(), 0U) << "a piece of a frame was sent";
    if (session_->finished() && !std::exchange(closed_, true)) {
      script_.lines.emplace_back("filter closes");
    }
  }

  bool byte_by_byte_;
  bool closed_ = false;
  Script script_;
  Listener listener_;
  MakeHandler make_handler_ = [this](const Listener&) {
    if (script_.throws_in == "construction") {
      throw std::runtime_error("no memory");
    }
    return std::make_unique<ScriptedHandler>(script_);
  };
  std::optional<Session> session_;
};

// --- files

std::vector<fs::path> dialogs() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator("tests/dialogs/milter")) {
    if (entry.path().extension() == ".dialog") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool is_action(const std::string& line) {
  for (const auto* word :
       {"session", "postfix", "given ", "mta ", "answers ", "deadline"}) {
    if (line.starts_with(word)) return true;
  }
  return false;
}

// One space after the first word, however the columns were aligned.
std::string squeezed(const std::string& line) {
  const auto end = line.find(' ');
  if (end == line.npos) return line;
  return line.substr(0, end) +
         line.substr(line.find_first_not_of(' ', end) - 1);
}

class Dialog : public testing::TestWithParam<fs::path> {
 protected:
  void play(bool byte_by_byte) {
    SCOPED_TRACE(byte_by_byte ? "byte by byte" : "line by line");
    std::ifstream file(GetParam());
    ASSERT_TRUE(file);
    Stage stage(byte_by_byte);
    std::string text;
    for (int number = 1; std::getline(file, text); ++number) {
      const std::string line = squeezed(std::string(trim(text)));
      if (line.empty() || line.starts_with('#')) continue;
      SCOPED_TRACE(GetParam().string() + ':' + std::to_string(number));
      if (is_action(line)) {
        expect_silence(stage.lines());
        stage.play(line);
      } else {
        ASSERT_FALSE(stage.lines().empty())
            << "nothing happened, want " << line;
        ASSERT_EQ(stage.lines().front(), line);
        stage.lines().pop_front();
      }
    }
    expect_silence(stage.lines());
    stage.play("mta gone");  // must not crash, whatever the state
  }

  static void expect_silence(const Lines& lines) {
    for (const std::string& line : lines) ADD_FAILURE() << "also got " << line;
    ASSERT_TRUE(lines.empty());
  }
};

TEST_P(Dialog, LineByLine) { play(false); }
TEST_P(Dialog, ByteByByte) { play(true); }

std::string test_name(const testing::TestParamInfo<fs::path>& dialog) {
  std::string name = dialog.param.stem();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Milter, Dialog, testing::ValuesIn(dialogs()),
                         test_name);

}  // namespace
}  // namespace lostletter::milter
