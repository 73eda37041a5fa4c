// SPDX-License-Identifier: Apache-2.0
#include "archive/traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHead =
    "\xef\xbb\xbf#Software: Microsoft Exchange Server\r\n"
    "#Version: 15.02.1544.004\r\n"
    "#Log-type: Message Tracking Log\r\n"
    "#Date: 2026-11-30T08:00:00.000Z\r\n"
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,"
    "source-context,connector-id,source,event-id,internal-message-id,"
    "message-id,network-message-id,recipient-address,recipient-status,"
    "total-bytes,recipient-count,related-recipient-address,reference,"
    "message-subject,sender-address,return-path,message-info,directionality,"
    "tenant-id,original-client-ip,original-server-ip,custom-data,"
    "transport-traffic-type,log-id,schema-version\r\n";

struct Event {
  std::string_view at;  // of 2026-11-30
  std::string_view source, event, whom, status, related;
  std::string_view letter = "1", sender = "ann@example.com";
  std::string_view path = {};
};
std::string line_of(const Event& event) {
  const std::string id(event.letter);
  std::string path(event.path.empty() ? event.sender : event.path);
  return "2026-11-30T" + std::string(event.at) +
         ".123Z,192.0.2.7,desk,198.51.100.1,mbx1,\"08DE;a, b\",Default,";
}
std::string exchange(const std::vector<Event>& events) {
  std::string log(kHead);
  for (const Event& event : events) {
    const std::string id(event.letter);
    const auto cell = [](std::string_view text) {
      return "," + std::string(text);
    };
    log += line_of(event) + std::string(event.source) + cell(event.event) +
           ",42" + id + ",<" + id + "@example.com>,net-" + id +
           cell(event.whom) + cell(event.status) + ",2048,1" +
           cell(event.related) + ",,\"our secret, plan\"" + cell(event.sender) +
           cell(event.path.empty() ? event.sender : event.path) +
           ",,Originating,,,,,Email,9f,15.02\r\n";
  }
  return log;
}

TEST(Traces, ExchangeLetter) {
  const auto log = exchange({
      {"08:00:01", "STOREDRIVER", "SUBMIT", "", "", ""},
      {"08:00:02", "STOREDRIVER", "RECEIVE",
       "bob@example.org;carol@example.com;dave@example.org", "", ""},
      {"08:00:02", "SMTP", "HARECEIVE", "bob@example.org", "", ""},
      {"08:00:03", "AGENT", "AGENTINFO", "bob@example.org", "", ""},
      {"08:00:04", "STOREDRIVER", "DELIVER", "carol@example.com", "", ""},
      {"08:00:05", "SMTP", "DEFER", "bob@example.org", "451 4.7.1 later", ""},
      {"08:00:06", "SMTP", "FAIL", "dave@example.org",
       "[{LRT=};{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound}]", ""},
      {"08:20:05", "SMTP", "SENDEXTERNAL", "bob@example.org",
       "250 2.1.5 Recipient OK", ""},
  });
  EXPECT_THAT(
      read_all(log, Kind::kExchange),
      ElementsAre("2026-11-30T08:00:01Z ann@example.com id=1@example.com "
                  "login=ann@example.com client=192.0.2.7 size=2048 | "
                  "bob@example.org delivered 2.1.5 | carol@example.com "
                  "delivered by mbx1 | dave@example.org bounced 5.1.10"));
}

TEST(Traces, ExchangeAddressesThatLeadElsewhere) {
  const auto log = exchange({
      {"08:00:02", "SMTP", "RECEIVE", "alias@example.com;team@example.com", "",
       "", "1", "eve@example.net"},
      {"08:00:03", "ROUTING", "RESOLVE", "carol@example.com", "",
       "alias@example.com", "1", "eve@example.net"},
      {"08:00:03", "ROUTING", "REDIRECT", "carol@example.org", "",
       "carol@example.com", "1", "eve@example.net"},
      {"08:00:03", "ROUTING", "EXPAND", "dan@example.com;eli@example.com", "",
       "team@example.com", "1", "eve@example.net"},
      {"08:00:04", "STOREDRIVER", "DELIVER", "dan@example.com;eli@example.com",
       "", "", "1", "eve@example.net"},
      {"08:00:04", "SMTP", "SEND", "carol@example.org", "250 2.0.0 ok", "", "1",
       "eve@example.net"},
  });
  EXPECT_THAT(
      read_all(log, Kind::kExchange),
      ElementsAre("2026-11-30T08:00:02Z eve@example.net id=1@example.com "
                  "client=192.0.2.7 size=2048 | alias@example.com delivered "
                  "2.0.0 -> carol@example.com -> carol@example.org | "
                  "team@example.com delivered by mbx1 -> dan@example.com -> "
                  "eli@example.com"));
}

TEST(Traces, ExchangeOfSeveralServersAndFiles) {
  // One server hands the letter to another, whose log is read after the first
  // one's letters have ended.
  const auto one = exchange({
      {"08:00:02", "SMTP", "RECEIVE", "bob@example.org", "", ""},
      {"08:00:03", "SMTP", "SEND", "bob@example.org", "250 2.0.0 Queued", ""},
      {"09:00:00", "SMTP", "RECEIVE", "joe@example.org", "", "", "2"},
      {"09:00:01", "SMTP", "SEND", "joe@example.org", "250 2.0.0 ok", "", "2"},
  });
  const auto two = exchange({
      {"08:00:04", "SMTP", "RECEIVE", "bob@example.org", "", ""},
      {"08:00:05", "SMTP", "SENDEXTERNAL", "bob@example.org", "250 2.1.5 ok",
       ""},
  });
  Record record;
  Reader reader(record);
  for (const auto& log : {one, two}) {
    auto source = Source::of_bytes("MSGTRK.LOG", log, kModified);
    ASSERT_TRUE(source.has_value());
    ASSERT_TRUE(reader.read(*source).has_value());
  }
  reader.finish();
  EXPECT_THAT(record.lines, SizeIs(2));
}

TEST(Traces, ExchangeOddLines) {
  auto log = exchange({
      {"08:00:02", "DSN", "DSN", "ann@example.com", "", "", "9",
       "postmaster@example.com", "<>"},
      {"08:00:03", "STOREDRIVER", "DELIVER", "ann@example.com", "", "", "9",
       "postmaster@example.com", "<>"},
      {"08:00:04", "SMTP", "RECEIVE", "only@example.org", "", "", "8"},
      {"08:00:05", "SMTP", "BADMAIL", "x", "", "", "7"},
  });
  log += "2026-11-30T08:00:06Z,a,b\n";    // an event without a letter
  log += "not a date,,,,,,,SMTP,SEND\n";  // skipped
  log += "2026-11-30T08:00:06Z,\"a,b\n";  // skipped: breaks off
  log +=
      "2026-11-30T08:00:06Z,,,,,,,SMTP,SEND\n"  // skipped: nobody sent it
      "2026-11-30T08:00:07Z,,,,,,,SMTP";        // being written
  EXPECT_THAT(
      read_all(log, Kind::kExchange),
      ElementsAre("skipped line 11: row whose date is none, or could be two",
                  "skipped line 12: line breaks off or has lost a part",
                  "skipped line 13: letter whose sender is not told",
                  "skipped line 14: last line has no end yet",
                  "2026-11-30T08:00:03Z <> id=9@example.com "
                  "size=2048 | ann@example.com delivered by mbx1",
                  "2026-11-30T08:00:05Z ann@example.com id=7@example.com "
                  "size=2048 | x bounced",
                  "2026-11-30T08:00:04Z ann@example.com id=8@example.com "
                  "client=192.0.2.7 size=2048 | only@example.org deferred"));
}

TEST(Traces, ColumnsStandAnywhere) {
  EXPECT_THAT(
      read_all("#TYPE Selected.Microsoft.Exchange\r\n"
               "\"Sender\";\"Recipients\";\"EventId\";\"Timestamp\";\"Source\""
               "\r\n\"ann@example.com\";\"bob@example.org\";\"SEND\";"
               "\"11/30/2026 8:48:10 AM\";\"SMTP\"\r\n",
               Kind::kExchange),
      ElementsAre("2026-11-30T08:48:10Z ann@example.com "
                  "id=exchange/2026-11-30T08:48:10Z ann@example.com | "
                  "bob@example.org delivered"));
}

TEST(Traces, TraceReport) {
  const std::string head =
      "origin_timestamp_utc,sender_address,recipient_status,message_subject,"
      "total_bytes,message_id,network_message_id,original_client_ip,"
      "directionality,connector_id,delivery_priority\r\n";
  const std::string rows =
      "2026-11-30T08:48:10.0000000Z,ann@example.com,\"bob@example.org##Receive,"
      " Send;carol@example.org##Receive, Fail;dan@example.com##Receive, "
      "Deliver;eve@example.org##Receive, Defer;team@example.com##Receive, "
      "Expand\",\"a secret\r\nin two lines\",4711,<1@example.com>,net-1,"
      "192.0.2.7,Originating,,Normal\r\n"
      "2026-11-30T07:48:10.0000000Z,joe@example.com,bob@example.org##Whatever,"
      "x,1,<2@example.com>,net-2,,,,\r\n";
  const std::string expected =
      "2026-11-30T08:48:10Z ann@example.com id=1@example.com client=192.0.2.7 "
      "size=4711 | bob@example.org delivered | carol@example.org bounced | "
      "dan@example.com delivered | eve@example.org deferred | team@example.com "
      "delivered";
  const std::string skip = "skipped line 4: row whose status is not known";
  EXPECT_THAT(read_all(head + rows, Kind::kTrace), ElementsAre(skip, expected));
  // The same twice, one behind the other, is told once.
  EXPECT_THAT(read_all(head + rows + head + rows, Kind::kTrace),
              ElementsAre(skip, "skipped line 8: row whose status is not known",
                          expected));
  // As Windows writes it.
  std::string wide("\xff\xfe");
  for (const char c : head + rows) wide += {c, '\0'};
  EXPECT_THAT(read_all(wide, Kind::kTrace), ElementsAre(skip, expected));
  const auto source = Source::of_bytes("x", wide, kModified);
  EXPECT_EQ(source->packing(), "UTF-16");
  EXPECT_EQ(source->fingerprints(),
            Source::of_bytes("x", head + rows, kModified)->fingerprints());
}

TEST(Traces, TraceOfEvents) {
  // Newest first, as the portal sorts them.
  EXPECT_THAT(
      read_all(
          "date_time_utc,client_IP,server_hostname,source,event_id,message_id,"
          "network_message_id,recipient_address,recipient_status,total_bytes,"
          "sender_address,return_path\n"
          "2026-11-30T08:48:15Z,,mbx,STOREDRIVER,DELIVER,<1@example.com>,n1,"
          "ann@example.com,,99,bob@example.org,bob@example.org\n"
          "2026-11-30T08:48:12Z,,mbx,SMTP,DEFER,<1@example.com>,n1,"
          "ann@example.com,451 4.4.0 later,99,bob@example.org,bob@example.org\n"
          "2026-11-30T08:48:10Z,192.0.2.9,mbx,SMTP,RECEIVE,<1@example.com>,n1,"
          "ann@example.com,,99,bob@example.org,bob@example.org\n",
          Kind::kTrace),
      ElementsAre("2026-11-30T08:48:10Z bob@example.org id=1@example.com "
                  "client=192.0.2.9 size=99 | ann@example.com delivered by "
                  "mbx"));
}

TEST(Traces, TraceList) {
  const std::string head =
      "\"MessageId\",\"Received\",\"SenderAddress\",\"RecipientAddress\","
      "\"Subject\",\"Status\",\"ToIP\",\"FromIP\",\"Size\","
      "\"MessageTraceId\"\n";
  const auto row = [](std::string_view at, std::string_view whom,
                      std::string_view status) {
    return "\"<1@example.com>\",\"" + std::string(at) +
           "\",\"ann@example.com\",\"" + std::string(whom) +
           "\",\"no, \"\"thanks\"\"\",\"" + std::string(status) +
           "\",\"\",\"192.0.2.7\",\"512\",\"t1\"\n";
  };
  EXPECT_THAT(
      read_all(
          head + row("11/30/2026 8:48:10 AM", "a@example.org", "Delivered") +
              row("11/30/2026 8:48:10 AM", "b@example.org", "Failed") +
              row("11/30/2026 8:48:10 AM", "c@example.org", "Pending") +
              row("11/30/2026 8:48:10 AM", "d@example.org", "Quarantined") +
              row("11/30/2026 8:48:10 AM", "e@example.com", "Expanded") +
              row("11/30/2026 8:48:10 AM", "f@example.com", "FilteredAsSpam") +
              row("11/30/2026 8:48:10 AM", "g@example.com", "Getting Status") +
              row("30 nov. 2026 8:48", "h@example.com", "Delivered") +
              row("11/30/2026 8:48:10 AM", "h@example.com", "Zugestellt"),
          Kind::kTrace),
      ElementsAre(
          "skipped line 9: row whose date is none, or could be two",
          "skipped line 10: row whose status is not known",
          "2026-11-30T08:48:10Z ann@example.com id=1@example.com "
          "client=192.0.2.7 size=512 | a@example.org delivered | b@example.org "
          "bounced | c@example.org deferred | d@example.org deferred | "
          "e@example.com delivered | f@example.com delivered | g@example.com "
          "deferred"));
  // One row of the table says how it writes days.
  EXPECT_THAT(
      read_all(head +
                   row("5/11/2026 8:48:10 am", "a@example.org", "Delivered") +
                   row("30/11/2026 8:48:10 am", "a@example.org", "Delivered"),
               Kind::kTrace),
      ElementsAre(testing::StartsWith("2026-11-05T08:48:10Z ")));
}

constexpr std::string_view kGoogleHead =
    "Message ID,Start date,End date,Sender,Message size,Subject,Direction,"
    "Attachments,Recipient address,Event target,Event date,Event status,"
    "Event target IP address,Has encryption,Event SMTP reply code,"
    "Event description,Client Type,Device User Session ID\n";

std::string google_row(std::string_view id, std::string_view whom,
                       std::string_view target, std::string_view status,
                       std::string_view address, std::string_view tls,
                       std::string_view code) {
  std::string row(id);
  row +=
      ",2026/11/30 08:48:10 UTC,2026/11/30 08:49:00 UTC,ann@example.com,"
      "3000,\"so secret, so\",Sent,0,";
  for (const auto cell :
       {whom, target, std::string_view("2026/11/30 08:48:30 UTC"), status,
        address, tls, code}) {
    row += std::string(cell) + ',';
  }
  return row + "text,WEB,\n";
}

TEST(Traces, Google) {
  EXPECT_THAT(
      read_all(
          std::string(kGoogleHead) +
              google_row("1@mail.example", "bob@example.org", "SMTP_OUT",
                         "Delivered", "203.0.113.5", "Encrypted", "250") +
              google_row("2@mail.example", "far@example.org", "SMTP_OUT",
                         "Bounced", "203.0.113.5", "Not encrypted", "550") +
              google_row("1@mail.example", "carol@example.com", "SMTP_IN",
                         "Delivered", "198.51.100.9", "", "250") +
              google_row("1@mail.example", "carol@example.com", "GMAIL_INBOX",
                         "Delivered", "", "", "") +
              google_row("3@mail.example", "slow@example.org", "SMTP_OUT",
                         "Something new", "203.0.113.6", "", "451") +
              google_row("3@mail.example", "odd@example.org", "SMTP_OUT",
                         "Something new", "", "", "") +
              google_row("SMTPIN_ADDED_REJECT_SESSION", "no@example.com",
                         "SMTP_IN", "Rejected", "198.51.100.9", "", "550"),
          Kind::kGoogle),
      testing::UnorderedElementsAre(
          "skipped line 7: row whose status is not known",
          "2026-11-30T08:48:10Z ann@example.com id=1@mail.example "
          "client=198.51.100.9 size=3000 | bob@example.org delivered by "
          "[203.0.113.5] TLS | carol@example.com delivered by gmail_inbox",
          "2026-11-30T08:48:10Z ann@example.com id=2@mail.example size=3000 | "
          "far@example.org bounced by [203.0.113.5]",
          "2026-11-30T08:48:10Z ann@example.com id=3@mail.example size=3000 | "
          "slow@example.org deferred by [203.0.113.6]",
          "2026-11-30T08:48:10Z ann@example.com "
          "id=google/2026-11-30T08:48:30Z ann@example.com "
          "client=198.51.100.9 size=3000 | no@example.com bounced"));
}

TEST(Traces, GoogleLogEvents) {
  EXPECT_THAT(
      read_all("Date,Event,Message ID,Subject,From (Header address),"
               "From (Envelope),To (Envelope),Owner\n"
               "2026-11-30T09:48:10+01:00,Send,<1@mail.example>,secret,"
               "ann@example.com,ann@example.com,bob@example.org,ann\n"
               "2026-11-30T09:48:12+01:00,Open,<1@mail.example>,secret,"
               "ann@example.com,ann@example.com,ann@example.com,ann\n"
               "2026-11-30T09:49:10+01:00,Bounce,<1@mail.example>,secret,"
               "ann@example.com,ann@example.com,bob@example.org,ann\n",
               Kind::kGoogle),
      ElementsAre("2026-11-30T08:48:10Z ann@example.com id=1@mail.example | "
                  "bob@example.org bounced"));
}

TEST(Traces, QuotesThatNeverClose) {
  const std::string head = "received,sender_address,recipient_address,status\n";
  const std::string good =
      "2026-11-30,ann@example.com,bob@example.org,Delivered\n";
  const std::string bad = "2026-11-30,\"ann@example.com,bob@example.org,x\n";
  std::string many;
  for (int i = 0; i < 150; ++i) many += good;
  const auto lines = read_all(head + bad + many + bad + good, Kind::kTrace);
  EXPECT_THAT(lines, ElementsAre("skipped line 2: row whose quotes never close",
                                 "skipped line 153: row whose quotes never "
                                 "close",
                                 testing::HasSubstr("bob@example.org")));
}

TEST(Traces, ReadInParts) {
  const auto log = exchange({
      {"08:00:02", "SMTP", "RECEIVE", "bob@example.org;joe@example.org", "",
       ""},
      {"08:00:03", "SMTP", "SEND", "bob@example.org", "250 2.0.0 ok", ""},
      {"08:00:04", "SMTP", "RECEIVE", "joe@example.org", "", "", "2"},
      {"08:30:00", "SMTP", "SEND", "joe@example.org", "250 2.0.0 ok", "", "2"},
      {"08:30:01", "SMTP", "FAIL", "joe@example.org", "550 5.1.1 no", ""},
  });
  const auto expected = read_all(log, Kind::kExchange);
  ASSERT_THAT(expected, SizeIs(2));
  for (std::size_t size = kHead.size() + 1; size <= log.size(); size += 7) {
    Record record;
    auto first = Source::of_bytes("x", log.substr(0, size), kModified);
    Reader before(record);
    ASSERT_TRUE(before.read(*first).has_value());
    Reader after(record);
    ASSERT_TRUE(after.restore(before.under_way()).has_value());
    auto second = Source::of_bytes("x", log, kModified);
    ASSERT_TRUE(after.read(*second, before.position()).has_value());
    after.finish();
    std::erase_if(record.lines, [](const std::string& line) {
      return line.starts_with("skipped");
    });
    EXPECT_THAT(record.lines, testing::UnorderedElementsAreArray(expected))
        << size;
  }
  // And as parts that do not know each other.
  for (const std::size_t cut : {2U, 3U, 4U}) {
    std::string one(kHead);
    std::string two(kHead);
    std::size_t number = 0;
    std::string_view rest = std::string_view(log).substr(kHead.size());
    while (!rest.empty()) {
      const auto end = rest.find('\n') + 1;
      (number++ < cut ? one : two) += rest.substr(0, end);
      rest.remove_prefix(end);
    }
    Record record;
    Reader whole(record);
    for (const auto& part : {one, two}) {
      Options options;
      options.is_part = true;
      Reader reader(record, options);
      auto source = Source::of_bytes("x", part, kModified);
      ASSERT_TRUE(reader.read(*source).has_value());
      ASSERT_TRUE(whole.go_on(reader.waiting()).has_value());
    }
    whole.finish();
    EXPECT_THAT(record.lines, testing::UnorderedElementsAreArray(expected))
        << cut;
  }
}

TEST(Traces, AnotherExportOfTheSameColumns) {
  const std::string head =
      "Message ID,Date,From (Envelope),To (Envelope),Event\n";
  const auto row = [](std::string_view id) {
    return std::string(id) +
           ",2026-11-30T08:00:00Z,ann@example.com,bob@example.org,Send\n";
  };
  Record record;
  Reader reader(record);
  auto one = Source::of_bytes("one", head + row("1"), kModified);
  ASSERT_TRUE(reader.read(*one).has_value());
  auto two = Source::of_bytes("two", head + row("2") + row("3"), kModified);
  const auto counts = reader.read(*two, reader.position());
  ASSERT_FALSE(counts.has_value());
  EXPECT_EQ(counts.error().message,
            "'two' is not what was read before: read it from its beginning");
  auto grown = Source::of_bytes("one", head + row("1") + row("2"), kModified);
  Reader later(record);
  auto again = Source::of_bytes("one", head + row("1"), kModified);
  ASSERT_TRUE(later.read(*again).has_value());
  const auto more = later.read(*grown, later.position());
  ASSERT_TRUE(more.has_value());
  EXPECT_EQ(more->lines, 1U);
}

TEST(Traces, WhatIsNone) {
  for (const std::string_view head :
       {"", "#Software: Microsoft Exchange Server\n#Fields: date-time,event\n",
        "name,email\n", "#Fields: date time s-ip cs-method\n",
        "Message ID,Sender,Recipient address\n"}) {
    EXPECT_EQ(detect_trace(head), std::nullopt) << head;
  }
}

TEST(Told, Bytes) {
  Told told;
  told.key = "exchange/1";
  told.host = "exchange";
  told.may_begin = true;
  told.began = Seconds(Duration(5));
  told.at = Seconds(Duration(7));
  told.typed = "team@example.com";
  told.letter.sender = "ann@example.com";
  told.letter.recipients.push_back({"bob@example.org", {}, Outcome::kBounced});
  const auto again = told_in(to_bytes(told));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_bytes(*again), to_bytes(told));
  EXPECT_EQ(again->letter, told.letter);
  EXPECT_EQ(again->typed, told.typed);
  EXPECT_FALSE(told_in("nonsense").has_value());
}

}  // namespace
}  // namespace lostletter::archive
