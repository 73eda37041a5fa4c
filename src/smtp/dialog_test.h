// SPDX-License-Identifier: Apache-2.0
//
// Sessions as transcripts (tests/dialogs).
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "smtp/conversation.h"

namespace lostletter::smtp {

// Plays one transcript against a conversation. `late` may add what comes from
// elsewhere after each line of the client.
//
// C: a line of the client, S: a line of the server, X: bytes of the client with
// \r, \n, \0 and \\ written out; "closed" and "open" at the end.
inline void play_dialog(
    const std::filesystem::path& path, Conversation& talk,
    const std::function<void(std::string&)>& late = [](std::string&) {}) {
  SCOPED_TRACE(path.filename().string());
  std::string waiting = talk.greet();
  std::ifstream file(path);
  int number = 0;
  bool ended = false;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto text = line.size() > 3 ? line.substr(3) : "";
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("S: ")) {
      const auto end = waiting.find("\r\n");
      ASSERT_NE(end, std::string::npos) << "line " << number << ": silence";
      ASSERT_EQ(waiting.substr(0, end), text) << "line " << number;
      waiting.erase(0, end + 2);
    } else if (line.starts_with("C: ") || line.starts_with("X: ")) {
      ASSERT_EQ(waiting, "") << "line " << number;
      std::string bytes = text;
      if (line[0] == 'C') {
        bytes += "\r\n";
      } else {
        bytes.clear();
        for (std::size_t i = 0; i < text.size(); ++i) {
          const bool escaped = text[i] == '\\' && i + 1 < text.size();
          const char c = escaped ? text[++i] : text[i];
          bytes += !escaped   ? c
                   : c == 'r' ? '\r'
                   : c == 'n' ? '\n'
                   : c == '0' ? '\0'
                              : c;
        }
      }
      talk.feed(bytes, waiting);
      late(waiting);
    } else if (line == "tls") {
      ASSERT_TRUE(talk.wants_tls()) << "line " << number;
      talk.secured();
    } else {
      ASSERT_TRUE(line == "closed" || line == "open") << line;
      EXPECT_EQ(talk.over(), line == "closed");
      ended = true;
    }
  }
  EXPECT_EQ(waiting, "");
  EXPECT_TRUE(ended) << "a dialog ends with 'closed' or 'open'";
}

}  // namespace lostletter::smtp
