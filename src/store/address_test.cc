// SPDX-License-Identifier: Apache-2.0
#include "store/address.h"

#include <cmath>

#include <gtest/gtest.h>

#include "store/postgres_text.h"

namespace lostletter::store {
namespace {

struct Case {
  std::string_view text;
  std::string_view shown;  // or the error message
};

TEST(StoreAddress, Parse) {
  constexpr std::string_view kForms =
      "'sqlite:DIRECTORY', 'postgresql://USER@HOST/DATABASE' or "
      "'postgresql:host=HOST dbname=DATABASE'";
  const std::string none = "must be " + std::string(kForms);
  const std::string odd = "; it must be " + std::string(kForms);
  const std::string wrong = "not what PostgreSQL connects to: ";
  const Case cases[] = {
      {"sqlite:/var/lib/lostletter", "sqlite:/var/lib/lostletter"},
      {"sqlite:state", "'sqlite:' needs an absolute directory, not 'state'"},
      {"sqlite:", "'sqlite:' needs an absolute directory, not ''"},
      {"postgresql://db.example/lostletter",
       "postgresql://db.example/lostletter"},
      {"postgres://ann:secret@db.example:5433/x?sslmode=verify-full",
       "postgresql://ann@db.example:5433/x"},
      {"postgresql://ann:secret@db1,db2:5433/x",
       "postgresql://ann@db1,db2:5433/x"},
      {"postgresql:host=db1,db2 port=5433 user=ann password='a b' dbname=x",
       "postgresql://ann@db1:5433,db2:5433/x"},
      {"postgresql:host=/run/postgresql dbname=x",
       "postgresql:///run/postgresql/x"},
      {"", none},
      {"mysql://db.example/x", none},
      {"/var/lib/lostletter", none},
  };
  for (const auto& [text, shown] : cases) {
    const auto address = StoreAddress::parse(text);
    EXPECT_EQ(address ? address->to_string() : address.error().message, shown)
        << "parsing " << text;
  }
  for (const std::string_view text :
       {"postgresql://ann:secret@[db/x", "postgresql://ann:%secret@db/x",
        "postgresql://db/x?colour=secret", "postgresql:password secret",
        "postgresql:secret=secret"}) {
    const auto address = StoreAddress::parse(text);
    ASSERT_FALSE(address) << text;
    const std::string& message = address.error().message;
    EXPECT_TRUE(message.starts_with(wrong)) << message;
    EXPECT_TRUE(message.ends_with(odd)) << message;
    EXPECT_EQ(message.find("secret"), message.npos) << message;
  }
}

TEST(StoreAddress, DefaultsAreForWhatIsLeftOpen) {
  const auto conninfo = [](std::string_view text) {
    return to_conninfo(StoreAddress::parse(text).value());
  };
  EXPECT_EQ(conninfo(R"(postgresql:host=db password='it\'s \\')"),
            "application_name='lostletter' connect_timeout='2' host='db' "
            "keepalives_count='2' keepalives_idle='5' keepalives_interval='2' "
            R"(password='it\'s \\')"
            " target_session_attrs='read-write' "
            "tcp_user_timeout='5000'");
  EXPECT_NE(conninfo("postgresql://db/x?target_session_attrs=any")
                .find("target_session_attrs='any'"),
            std::string::npos);
}

TEST(PostgresText, EveryTextComesBack) {
  const std::string texts[] = {
      "",
      "ann@example.com",
      "b\xC3\xBC"
      "cher",
      "\xF0\x9F\x93\xAB",
      "\xFF",
      "\xC3",
      "\xC3(",
      "\xED\xA0\x80",  // a surrogate
      std::string("a\0b", 3),
      "\xF4\x8F\xBC\x80",  // what we escape with
      "\xF4\x8F\xBF\xBF\xF4\x8F",
      "\xF4\x8F\xBB\xBF",  // the last before those
      "\xF4\x90\x80\x80",  // beyond Unicode
  };
  for (const std::string& text : texts) {
    EXPECT_EQ(from_database_text(to_database_text(text)), text);
    EXPECT_EQ(from_database_bytes(to_database_bytes(text)), text);
  }
  EXPECT_EQ(to_database_text("ann"), "ann");
  EXPECT_EQ(to_database_text("\xFF"), "\xF4\x8F\xBF\xBF");
  EXPECT_NE(to_database_text("\xF4\x8F\xBF\xBF"), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(to_database_bytes(std::string("\0\xFFz", 3)), "\\x00ff7a");
}

TEST(PostgresText, Arrays) {
  EXPECT_EQ(to_value(std::vector<std::string>{"a", "", "NULL", "q\"\\,{}"}),
            R"({"a","","NULL","q\"\\,{}"})");
  EXPECT_EQ(to_value(std::vector<std::int64_t>{1, -2}), R"({"1","-2"})");
  EXPECT_EQ(to_value(std::vector<double>{0.1, std::nan("")}),
            R"({"0.10000000000000001",NULL})");
  EXPECT_EQ(to_value(std::vector<std::int64_t>{}), "{}");
}

TEST(PostgresText, LongKeysAreCutAndStayDifferent) {
  const std::string text(900, 'x');
  EXPECT_EQ(key_text("ann"), "ann");
  EXPECT_LT(key_text(text).size(), 500U);
  EXPECT_EQ(key_text(text), key_text(text));
  EXPECT_NE(key_text(text), key_text(text + "x"));
}

}  // namespace
}  // namespace lostletter::store
