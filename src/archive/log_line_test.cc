// SPDX-License-Identifier: Apache-2.0
#include "archive/log_line.h"

#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

// host program process "text", or the reason.
std::string read(std::string_view text) {
  LogLines lines(kModified, {});
  LogLine line;
  const auto reason = lines.read(text, line);
  if (!reason.empty()) return std::string(reason);
  return to_rfc3339(line.at) + ' ' + std::string(line.host) + ' ' +
         std::string(line.program) + ' ' + std::string(line.process) + " \"" +
         std::string(line.text) + '"';
}

TEST(LogLine, Read) {
  struct Case {
    std::string_view text;
    std::string_view got;
  };
  constexpr std::string_view kSame =
      "2026-11-23T18:35:18Z mx postfix/qmgr 12 \"ABCDEF: removed\"";
  const Case cases[] = {
      {"2026-11-23T18:35:18Z mx postfix/qmgr[12]: ABCDEF: removed", kSame},
      {"<22>2026-11-23T18:35:18Z mx postfix/qmgr[12]: ABCDEF: removed", kSame},
      {"<22>1 2026-11-23T18:35:18.1Z mx postfix/qmgr 12 - - ABCDEF: removed",
       kSame},
      {"1 2026-11-23T18:35:18Z mx postfix/qmgr 12 ID "
       "[a@1 b=\"x\\\"] y\"][c] \xef\xbb\xbf"
       "ABCDEF: removed",
       kSame},
      {R"({"__REALTIME_TIMESTAMP":"1795458918123456","_HOSTNAME":"mx",)"
       R"("SYSLOG_IDENTIFIER":"postfix/qmgr","SYSLOG_PID":"12",)"
       R"("MESSAGE":"ABCDEF: removed"})",
       kSame},
      {R"({"__REALTIME_TIMESTAMP":"1795458918123456","_HOSTNAME":"mx",)"
       R"("SYSLOG_IDENTIFIER":"x","_PID":"1","MESSAGE":[104,105]})",
       "2026-11-23T18:35:18Z mx x 1 \"hi\""},
      {"2026-11-23T18:35:18Z mx sendmail[1]: [ID 197553 mail.info] hello",
       "2026-11-23T18:35:18Z mx sendmail 1 \"hello\""},
      {"2026-11-23T18:35:18Z mx kernel: hello",
       "2026-11-23T18:35:18Z mx kernel  \"hello\""},
      {"2026-11-23 18:35:18 [77] Start queue run: pid=1",
       "2026-11-23T18:35:18Z  exim 77 \"Start queue run: pid=1\""},
      {"", "not a line of a log"},
      {"hello", "not a line of a log"},
      {"2026-11-23T18:35:18Z mx", "not a line of a log"},
      {"2026-11-23T18:35:18Z mx postfix/qmgr[12", "not a line of a log"},
      {"{", "not a line of a log"},
      {"{}", "not a line of a log"},
      {"<22>1 - mx a 1 - - x", "not a line of a log"},
      {"<22>1 2026-11-23T18:35:18Z mx", "line breaks off or has lost a part"},
      {"<22>1 2026-11-23T18:35:18Z mx a 1 - [x",
       "line breaks off or has lost a part"},
  };
  for (const auto& [text, got] : cases) EXPECT_EQ(read(text), got) << text;
}

}  // namespace
}  // namespace lostletter::archive
