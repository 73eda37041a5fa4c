// SPDX-License-Identifier: Apache-2.0
#include "milter/command.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::milter {
namespace {

using namespace std::string_view_literals;

// A command as one line, so that cases read as a table.
struct Shown {
  std::string operator()(const Negotiate& c) const {
    return "negotiate " + std::to_string(c.version) + ' ' +
           std::to_string(c.actions) + ' ' + std::to_string(c.protocol);
  }
  std::string operator()(const Macros& c) const {
    std::string text = std::string("macros ") + c.command;
    for (const auto& [name, value] : c.values) {
      text += " [" + name + "]=[" + value + ']';
    }
    return text;
  }
  std::string operator()(const Connect& c) const {
    return "connect [" + c.hostname + "] " + c.family + " [" + c.address +
           "] " + std::to_string(c.port);
  }
  std::string operator()(const Helo& c) const { return "helo " + c.name; }
  std::string operator()(const Mail& c) const {
    return "mail " + path(c.reverse_path, c.parameters);
  }
  std::string operator()(const Rcpt& c) const {
    return "rcpt " + path(c.forward_path, c.parameters);
  }
  std::string operator()(const Data&) const { return "data"; }
  std::string operator()(const Header& c) const {
    return "header [" + c.name + "] [" + c.body + ']';
  }
  std::string operator()(const EndOfHeaders&) const { return "end-of-headers"; }
  std::string operator()(const Body& c) const { return "body " + c.bytes; }
  std::string operator()(const EndOfMessage& c) const {
    return "end-of-message " + c.bytes;
  }
  std::string operator()(const Abort&) const { return "abort"; }
  std::string operator()(const Quit&) const { return "quit"; }
  std::string operator()(const QuitNew&) const { return "quit-new"; }
  std::string operator()(const Unknown& c) const {
    return "unknown " + c.command;
  }

  static std::string path(const std::string& path,
                          const std::vector<std::string>& parameters) {
    std::string text = '[' + path + ']';
    for (const auto& parameter : parameters) text += " [" + parameter + ']';
    return text;
  }
};

struct Case {
  std::string_view frame;
  std::string_view decoded;  // or the error message
};

constexpr Case kCases[] = {
    {"", "frame without a command"},
    {"Z", "unknown command 'Z'"},
    {"a", "unknown command 'a'"},  // letters have a case
    {"\0"sv, "unknown command 0x00"},
    {"\xff", "unknown command 0xff"},

    {"O\0\0\0\6\0\0\1\xff\0\x1f\xff\xff"sv, "negotiate 6 511 2097151"},
    {"O\0\0\0\6\0\0\1\xff\0\x1f\xff\xffmore"sv, "negotiate 6 511 2097151"},
    {"O\xff\xff\xff\xff\0\0\0\0\0\0\0\0"sv, "negotiate 4294967295 0 0"},
    {"O\0\0\0\6\0\0\1\xff\0\x1f\xff"sv, "negotiation is too short"},
    {"O", "negotiation is too short"},

    {"D", "macros without the command they are for"},
    {"DM", "macros M"},
    {"DMi\0004Wx\0{auth_authen}\0ann\0"sv,
     "macros M [i]=[4Wx] "
     "[auth_authen]=[ann]"},
    {"DM\0\0"sv, "macros M []=[]"},
    {"DMi\0"sv, "macros M [i]=[]"},
    {"DMi"sv, "macros M [i]=[]"},
    {"DMi\0004W"sv, "macros M [i]=[4W]"},
    {"DM{}\0x\0"sv, "macros M []=[x]"},
    {"DM{\0x\0"sv, "macros M [{]=[x]"},
    {"D\0i\0x\0"sv, "macros \0 [i]=[x]"sv},

    {"Cmx.example\0004\0\x19"
     "192.0.2.1\0"sv,
     "connect [mx.example] 4 [192.0.2.1] 25"},
    {"Cmx.example\0006\xff\xfe"
     "2001:db8::1\0"sv,
     "connect [mx.example] 6 [2001:db8::1] 65534"},
    {"Cmx.example\0006\0\x19IPv6:2001:db8::1\0"sv,
     "connect [mx.example] 6 [2001:db8::1] 25"},
    {"Cmx.example\0006\0\x19IPV6:::1\0"sv, "connect [mx.example] 6 [::1] 25"},
    {"Cmx.example\0006\0\x19IPv6\0"sv, "connect [mx.example] 6 [IPv6] 25"},
    {"Cx\0004\0\0IPv6:1\0"sv, "connect [x] 4 [IPv6:1] 0"},
    {"Clocalhost\0L\0\0/run/x\0"sv, "connect [localhost] L [/run/x] 0"},
    {"Cunknown\0U"sv, "connect [unknown] U [] 0"},
    {"Cunknown\0U\0\0more"sv, "connect [unknown] U [] 0"},
    {"C\0U"sv, "connect [] U [] 0"},
    {"Cx\0X"sv, "unknown address family 'X'"},
    {"Cx\0\0"sv, "unknown address family 0x00"},
    {"Cx\0"sv, "connection without an address family"},
    {"Cx", "connection without a host name"},
    {"C", "connection without a host name"},
    {"Cx\0004\0"sv, "connection without a port"},
    {"Cx\0004"sv, "connection without a port"},
    {"Cx\0004\0\x19"sv, "connection without an address"},
    {"Cx\0004\0\x19"
     "192.0.2.1"sv,
     "connection without an address"},

    {"Hmx.example\0"sv, "helo mx.example"},
    {"H\0"sv, "helo "},
    {"H", "text without its end"},
    {"Hmx", "text without its end"},

    {"M<ann@example.com>\0"sv, "mail [<ann@example.com>]"},
    {"M<>\0SIZE=1\0BODY=8BITMIME\0"sv, "mail [<>] [SIZE=1] [BODY=8BITMIME]"},
    {"M\0"sv, "mail []"},
    {"M\0\0\0"sv, "mail [] [] []"},
    {"M", "MAIL or RCPT without a path"},
    {"M<>", "MAIL or RCPT without a path"},
    {"M<>\0SIZE=1"sv, "MAIL or RCPT parameter without its end"},
    {"R<bob@example.org>\0NOTIFY=NEVER\0"sv,
     "rcpt [<bob@example.org>] [NOTIFY=NEVER]"},
    {"R", "MAIL or RCPT without a path"},

    {"T", "data"},
    {"Tmore", "data"},
    {"LFrom\0 ann@example.com\0"sv, "header [From] [ ann@example.com]"},
    {"LSubject\0a\n b\0"sv, "header [Subject] [a\n b]"},
    {"L\0\0"sv, "header [] []"},
    {"LFrom\0x\0more\0"sv, "header [From] [x]"},
    {"LFrom\0x"sv, "header field without a body"},
    {"LFrom\0"sv, "header field without a body"},
    {"LFrom", "header field without a name"},
    {"N", "end-of-headers"},
    {"Ba\0b"sv, "body a\0b"sv},
    {"B", "body "},
    {"E", "end-of-message "},
    {"Elast", "end-of-message last"},
    {"A", "abort"},
    {"Q", "quit"},
    {"K", "quit-new"},
    {"UFOO bar\0"sv, "unknown FOO bar"},
    {"U", "text without its end"},
};

TEST(Command, Decode) {
  for (const auto& [bytes, decoded] : kCases) {
    const auto command = decode(bytes);
    EXPECT_EQ(command ? std::visit(Shown{}, *command) : command.error().message,
              decoded)
        << "decoding " << printable(bytes);
  }
}

// No command reads beyond its frame, however the frame was cut.
TEST(Command, EveryCutIsSafe) {
  for (const auto& [bytes, decoded] : kCases) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // A buffer of exactly this size, for the sanitizer to watch.
      const std::vector<char> cut(bytes.begin(),
                                  bytes.begin() + static_cast<long>(size));
      const auto command = decode({cut.data(), cut.size()});
      EXPECT_TRUE(command || !command.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace lostletter::milter
