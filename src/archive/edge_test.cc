// SPDX-License-Identifier: Apache-2.0
//
// What years of keeping do to files, of every kind: packed and cut off, packed
// in pieces, lines without end, NULs; and clocks that are set back.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/packed_test.h"
#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::string_view kDamaged =
    "packed data is damaged or ends too early";

// A file of a kind: what stands first, then a piece for each letter.
struct Form {
  Kind kind;
  std::string_view head;
  std::string (*letter)(int number);
};

std::string id_of(int number) { return std::to_string(100'000 + number); }

// Noise, so that it does not pack to nothing.
std::string noise(int number) {
  std::string text;
  auto state = static_cast<std::uint64_t>(number) + 1;
  for (int i = 0; i < 60; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += static_cast<char>('a' + (state >> 33U) % 26);
  }
  return text;
}

const Form kForms[] = {
    {Kind::kPostfix, "",
     [](int number) {
       const auto begin =
           "2026-11-24T01:40:22Z mx postfix/qmgr[1]: A" + id_of(number);
       return begin + ": from=<" + noise(number) +
              "@example.com>, size=1, nrcpt=1 (queue active)\n" + begin +
              ": to=<b@example.org>, relay=none, dsn=2.0.0, status=sent "
              "(ok)\n" +
              begin + ": removed\n";
     }},
    {Kind::kExim, "",
     [](int number) {
       const auto begin =
           "2026-11-24 01:40:22 +0000 1tAbCd-" + id_of(number) + "-2G ";
       return begin + "<= " + noise(number) + "@example.com P=local S=1\n" +
              begin + "=> b@example.org R=x T=y\n" + begin + "Completed\n";
     }},
    {Kind::kSendmail, "",
     [](int number) {
       const auto begin =
           "2026-11-24T01:40:22Z mx sendmail[1]: 4AO0eM" + id_of(number) + ": ";
       return begin + "from=<" + noise(number) +
              "@example.com>, size=1, class=0, nrcpts=1\n" + begin +
              "to=<b@example.org>, delay=00:00:01, mailer=esmtp, dsn=2.0.0, "
              "stat=Sent\n";
     }},
    {Kind::kExchange,
     "#Fields: date-time,event-id,network-message-id,sender-address,"
     "recipient-address\n",
     [](int number) {
       return "2026-11-24T01:40:22Z,SEND," + id_of(number) + ',' +
              noise(number) + "@example.com,b@example.org\n";
     }},
    {Kind::kTrace,
     "received,message_id,sender_address,recipient_address,status\n",
     [](int number) {
       return "2026-11-24T01:40:22Z,<" + id_of(number) + ">," + noise(number) +
              "@example.com,b@example.org,Delivered\n";
     }},
    {Kind::kGoogle, "Date,Message ID,Sender,To (Envelope),Event\n",
     [](int number) {
       return "2026-11-24T01:40:22Z," + id_of(number) + ',' + noise(number) +
              "@example.com,b@example.org,Send\n";
     }},
    {Kind::kLetters, "",
     [](int number) {
       return R"({"sender":")" + noise(number) +
              R"(@example.com","recipients":["b@example.org"]})" + '\n';
     }},
    {Kind::kMbox, "",
     [](int number) {
       return "From a Thu Nov 26 18:35:18 2026\nFrom: " + noise(number) +
              "@example.com\nTo: b@example.org\n\nhello\n\n";
     }},
    {Kind::kCsv, "email\n",
     [](int number) { return noise(number) + "@example.com\n"; }},
    {Kind::kVcard, "",
     [](int number) {
       return "BEGIN:VCARD\nEMAIL:" + noise(number) +
              "@example.com\nEND:VCARD\n";
     }},
};
constexpr int kLetters = 4000;

std::string file_of(const Form& form, int from, int to) {
  std::string text(from == 0 ? form.head : "");
  for (int i = from; i < to; ++i) text += form.letter(i);
  return text;
}

TEST(Edge, PackedAndCutOff) {
  for (const Form& form : kForms) {
    const auto whole = file_of(form, 0, kLetters);
    const auto expected = read_all(whole, form.kind);
    ASSERT_THAT(expected, SizeIs(kLetters)) << name_of(form.kind);
    for (const auto* filter : {"gzip", "zstd", "xz", "bzip2"}) {
      auto bytes = packed(whole + whole, filter);
      // Members of which the second is cut off: the first one counts.
      bytes = packed(whole, filter) + bytes.substr(0, bytes.size() / 2);
      const auto lines = read_all(bytes, form.kind);
      EXPECT_EQ(std::ranges::count_if(lines,
                                      [](const std::string& line) {
                                        return line.ends_with(kDamaged);
                                      }),
                1)
          << name_of(form.kind) << ' ' << filter;
      const std::set<std::string> found(lines.begin(), lines.end());
      const auto known = std::ranges::count_if(
          expected,
          [&found](const std::string& line) { return found.contains(line); });
      // libarchive gives nothing of the block that it was unpacking: of the
      // last 128 KiB before the damage.
      EXPECT_GE(known, kLetters / 2) << name_of(form.kind) << ' ' << filter;
      if (filter == std::string_view("gzip")) {
        EXPECT_EQ(known, kLetters) << name_of(form.kind);
      }
    }
  }
}

TEST(Edge, PackedInPieces) {
  for (const Form& form : kForms) {
    const auto expected = read_all(file_of(form, 0, 300), form.kind);
    ASSERT_THAT(expected, SizeIs(300)) << name_of(form.kind);
    for (const auto* filter : {"gzip", "zstd", "xz", "bzip2"}) {
      EXPECT_EQ(read_all(packed(file_of(form, 0, 100), filter) +
                             packed(file_of(form, 100, 101), filter) +
                             packed(file_of(form, 101, 300), filter),
                         form.kind),
                expected)
          << name_of(form.kind) << ' ' << filter;
    }
  }
}

// What stands between is counted, or passed over; what follows is read.
TEST(Edge, LongLinesAndNuls) {
  // The size of a message is what it takes in its mbox.
  const auto bare = [](Recorded lines) {
    std::erase_if(lines, [](const std::string& line) {
      return line.starts_with("skipped");
    });
    for (auto& line : lines) {
      const auto at = line.find(" size=");
      if (at != line.npos) line.erase(at, line.find(' ', at + 1) - at);
    }
    return lines;
  };
  for (const Form& form : kForms) {
    const auto expected = bare(read_all(file_of(form, 0, 200), form.kind));
    ASSERT_THAT(expected, SizeIs(200)) << name_of(form.kind);
    for (const auto& between :
         {std::string(2'500'000, 'x') + '\n', std::string(100, '\0') + '\n',
          std::string("\0\n", 2)}) {
      const auto text = file_of(form, 0, 100) + between +
                        (form.kind == Kind::kMbox ? "\n" : "") +
                        file_of(form, 100, 200);
      EXPECT_EQ(bare(read_all(text, form.kind)), expected)
          << name_of(form.kind) << ' ' << between.size();
    }
  }
}

// One damaged file spoils no other.
TEST(Edge, DamagedAmongOthers) {
  Record record;
  Reader reader(record);
  std::size_t good = 0;
  for (const Form& form : kForms) {
    const auto bytes = packed(file_of(form, 0, kLetters), "gzip");
    for (const auto& content : {bytes.substr(0, bytes.size() / 2), bytes}) {
      auto source = Source::of_bytes("x", content, kModified);
      ASSERT_TRUE(source.has_value()) << name_of(form.kind);
      const auto counts = reader.read(*source);
      ASSERT_TRUE(counts.has_value()) << name_of(form.kind);
      good += content.size() == bytes.size() && counts->skipped == 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(good, std::size(kForms));
}

class EdgeOfZones : public testing::Test {
 protected:
  EdgeOfZones() { set("Europe/Berlin"); }
  ~EdgeOfZones() override { set("UTC"); }
  static void set(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
};

std::string refusal(std::string_view date) {
  return std::string(date) +
         " mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 550 "
         "5.1.1 no; from=<a@b.example> to=<c@d.example> proto=SMTP helo=<x>\n";
}

std::vector<std::string> times_of(const std::vector<std::string>& dates) {
  std::string log;
  for (const auto& date : dates) log += refusal(date);
  auto lines = read_all(log, Kind::kPostfix);
  for (auto& line : lines) line = line.substr(0, 20);
  return lines;
}

TEST_F(EdgeOfZones, TwoInOneLog) {
  EXPECT_THAT(times_of({"2026-11-24T01:40:22+01:00", "2026-11-24T00:40:23Z",
                        "2026-11-23T16:40:24-08:00", "Nov 24 01:40:25"}),
              ElementsAre("2026-11-24T00:40:22Z", "2026-11-24T00:40:23Z",
                          "2026-11-24T00:40:24Z", "2026-11-24T00:40:25Z"));
}

TEST_F(EdgeOfZones, SummerBeginsAndEnds) {
  // 29 March 2026, 02:00 becomes 03:00; 25 October, 03:00 becomes 02:00.
  EXPECT_THAT(times_of({"Mar 29 01:59:59", "Mar 29 03:00:00", "Mar 29 12:00:00",
                        "Oct 25 01:59:59", "Oct 25 03:00:00"}),
              ElementsAre("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z",
                          "2026-03-29T10:00:00Z", "2026-10-24T23:59:59Z",
                          "2026-10-25T02:00:00Z"));
  // The hour that is there twice is one of them, and the lines stay in it.
  const auto twice = times_of({"Oct 25 02:30:00", "Oct 25 02:45:00"});
  EXPECT_THAT(twice, ElementsAre(testing::EndsWith(":30:00Z"),
                                 testing::EndsWith(":45:00Z")));
  EXPECT_EQ(twice[0].substr(0, 13), twice[1].substr(0, 13));
  // The hour that is not there at all is no reason to lose a line.
  EXPECT_THAT(times_of({"Mar 29 02:30:00"}), SizeIs(1));
}

}  // namespace
}  // namespace lostletter::archive
